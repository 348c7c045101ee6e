"""Who carries the conversation: the browsers themselves, or a provider. May import settings.

Nothing of a provider is loaded unless it was chosen: it is an extra of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from teleconsult_core.ports import PortMisused, VideoRooms
from teleconsult_sandbox import Sandbox
from teleconsult_wiring.secret_files import read_secret
from teleconsult_wiring.settings import NotConfigured, Settings

if TYPE_CHECKING:
    from teleconsult_video import News, NotNews, Provider


@contextmanager
def video_rooms(settings: Settings, sandbox: Sandbox) -> Iterator[VideoRooms]:
    """Raises `NotConfigured` when a provider is chosen and cannot be spoken to as it is set."""
    if settings.video_provider == "built-in":
        yield sandbox.rooms
        return
    rooms = _rooms(settings)
    try:
        yield rooms
    finally:
        disconnect: Callable[[], None] | None = getattr(rooms, "disconnect", None)
        if disconnect is not None:
            disconnect()


def video_news(
    settings: Settings, body: bytes, *, authorization: str, content_type: str
) -> News | NotNews:
    """What LiveKit has posted, verified and read; `body` is as it came, byte for byte.

    Raises `NotConfigured` when LiveKit is not chosen.
    """
    if settings.video_provider != "livekit":
        raise NotConfigured(f"video_provider is {settings.video_provider}: only livekit posts news")
    provider = _provider(settings)
    from teleconsult_video import read_news

    return read_news(
        body, authorization=authorization, content_type=content_type, provider=provider
    )


def _rooms(settings: Settings) -> VideoRooms:
    provider = _provider(settings)
    from teleconsult_video import JitsiRooms, LiveKitRooms

    if settings.video_provider == "jitsi":
        return JitsiRooms(provider)
    try:
        return LiveKitRooms(provider, page=settings.video_page)
    except PortMisused as refused:
        raise _not_configured(settings, refused) from refused


def _provider(settings: Settings) -> Provider:
    try:
        from teleconsult_video import Provider
    except ImportError as error:
        raise NotConfigured(
            f"video_provider is {settings.video_provider}, which is not installed: "
            "run `pip install 'teleconsult[video]'`"
        ) from error
    try:
        return Provider(
            server=settings.video_server,
            app=settings.video_app,
            secret=read_secret(settings.video_secret).decode("utf-8", "replace").strip(),
            key=read_secret(settings.link_key),
            region=settings.video_region,
        )
    except PortMisused as refused:
        raise _not_configured(settings, refused) from refused


def _not_configured(settings: Settings, refused: PortMisused) -> NotConfigured:
    return NotConfigured(f"video_provider is {settings.video_provider}: {refused}")
