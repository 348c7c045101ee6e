"""A receipt as a document: printed once, kept to the byte, and handed out as it is ever after.

The worker prints what was issued; whoever asks for a document before that prints it himself. The
printer is called outside any transaction. If the receipt has lost its name meanwhile (an erasure),
what was printed is thrown away and printed again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import field, frozen

from teleconsult_core.ids import ReceiptNumber
from teleconsult_core.people import Actor
from teleconsult_core.ports import PortMisused, Ports, PortTrouble, Printer
from teleconsult_core.receipts import Receipt, ReceiptDocument
from teleconsult_core.refusals import NotFound
from teleconsult_core.use_cases.going_on import GoOn, always
from teleconsult_core.use_cases.show_receipts import show_receipt

LOOKED_BACK = timedelta(days=30)
"""Older receipts are printed when somebody asks for them."""


@frozen
class Printed:
    """How many were printed; `broken` are those that could not be, and why."""

    printed: int = 0
    broken: tuple[tuple[ReceiptNumber, str], ...] = field(default=())


def print_receipt(
    ports: Ports, *, number: ReceiptNumber, printer: Printer, by: Actor, now: datetime
) -> ReceiptDocument | NotFound:
    """The document, the same bytes at every call; a look like any other, noted like any other.

    Raises `PortMisused` when the kept bytes are not those that were printed.
    """
    found = show_receipt(ports, number=number, by=by, now=now)
    if isinstance(found, NotFound):
        return found
    document = _kept(ports, number) or _print(ports, found, printer, now)
    if document is None:
        return NotFound(what="receipt", id=number)
    if not document.intact:
        raise PortMisused(f"the document of {number} was altered since it was printed")
    return document


def print_receipts(
    ports: Ports, *, printer: Printer, now: datetime, limit: int = 100, go_on: GoOn = always
) -> Printed:
    """Print what was issued and not printed yet; one that cannot be printed stops no other."""
    with ports.open_work(writing=False) as work:
        waiting = work.receipts.unprinted(now - LOOKED_BACK, limit)
    printed, broken = 0, []
    for receipt in waiting:
        if not go_on():
            break
        try:
            printed += _print(ports, receipt, printer, now) is not None
        except (PortTrouble, PortMisused) as problem:
            broken.append((receipt.number, str(problem)))
    return Printed(printed, tuple(broken))


def _kept(ports: Ports, number: ReceiptNumber) -> ReceiptDocument | None:
    with ports.open_work(writing=False) as work:
        return work.receipts.document(number)


def _print(
    ports: Ports, receipt: Receipt, printer: Printer, now: datetime
) -> ReceiptDocument | None:
    """The document that is kept in the end; None when the receipt itself was forgotten."""
    standing: Receipt | None = receipt
    while standing is not None:
        printed, content = standing, printer.print(standing)
        with ports.open_work() as work:
            standing = work.receipts.get(receipt.number)
            if standing == printed:
                work.receipts.keep(ReceiptDocument.of(receipt.number, content, now))
                document = work.receipts.document(receipt.number)
                work.commit()
                return document
    return None
