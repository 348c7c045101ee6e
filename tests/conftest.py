"""What every test may ask for: a PostgreSQL server."""

from databases import each_server, newest, servers

__all__ = ["each_server", "newest", "servers"]
