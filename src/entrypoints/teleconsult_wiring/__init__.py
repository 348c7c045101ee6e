"""The composition root: settings in, a desk with all its adapters out. Knows every adapter."""

from teleconsult_wiring.app import App, create, open_app
from teleconsult_wiring.clinic_file import read_clinic
from teleconsult_wiring.sections import ClinicFileError
from teleconsult_wiring.settings import NotConfigured, Settings, load_settings

__all__ = [
    "App",
    "ClinicFileError",
    "NotConfigured",
    "Settings",
    "create",
    "load_settings",
    "open_app",
    "read_clinic",
]
