"""Settings: environment over `teleconsult.toml` over defaults. May import refusals, links.

Secrets are no settings: they live in files of mode 600 in the home directory and are read only by
`app`. One setting may hold a secret, the address of a database with its password: it is left out
of what is shown and logged, and a file that holds it must be for its owner alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from attrs import Attribute, field, fields, frozen

from teleconsult_core.links import Site
from teleconsult_core.refusals import BadInput

Synchronous = Literal["FULL", "NORMAL"]
JobQueue = Literal["", "procrastinate"]
CardNetworkName = Literal["sandbox", "stripe"]
StripeMode = Literal["test", "live"]
MailGateway = Literal["sandbox", "smtp"]
SmsGateway = Literal["sandbox", "bulksms", "apprise"]
VideoProvider = Literal["built-in", "jitsi", "livekit"]
YesNo = Literal["no", "yes"]
SmtpSecurity = Literal["starttls", "tls", "none"]
PREFIX = "TELECONSULT_"
FILE = "teleconsult.toml"
DEFAULT_HOME = "teleconsult-data"
SERVERS = ("postgresql", "postgres", "postgresql+psycopg")


class NotConfigured(Exception):
    """The installation is not as it must be; the message says what to do."""

    code = "not-configured"


def _one_of(choices: object) -> Callable[[object, Attribute[str], str], None]:
    known = [choice for choice in get_args(choices) if choice]

    def check(_: object, attribute: Attribute[str], value: str) -> None:
        if value not in get_args(choices):
            raise BadInput(attribute.name, value, f"one of {', '.join(known)}")

    return check


def _an_address(_: object, attribute: object, value: str) -> None:
    # What was given is not repeated: it may hold a password.
    if value and urlsplit(value).scheme not in SERVERS:
        raise BadInput("database_url", "that", "postgresql://user:password@host:5432/name")


def _a_double(_: object, __: object, value: str) -> None:
    if value and urlsplit(value).hostname not in {"127.0.0.1", "localhost"}:
        raise BadInput("stripe_address", value, "an address of this machine, for a double")


def _a_port(_: object, attribute: Attribute[str], value: str) -> None:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65_535):
        raise BadInput(attribute.name, value, "from 1 to 65535")


def _an_email(_: object, attribute: Attribute[str], value: str) -> None:
    if value and not re.fullmatch(r"[^\s@<>,;:\"()\\]{1,64}@[^\s@<>,;:\"()\\]{1,255}", value):
        raise BadInput(attribute.name, value, "an e-mail address")


@frozen
class Settings:
    """Where everything is, and the few choices an operator has.

    `accept_region` is the ISO code of a country outside Europe through which video may flow, in
    so many words; empty means Europe only (S20). `database_url` is the address of a PostgreSQL
    database; empty means a SQLite file in the home directory. `job_queue` names the queue that due
    work is handed to; empty means that workers look for it themselves.

    `card_network` says whose cards are held; with `stripe`, `stripe_mode` says whether money is
    real, `stripe_publishable` opens the card fields on the pages, and `stripe_address` leads to a
    double on this machine instead. `installation` is our
    name there, for ever: it tells our holds from those of others who share the account.

    `mail_gateway` says who takes letters: the sandbox's mailbox, or a server by SMTP. They come
    from `mail_from`, and what cannot be delivered goes back to `mail_bounces_to`. `sms_gateway`
    says who takes text messages, to mobile phones of `sms_countries` (ISO codes; Europe where it is
    empty); `sms_address` leads to a double on this machine instead.

    `video_provider` says who carries the conversation: the browsers themselves, or a server at
    `video_server`, in the country `video_region` (ISO code), that knows us as `video_app`. With
    LiveKit, `video_page` is the page that people go to. `turn_urls` are the addresses of a relay of
    one's own for the built-in room, with spaces between; with `turn_only` every call goes by it.
    """

    home: Path
    base_url: str = field(default="https://localhost")
    synchronous: Synchronous = field(default="FULL", validator=_one_of(Synchronous))
    accept_region: str = ""
    database_url: str = field(default="", repr=False, validator=_an_address)
    job_queue: JobQueue = field(default="", validator=_one_of(JobQueue))

    card_network: CardNetworkName = field(default="sandbox", validator=_one_of(CardNetworkName))
    stripe_mode: StripeMode = field(default="test", validator=_one_of(StripeMode))
    stripe_address: str = field(default="", validator=_a_double)
    stripe_publishable: str = field(default="")
    installation: str = field(default="")

    mail_gateway: MailGateway = field(default="sandbox", validator=_one_of(MailGateway))
    mail_from: str = field(default="", validator=_an_email)
    mail_from_name: str = ""
    mail_reply_to: str = field(default="", validator=_an_email)
    mail_bounces_to: str = field(default="", validator=_an_email)
    smtp_host: str = ""
    smtp_port: str = field(default="587", validator=_a_port)
    smtp_security: SmtpSecurity = field(default="starttls", validator=_one_of(SmtpSecurity))
    smtp_user: str = ""

    sms_gateway: SmsGateway = field(default="sandbox", validator=_one_of(SmsGateway))
    sms_sender: str = ""
    sms_countries: str = ""
    sms_address: str = field(default="", validator=_a_double)

    video_provider: VideoProvider = field(default="built-in", validator=_one_of(VideoProvider))
    video_server: str = ""
    video_page: str = ""
    video_region: str = ""
    video_app: str = ""

    turn_urls: str = ""
    turn_only: YesNo = field(default="no", validator=_one_of(YesNo))

    @installation.validator
    def _a_name(self, attribute: Attribute[str], value: str) -> None:
        if value and not re.fullmatch(r"[a-z0-9-]{3,40}", value):
            raise BadInput(attribute.name, value, "3 to 40 small letters, figures and hyphens")

    @stripe_publishable.validator
    def _of_the_mode(self, attribute: Attribute[str], value: str) -> None:
        if value and not value.startswith(f"pk_{self.stripe_mode}_"):
            raise BadInput(attribute.name, value, f"a key that begins with pk_{self.stripe_mode}_")

    @job_queue.validator
    def _on_a_server(self, _: object, value: str) -> None:
        if value and not self.database_url:
            raise BadInput("job_queue", value, "only with `database_url`, on PostgreSQL")

    @base_url.validator
    def _address(self, _: object, value: str) -> None:
        Site(value)

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None when the database is on a server."""
        return None if self.database_url else self.home / "clinic.sqlite3"

    @property
    def database(self) -> str:
        """The database as it may be shown: the file's path, or the address without a password."""
        if self.file:
            return str(self.file)
        address = urlsplit(self.database_url)
        user, _, host = address.netloc.rpartition("@")
        name = user.partition(":")[0]
        return (
            f"postgresql://{name}@{host}{address.path}"
            if name
            else f"postgresql://{host}{address.path}"
        )

    @property
    def sandbox(self) -> Path:
        return self.home / "sandbox"

    @property
    def link_key(self) -> Path:
        return self.home / "link.key"

    @property
    def stripe_key(self) -> Path:
        """Holds Stripe's secret key, when real cards are held."""
        return self.home / "stripe.key"

    @property
    def stripe_webhook(self) -> Path:
        """Holds the secrets that sign Stripe's news, one a line: two while one is replaced."""
        return self.home / "stripe.webhook"

    @property
    def smtp_password(self) -> Path:
        """Holds the password of `smtp_user`."""
        return self.home / "smtp.password"

    @property
    def sms_secret(self) -> Path:
        """Holds BulkSMS's token, its id and its secret on a line each; or an Apprise address."""
        return self.home / f"{self.sms_gateway}.secret"

    @property
    def video_secret(self) -> Path:
        """Holds Jitsi's app_secret, or the secret of LiveKit's API key."""
        return self.home / f"{self.video_provider}.secret"

    @property
    def web_key(self) -> Path:
        """Signs the cookies of the pages; the same for every process of an installation. The first
        line does; what earlier ones signed is still known while they stand below it."""
        return self.home / "web.key"

    @property
    def metrics_token(self) -> Path:
        """Holds the token of whoever may see the figures of the site."""
        return self.home / "metrics.token"

    @property
    def sms_hook(self) -> Path:
        """Holds the secret part of the address to which BulkSMS posts receipts."""
        return self.home / "sms.hook"

    @property
    def turn_secret(self) -> Path:
        """Holds coturn's `static-auth-secret`."""
        return self.home / "turn.secret"

    @property
    def words(self) -> Path:
        """A host's own templates and translations, where the directory exists."""
        return self.home / "words"

    @property
    def money_is_real(self) -> bool:
        return self.card_network == "stripe" and self.stripe_mode == "live"


