"""A page of the editor as it was sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.questionnaires.editing.rules import FIELDS, Act, Kind, Row, Shape, act_of, field_id, tidy
from app.questionnaires.rules import asked_text

MOST_ROWS = 200
LONGEST_KEY = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The rows as typed, each with the fingerprint that it had when the page was made."""

    rows: list[Row]
    seen: dict[str, str]
    revision: int
    act: Act | None


def read_page(form: MultiDict[str, str]) -> Sent:
    """Whatever is not a row of the editor is left out."""
    rows = list(_rows(form))
    return Sent(
        rows=rows,
        seen={row.key: form.get(field_id("seen", row.key), "") for row in rows},
        revision=form.get("revision", 0, type=int),
        act=act_of(form.get("act", "")),
    )


def _rows(form: MultiDict[str, str]) -> Iterator[Row]:
    for place in form.getlist("row")[:MOST_ROWS]:
        kind, _colon, key = place.partition(":")
        if kind in set(Kind) and len(key) <= LONGEST_KEY:
            yield read_row(form, Kind(kind), key)


def read_row(form: MultiDict[str, str], kind: Kind, key: str) -> Row:
    """The fields of one row; one that was not sent is empty."""
    values = {}
    for rule in FIELDS[kind]:
        sent = form.getlist(field_id(rule.name, key))
        is_list = rule.shape is Shape.GROUPS
        values[rule.name] = asked_text(sent) if is_list else tidy("".join(sent[:1]))
    return Row(kind=kind, key=key, values=values)
