"""One consultation booked through the demonstration's own pages, as by a browser without scripts.

For where nobody sits at a screen: it proves that what is served works, and then it ends.
"""

from __future__ import annotations

from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

PATIENT = {"name": "Nora Lemmens", "phone": "0470 12 34 56", "email": "nora@example.org"}
FILLED = frozenset({"hidden", "text", "tel", "email"})
"""The kinds of fields whose content is sent as it stands."""
TIMEOUT = 30.0
"""Seconds for one page."""


class NotAsExpected(Exception):
    """A page did not say what it should; names the page and what was missing."""


class _Page(HTMLParser):
    """The words, links and main form of a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.words = address, ""
        self.links: list[tuple[str, str]] = []
        self.action, self.fields = "", dict[str, str]()
        self._inside = False
        self._link: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = named.get("class") == "flow"
            if self._inside:
                self.action = named.get("action", "")
        if (
            tag == "input"
            and self._inside
            and named.get("type") in {"hidden", "text", "tel", "email"}
        ):
            self.fields[named["name"]] = named.get("value", "")
        if tag == "a":
            self._link = named.get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        self.words += f"{data.strip()} " if data.strip() else ""
        if self._link and data.strip():
            self.links.append((data.strip(), self._link))


class _Visitor:
    def __init__(self, address: str) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = _Page(address, "")

    def go(self, path: str) -> None:
        self._ask(urljoin(self.page.address, path), None)

    def send(self, **fields: str) -> None:
        answers = urlencode({**self.page.fields, **fields}).encode()
        self._ask(urljoin(self.page.address, self.page.action), answers)

    def follow(self, words: str) -> None:
        found = next((href for said, href in self.page.links if said == words), None)
        if found is None:
            raise NotAsExpected(f"{self.page.address} has no link « {words} »")
        self.go(found)

    def must_say(self, words: str) -> None:
        if words not in self.page.words:
            raise NotAsExpected(f"{self.page.address} does not say « {words} »")

    def _ask(self, address: str, answers: bytes | None) -> None:
        asked = Request(address, answers, {"Accept-Language": "en"})  # noqa: S310 # our own, http
        with self._opener.open(asked, timeout=TIMEOUT) as answer:
            self.page = _Page(answer.url, answer.read().decode())


def book_one(address: str) -> str:
    """Book the first free video consultation with the sandbox's card; gives the page it ends on.

    Raises `NotAsExpected`, or `urllib.error.URLError` when nobody answers.
    """
    visitor = _Visitor(address)
    visitor.go("/p/dupont")
    visitor.follow("Book this time")
    for name, answer in PATIENT.items():
        visitor.send(**{name: answer})
    visitor.must_say("Check, then book")
    visitor.send()
    visitor.must_say("reserved, not charged")
    visitor.send(agreed="yes", card="visa-ok")
    visitor.must_say("Your appointment is confirmed")
    return visitor.page.address