def load_settings(environ: Mapping[str, str], home: str | None = None) -> Settings:
    """Settings for the directory `home`, or the environment's, or `./teleconsult-data`.

    Raises `NotConfigured` naming the setting that is unknown or out of bounds.
    """
    try:
        return _load(environ, home)
    except BadInput as refused:
        raise NotConfigured(str(refused)) from refused


def _load(environ: Mapping[str, str], home: str | None) -> Settings:
    place = Path(home or environ.get(f"{PREFIX}HOME") or DEFAULT_HOME)
    known = {one.name for one in fields(Settings)} - {"home"}
    given = _from_file(place / FILE, known)
    if "database_url" in given:
        _must_be_private(place / FILE)
    for name in known:
        value = environ.get(PREFIX + name.upper())
        if value is not None:
            given[name] = value
    return Settings(home=place, **given)  # type: ignore[arg-type] # the validators say what fits


def _from_file(path: Path, known: set[str]) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(str(path), error.strerror, "a file that can be read") from error
    except ValueError as error:  # neither UTF-8 nor TOML
        raise BadInput(str(path), str(error), "a TOML file") from error
    for name, value in found.items():
        if name not in known:
            raise BadInput(f"{path}: {name}", value, f"one of {', '.join(sorted(known))}")
        if not isinstance(value, str):
            raise BadInput(f"{path}: {name}", value, "a text")
    return found


def _must_be_private(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise NotConfigured(
            f"{path} holds the address of the database and can be read by others: "
            f"run `chmod 600 {path}`"
        )
