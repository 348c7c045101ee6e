"""Who carries the conversation: the browsers themselves, or a provider. May import settings.

Nothing of a provider is loaded unless it was chosen: it is an extra of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from teleconsult_core.attendance import Attendance, Seen
from teleconsult_core.desk import Desk
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ports import PortMisused, VideoRooms
from teleconsult_core.refusals import NewsRefused, NotFound
from teleconsult_core.times import Interval
from teleconsult_core.use_cases.note_presence import Presence
from teleconsult_sandbox import Sandbox
from teleconsult_wiring.secret_files import read_secret
from teleconsult_wiring.settings import NotConfigured, Settings

if TYPE_CHECKING:
    from teleconsult_video import News, NotNews, Provider

A_DAY = timedelta(days=1)
"""News of a room are looked for among what starts within so much of now, before and after."""


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


def receive_video_news(
    settings: Settings, desk: Desk, *, body: bytes, authorization: str, content_type: str,
    now: datetime,
) -> tuple[Attendance, ...] | NewsRefused | NotFound:  # fmt: skip
    """Verify what LiveKit has posted, and put it on the record; then it may be told so.

    What is signed and about nobody's coming or going is let go. Raises as `video_news` does, and
    `PortTrouble` when it cannot be kept: LiveKit then posts it again.
    """
    news = video_news(settings, body, authorization=authorization, content_type=content_type)
    from teleconsult_video import Happened, NotNews

    if isinstance(news, NotNews):
        return NewsRefused(why=news.why)
    if news.kind is Happened.OTHER or (news.role is None and news.kind is not Happened.CLOSED):
        return ()
    appointment = _appointment_of(_provider(settings), desk, news.room, now)
    if appointment is None:
        return NotFound(what="room", id=news.room)
    seen = Seen.ENTERED if news.kind is Happened.ENTERED else Seen.LEFT
    role = None if news.kind is Happened.CLOSED else news.role
    presence = Presence(news.id, appointment, role, seen, news.at)
    return desk.note_presence(presence=presence, now=now)


def _appointment_of(
    provider: Provider, desk: Desk, room: str, now: datetime
) -> AppointmentId | None:
    """A room's name tells nobody whose it is, us neither: those of the day are gone through."""
    window = Interval(now - A_DAY, now + A_DAY)
    with desk.open_work(writing=False) as work:
        of_the_day = (
            one.terms.id
            for practitioner in work.clinic.practitioners()
            for one in work.appointments.starting(practitioner.id, window)
        )
        return next((id for id in of_the_day if provider.name_of("room", id) == room), None)


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
