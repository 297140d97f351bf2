"""Calibrate ratings: people's decisions about a finished figure, each with its reason.

Services flush, the edge commits. Every decision is a further step of the participant's chain and
makes a new version of the rating, whose document lists the whole chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db
from app.ratings import queries
from app.ratings.chains import Chain, broken_in_cycle, chain_of, chains_of_cycle, is_broken
from app.ratings.computing import compute, seal
from app.ratings.guards import RatingError, lock, named, refuse_released
from app.ratings.keys import seal_key
from app.ratings.models import Calibration, Rating
from app.ratings.rules import (
    StepFault,
    fault_of_decisions,
    fault_of_grade,
    fault_of_step,
    points_of,
)
from app.ratings.shown import ResultStatus
from app.ratings.wording import engine_sentence, step_sentence
from app.scoring.calibration import Calibration as Row
from app.scoring.calibration import (
    StepKind,
    let_lapse,
    members_of,
    open_places,
    reconfirm,
    row_hash,
)
from app.scoring.calibration_replay import Bounds, extend
from app.scoring.document import read_example
from app.scoring.errors import ScoringError
from app.scoring.numbers import decimal_text, exact, fixed_text
from app.scoring.snapshot import CALIBRATION, base_hash
from app.scoring.total import bounds_of

Document = Mapping[str, Any]


class StepState(StrEnum):
    """What has become of a step."""

    STANDS = "stands"
    STALE = "stale"  # figures were computed since; somebody has to decide again
    REPLACED = "replaced"  # a later step confirmed it or let it lapse
    LAPSE = "lapse"  # the step itself only lets an earlier one lapse


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step as HR reads it; `number` counts from 1, `about` is the step that it refers to."""

    number: int
    row: Row
    at: datetime
    state: StepState
    about: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What HR sees before deciding: every step so far, and which grades may be set.

    Where `is_broken`, nothing may be decided; stale steps come before any further one.
    """

    steps: tuple[Step, ...]
    grades: tuple[str, ...]
    is_broken: bool

    @property
    def stale(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.state is StepState.STALE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """A finished rating and all that its further calibration needs."""

    rating: Rating
    chain: Chain
    inputs: Document
    computed: Fraction
    bounds: Bounds


def situation_of(participant: Participant, *, link_key: bytes) -> Situation:
    """What there is to decide about a finished rating."""
    case = _case_of(participant)
    return Situation(
        steps=_steps(case.chain),
        grades=_grades(case.bounds),
        is_broken=_is_broken(case, link_key),
    )


def find_step_fault(participant: Participant, *, delta: str, reason: str) -> StepFault | None:
    """What is wrong with a further calibration step of this participant, if anything."""
    chain = chain_of(participant.id)
    earlier = [Decimal(fixed_text(row.delta)) for row in chain.standing] if chain else []
    return fault_of_step(delta=delta, reason=reason, earlier=earlier)


def find_grade_fault(participant: Participant, *, grade: str, reason: str) -> StepFault | None:
    """What is wrong with setting this grade, if anything."""
    allowed = _grades(_case_of(participant).bounds)
    return fault_of_grade(grade=grade, reason=reason, allowed=allowed)


def add_calibration(
    participant: Participant, *, delta: str, reason: str, by: Account, link_key: bytes
) -> Rating:
    """Append points; the result is a new version of the rating.

    `delta` is decimal text with at most two decimals. Raises RatingError for one that is not, that
    takes the sum of all steps beyond ±5, without a reason, while earlier steps are stale, on a
    chain that was tampered with, and after the release.
    """
    case = _locked(participant, link_key)
    _refuse_stale(case)
    fault = find_step_fault(participant, delta=delta, reason=reason)
    if fault is not None:
        raise RatingError(step_sentence(fault, found=delta))
    step = Row(by=by.name, at=_moment(), delta=exact(str(points_of(delta))), reason=reason.strip())
    return _append(case, [step], by, link_key)


def set_grade(
    participant: Participant, *, grade: str, reason: str, by: Account, link_key: bytes
) -> Rating:
    """Append a grade that people set; the figure stays. Raises RatingError as add_calibration."""
    case = _locked(participant, link_key)
    _refuse_stale(case)
    fault = fault_of_grade(grade=grade, reason=reason, allowed=_grades(case.bounds))
    if fault is not None:
        raise RatingError(step_sentence(fault, found=grade))
    step = Row(kind=StepKind.GRADE, by=by.name, at=_moment(), grade=grade, reason=reason.strip())
    return _append(case, [step], by, link_key)


def settle_stale(
    participant: Participant,
    *,
    decisions: Mapping[int, bool],
    reason: str,
    by: Account,
    link_key: bytes,
) -> Rating:
    """Confirm (True) or let lapse (False) every stale step, by its number, all at once.

    The reason is for those that lapse. Raises RatingError where one is left out, where nothing is
    stale (any more), and where what is confirmed breaks a rule on the new figures.
    """
    case = _locked(participant, link_key)
    stale = [step for step in _steps(case.chain) if step.state is StepState.STALE]
    fault = find_settling_fault(stale, decisions=decisions, reason=reason)
    if fault is not None:
        raise RatingError(step_sentence(fault, found=""))
    moment = _moment()
    rows = [
        reconfirm(step.row, by=by.name, at=moment)
        if decisions[step.number]
        else let_lapse(step.row, by=by.name, at=moment, reason=reason.strip())
        for step in stale
    ]
    return _append(case, rows, by, link_key)


def find_settling_fault(
    stale: Sequence[Step], *, decisions: Mapping[int, bool], reason: str
) -> StepFault | None:
    """What is wrong with these decisions about stale steps, if anything."""
    chosen = [decisions.get(step.number) for step in stale]
    return fault_of_decisions(decisions=chosen, reason=reason)


def stale_participants(cycle_id: int) -> set[int]:
    """Whose rating waits for somebody to decide about steps from before the computation."""
    chains = chains_of_cycle(cycle_id)
    return {chain.participant_id for chain in chains if chain.is_rated and chain.stale}


def refuse_unsettled(cycle: Cycle, *, link_key: bytes) -> None:
    """Keep a round from its release while decisions of people would vanish or are not theirs."""
    chains = chains_of_cycle(cycle.id)
    broken = broken_in_cycle(cycle.id, chains, link_key=link_key)
    if broken:
        raise RatingError(
            _(
                "The calibration of %(names)s was changed outside of the system, or its key was. "
                "Restore both from a backup before you release.",
                names=named(broken),
            )
        )
    stale = [chain.name for chain in chains if chain.is_rated and chain.stale]
    if stale:
        raise RatingError(
            _(
                "Figures have changed since %(names)s were calibrated. Confirm those steps again "
                "or let them lapse before you release.",
                names=named(stale),
            )
        )


def _locked(participant: Participant, link_key: bytes) -> _Case:
    """The rating as it is now, while nobody else calibrates, computes or releases."""
    lock(participant.cycle)
    refuse_released(participant.cycle)
    case = _case_of(participant)
    if _is_broken(case, link_key):
        raise RatingError(
            _(
                "These calibration steps were changed outside of the system. Nothing can be "
                "calibrated until they are restored."
            )
        )
    return case


def _case_of(participant: Participant) -> _Case:
    rating, chain = queries.find_newest(participant.id), chain_of(participant.id)
    if rating is None or chain is None or rating.status != ResultStatus.RATED:
        raise RatingError(_("Only a finished rating can be calibrated."))
    inputs = {name: value for name, value in rating.inputs.items() if name != CALIBRATION}
    return _Case(
        rating=rating,
        chain=chain,
        inputs=inputs,
        computed=Fraction(rating.result["computed"]["frac"]),
        bounds=bounds_of(read_example(inputs)),
    )


def _is_broken(case: _Case, link_key: bytes) -> bool:
    """Whether steps were changed, or all of them removed, outside of the system."""
    if not case.chain.steps:
        return CALIBRATION in case.rating.inputs
    return is_broken(case.chain, link_key=link_key)


def _refuse_stale(case: _Case) -> None:
    if case.chain.stale:
        raise RatingError(step_sentence(StepFault.UNDECIDED, found=""))


def _grades(bounds: Bounds) -> tuple[str, ...]:
    """The grades that may be set, the best first: none above what a veto allows."""
    best_first = sorted(bounds.grades, key=lambda one: one.lower, reverse=True)
    return tuple(one.name for one in best_first if bounds.allowed(one.name) == one.name)


def _append(case: _Case, decisions: Sequence[Row], by: Account, link_key: bytes) -> Rating:
    """The next version of the rating, with these steps at the end of the chain."""
    base = base_hash(case.inputs)
    try:
        rows = extend(
            case.chain.rows,
            decisions,
            computed=case.computed,
            base_hash=base,
            bounds=case.bounds,
        )
    except ScoringError as refusal:
        raise RatingError(engine_sentence(refusal)) from None
    version = _version(case, rows, link_key)
    db.session.add(version)
    for row in rows[len(case.chain.rows) :]:
        db.session.add(_stored(row, case.rating, by))
        subject = f"participant:{case.rating.participant_id}"
        detail = f"{row.before} → {row.after}"
        record(_action(row), subject, account_id=by.id, detail=detail)
    db.session.flush()
    return version


def _action(row: Row) -> str:
    """What the audit calls a step."""
    if row.kind is StepKind.LAPSE:
        return "calibration.lapsed"
    return "rating.calibrated" if row.refers_to is None else "calibration.confirmed"


def _version(case: _Case, rows: Sequence[Row], link_key: bytes) -> Rating:
    document = {**case.inputs, CALIBRATION: [members_of(row) for row in rows]}
    computed = compute(document)
    return Rating(
        participant_id=case.rating.participant_id,
        version=case.rating.version + 1,
        status=computed.status.value,
        final=computed.final,
        grade=computed.grade,
        inputs=document,
        result=computed.result,
        seal=seal(document, seal_key(link_key)),
        rated_at=now(),
    )


def _stored(row: Row, rating: Rating, by: Account) -> Calibration:
    return Calibration(
        rating_id=rating.id,
        account_id=by.id,
        decided_by=row.by,
        at=datetime.fromisoformat(row.at),
        kind=row.kind.value,
        delta=decimal_text(row.delta) if row.kind is StepKind.DELTA else None,
        grade=row.grade,
        before=row.before,
        after=row.after,
        reason=row.reason,
        base_hash=row.base_hash,
        prev_hash=row.prev_hash,
        refers_to=row.refers_to,
    )


def _moment() -> str:
    """Now as a step tells it, in whole seconds."""
    return now().astimezone(UTC).isoformat(timespec="seconds")


def _steps(chain: Chain) -> tuple[Step, ...]:
    open_now, stale = open_places(chain.rows), chain.stale
    numbers = {row_hash(row): number for number, row in enumerate(chain.rows, start=1)}
    states = {
        **dict.fromkeys(open_now, StepState.STANDS),
        **dict.fromkeys(stale, StepState.STALE),
    }
    return tuple(
        Step(
            number=place + 1,
            row=row,
            at=chain.steps[place].at,
            state=StepState.LAPSE
            if row.kind is StepKind.LAPSE
            else states.get(place, StepState.REPLACED),
            about=numbers.get(row.refers_to or ""),
        )
        for place, row in enumerate(chain.rows)
    )
