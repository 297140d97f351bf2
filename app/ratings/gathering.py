"""From the rows of a round to the document of each participant, for many people at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.cycles.models import Cycle
from app.ratings import facts as stored
from app.ratings.facts import SchemeFacts, Subject
from app.ratings.inputs import Adjustment, Answered, build_document, rater_groups
from app.ratings.keys import order_key
from app.ratings.sheet import BONUS_METHOD, SheetError, SheetLine


@dataclass(frozen=True, kw_only=True, slots=True)
class _Facts:
    schemes: Mapping[int, SchemeFacts]
    sheets: Mapping[int, Sequence[SheetLine]]
    answers: Mapping[int, Sequence[Answered]]
    groups: Mapping[int, Sequence[Mapping[str, Any]]]


def gather_documents(
    cycle: Cycle,
    subjects: Sequence[Subject],
    *,
    schemes: Mapping[int, SchemeFacts],
    link_key: bytes,
) -> Iterator[tuple[Subject, dict[str, Any] | SheetError]]:
    """Everything that each person's rating is computed from, as it stands now.

    The rows are read for all at once, the documents made one by one. In place of a document: why
    the KPI sheet does not fit the scheme.
    """
    facts = _Facts(
        schemes=schemes,
        sheets=stored.sheets_of(subjects),
        answers=stored.answers_of(subjects),
        groups={key: rater_groups(one.definition, cycle.k_min) for key, one in schemes.items()},
    )
    return ((one, _document_or_fault(cycle, one, facts, link_key)) for one in subjects)


def _document_or_fault(
    cycle: Cycle, subject: Subject, facts: _Facts, link_key: bytes
) -> dict[str, Any] | SheetError:
    try:
        return _document(cycle, subject, facts, link_key)
    except SheetError as fault:
        return fault


def _document(cycle: Cycle, subject: Subject, facts: _Facts, link_key: bytes) -> dict[str, Any]:
    scheme = facts.schemes[subject.scheme_id]
    sheet = facts.sheets.get(subject.person_id, ())
    return build_document(
        identity=f"participant-{subject.participant_id}",
        title=f"{cycle.name} · {subject.name}",
        definition=scheme.definition,
        form=scheme.form,
        lines=[line for line in sheet if line.method != BONUS_METHOD],
        answered=facts.answers.get(subject.participant_id, ()),
        k_min=cycle.k_min,
        groups=facts.groups[subject.scheme_id],
        order_key=order_key(link_key, subject.participant_id),
        adjustments=[
            Adjustment(name=line.name, points=str(line.parameters["points"]))
            for line in sheet
            if line.method == BONUS_METHOD
        ],
    )
