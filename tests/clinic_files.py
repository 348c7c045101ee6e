"""A small clinic as a file, to be changed here and there and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from teleconsult_core.use_cases.describe_clinic import ClinicDescription
from teleconsult_wiring import ClinicFileError, read_clinic

SMALL = """\
[practice]
id = "rivoli"
name = "Cabinet Rivoli"
country = "BE"
zone = "Europe/Brussels"
phone = "+3225550100"
email = "desk@example.org"

[policies]
grace_minutes = 12
no_show = { kind = "allowed", cap = "30.00" }

[[practitioners]]
id = "dupont"
name = "Dr Claire Dupont"
profession = "general practitioner"
languages = ["fr", "en"]
phone = "+32475550101"
email = "dupont@example.org"
issuer = { name = "Dr Claire Dupont" }

[[practitioners.visit_types]]
id = "consultation"
name = "Consultation"
video = { minutes = 20, fee = "45.00" }

[[practitioners.hours]]
days = ["mon", "tue"]
from = "09:00"
to = "12:00"
modes = ["video", "in-person"]
valid_from = 2027-01-01

[[practitioners.exceptions]]
day = 2027-05-14
modes = ["video"]
"""


def read(tmp_path: Path, text: str | bytes) -> ClinicDescription:
    path = tmp_path / "clinic.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_clinic(path)


def problems(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(ClinicFileError) as caught:
        read(tmp_path, text)
    return [str(one) for one in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)
