"""The words of messages, in French, Dutch and English. May import the core, Jinja2, Babel."""

from teleconsult_messages.speech import SPEECHES, Speech
from teleconsult_messages.wording import JinjaWording

__all__ = ["SPEECHES", "JinjaWording", "Speech"]
