"""What `doctor` checks. Each check is one line: fine or not, what was found, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from attrs import frozen

from teleconsult_cli.desk_at_hand import AtHand
from teleconsult_core.policies import PaidTo
from teleconsult_core.ports import PortMisused, PortTrouble
from teleconsult_core.refusals import BadInput
from teleconsult_core.use_cases.print_receipt import LOOKED_BACK
from teleconsult_wiring import NotConfigured, told_by

LATE = timedelta(minutes=10)
"""A message that should have gone longer ago means that no worker runs."""

STUCK = timedelta(hours=1)
"""A payment under way for longer is in trouble; the network is asked every quarter of an hour."""


@frozen
class Check:
    name: str
    fine: bool
    found: str
    hint: str = ""


def check_up(at: AtHand) -> list[Check]:
    """Every check, in order; when the installation cannot be opened, only that."""
    try:
        at.app.practice()
    except (NotConfigured, PortMisused, PortTrouble, BadInput) as problem:
        return [Check("installation", False, str(problem), "mend this first")]
    checks: tuple[Callable[[AtHand], Check], ...] = (
        _installation,
        _durability,
        _key,
        _clinic,
        _operations,
        _parked_payments,
        _messages,
        _parked_messages,
        _letters,
        _texts,
        _video,
        _documents,
        _contradictions,
        _card_network,
        _accounts,
        _webhook,
    )
    return [check(at) for check in checks]


def _installation(at: AtHand) -> Check:
    return Check("installation", True, f"{at.settings.database}, tables up to date")


def _durability(at: AtHand) -> Check:
    """Whether what was answered survives a crash of the database, or the loss of power."""
    server = at.settings.file is None
    with at.app.engine.connect() as connection:
        asked = "SHOW synchronous_commit" if server else "PRAGMA synchronous"
        told = str(connection.exec_driver_sql(asked).scalar_one())
    if told not in {"off", "0", "1"}:
        return Check("durability", True, "every answer is safe")
    if at.settings.synchronous == "NORMAL":
        return Check("durability", True, "a crash may take the last moments along, as was chosen")
    hint = "the server's synchronous_commit is off: set it to on for this database"
    return Check("durability", False, "a crash may take the last moments along", hint)


def _key(at: AtHand) -> Check:
    mode = at.settings.link_key.stat().st_mode & 0o777
    return Check("link key", mode == 0o600, f"mode {mode:o}", "" if mode == 0o600 else "chmod 600")


def _clinic(at: AtHand) -> Check:
    with at.desk.open_work(writing=False) as work:
        people = list(work.clinic.practitioners())
        without = [one.id for one in people if not work.clinic.visit_types(one.id)]
    found = f"{at.practice.name}, {len(people)} practitioners"
    if without:
        return Check("clinic", False, found, f"no visit type: {', '.join(without)}")
    return Check("clinic", True, found)


def _operations(at: AtHand) -> Check:
    with at.desk.open_work(writing=False) as work:
        count = work.operations.open_count()
        stuck = work.operations.open_since(at.now - STUCK, 1000)
    if not stuck:
        hint = "the worker carries them out" if count else ""
        return Check("payments under way", True, f"{count}", hint)
    first = f"{stuck[0].id}, tried {stuck[0].attempts} times"
    hint = f"run `teleconsult worker`; if it does not help, a person must look: {first}"
    since = f"the oldest since {at.screen.wall(stuck[0].created_at)}"
    return Check("payments under way", False, f"{count}, {len(stuck)} for long, {since}", hint)


def _parked_payments(at: AtHand) -> Check:
    with at.desk.open_work(writing=False) as work:
        parked = work.operations.parked(1000)
    if not parked:
        return Check("parked payments", True, "0")
    hint = f"mend the cause, then `teleconsult retry {parked[0].id}`: {parked[0].outcome}"
    return Check("parked payments", False, f"{len(parked)}", hint)


def _messages(at: AtHand) -> Check:
    with at.desk.open_work(writing=False) as work:
        late = work.outbox.overdue(at.now - LATE)
        since = work.outbox.due_since(at.now)
    found = f"{late}, the oldest due since {at.screen.wall(since)}" if late else "0"
    return Check("late messages", not late, found, "run `teleconsult worker`" if late else "")


def _parked_messages(at: AtHand) -> Check:
    """What may still be of use to somebody; the rest is past mending."""
    with at.desk.open_work(writing=False) as work:
        parked = [one for one in work.outbox.parked(1000) if at.now < one.useful_until]
    if not parked:
        return Check("parked messages", True, "0")
    hint = f"mend the cause, then `teleconsult retry {parked[0].id}`: {parked[0].note}"
    return Check("parked messages", False, f"{len(parked)}", hint)


def _letters(at: AtHand) -> Check:
    return _gateway("letters", at.desk.letters)


def _texts(at: AtHand) -> Check:
    return _gateway("text messages", at.desk.texts)


def _gateway(name: str, gateway: object) -> Check:
    """Whether it answers, and takes messages from us."""
    try:
        return Check(name, True, told_by(gateway))
    except PortTrouble as trouble:
        return Check(name, False, str(trouble), "messages wait until it answers")
    except PortMisused as misused:
        return Check(name, False, str(misused), "mend the settings; messages wait meanwhile")


def _video(at: AtHand) -> Check:
    """Who carries the conversation, and through which country."""
    name, rooms = "video", at.desk.rooms
    who = f"{at.settings.video_provider}, media in {rooms.region}"
    if at.settings.video_provider == "built-in":
        return Check(name, True, f"built-in, {rooms.region}")
    try:
        return Check(name, True, f"{who}: {told_by(rooms)}")
    except PortTrouble as trouble:
        return Check(name, False, f"{who}: {trouble}", "nobody can join until it answers")
    except PortMisused as misused:
        return Check(name, False, f"{who}: {misused}", "mend the settings; nobody can join before")


def _documents(at: AtHand) -> Check:
    """What the worker should have printed long ago; `LOOKED_BACK` is as far as it looks itself."""
    with at.desk.open_work(writing=False) as work:
        waiting = work.receipts.unprinted(at.now - LOOKED_BACK, 1000)
    late = [one for one in waiting if one.issued_at < at.now - STUCK]
    if not late:
        return Check("documents", True, f"{len(waiting)} to print")
    hint = f"run `teleconsult worker`; its warnings say what is wrong with {late[0].number}"
    return Check("documents", False, f"{len(late)} not printed for long", hint)


def _contradictions(at: AtHand) -> Check:
    with at.desk.open_work(writing=False) as work:
        found = [e for e in work.audit.recent(10_000) if e.action == "contradiction"]
    hint = f"a person must look: {found[0].subject}" if found else ""
    return Check("contradictions", not found, f"{len(found)}", hint)


def _card_network(at: AtHand) -> Check:
    try:
        holds = at.app.desk.cards.since(moment=at.now - timedelta(days=8))
    except PortTrouble as problem:
        return Check("card network", False, str(problem), "try again later")
    except PortMisused as problem:
        return Check("card network", False, str(problem), "mend the configuration")
    settings = at.settings
    mode = f" in {settings.stripe_mode} mode" if settings.card_network == "stripe" else ""
    name = f"{settings.card_network}{mode}"
    return Check("card network", True, f"{name}, {len(holds)} holds in 8 days")


def _accounts(at: AtHand) -> Check:
    """Whose cards can be taken for whom, where practitioners are paid themselves."""
    name = "practitioners' accounts"
    if at.practice.policies.paid_to is PaidTo.CLINIC:
        return Check(name, True, "the clinic itself is paid")
    with at.desk.open_work(writing=False) as work:
        people = list(work.clinic.practitioners())
        accounts = [work.clinic.payout_account(one.id) for one in people]
    without = [
        one.id for one, its in zip(people, accounts, strict=True) if not (its and its.complete)
    ]
    found = f"{len(people) - len(without)} of {len(people)} complete"
    hint = f"`teleconsult payouts onboard --practitioner {without[0]}`" if without else ""
    return Check(name, not without, found, hint)


def _webhook(at: AtHand) -> Check:
    """News that waits has no worker; without a secret, none can be received."""
    if at.settings.card_network == "stripe" and not at.settings.stripe_webhook.exists():
        hint = f"put the secret that signs Stripe's news into {at.settings.stripe_webhook}"
        return Check("news of the card network", False, "cannot be received", hint)
    with at.desk.open_work(writing=False) as work:
        waiting = [one for one in work.inbox.waiting(1000) if one.received_at < at.now - LATE]
    hint = "run `teleconsult worker`" if waiting else ""
    return Check("news of the card network", not waiting, f"{len(waiting)} wait", hint)
