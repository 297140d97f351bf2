"""Looks at pages in a browser and notes every fault, by kind, with the page where it was found."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request
from playwright.sync_api import ViewportSize as Size
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.e2e.browsing import DESK, PHONE, sideways, violations
from tests.e2e.one_language import EnteredTexts

FACTS = Path(__file__).with_name("page_facts.js").read_text(encoding="utf-8")
LANGS = ("zh", "en")
HTML_LANG = {"zh": "zh-CN", "en": "en"}
WIDTH_WHEN_SEEN_BEFORE: dict[str, Size] = {"zh": PHONE, "en": DESK}
NO_TOKEN_HERE = re.compile(r"/[io]/")  # a link page sets no cookie that could hold one
MISSING = 404
FIRST_FAILURE = 500
FIRST_ERROR = 400


class Check(StrEnum):
    """One demand on every page."""

    AXE = "axe finds nothing"
    SIDEWAYS = "a phone need not scroll sideways"
    LANGUAGE = "the words are of the page's language"
    STRUCTURE = "title, one h1, lang, ids"
    CSRF = "each form has its token"
    NO_SCRIPT = "buttons and links work without scripts"
    KEYBOARD = "Tab reaches the skip link first"
    OWN_HOST = "nothing is asked of another host"
    CONSOLE = "the console is silent"
    SERVER = "the server does not fail"


@dataclass(kw_only=True)
class Sweep:
    """The faults so far, and which routes have shown a page."""

    routes: MapAdapter
    company: str
    entered: dict[str, EnteredTexts] = field(default_factory=dict)
    faults: dict[Check, list[str]] = field(default_factory=lambda: defaultdict(list))
    visited: set[str] = field(default_factory=set)
    axe_runs: int = 0
    pages: int = 0
    _looks: set[tuple[str, str]] = field(default_factory=set)
    _full: set[tuple[str, str]] = field(default_factory=set)
    _titles: dict[tuple[str, str], dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def watch(self, page: Page) -> Page:
        """Listen to what the page asks for and complains about, from now on."""
        page.on("request", self._note_request)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self._fault(Check.CONSOLE, page.url, str(error)))
        return page

    def visit(self, page: Page, address: str) -> None:
        """Look at an address in both languages, if there is a page for this reader."""
        for lang in LANGS:
            answer = page.goto(f"{address}?lang={lang}")
            if answer is None or answer.status == MISSING:
                return
            if answer.status < FIRST_ERROR:
                self.visited.add(self.endpoint(address))
                self.visited.add(self.endpoint(page.url))
            facts = self.look(page, lang)
            if answer.status < FIRST_ERROR:
                self._titles[(lang, facts["title"])][self.endpoint(page.url)].add(facts["words"])
            if answer.status >= FIRST_FAILURE:
                self._fault(Check.SERVER, page.url, str(answer.status))

    def after(self, page: Page, address: str, act: Callable[[Page], object]) -> None:
        """Look at what comes of doing something on a page, in both languages."""
        for lang in LANGS:
            page.goto(f"{address}?lang={lang}")
            act(page)
            self.look(page, lang)

    def look(self, page: Page, lang: str) -> dict[str, Any]:
        """Judge the page as it stands, unless one just like it has been judged."""
        facts: dict[str, Any] = page.evaluate(FACTS)
        if (lang, facts["look"]) in self._looks:
            return facts
        self._looks.add((lang, facts["look"]))
        self.pages += 1
        for check, what in self._about(page.url, lang, facts):
            self._fault(check, page.url, what)
        self._measure(page, lang)
        return facts

    def endpoint(self, address: str) -> str:
        """Which view answers at an address, or "" for none."""
        try:
            return str(self.routes.match(urlsplit(address).path, method="GET")[0])
        except HTTPException:
            return ""

    def shared_titles(self) -> list[str]:
        """Titles that several views bear, unless they show the very same page."""
        return [
            f"{title!r} ({lang}) is the title of {one} and {other}"
            for (lang, title), views in self._titles.items()
            for one, other in combinations(sorted(views), 2)
            if not views[one] & views[other]
        ]

    def _about(self, url: str, lang: str, facts: dict[str, Any]) -> Iterator[tuple[Check, str]]:
        for fault in self._structure(lang, facts):
            yield Check.STRUCTURE, fault
        if not NO_TOKEN_HERE.search(urlsplit(url).path):
            yield from ((Check.CSRF, action) for action in facts["unguarded"])
        yield from ((Check.NO_SCRIPT, element) for element in facts["idle"])
        for text in facts["texts"]:
            words = self.entered[lang].foreign_words(text)
            if words:
                yield Check.LANGUAGE, f"{words!r} in {text!r}"

    def _structure(self, lang: str, facts: dict[str, Any]) -> Iterator[str]:
        if not re.fullmatch(rf"\S.* - {re.escape(self.company)}", facts["title"]):
            yield f"title {facts['title']!r}"
        if facts["lang"] != HTML_LANG[lang]:
            yield f"lang is {facts['lang']!r}"
        if facts["headings"] != 1:
            yield f"{facts['headings']} h1"
        yield from (f"id {identifier!r} twice" for identifier in facts["twice"])

    def _measure(self, page: Page, lang: str) -> None:
        """The first page of a view at both widths, later ones at one width for each language."""
        view = self.endpoint(page.url)
        is_first = (view, lang) not in self._full
        self._full.add((view, lang))
        self.measure(page, *((DESK, PHONE) if is_first else (WIDTH_WHEN_SEEN_BEFORE[lang],)))
        if is_first:
            self._press_tab(page)

    def measure(self, page: Page, *sizes: Size) -> None:
        """What axe finds at these sizes, and whether a phone would scroll sideways."""
        for size in sizes:
            page.set_viewport_size(size)
            self.axe_runs += 1
            for found in violations(page):
                self._fault(Check.AXE, f"{size['width']} px", found)
        page.set_viewport_size(PHONE)
        if sideways(page) > 0:
            self._fault(Check.SIDEWAYS, page.url, f"{sideways(page)} px too wide")

    def _press_tab(self, page: Page) -> None:
        page.keyboard.press("Tab")
        reached = page.evaluate(
            "() => { const e = document.activeElement, box = e.getBoundingClientRect();"
            " return [e.getAttribute('href') ?? e.outerHTML.slice(0, 80), box.top, box.left] }"
        )
        address, top, left = reached
        is_target = address.startswith("#") and page.locator(f"main{address}").count() == 1
        if not is_target or top < 0 or left < 0:
            self._fault(Check.KEYBOARD, page.url, str(reached))

    def _note_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in {"data", "blob"} and asked.netloc != self.routes.server_name:
            self._fault(Check.OWN_HOST, request.frame.url, request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        place = message.location.get("url", "")
        refused_page = "Failed to load resource" in message.text and "/static/" not in place
        if message.type in {"error", "warning"} and not refused_page:
            self._fault(Check.CONSOLE, place, message.text)

    def _fault(self, check: Check, where: str, what: str) -> None:
        line = f"{where}: {what}"
        if line not in self.faults[check]:
            self.faults[check].append(line)
