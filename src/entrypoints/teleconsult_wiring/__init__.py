"""The composition root: settings in, a desk with all its adapters out. Knows every adapter."""

from teleconsult_calendars import feed_text, read_calendar
from teleconsult_documents import accountants_lines, as_csv, as_text
from teleconsult_sandbox import CARDS
from teleconsult_sqlalchemy.schema import NOTHING
from teleconsult_wiring.app import DIALECTS, App, create, open_app, upgrade_script
from teleconsult_wiring.cards import receive_webhook, replay_events
from teleconsult_wiring.clinic_file import read_clinic
from teleconsult_wiring.directories import make_room
from teleconsult_wiring.gateways import read_bounce, receipts_in, told_by
from teleconsult_wiring.rounds import LANES, Round, one_round, work_in_lane
from teleconsult_wiring.secret_files import read_secret, secret_text
from teleconsult_wiring.sections import ClinicFileError
from teleconsult_wiring.settings import NotConfigured, Settings, load_settings
from teleconsult_wiring.video import receive_video_news, video_news
from teleconsult_wiring.worker import Worker

__all__ = [
    "CARDS",
    "DIALECTS",
    "LANES",
    "NOTHING",
    "App",
    "ClinicFileError",
    "NotConfigured",
    "Round",
    "Settings",
    "Worker",
    "accountants_lines",
    "as_csv",
    "as_text",
    "create",
    "feed_text",
    "load_settings",
    "make_room",
    "one_round",
    "open_app",
    "read_bounce",
    "read_calendar",
    "read_clinic",
    "read_secret",
    "receipts_in",
    "receive_video_news",
    "receive_webhook",
    "replay_events",
    "secret_text",
    "told_by",
    "upgrade_script",
    "video_news",
    "work_in_lane",
]
