"""The suite ``submit``: however often a form is sent at one moment, it counts once and whole.

Real web processes are asked by many threads at once. On every second form the same page is sent 20
times, on the others 20 pages that differ; then two browsers that both pressed Start on one link
send theirs together. Afterwards the database is read with plain SQL: one submission for each
request, equal to the page whose sender was sent on, no draft left, and every sender saw the same
receipt. Half of the forms belong to an anonymous round, whose submissions know no request, so that
no unique key stands behind the conditional update.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Barrier
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from app.db import db, writing
from app.factory import create_app
from bench.launch import bench_settings
from faults.running import closing_line, say
from faults.serving import PATIENCE_SECONDS, SEE_OTHER, Browser, Reply, served
from tests.conftest import LINK_KEY
from tests.factories import make_cycle
from tests.forms import Scene, filled, make_scene
from tests.servers import postgres_server

USUAL_COUNT = 200
SENDERS = 20
FORMS_PER_PAIR = 2  # two browsers race half as often as twenty pages do
FORM, DONE = "/r/p/1", "/r/done"
LOG_CHARACTERS = 6_000
OK, SERVER_ERROR, BUSY = 200, 500, 503
RECEIPT = re.compile(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b")

Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """One page that was sent, where its sender was led, and the page that was shown at last."""

    fields: Fields
    first: Reply
    last: Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What the database says about one request afterwards."""

    state: str
    submissions: Sequence[tuple[dict[str, Any], dict[str, Any]]]
    drafts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What went wrong in one race; all is well where nothing did."""

    lost: int = 0
    dup: int = 0
    partial: int = 0
    complaints: tuple[str, ...] = ()
    busy: int = 0


def run(*, count: int = USUAL_COUNT, seed: int = 1) -> bool:
    """Race on every engine at hand and print what came out; whether each form counted once."""
    verdicts: list[Verdict] = []
    for engine, url, folder in _engines():
        found = list(race_on(url, folder, count=count, seed=seed))
        say(
            f"submit on {engine}: {count} forms sent by {SENDERS} at once, "
            f"{pairs_for(count)} by two browsers; told to send again {sum(v.busy for v in found)}"
        )
        verdicts += found
        if any(one.complaints for one in found):
            say(f"the end of what the server wrote:\n{log_tail(folder)}")
    for verdict in [one for one in verdicts if one.complaints][:10]:
        say("; ".join(verdict.complaints))
    say(summary(verdicts))
    return not any(one.complaints for one in verdicts)


def pairs_for(count: int) -> int:
    return max(1, count // FORMS_PER_PAIR)


def log_tail(folder: Path) -> str:
    """What the web processes wrote last, while their scratch folder is still there."""
    return (folder / "web.log").read_text(encoding="utf-8", errors="replace")[-LOG_CHARACTERS:]


def summary(verdicts: Sequence[Verdict]) -> str:
    return closing_line(
        faults=len(verdicts),
        lost=sum(one.lost for one in verdicts),
        dup=sum(one.dup for one in verdicts),
        partial=sum(one.partial for one in verdicts),
        is_whole=not any(one.complaints for one in verdicts),
    )


def race_on(database_url: str, folder: Path, *, count: int, seed: int) -> Iterator[Verdict]:
    """Every race on a new database: many pages of one browser, then two browsers."""
    random = Random(seed)  # noqa: S311 - levels of answers, no secret
    scenes = _build(database_url, folder, count + pairs_for(count))
    engine = create_engine(database_url)
    with served(folder, database_url, link_key=LINK_KEY) as site:
        for number, (link, request_id, participant_id) in enumerate(scenes):
            if number < count:
                pages = many_pages(site.port, link, random, alike=number % 4 < 2)  # noqa: PLR2004
            else:
                pages = two_browsers(site.port, link, random)
            answered = send_at_once(pages)
            stored = read_stored(engine, request_id, participant_id)
            yield judge(answered, stored, name=f"seed {seed}, form {number}")
    engine.dispose()


def many_pages(
    port: int, link: str, random: Random, *, alike: bool
) -> list[tuple[Browser, Fields]]:
    """One browser with the form open in many windows, filled in alike or each differently."""
    browser = _started(port, link)
    page = browser.get(FORM).text
    same = _filled(page, random)
    return [(browser.twin(), same if alike else _filled(page, random)) for _ in range(SENDERS)]


def two_browsers(port: int, link: str, random: Random) -> list[tuple[Browser, Fields]]:
    """Two devices of one reviewer, each with cookies of its own."""
    both = (_started(port, link), _started(port, link))
    return [(browser, _filled(browser.get(FORM).text, random)) for browser in both]


def send_at_once(pages: Sequence[tuple[Browser, Fields]]) -> list[Answered]:
    """Send all pages at the moment when the last line is open; follow where each is led."""
    barrier = Barrier(len(pages), timeout=PATIENCE_SECONDS)

    def send(browser: Browser, fields: Fields) -> Answered:
        first = last = browser.post(FORM, fields, ready=barrier.wait)
        if first.status == SEE_OTHER:
            last = browser.get(first.location)
        return Answered(fields=fields, first=first, last=last)

    with ThreadPoolExecutor(len(pages)) as pool:
        return list(pool.map(lambda page: send(*page), pages))


def judge(answered: Sequence[Answered], stored: Stored, *, name: str) -> Verdict:
    """Compare what senders were told with what is kept; knows nothing of how it was written."""
    kept = len(stored.submissions)
    is_whole = kept == 0 or all(_is_one_of(row, answered) for row in stored.submissions)
    complaints = [f"{name}: {one}" for one in _wrong_replies(answered)]
    if kept != 1:
        complaints.append(f"{name}: {kept} submissions")
    if stored.state != "submitted" or stored.drafts:
        complaints.append(f"{name}: request {stored.state}, drafts {stored.drafts}")
    if not is_whole:
        complaints.append(f"{name}: what is kept is no page that was sent on as the first")
    return Verdict(
        lost=int(kept == 0),
        dup=max(0, kept - 1),
        partial=int(not is_whole),
        complaints=tuple(complaints),
        busy=sum(one.last.status == BUSY for one in answered),
    )


def _is_one_of(row: tuple[dict[str, Any], dict[str, Any]], answered: Iterable[Answered]) -> bool:
    """Whether this is, field by field, the page of a sender who was led on and not to a receipt."""
    return any(
        row == (_chosen(one.fields), _written(one.fields))
        for one in answered
        if one.first.location == DONE
    )


def _wrong_replies(answered: Sequence[Answered]) -> Iterator[str]:
    receipts = {code for one in answered for code in _receipts(one)}
    if len(receipts) != 1:
        yield f"receipts {sorted(receipts)}"
    for one in answered:
        if one.last.status == BUSY and one.first is one.last:
            continue  # the form again with a sentence and all that was typed
        if one.last.status >= SERVER_ERROR:
            yield f"status {one.first.status}, then {one.last.status}"
        elif one.last.status != OK or not _receipts(one):
            yield f"status {one.first.status}, then {one.last.status} without a receipt"
    winners = sum(one.first.location == DONE for one in answered)
    if winners != 1:
        yield f"{winners} senders were told that theirs was the first"


def _receipts(one: Answered) -> set[str]:
    return set(RECEIPT.findall(one.last.text)) if one.last.status == OK else set()


def _chosen(fields: Fields) -> dict[str, Any]:
    return {name[2:]: int(level) for name, level in fields.items() if name.startswith("a-")}


def _written(fields: Fields) -> dict[str, Any]:
    return {name[2:]: words for name, words in fields.items() if name.startswith("c-")}


def read_stored(engine: Any, request_id: int, participant_id: int) -> Stored:
    """Read with plain SQL. A participant here is asked about once, in anonymous rounds as well."""
    with engine.connect() as connection:
        state = connection.execute(
            text("SELECT state FROM feedback_requests WHERE id = :id"), {"id": request_id}
        ).scalar_one()
        drafts = connection.execute(
            text("SELECT count(*) FROM drafts WHERE request_id = :id"), {"id": request_id}
        ).scalar_one()
        rows = connection.execute(
            text("SELECT answers, comments FROM submissions WHERE participant_id = :id"),
            {"id": participant_id},
        ).all()
    return Stored(
        state=state,
        submissions=[(_document(row.answers), _document(row.comments)) for row in rows],
        drafts=drafts,
    )


def _document(value: Any) -> dict[str, Any]:
    """PostgreSQL's driver reads JSON by itself, SQLite's gives its text."""
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found


def _started(port: int, link: str) -> Browser:
    browser = Browser(port=port)
    browser.ask("POST", f"{link}/start")
    return browser


def _filled(page: str, random: Random) -> Fields:
    """Every question answered and every box filled, each at random."""
    fields = filled(page)
    for name in fields:
        if name.startswith("a-"):
            fields[name] = str(random.randint(1, 5))
        elif name.startswith("c-"):
            fields[name] = f"说明 {random.randrange(10**6)}"  # a longer one is a phone number
    return {**fields, "action": "submit"}


def _build(database_url: str, folder: Path, count: int) -> list[tuple[str, int, int]]:
    """So many reviewers asked about one person each: link, request, participant."""
    app = create_app(bench_settings(database_url, folder))
    with app.app_context(), writing():
        upgrade()
        open_one, anonymous = make_cycle(), make_cycle()
        anonymous.mode = "anonymous"
        scenes = [make_scene(cycle=(open_one, anonymous)[at % 2]) for at in range(count)]
        found = [_keys(scene) for scene in scenes]
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
    return found


def _keys(scene: Scene) -> tuple[str, int, int]:
    return scene.link, scene.requests[0].id, scene.participants[0].id


def _engines() -> Iterator[tuple[str, str, Path]]:
    """SQLite in a scratch folder, then a PostgreSQL of its own where that is installed."""
    with ExitStack() as stack:
        sqlite, other = (Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
        yield "SQLite", f"sqlite:///{sqlite}/submit.sqlite", sqlite
        try:
            url = stack.enter_context(postgres_server())
        except FileNotFoundError as missing:
            say(f"submit: nothing was tried on PostgreSQL, {missing}")
        else:
            yield "PostgreSQL", url, other
