"""What an outsider can verify: files, rows, letters and papers, read past our own code."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from app.demo.instance import DemoError, Instance
from app.demo.mailbox import Received
from app.demo.reviewers import Visit, link_in
from app.scoring.worked import score_text


def require(holds: bool, otherwise: str) -> None:
    """Raise DemoError with the sentence unless the condition holds."""
    if not holds:
        raise DemoError(otherwise)


def rows(instance: Instance, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Read the database file directly."""
    address = f"file:{instance.database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def count_rows(instance: Instance, *tables: str) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table: rows(instance, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - own names
        for table in tables
    }


def no_link_at_rest(instance: Instance, letters: Iterable[Received]) -> None:
    """No byte of the database files holds the secret of a mailed link."""
    files = [path.read_bytes() for path in instance.folder.glob("roundview.sqlite*")]
    for letter in letters:
        secret = (link_in(letter) or "").rsplit("/", 1)[-1].encode()
        if any(secret in content for content in files):
            raise DemoError(f"The link mailed to {letter.to} can be read in the database.")


def answers_arrived(instance: Instance, visits: Sequence[Visit]) -> None:
    """What people entered is what the database holds: every form, every answer, every comment."""
    entered = Counter(
        _canonical(
            {name.removeprefix("a-"): _level(value) for name, value in form.answers.items()},
            {name.removeprefix("c-"): text for name, text in form.comments.items()},
        )
        for visit in visits
        for form in visit.forms
    )
    stored = Counter(
        _canonical(json.loads(answers), json.loads(comments))
        for answers, comments in rows(instance, "SELECT answers, comments FROM submissions")
    )
    require(
        entered == stored,
        f"{sum((entered - stored).values())} forms are not stored as they were entered.",
    )


def ties_are_cut(instance: Instance, visits: Sequence[Visit]) -> None:
    """After the close no row names a rater beside an answer; no draft is left, nothing lost."""
    [(tied,)] = rows(instance, "SELECT count(*) FROM submissions WHERE request_id IS NOT NULL")
    require(tied == 0, f"{tied} answers still name their rater.")
    require(count_rows(instance, "drafts")["drafts"] == 0, "A draft has outlived the close.")
    answers_arrived(instance, visits)


def ratings_recompute(instance: Instance) -> int:
    """Each stored rating comes out again from its own inputs; gives how many there are."""
    stored = rows(instance, "SELECT id, inputs, final, status FROM ratings")
    for rating_id, inputs, final, status in stored:
        outcome = score_text(inputs)
        again = json.loads(outcome.output)
        require(outcome.exit_code == 0, f"Rating {rating_id} cannot be recomputed: {again}")
        shown = f"{float(again['final']['dec']):.2f}" if again.get("final") else None
        require(
            status != "rated" or shown == final,
            f"Rating {rating_id} is stored as {final}, but comes out as {shown}.",
        )
    require(bool(stored), "Nobody was rated.")
    return len(stored)


def text_of_pages(paper: bytes) -> list[str]:
    """The text layer of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(BytesIO(paper)).pages]


def plain(text: str) -> str:
    """Text without its spaces and line breaks, which a layout is free to set."""
    return "".join(text.split())


def _canonical(answers: dict[str, Any], comments: dict[str, Any]) -> str:
    written = {name: text for name, text in comments.items() if text}
    return json.dumps([answers, written], sort_keys=True, ensure_ascii=False)


def _level(value: str) -> int | None:
    return int(value) if value.isdigit() else None
