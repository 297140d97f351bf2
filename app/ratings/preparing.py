"""Gather and compute the ratings of a round, so many people at a time; nothing is stored."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.cycles.models import Cycle
from app.ratings import queries
from app.ratings.computing import compute, document_text, result_text, seal_of_text
from app.ratings.facts import Subject, list_subjects, schemes_of
from app.ratings.gathering import gather_documents
from app.ratings.guards import RatingError, named, refuse_released
from app.ratings.keys import seal_key
from app.ratings.sheet import SheetError
from app.ratings.spool import Figures, Spool
from app.ratings.wording import engine_sentence, sheet_sentence
from app.scoring.errors import ScoringError
from app.scoring.known import Known
from app.scoring.snapshot import base_hash

PEOPLE_AT_ONCE = 500
Progress = Callable[[int, int], None]
"""Told how many people are done, and of how many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedRatings:
    """A round computed and not yet stored: the new versions, and which versions they follow."""

    people: int
    spool: Spool
    follows: Mapping[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """Whoever has to be rated: the document with its text and seal, and the version it will be."""

    subject: Subject
    document: Mapping[str, Any]
    text: str
    seal: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Faults:
    """Who cannot be rated and why: first for their KPI sheet, then for what the engine says."""

    sheets: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def refuse(self) -> None:
        for faults in (self.sheets, self.figures):
            if faults:
                faulty = named(faults)
                raise RatingError(_("These people cannot be rated. %(faults)s", faults=faulty))


def prepare_ratings(
    cycle: Cycle,
    *,
    spool: Spool,
    link_key: bytes,
    at_once: int = PEOPLE_AT_ONCE,
    on_progress: Progress | None = None,
) -> PreparedRatings:
    """Gather the inputs of a closed round and compute what changed into the spool."""
    known = Known()
    follows = queries.latest_versions(cycle.id)
    people = visit_changed(
        cycle,
        lambda changed: _compute(changed, spool, known),
        link_key=link_key,
        at_once=at_once,
        on_progress=on_progress,
    )
    return PreparedRatings(people=people, spool=spool, follows=follows)


def visit_changed(
    cycle: Cycle,
    visit: Callable[[Changed], None],
    *,
    link_key: bytes,
    at_once: int = PEOPLE_AT_ONCE,
    on_progress: Progress | None = None,
) -> int:
    """Call `visit` for everybody who has to be rated; gives how many people the round has.

    Memory holds the rows of `at_once` people, read with four statements; `on_progress` is told how
    many people are done, and of how many. Raises RatingError at the end for those whose sheet does
    not fit the scheme, and those for whom `visit` raised a ScoringError.
    """
    refuse_unless_rateable(cycle)
    subjects, schemes = list_subjects(cycle.id), schemes_of(cycle.id)
    faults, key = _Faults(), seal_key(link_key)
    for first in range(0, len(subjects), at_once):
        some = subjects[first : first + at_once]
        gathered = gather_documents(cycle, some, schemes=schemes, link_key=link_key)
        for changed in _changed(gathered, some, faults, key):
            try:
                visit(changed)
            except ScoringError as fault:
                faults.figures.append(f"{changed.subject.name}: {engine_sentence(fault)}")
        if on_progress:
            on_progress(first + len(some), len(subjects))
    faults.refuse()
    return len(subjects)


def refuse_unless_rateable(cycle: Cycle) -> None:
    if cycle.closed_at is None:
        raise RatingError(_("Ratings are computed after the feedback has closed."))
    refuse_released(cycle)


def _compute(written: Changed, spool: Spool, known: Known) -> None:
    computed = compute(written.document, known=known)
    figures = Figures(
        participant_id=written.subject.participant_id,
        version=written.version,
        status=computed.status.value,
        final=computed.final,
        grade=computed.grade,
        seal=written.seal,
    )
    spool.put(figures, inputs=written.text, result=result_text(computed.result))


def _changed(
    gathered: Iterable[tuple[Subject, dict[str, Any] | SheetError]],
    subjects: Sequence[Subject],
    faults: _Faults,
    key: bytes,
) -> Iterator[Changed]:
    """What has to be rated: whoever is new, or differs from the newest version in any input."""
    newest = queries.newest_seals([subject.participant_id for subject in subjects])
    sealed_anew = []
    for subject, document in gathered:
        if isinstance(document, SheetError):
            faults.sheets.append(f"{subject.name}: {sheet_sentence(document)}")
            continue
        version, seal = newest.get(subject.participant_id, (0, ""))
        written = _write(subject, document, version + 1, key)
        if not version:
            yield written
        elif written.seal != seal:
            sealed_anew.append(written)
    yield from _with_other_inputs(sealed_anew)


def _write(subject: Subject, document: Mapping[str, Any], version: int, key: bytes) -> Changed:
    text = document_text(document)
    seal = seal_of_text(text, key)
    return Changed(subject=subject, document=document, text=text, seal=seal, version=version)


def _with_other_inputs(sealed_anew: Sequence[Changed]) -> Iterator[Changed]:
    """Of those with another seal than before, who differs in more than the calibration."""
    if not sealed_anew:
        return
    before = queries.newest_inputs([one.subject.participant_id for one in sealed_anew])
    for one in sealed_anew:
        if base_hash(before[one.subject.participant_id]) != base_hash(one.document):
            yield one
