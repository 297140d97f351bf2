"""People who answer: browsers that keep their line open, many at a time."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from time import perf_counter
from typing import Generic, TypeVar
from urllib.parse import urlencode

from tests.forms import fields_on, rating_fields

PATIENCE_SECONDS = 60
OK, SEE_OTHER = 200, 303
RATINGS, TEXTS = 30, 3
READING_SECONDS = 240
COMMENT = "对客户的问题回应很快，也会把经验分享给同事；希望会议前能早些收到资料。"
FORM = "application/x-www-form-urlencoded"


Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visited(Generic[Found]):
    """What the visits of each client gave, and the seconds that all took."""

    seconds: float
    found: tuple[list[Found], ...]


class VisitError(Exception):
    """A page did not come as it should have; the text says which."""


@dataclass(kw_only=True)
class Visitor:
    """One browser at an address of its own: counts of requests are kept by address."""

    line: HTTPConnection
    address: str = "10.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> str:
        """A page; raises VisitError when it is none."""
        answer, text = self._ask("GET", path, "")
        if answer.status != OK:
            raise VisitError(f"GET {path}: {answer.status}")
        return text

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; gives the address it leads to."""
        answer, _text = self._ask("POST", path, urlencode(fields))
        if answer.status != SEE_OTHER:
            raise VisitError(f"POST {path}: {answer.status}")
        return answer.headers["Location"]

    def _ask(self, method: str, path: str, body: str) -> tuple[HTTPResponse, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Encoding": "gzip",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
            "X-Forwarded-For": self.address,
        }
        if body:
            headers["Content-Type"] = FORM
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
        except ConnectionError:  # a line that was left alone for too long
            self.line.close()
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
        content = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({key: one.value for key, one in SimpleCookie(header).items()})
        return answer, content.decode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """Somebody who has sent a form, and the page of thanks that their browser asks for next."""

    visitor: Visitor
    path: str


def respond(visitor: Visitor, link: str) -> Ending:
    """From the mailed link to the submission: landing, start, form, answers."""
    visitor.get(link)
    form = visitor.post(f"{link}/start", {})
    page = visitor.get(form)
    return Ending(visitor=visitor, path=visitor.post(form, answers_on(page)))


def answers_on(page: str) -> dict[str, str]:
    """Every question answered, something written in every box; VisitError for another form."""
    ratings, fields = rating_fields(page), fields_on(page)
    texts = [name for name in fields if name.startswith("c-")]
    if (len(ratings), len(texts)) != (RATINGS, TEXTS):
        raise VisitError(f"a form with {len(ratings)} ratings and {len(texts)} texts")
    levels = {name: str(1 + number % 5) for number, name in enumerate(ratings)}
    opened = str(int(fields["opened"]) - READING_SECONDS)  # a form that was read is counted
    texts_typed = dict.fromkeys(texts, COMMENT)
    return {**fields, **levels, **texts_typed, "opened": opened, "action": "submit"}


def visit_all(
    port: int, clients: int, links: Sequence[str], visit: Callable[[Visitor, str], Found]
) -> Visited[Found]:
    """So many clients share the links out and visit one after the other."""

    def work(first: int) -> list[Found]:
        with _line(port) as line:
            return [
                visit(Visitor(line=line, address=f"10.{first}.{number >> 8}.{number & 255}"), link)
                for number, link in enumerate(links[first::clients])
            ]

    began = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = tuple(pool.map(work, range(clients)))
    return Visited(seconds=perf_counter() - began, found=found)


def read_thanks(endings: Sequence[Sequence[Ending]]) -> float:
    """Every client's visitors read their last page; gives the seconds."""

    def work(mine: Sequence[Ending]) -> None:
        for ending in mine:
            ending.visitor.get(ending.path)
        for last in mine[-1:]:
            last.visitor.line.close()

    began = perf_counter()
    with ThreadPoolExecutor(len(endings)) as pool:
        list(pool.map(work, endings))
    return perf_counter() - began


@contextmanager
def _line(port: int) -> Iterator[HTTPConnection]:
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        yield line
    finally:
        line.close()
