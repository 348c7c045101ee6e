"""What must be true once the dust has settled: nothing stuck or left over, and the books agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from simulation.broken import Broken
from simulation.calm_people import questions_about_people
from simulation.world import World
from teleconsult_core.appointments import Cancelled, Completed, Confirmed, NoShow
from teleconsult_core.holds import HoldFact, HoldState
from teleconsult_core.ids import AppointmentId
from teleconsult_core.ledger import Account, balances
from teleconsult_core.money import Money
from teleconsult_core.payments import OperationState, Verb
from teleconsult_core.receipts import ReceiptKind
from teleconsult_core.testing.fakes.cards import Held

FINAL_WITHOUT_CHARGE = {HoldState.LAPSED, HoldState.RELEASED, HoldState.DECLINED}


def questions(w: World) -> None:
    """Ask every question; the first that is answered wrongly is told."""
    _nothing_is_stuck(w)
    w.safety.news.at_rest()
    no_money_left_over(w)
    _what_was_decided_was_taken(w)
    _both_books_agree(w)
    _what_was_given_back_arrived(w)
    _documents(w)
    _kept_as_it_was(w)
    questions_about_people(w)


def _nothing_is_stuck(w: World) -> None:
    now = w.timeline.now
    open_operations = [one.id for one in w.safety.money.operations.values() if one.open]
    if open_operations:
        raise Broken("stuck", f"payment operations {open_operations[:5]}")
    parked = [
        one.id for one in w.safety.money.operations.values()
        if one.state is OperationState.PARKED
    ]  # fmt: skip
    if parked:
        raise Broken("stuck", f"parked payment operations {parked[:5]}")
    pending = [a.terms.id for a in w.safety.appointments.values() if hasattr(a, "deadline")]
    if pending:
        raise Broken("stuck", f"{pending[:5]} neither confirmed nor lapsed")
    undecided = [
        one.terms.id
        for one in w.safety.appointments.values()
        if isinstance(one, Confirmed) and one.terms.end + timedelta(days=8) < now
        and one.terms.card_required
    ]  # fmt: skip
    if undecided:
        raise Broken("stuck", f"{undecided[:5]} are over and still undecided")
    with w.look(writing=False) as work:
        late = work.outbox.overdue(now - timedelta(hours=2))
    if late:
        raise Broken("stuck", f"{late} messages are overdue")


def no_money_left_over(w: World) -> None:
    live = _live_at_network(w)
    for id, held in live.items():
        found = w.appointment(id)
        fresh = [one for one in held if one.at(w.timeline.now).fact.value != "lapsed"]
        pending = w.timeline.now < getattr(found, "deadline", w.timeline.now)
        if fresh and not isinstance(found, Confirmed) and not pending:
            raise Broken("left over", f"{fresh[0].ref} lives on {id}, which is {found}")
        if len(fresh) > 1:
            raise Broken("left over", f"{id} has {len(fresh)} live holds")


def _what_was_decided_was_taken(w: World) -> None:
    for id, found in w.safety.appointments.items():
        match found:
            case Completed(amount=amount) | NoShow(amount=amount) | Cancelled(fee=amount):
                pass
            case _:
                continue
        captured = w.safety.money.captures.get(id)
        holds = w.safety.money.holds_of(id)
        if captured is not None and captured.captured != amount:
            raise Broken("decision", f"{id}: {amount} decided, {captured.captured} taken")
        if amount.minor and captured is None:
            states = {hold.state for hold in holds}
            with w.look(writing=False) as work:
                told = [m for m in work.outbox.of(AppointmentId(id)) if "charge-failed" in m.id]
            if not states <= FINAL_WITHOUT_CHARGE or not told:
                raise Broken("uncollected", f"{id}: {amount} decided, nothing taken, {states}")


def _both_books_agree(w: World) -> None:
    ours = {hold.ref: hold for hold in w.safety.money.holds.values() if hold.ref}
    for view in w.network.books:
        hold = ours.get(view.ref)
        taken = (view.news.captured or Money(0, "EUR"), view.news.refunded or Money(0, "EUR"))
        if hold is None:
            raise Broken("books", f"{view.ref} ({view.operation}) is unknown to us")
        if hold.fee.minor != (view.news.fee.minor if view.news.fee else 0):
            raise Broken("fee", f"{hold.id}: {hold.fee} kept, network {view.news.fee}")
        if (hold.captured, hold.refunded) != taken:
            raise Broken("books", f"{hold.id}: {hold.captured}/{hold.refunded}, network {taken}")
    with w.look(writing=False) as work:
        entries = work.ledger.every()
    sums = balances(entries)
    if sum(sums.values()):
        raise Broken("ledger", f"it does not balance: {sums}")
    net = sum(hold.refundable.minor for hold in ours.values() if hold.state is not HoldState.LOST)
    with_network = sum(
        amount for (account, _), amount in sums.items()
        if account in {Account.NETWORK, Account.FEE, Account.DISPUTED}
    )  # fmt: skip
    if net != with_network:
        raise Broken("ledger", f"{with_network} with the network, {net} by the holds")
    kept = sum(amount for (account, _), amount in sums.items() if account is Account.FEE)
    if kept != sum(hold.fee.minor for hold in ours.values()):
        raise Broken("ledger", f"{kept} kept as fees, the holds say otherwise")
    disputed = sum(amount for (account, _), amount in sums.items() if account is Account.DISPUTED)
    contested = sum(h.refundable.minor for h in ours.values() if h.state is HoldState.DISPUTED)
    if disputed != contested:
        raise Broken("ledger", f"{disputed} disputed, {contested} by the holds")
    promised = sum(amount for (account, _), amount in sums.items() if account is Account.PROMISED)
    live = sum(
        h.amount.minor for h in ours.values()
        if h.state in {HoldState.HELD, HoldState.CAPTURING, HoldState.RELEASING}
    )  # fmt: skip
    if promised != live:
        raise Broken("ledger", f"{promised} promised, {live} held")


def _what_was_given_back_arrived(w: World) -> None:
    """No refund is called done that the network does not show."""
    done: Counter[str] = Counter()
    for asked in w.safety.money.operations.values():
        if asked.verb is Verb.REFUND and asked.state is OperationState.DONE:
            done[asked.appointment] += asked.amount.minor
    for id, minor in done.items():
        if minor > w.safety.money.captures[id].refunded.minor:
            raise Broken("refund", f"{id}: {minor} minor are told as given back, and are not")


def _documents(w: World) -> None:
    """One receipt per capture, one credit note per refund, sums that add up."""
    kinds = {ReceiptKind.RECEIPT, ReceiptKind.INDEMNITY}
    receipts = w.safety.money.receipts.values()
    charged = Counter(one.appointment for one in receipts if one.kind in kinds)
    for id, captured in w.safety.money.captures.items():
        if charged.pop(AppointmentId(id), 0) != 1:
            raise Broken("receipts", f"{id} was captured and has not exactly one receipt")
        notes = [
            one.amount.minor for one in receipts
            if one.appointment == id and one.kind is ReceiptKind.CREDIT_NOTE
        ]  # fmt: skip
        if sum(notes) != captured.refunded.minor:
            raise Broken("receipts", f"{id}: {captured.refunded} given back, notes {notes}")
    if charged:
        raise Broken("receipts", f"receipts without a capture: {dict(charged)}")


def _kept_as_it_was(w: World) -> None:
    """What the store gives back is what was committed, in every state."""
    with w.look(writing=False) as work:
        for id, found in w.safety.appointments.items():
            kept = work.appointments.get(AppointmentId(id))
            if kept != found:
                raise Broken("round trip", f"{id} is {kept}, was {found}")
        for hold in w.safety.money.holds.values():
            if work.holds.get(hold.id) != hold:
                raise Broken("round trip", f"{hold.id}")


def _live_at_network(w: World) -> dict[str, list[Held]]:
    """By appointment: what the network still reserves."""
    found: dict[str, list[Held]] = defaultdict(list)
    for held in w.network._holds.values():
        if held.fact in {HoldFact.AUTHORISED, HoldFact.NEEDS_PATIENT}:
            found[held.request.appointment].append(held)
    return found
