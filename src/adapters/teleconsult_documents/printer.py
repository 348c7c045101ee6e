"""Receipts as PDF, set by Typst. May import sheet, typst.

The template is ours and fixed; a receipt reaches it as data (one JSON text), never as markup, so a
name such as `#panic()` prints as it is. The fonts are those inside the typst package and the
document's date is the day of issue: the same receipt gives the same bytes on every machine with
the same version of typst. Typst works with threads: a process that has printed must not fork and
print in the child, which would wait for them for ever.
"""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import typst
from attrs import field, frozen

from teleconsult_core.ports import PortMisused, Printer
from teleconsult_core.receipts import Receipt
from teleconsult_core.times import zone
from teleconsult_documents.sheet import lay_out

_TEMPLATE = Path(__file__).parent / "sheet.typ"


def _is_zone(_: object, __: object, value: str) -> None:
    zone(value)


@frozen
class TypstPrinter:
    """Prints in the receipt's language, with days in the practice's IANA zone.

    `fonts` are folders with further fonts, for names in scripts that Typst's own fonts lack (they
    have Latin, Greek, Cyrillic, Arabic and Georgian). A name that no font can show is printed as
    empty boxes, and that document then conforms to neither standard: better than no document.
    """

    zone: str = field(default="Europe/Brussels", validator=_is_zone)
    fonts: tuple[Path, ...] = ()

    def print(self, receipt: Receipt) -> bytes:
        sheet = lay_out(receipt, receipt.language, self.zone)
        day = receipt.issued_at.astimezone(zone(self.zone))
        data = json.dumps({**attrs.asdict(sheet), "date": [day.year, day.month, day.day]})
        try:
            return self._set(data, to_standard=True)
        except typst.TypstError:
            return self._set_somehow(receipt, data)

    def _set_somehow(self, receipt: Receipt, data: str) -> bytes:
        try:
            return self._set(data, to_standard=False)
        except typst.TypstError as error:
            raise PortMisused(f"{receipt.number} cannot be set: {error}") from error

    def _set(self, data: str, *, to_standard: bool) -> bytes:
        """PDF/A-3a (ISO 19005-3) to be kept for years, PDF/UA-1 (ISO 14289-1) to be read aloud."""
        return typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            format="pdf",
            sys_inputs={"sheet": data},
            font_paths=[str(folder) for folder in self.fonts],
            ignore_system_fonts=True,
            pdf_standards=["a-3a", "ua-1"] if to_standard else [],
        )


_: type[Printer] = TypstPrinter
