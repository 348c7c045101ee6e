"""The composition root: settings in, a desk with all its adapters out. Knows every adapter."""

from teleconsult_calendars import read_calendar
from teleconsult_documents import as_text
from teleconsult_sandbox import CARDS
from teleconsult_wiring.app import App, create, open_app
from teleconsult_wiring.clinic_file import read_clinic
from teleconsult_wiring.sections import ClinicFileError
from teleconsult_wiring.settings import NotConfigured, Settings, load_settings

__all__ = [
    "CARDS",
    "App",
    "ClinicFileError",
    "NotConfigured",
    "Settings",
    "as_text",
    "create",
    "load_settings",
    "open_app",
    "read_calendar",
    "read_clinic",
]
