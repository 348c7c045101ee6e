"""Everything wired together: `create` makes a home directory, `open_app` opens one.

The only module that names adapters. Refuses to start on tables of another version, on a key
others could read, and on video outside Europe unless the operator accepted it in words.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

import sqlalchemy as sa
from attrs import field, frozen

from teleconsult_core.desk import Desk
from teleconsult_core.links import KeyedTokens, Site
from teleconsult_core.people import Practice
from teleconsult_core.ports import Printer, VideoRooms
from teleconsult_documents import TypstPrinter
from teleconsult_messages import JinjaWording
from teleconsult_sandbox import Sandbox
from teleconsult_sqlalchemy import Newer, SqlStore, UpToDate, check, engine_for, script, upgrade
from teleconsult_sqlalchemy.schema import Dialect
from teleconsult_wiring.cards import card_network, payout_network
from teleconsult_wiring.gateways import letters, texts
from teleconsult_wiring.queue import handed_over_to, prepare_queue, queue_must_be_ready
from teleconsult_wiring.secret_files import read_secret, write_secret
from teleconsult_wiring.settings import NotConfigured, Settings
from teleconsult_wiring.video import video_rooms

EUROPE = frozenset(
    {
        *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
        *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO"),
        *("SE", "SI", "SK"),
    }
)
"""The European Economic Area, Switzerland and the United Kingdom."""

DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")

PEER_TO_PEER = "peer-to-peer"


@frozen
class App:
    """A running installation."""

    settings: Settings
    desk: Desk
    sandbox: Sandbox
    engine: sa.Engine = field(repr=False)
    printer: Callable[[str], Printer] = field(repr=False)
    """A printer that shows times in the given zone."""
    _opened: ExitStack = field(repr=False)

    def now(self) -> datetime:
        """Read once per command, at the edge. Where money is real, so is the time."""
        return datetime.now(UTC) if self.settings.money_is_real else self.sandbox.clock.now()

    def practice(self) -> Practice:
        """Raises `NotConfigured` before a clinic has been described."""
        with self.desk.open_work(writing=False) as work:
            practice = work.clinic.practice()
        if practice is None:
            raise NotConfigured("no clinic is described yet: run `teleconsult init CLINIC.toml`")
        return practice

    def close(self) -> None:
        self._opened.close()


def create(settings: Settings) -> App:
    """Make the home directory, its key and its tables where they are missing; then open it."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not settings.link_key.exists():
            write_secret(settings.link_key)
    except OSError as error:
        raise NotConfigured(f"{settings.home} cannot be used: {error.strerror}") from error
    with ExitStack() as opened:
        engine = _engine(settings)
        opened.callback(engine.dispose)
        upgrade(engine)
        prepare_queue(settings)
        if settings.file:
            settings.file.chmod(0o600)
    return open_app(settings)


def upgrade_script(settings: Settings, dialect: str | None, since: str) -> str:
    """The SQL of an upgrade, for whoever may change the tables; for our database by default."""
    own: Dialect = "sqlite" if settings.file else "postgresql"
    return script(next((known for known in DIALECTS if known == dialect), own), since)


def open_app(settings: Settings) -> App:
    """Open an installation that `create` made. Raises `NotConfigured` saying what is missing."""
    if not (settings.file or settings.home).exists():
        raise NotConfigured(
            f"there is no installation in {settings.home}: run `teleconsult init CLINIC.toml`, "
            "or set TELECONSULT_HOME"
        )
    with ExitStack() as opened:  # closed again when anything is not as it must be
        engine = _engine(settings)
        opened.callback(engine.dispose)
        _must_fit(engine, settings)
        queue_must_be_ready(settings, engine)
        sandbox = Sandbox.open(settings.sandbox)
        opened.callback(sandbox.close)
        rooms = opened.enter_context(video_rooms(settings, sandbox))
        must_stay_in_europe(rooms, settings.accept_region)
        cards = card_network(settings, sandbox)
        post = opened.enter_context(letters(settings, sandbox))
        phone = opened.enter_context(texts(settings, sandbox))
        desk = Desk(
            # The clock in the visitor's hand is the only one here: leases end by it, too.
            open_work=SqlStore(
                engine,
                clock=sandbox.clock,
                beside=handed_over_to(settings),
                remembers=settings.file is not None,
            ).open_work,
            cards=cards,
            payouts=payout_network(settings, cards, sandbox),
            texts=phone,
            letters=post,
            wording=JinjaWording(overrides=settings.words if settings.words.is_dir() else None),
            rooms=rooms,
            tokens=KeyedTokens(read_secret(settings.link_key)),
            site=Site(settings.base_url),
        )
        return App(settings, desk, sandbox, engine, TypstPrinter, opened.pop_all())


def _engine(settings: Settings) -> sa.Engine:
    return engine_for(settings.file or settings.database_url, settings.synchronous)


def _must_fit(engine: sa.Engine, settings: Settings) -> None:
    """Refuse tables of an earlier or a later program."""
    standing = check(engine)
    if isinstance(standing, UpToDate):
        return
    how = "" if isinstance(standing, Newer) else " `teleconsult upgrade` upgrades them."
    raise NotConfigured(f"{settings.database}: {standing}{how}")


def must_stay_in_europe(rooms: VideoRooms, accepted: str = "") -> None:
    """Refuse video through another continent, unless the operator accepted that region (S20)."""
    if rooms.region == PEER_TO_PEER or rooms.region in EUROPE:
        return
    if not rooms.region:
        raise NotConfigured("the video adapter does not say where video flows; is it in Europe?")
    if accepted != rooms.region:
        raise NotConfigured(
            f"video would flow through {rooms.region}, which is not in Europe; set "
            f'accept_region = "{rooms.region}" in teleconsult.toml to accept this'
        )
