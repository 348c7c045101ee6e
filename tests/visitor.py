"""A visitor without a browser: asks for pages, fills in the forms that are really there."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

HERE = "https://localhost"
NORA = {"name": "Nora El Amrani", "phone": "0470 12 34 56", "email": "nora@example.org"}


class Visitor:
    """One browser's cookies; the last page is `page`."""

    def __init__(self, pages: Flask, language: str = "en", below: str = "") -> None:
        self._below = below
        self._client = pages.test_client()
        self._language = language
        self.page: TestResponse

    def go(self, path: str) -> TestResponse:
        self.page = self._client.get(
            path,
            base_url=HERE,
            headers={"Accept-Language": self._language},
            follow_redirects=True,
        )
        return self.page

    def send(self, path: str = "", **fields: str | list[str]) -> TestResponse:
        """Send the form of the last page, to where it goes unless told otherwise."""
        self.page = self._client.post(
            path or self.action,
            base_url=HERE,
            data={"form_token": self.token, **fields},
            headers={"Accept-Language": self._language},
            follow_redirects=True,
        )
        return self.page

    def follow(self, words: str) -> TestResponse:
        """Go where the first link leads that carries these words."""
        found = re.search(rf'href="([^"]+)"[^>]*>(?:<[^>]+>)*{words}', self.page.text)
        assert found, f"no link {words!r} on {self.page.request.path}"
        return self.go(unescape(found[1]))

    @property
    def token(self) -> str:
        """The one of this browser: on the page, or where there is a form for everybody."""
        forms = f"{self._below}/account"
        pages = (self.page, self._client.get(forms, base_url=HERE, follow_redirects=True))
        found = (re.search(r'name="form_token" value="([^"]+)"', page.text) for page in pages)
        return next(one for one in found if one)[1]

    @property
    def action(self) -> str:
        found = re.search(r'<form class="flow" method="post" action="([^"]+)"', self.page.text)
        assert found, "no form here"
        return unescape(found[1])

    @property
    def words(self) -> str:
        """What stands on the page, without its markup."""
        main = self.page.text.split("<main", 1)[1].split("</main>", 1)[0]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())

    def say_who(self, **changed: str) -> None:
        for name, answer in {**NORA, **changed}.items():
            self.send(**{name: answer})

    def book_first(self, path: str = "/p/dupont", words: str = "Book this time") -> str:
        """The first free time, up to the page after the booking; gives that page's path."""
        self.go(path)
        self.follow(words)
        if "<h1><label" in self.page.text:
            self.say_who()
        self.send()
        return self.page.request.path
