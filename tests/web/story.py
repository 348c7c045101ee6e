"""What journeys are told in: people with browsers of their own, a clinic whose time passes, and
what is left in the end.

After every step the page is looked at as its reader sees it: nothing reaches over the edge of his
screen, nothing came back as trouble, no script failed, and at the wide screen every link leads
somewhere.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pyotp
from attrs import define, field, frozen

from browsers import press
from calls import PEERS, in_state, let_in, sees
from post import links, pass_until, works
from teleconsult_core.ids import AppointmentId, PractitionerId, StaffId
from teleconsult_core.links import Purpose
from teleconsult_core.people import Actor, Role
from teleconsult_core.sign_ins import StaffMember
from teleconsult_sandbox import Mail
from teleconsult_wiring import App
from teleconsult_wiring.staff_secrets import hash_password, new_totp_secret
from visitor import NORA
from web.test_practice import came, missed, of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

FIELDS = "main input:not([type=hidden])"
PHONE_NUMBER = "+32470123456"
LINKS = "a[href]:not(.slots a)"
PASSWORD = "correct horse battery"
SECRET = new_totp_secret()


@cache
def hashed() -> str:
    """Takes its time, as it should."""
    return hash_password(PASSWORD)


@frozen
class Reader:
    """How people meet the pages in one telling of a journey."""

    name: str
    width: int
    script: bool = True


WIDE, PHONE = Reader("wide", 1280), Reader("phone", 360)
PLAIN = Reader("phone-without-javascript", 360, script=False)


@define
class Somebody:
    """One person at a browser of his own: what he does there, and what he reads."""

    clinic: Clinic
    page: Page
    email: str = NORA["email"]
    tried: set[str] = field(factory=set)

    def goes_to(self, path: str) -> None:
        self.page.goto(path)
        self.looks()

    def presses(self, what: str = "main button") -> None:
        """A selector, or the words on a link or a button."""
        if what.startswith(("main", "form", "#", ".", "[")):
            press(self.page, what)
        else:
            with self.page.expect_navigation():
                self._named(what).click()
        self.looks()

    def answers(self, *answers: str) -> None:
        """One question a page."""
        for answer in answers:
            self.page.fill(FIELDS, answer)
            self.presses()

    def fills(self, **given: str) -> None:
        for name, answer in given.items():
            self.page.fill(f"#{name}", answer)

    def chooses(self, *values: str) -> None:
        for value in values:
            self.page.check(f"[value='{value}']")

    def reads(self, *words: str) -> None:
        """All of it stands on the page before him."""
        shown = self.shown
        for one in words:
            assert one in shown, f"{one!r} is not on {self.page.url}: {shown}"

    def misses(self, *words: str) -> None:
        """None of it stands there."""
        shown = self.shown
        for one in words:
            assert one not in shown, f"{one!r} is on {self.page.url}: {shown}"

    def is_written(self, *words: str) -> None:
        """All of it stands in one letter in his mailbox."""
        letters = [" ".join(f"{m.letter.subject} {m.letter.text}".split()) for m in self.letters]
        assert any(all(one in letter for one in words) for letter in letters), (words, letters)

    def is_texted(self, *words: str) -> None:
        """All of it stands in one text on the patients' phone."""
        works(self.clinic.app)
        texts = [one.text for one in self.clinic.app.sandbox.phone.messages(PHONE_NUMBER)]
        assert any(all(one in text for one in words) for text in texts), (words, texts)

    @property
    def letters(self) -> tuple[Mail, ...]:
        works(self.clinic.app)
        return self.clinic.app.sandbox.mailbox.messages(self.email)

    @property
    def appointment(self) -> AppointmentId:
        """The one whose page is before him."""
        return AppointmentId(self.page.url.split("/b/")[1].split("/")[0])

    @property
    def shown(self) -> str:
        return " ".join(self.page.inner_text("main").split())

    def opens_link(self, purpose: Purpose) -> None:
        """The newest of its kind in his mailbox, and the button behind it."""
        self.goes_to(links(self.clinic.app, purpose, self.email)[-1])
        self.presses()

    def signs_in(self) -> None:
        """As staff: with a password and the code of the moment."""
        self.goes_to("/sign-in")
        code = pyotp.TOTP(SECRET).at(self.clinic.app.now())
        self.fills(email=self.email, password=PASSWORD, code=code)
        self.presses()

    def books(
        self, card: str = "visa-ok", *, week: int = 0, day: int = 0, whose: str = "dupont"
    ) -> AppointmentId:
        """The first free time, or the first of a later week, or of a later day in it."""
        self.goes_to(f"/p/{whose}?week={week}")
        self.presses(f".day:nth-of-type({day + 1}) .slots a" if week or day else "main a.button")
        self.answers(*NORA.values())
        self.presses()
        self.pays(card)
        return self.appointment

    def decides(self, what: str) -> None:
        """As a practitioner, who is asked what is due."""
        self.chooses(what)
        self.presses()

    def pays(self, card: str = "visa-ok") -> None:
        self.page.check("#agreed")
        self.chooses(card)
        self.presses()
        if card.endswith("3ds"):
            self.presses("main button[value=yes]")

    def downloads(self, what: str) -> bytes:
        """What stands behind a link with these words, in the browser's own name."""
        href = self._named(what).get_attribute("href")
        assert href, what
        answer = self.page.context.request.get(href)
        assert answer.status == 200, (href, answer.status)
        return answer.body()

    def opens_account(self) -> None:
        """By the newest link that came for it."""
        written = [mail.letter.text for mail in self.letters]
        found = re.findall(r"https://[^/\s]+(/account/\S+)", " ".join(written))
        self.goes_to(found[-1])
        self.presses()

    def takes(self, what: str) -> str:
        """A file that a button gives."""
        with self.page.expect_download() as file:
            self._named(what).click()
        return file.value.path().read_text()

    def _named(self, words: str) -> Locator:
        link, button = (self.page.get_by_role(role, name=words) for role in ("link", "button"))
        return link.or_(button).first

    def looks(self) -> None:
        """As after every step."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.clinic.reader.width, (width, self.page.url)
        if self.clinic.reader is WIDE:
            self._tries_links()
        assert not self.clinic.troubles, self.clinic.troubles

    def _tries_links(self) -> None:
        """Each that he has not seen yet leads somewhere; of free times the one he takes will do."""
        targets = "all => all.map(one => one.getAttribute('href')).filter(to => to.startsWith('/'))"
        for target in set(self.page.eval_on_selector_all(LINKS, targets)) - self.tried:
            self.tried.add(target)
            answer = self.page.context.request.get(target)
            assert answer.ok, (answer.status, target, self.page.url)


@define
class Clinic:
    """The example clinic, told as one reader meets it."""

    app: App
    browser: Browser
    address: str
    reader: Reader
    troubles: list[str] = field(factory=list)

    def somebody(self, email: str = NORA["email"], language: str = "fr-BE") -> Somebody:
        """A person, and the browser that is his alone."""
        context = self.browser.new_context(
            base_url=self.address,
            locale=language,
            viewport={"width": self.reader.width, "height": 740},
            java_script_enabled=self.reader.script,
        )
        context.add_init_script(PEERS)
        page = context.new_page()
        watch(page, self.troubles)
        return Somebody(self, page, email)

    def doctor(self, id: str = "dupont") -> Somebody:
        with self.app.desk.open_work(writing=False) as work:
            found = work.clinic.practitioner(PractitionerId(id))
        assert found is not None
        return self.somebody(found.email)

    def staff(self, role: Role, whose: str = "") -> Somebody:
        """Somebody who works here and has signed in."""
        person = self.doctor(whose) if whose else self.somebody(f"{role.value}@example.org")
        id, practitioner = StaffId(f"s-{role.value}"), PractitionerId(whose) if whose else None
        self.app.desk.add_staff_member(
            member=StaffMember(id, role, person.email, hashed(), SECRET, practitioner),
            by=Actor(Role.OPERATOR, "olga"),
            now=self.app.now(),
        )
        person.signs_in()
        return person

    def until(self, moment: datetime) -> None:
        """Time passes, and what falls due until then is done."""
        pass_until(self.app, moment)

    def meet(self, id: AppointmentId, patient: Somebody, doctor: Somebody) -> None:
        """Both come by their links and see each other; the doctor ends it and is asked what is due.

        Without scripts the room says what it needs, and the call is one in other browsers.
        """
        start = self.start(id)
        self.until(start - timedelta(minutes=5))
        self.app.sandbox.clock.set(start)
        patient.opens_link(Purpose.JOIN)
        if not self.reader.script:
            patient.reads("La consultation vidéo a besoin de JavaScript", "02 555 01 00")
            return self.met(id, doctor)
        self.app.sandbox.clock.release()
        in_state(patient.page, "waiting")
        doctor.opens_link(Purpose.JOIN)
        let_in(doctor.page)
        in_state(patient.page, "call")
        sees(doctor.page, 3)
        for one in (patient, doctor):
            one.looks()
        doctor.page.click("[data-is=finish]")
        doctor.presses("[data-is=end]")
        in_state(patient.page, "ended")
        patient.presses("#room [data-in~=ended] a")
        patient.reads("Ce rendez-vous est passé", "Le praticien indique maintenant ce qui est dû")
        patient.misses("n’est pas venu", "Votre rendez-vous est confirmé")
        return None

    def waits_in_vain(self, id: AppointmentId, doctor: Somebody) -> None:
        """The doctor sat in the room for half an hour, alone; a letter asks him what is due."""
        missed(self.app, id)
        self.until(of(self.app, id).terms.end + timedelta(minutes=30))
        doctor.opens_link(Purpose.DECIDE)

    def met(self, id: AppointmentId, doctor: Somebody) -> None:
        """It took place, in other browsers than these; a letter asks the doctor what is due."""
        came(self.app, id)
        self.until(of(self.app, id).terms.end + timedelta(minutes=30))
        doctor.opens_link(Purpose.DECIDE)

    def start(self, id: AppointmentId) -> datetime:
        return of(self.app, id).terms.start

    def ends(self, id: AppointmentId, state: str, **money: int) -> None:
        """How the appointment stands and what the card network's own books say, in cents.

        Ours say the same; whatever is not named is nothing.
        """
        assert of(self.app, id).state == state
        assert self.money == money
        now = self.app.now()
        found = self.app.desk.reconcile(since=now - timedelta(days=60), now=now)
        assert found.agrees, found
        assert not found.differences, found

    @property
    def money(self) -> dict[str, int]:
        """What the card network's own books say, of all cards together, in cents."""
        works(self.app)
        books = self.app.sandbox.cards.books()
        return {
            what: sum(getattr(book, what).minor for book in books)
            for what in ("held", "captured", "refunded")
            if any(getattr(book, what).minor for book in books)
        }

    def kept(self, words: str) -> set[str]:
        """The tables of the clinic in which this stands."""
        with closing(sqlite3.connect(self.app.settings.home / "clinic.sqlite3")) as rows:
            tables = rows.execute("select name from sqlite_master where type = 'table'").fetchall()
            return {
                name
                for (name,) in tables
                if words in repr(rows.execute(f'select * from "{name}"').fetchall())  # noqa: S608 # our own names
            }


def watch(page: Page, troubles: list[str]) -> None:
    """Note what a person would not see, or not understand."""

    def answered(answer: Response) -> None:
        if answer.status >= 500:
            troubles.append(f"{answer.status} {answer.url}")

    def said(word: ConsoleMessage) -> None:
        if "Content Security Policy" in word.text:
            troubles.append(word.text)

    page.on("response", answered)
    page.on("console", said)
    page.on("pageerror", lambda error: troubles.append(str(error)))
