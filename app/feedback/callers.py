"""A reviewer who has come by a link: who that is, in which round, and about whom they are asked.

Every page behind a link asks for this first. It is read in one statement and past the ORM, which
would take many times as long over the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from app.cycles.models import Cycle, Participant
from app.driver import DriverSelect, Row
from app.feedback.links import hash_token
from app.feedback.models import DeclineReason, Draft, FeedbackRequest, RequestState, Reviewer
from app.feedback.rules import place_in_list
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person
from app.schemes.models import Scheme


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What reviewers' pages and letters say about a round, and what its rules compare."""

    id: int
    name: str
    time_zone: str
    opens_at: datetime
    closes_local: str
    closes_at: datetime
    mode: str
    k_min: int
    compares: bool
    asks_code: bool
    purpose_zh: str
    purpose_en: str
    contact_name: str
    contact_email: str
    contact_phone: str
    launched_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """One reviewer in one round: the row of the reviewer, and who that is."""

    id: int
    cycle: Round
    person_id: int
    kind: PersonKind
    name: str
    email: str | None
    company: str
    department: str
    locale: str
    time_zone: str  # of the person; the round has its own
    generation: int
    started_on: date | None
    declined: bool
    cut_off: bool
    more_time_asked_on: date | None
    more_time_waits: bool
    closes_at: datetime | None
    may_correct: bool
    ease_given: bool
    showed_code: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request of a reviewer, as the list shows it. `number` counts from 1 down the list."""

    number: int
    id: int
    participant_id: int
    scheme_id: int
    questionnaire_id: int
    name: str
    department: str
    job: str
    group: RaterGroup
    state: RequestState
    decline_reason: DeclineReason | None
    touched_at: datetime | None  # when its draft was last saved
    reopened: bool = False  # submitted, and being filled in anew

    @property
    def is_open(self) -> bool:
        return self.reopened or self.state in {RequestState.OPEN, RequestState.STARTED}

    @property
    def is_sent(self) -> bool:
        return self.state is RequestState.SUBMITTED and not self.reopened


_ROUND = {name: getattr(Cycle, name) for name in Round.__slots__}
_CALLER = {
    "person_id": Person.id,
    "kind": Person.kind,
    "name": Person.name,
    "email": Person.email,
    "company": Person.company,
    "department": func.coalesce(Department.name, ""),
    "locale": Person.locale,
    "time_zone": Person.time_zone,
    **{
        name: getattr(Reviewer, name)
        for name in (
            "id", "generation", "started_on", "declined", "cut_off", "more_time_asked_on",
            "more_time_waits", "closes_at", "may_correct", "ease_given", "showed_code",
        )
    },
}  # fmt: skip
_Reviewed, _Place = aliased(Person), aliased(Department)
_ASKED = {
    "id": FeedbackRequest.id,
    "participant_id": FeedbackRequest.participant_id,
    "scheme_id": Participant.scheme_id,
    "questionnaire_id": Scheme.questionnaire_id,
    "name": _Reviewed.name,
    "department": func.coalesce(_Place.name, ""),
    "job": _Reviewed.job,
    "group": FeedbackRequest.rater_group,
    "state": FeedbackRequest.state,
    "reopened": FeedbackRequest.reopened,
    "decline_reason": FeedbackRequest.decline_reason,
    "touched_at": Draft.touched_at,
}
_END_OF_ROUND = len(_ROUND)
_END_OF_CALLER = _END_OF_ROUND + len(_CALLER)
_CALL = (
    select(*_ROUND.values(), *_CALLER.values(), *_ASKED.values())
    .join_from(Reviewer, Cycle, Reviewer.cycle_id == Cycle.id)
    .join(Person, Reviewer.person_id == Person.id)
    .outerjoin(Department, Person.department_id == Department.id)
    .outerjoin(FeedbackRequest, FeedbackRequest.reviewer_id == Reviewer.id)
    .outerjoin(Participant, FeedbackRequest.participant_id == Participant.id)
    .outerjoin(Scheme, Participant.scheme_id == Scheme.id)
    .outerjoin(_Reviewed, Participant.person_id == _Reviewed.id)
    .outerjoin(_Place, _Reviewed.department_id == _Place.id)
    .outerjoin(Draft, Draft.request_id == FeedbackRequest.id)
)
_BY_TOKEN = DriverSelect(_CALL.where(Reviewer.token_hash == bindparam("token_hash")))
_BY_TOKEN_HELD = DriverSelect(
    _CALL.where(Reviewer.token_hash == bindparam("token_hash")).with_for_update(read=True, of=Cycle)
)
_BY_ID = DriverSelect(_CALL.where(Reviewer.id == bindparam("reviewer_id")))


def find_caller(token: str, *, hold_round: bool = False) -> tuple[Caller, list[Asked]] | None:
    """Whose present link this is, with all their requests in the order that is theirs alone.

    With `hold_round` the round stays as it is until this transaction ends. Everybody who writes
    answers shares the lock; only the close asks for it alone.
    """
    statement = _BY_TOKEN_HELD if hold_round else _BY_TOKEN
    return _read(statement.rows(token_hash=hash_token(token)))


def get_caller(reviewer_id: int) -> tuple[Caller, list[Asked]] | None:
    """The same for a reviewer whose row is known."""
    return _read(_BY_ID.rows(reviewer_id=reviewer_id))


def _read(rows: Sequence[Row]) -> tuple[Caller, list[Asked]] | None:
    """The reviewer stands on every row, and one request on each; on the only row perhaps none."""
    if not rows:
        return None
    first = rows[0]
    cycle = Round(**dict(zip(_ROUND, first, strict=False)))
    own = zip(_CALLER, first[_END_OF_ROUND:_END_OF_CALLER], strict=True)
    caller = Caller(cycle=cycle, **dict(own))
    found = [dict(zip(_ASKED, row[_END_OF_CALLER:], strict=True)) for row in rows]
    asked = [values for values in found if values["id"] is not None]
    asked.sort(key=lambda values: place_in_list(caller.id, values["id"], values["group"]))
    return caller, [Asked(number=number, **values) for number, values in enumerate(asked, start=1)]
