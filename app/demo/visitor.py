"""Somebody who uses the pages over HTTP as a browser without JavaScript would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup, Tag

Values = dict[str, list[str]]
TIMEOUT_SECONDS = 60
FIRST_ERROR = 400


class VisitError(Exception):
    """A page did not do what a visitor may expect of it; the text says where and what it showed."""


@dataclass(kw_only=True)
class PageForm:
    """One form of a page with the values it would send as it stands."""

    address: str
    method: str
    values: Values
    choices: dict[str, list[str]] = field(default_factory=dict)


class Visitor:
    """A browser profile of its own: cookies, one page at a time."""

    def __init__(self, site: str, *, language: str = "zh") -> None:
        self.site = site
        self._http = httpx.Client(
            base_url=site,
            follow_redirects=True,
            timeout=TIMEOUT_SECONDS,
            headers={"Accept-Language": language, "Origin": site},
            # A connection for each request: on a busy machine the server closes an idle one at the
            # very moment at which a form is sent on it.
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self.page = BeautifulSoup("", "html.parser")
        self.address = site

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def open(self, address: str) -> BeautifulSoup:
        """Go to a page. Raises VisitError when it answers with an error."""
        return self._shown(self._http.get(address))

    def download(self, address: str) -> bytes:
        """Fetch a file."""
        answer = self._http.get(address)
        if answer.status_code >= FIRST_ERROR:
            raise VisitError(f"GET {address} answered {answer.status_code}")
        return answer.content

    def form(self, *, action: str = "", having: str = "") -> PageForm:
        """The first form whose address ends with `action` and that has the field `having`."""
        for element in self.page.find_all("form"):
            found = _read_form(element, self.address)
            fits_address = found.address.split("?")[0].endswith(action)
            if fits_address and (not having or having in found.values | found.choices):
                return found
        raise VisitError(f"{self.address} has no form {action or having!r}: {self.text()[:300]}")

    def send(
        self,
        form: PageForm,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> BeautifulSoup:
        """Fill a form in and send it; a list sends several values of one name."""
        filled = {**form.values, **(values or {})}
        if form.method == "get":
            return self._shown(self._http.get(form.address, params=filled))
        return self._shown(self._http.post(form.address, data=filled, files=files))

    def text(self) -> str:
        """What a person reads on the page."""
        return " ".join(self.page.get_text(" ").split())

    def _shown(self, answer: httpx.Response) -> BeautifulSoup:
        self.page = BeautifulSoup(answer.text, "html.parser")
        self.address = str(answer.url)
        if answer.status_code >= FIRST_ERROR:
            raise VisitError(
                f"{answer.request.method} {answer.url} answered {answer.status_code}: "
                f"{self.text()[:400]}"
            )
        return self.page


def _read_form(element: Tag, page_address: str) -> PageForm:
    form = PageForm(
        address=urljoin(page_address, str(element.get("action") or page_address)),
        method=str(element.get("method") or "get").lower(),
        values={},
    )
    for part in element.find_all(["input", "textarea", "select"]):
        name = str(part.get("name") or "")
        if name and not part.has_attr("disabled"):
            _read_field(form, name, part)
    return form


def _read_field(form: PageForm, name: str, part: Tag) -> None:
    kind = str(part.get("type") or part.name)
    if kind in {"radio", "checkbox"}:
        value = str(part.get("value") or "on")
        form.choices.setdefault(name, []).append(value)
        if part.has_attr("checked"):
            form.values.setdefault(name, []).append(value)
    elif part.name == "select":
        options = part.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")] or options[:1]
        form.choices[name] = [_value_of(option) for option in options]
        form.values[name] = [_value_of(option) for option in chosen]
    elif part.name == "textarea":
        form.values.setdefault(name, []).append(part.get_text())
    elif kind not in {"submit", "button", "file", "image"}:
        form.values.setdefault(name, []).append(str(part.get("value") or ""))


def _value_of(option: Tag) -> str:
    value = option.get("value")
    return str(value) if value is not None else option.get_text()
