"""The three pages of the editor: which rows each holds, and how it is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.questionnaires.editing import service
from app.questionnaires.editing.content import (
    blank_row,
    rows_of_comments,
    rows_of_competency,
    rows_of_scale,
)
from app.questionnaires.editing.forms import Sent
from app.questionnaires.editing.rules import EntryFault, Kind, Row, differences
from app.questionnaires.models import Competency, Questionnaire
from app.questionnaires.rules import Audience
from app.questionnaires.scales import LABELS, Preset


@dataclass(frozen=True, kw_only=True, slots=True)
class EditorPage:
    """`rows` gives None when what the page is about has been taken out of the draft."""

    template: str
    rows: Callable[[Questionnaire], list[Row] | None]
    save: Callable[[Questionnaire, Sent, int], bool]  # with the account that does it


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A page as it is rendered. `stored` has what stands in the draft where that is different."""

    rows: Sequence[Row]
    revision: int
    seen: Mapping[str, str]
    faults: Mapping[str, EntryFault]
    stored: Mapping[str, str]
    is_stale: bool = False

    def of_kind(self, kind: str) -> list[Row]:
        return [row for row in self.rows if row.kind == kind]


def page_of_competency(competency_id: int) -> EditorPage:
    def rows(draft: Questionnaire) -> list[Row] | None:
        competency = find_competency(draft, competency_id)
        return rows_of_competency(competency) if competency else None

    def save(draft: Questionnaire, sent: Sent, account_id: int) -> bool:
        competency = find_competency(draft, competency_id)
        return competency is not None and service.save_competency(
            draft,
            competency,
            sent.rows,
            sent.act,
            revision=sent.revision,
            account_id=account_id,
        )

    return EditorPage(template="questionnaires/competency.html", rows=rows, save=save)


def page_of_scale() -> EditorPage:
    def save(draft: Questionnaire, sent: Sent, account_id: int) -> bool:
        return service.save_scale(draft, sent.rows, revision=sent.revision, account_id=account_id)

    return EditorPage(template="questionnaires/scale.html", rows=rows_of_scale, save=save)


def page_of_comments() -> EditorPage:
    def save(draft: Questionnaire, sent: Sent, account_id: int) -> bool:
        return service.save_comments(
            draft, sent.rows, sent.act, revision=sent.revision, account_id=account_id
        )

    return EditorPage(template="questionnaires/comments.html", rows=rows_of_comments, save=save)


def find_competency(draft: Questionnaire, competency_id: int) -> Competency | None:
    return next((row for row in draft.competencies if row.id == competency_id), None)


def with_preset(sent: Sent, preset: Preset) -> Sent:
    """The same page with the labels of a ready scale, lowest level first."""
    labels = iter(LABELS[preset])
    rows = [
        replace(row, values=dict(zip(("zh", "en"), next(labels, ("", "")), strict=True)))
        if row.kind is Kind.LEVEL
        else row
        for row in sent.rows
    ]
    return replace(sent, rows=rows)


def fresh(rows: Sequence[Row], revision: int) -> Shown:
    """A page that begins with what is stored."""
    return Shown(rows=rows, revision=revision, seen=_prints(rows), faults={}, stored={})


def refused(sent: Sent, faults: Mapping[str, EntryFault]) -> Shown:
    """The page as it was typed, with what is wrong with it."""
    return Shown(
        rows=[row for row in sent.rows if not row.is_blank],
        revision=sent.revision,
        seen=sent.seen,
        faults=faults,
        stored={},
    )


def stale(rows: Sequence[Row], stored: Sequence[Row], revision: int) -> Shown:
    """What two people have made of the page, to be looked at and sent again."""
    return Shown(
        rows=rows,
        revision=revision,
        seen=_prints(stored),
        faults={},
        stored=differences(rows, stored),
        is_stale=True,
    )


def with_blank(shown: Shown, kind: Kind, audience: Audience = Audience.INTERNAL) -> Row:
    """A row for something new, under a key that no row of the page has."""
    taken = {row.key for row in shown.rows}
    row = blank_row(kind, audience)
    while row.key in taken:
        row = replace(row, key=f"{row.key}0")
    return row


def _prints(rows: Sequence[Row]) -> dict[str, str]:
    return {row.key: row.fingerprint for row in rows}
