"""Gather and compute the ratings of a round, so many people at a time; nothing is stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.cycles.models import Cycle
from app.ratings import queries
from app.ratings.computing import compute, document_text, result_text, seal_of_text
from app.ratings.facts import list_subjects, schemes_of
from app.ratings.gathering import gather_documents
from app.ratings.guards import RatingError, named, refuse_released
from app.ratings.keys import seal_key
from app.ratings.spool import Figures, Spool
from app.ratings.wording import engine_sentence, sheet_sentence
from app.scoring.errors import ScoringError
from app.scoring.snapshot import base_hash

PEOPLE_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedRatings:
    """A round computed and not yet stored: the new versions, and which versions they follow."""

    people: int
    spool: Spool
    follows: Mapping[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """A document with its text and seal, and the number of the version that it will be."""

    document: Mapping[str, Any]
    text: str
    seal: str
    version: int


@dataclass(kw_only=True, slots=True)
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
    on_progress: Callable[[int, int], None] | None = None,
) -> PreparedRatings:
    """Gather the inputs of a closed round and compute what changed into the spool.

    Memory holds `at_once` people, and four statements are made for them; `on_progress` is told how
    many are done and of how many.
    """
    refuse_unless_rateable(cycle)
    follows = queries.latest_versions(cycle.id)
    subjects, schemes = list_subjects(cycle.id), schemes_of(cycle.id)
    faults, key = _Faults(), seal_key(link_key)
    for first in range(0, len(subjects), at_once):
        some = subjects[first : first + at_once]
        gathered = gather_documents(cycle, some, schemes=schemes, link_key=link_key)
        faults.sheets += [f"{who}: {sheet_sentence(one)}" for who, one in gathered.faults.items()]
        names = {subject.participant_id: subject.name for subject in some}
        for participant_id, written in _changed(gathered.by_participant, key):
            try:
                _compute(participant_id, written, spool)
            except ScoringError as fault:
                faults.figures.append(f"{names[participant_id]}: {engine_sentence(fault)}")
        if on_progress:
            on_progress(first + len(some), len(subjects))
    faults.refuse()
    return PreparedRatings(people=len(subjects), spool=spool, follows=follows)


def refuse_unless_rateable(cycle: Cycle) -> None:
    if cycle.closed_at is None:
        raise RatingError(_("Ratings are computed after the feedback has closed."))
    refuse_released(cycle)


def _compute(participant_id: int, written: _Written, spool: Spool) -> None:
    computed = compute(written.document)
    figures = Figures(
        participant_id=participant_id,
        version=written.version,
        status=computed.status.value,
        final=computed.final,
        grade=computed.grade,
        seal=written.seal,
    )
    spool.put(figures, inputs=written.text, result=result_text(computed.result))


def _changed(
    documents: Mapping[int, Mapping[str, Any]], key: bytes
) -> Iterator[tuple[int, _Written]]:
    """What has to be rated: whoever is new, or differs from the newest version in any input."""
    newest = queries.newest_seals(list(documents))
    written = {
        participant_id: _write(document, newest.get(participant_id, (0, ""))[0], key)
        for participant_id, document in documents.items()
    }
    other = [
        participant_id
        for participant_id, (_version, seal) in newest.items()
        if written[participant_id].seal != seal
    ]
    same = set(newest) - set(_with_other_inputs(other, written))
    return ((who, one) for who, one in written.items() if who not in same)


def _write(document: Mapping[str, Any], newest: int, key: bytes) -> _Written:
    text = document_text(document)
    return _Written(document=document, text=text, seal=seal_of_text(text, key), version=newest + 1)


def _with_other_inputs(
    participants: Sequence[int], written: Mapping[int, _Written]
) -> Iterator[int]:
    """Of those with another seal, whose inputs differ in more than their calibration."""
    before = queries.newest_inputs(participants) if participants else {}
    return (
        participant_id
        for participant_id, inputs in before.items()
        if base_hash(inputs) != base_hash(written[participant_id].document)
    )
