"""Serving an installation for real: a server that ends without losing a request, and its setup."""

from teleconsult_flask.serving.home import app_of_home, web_of

__all__ = ["app_of_home", "web_of"]
