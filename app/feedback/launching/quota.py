"""How often customers are asked: not again soon after another round, nor about too many at once.

A customer is nobody's employee: whoever answered, or was asked and did not, is left in peace for a
while, whichever round asks next. Both limits belong to the round and are on its first page.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.feedback.assigning.rules import Assignment
from app.feedback.models import Invitation, Reviewer
from app.mail.models import Letter, LetterState
from app.people.groups import PersonKind
from app.people.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """What of a proposal the limits leave, and what they take out.

    `resting` are those of the proposal who were asked too recently, with the day from which they
    may be asked again; `crowded` those who would be asked about too many.
    """

    kept: tuple[Assignment, ...]
    left_out: tuple[Assignment, ...] = ()
    resting: Mapping[int, date] = field(default_factory=dict)
    crowded: frozenset[int] = frozenset()


def within_quota(
    proposed: Sequence[Assignment],
    *,
    contacts: Collection[int],
    resting: Mapping[int, date],
    most_forms: int,
) -> Quota:
    """Leave out customers' contacts who rest, and of the others all forms above `most_forms`.

    Kept are the forms about participants whom the fewest customers are asked about: their group is
    the first to fall below its minimum.
    """
    awake = [row for row in proposed if row.person_id not in resting]
    surplus = _surplus([row for row in awake if row.person_id in contacts], most_forms)
    kept = tuple(row for row in awake if row not in surplus)
    return Quota(
        kept=kept,
        left_out=tuple(row for row in proposed if row.person_id in resting or row in surplus),
        resting={row.person_id: resting[row.person_id] for row in proposed if row not in awake},
        crowded=frozenset(row.person_id for row in surplus),
    )


def _surplus(forms: Iterable[Assignment], most: int) -> set[Assignment]:
    by_contact: dict[int, list[Assignment]] = defaultdict(list)
    asked = Counter[int]()
    for row in forms:
        by_contact[row.person_id].append(row)
        asked[row.participant_id] += 1
    surplus = set[Assignment]()
    for _contact, rows in sorted(by_contact.items()):
        rows.sort(key=lambda row: (asked[row.participant_id], row.participant_id))
        for row in rows[most:]:
            surplus.add(row)
            asked[row.participant_id] -= 1
    return surplus


def resting_contacts(cycle: Cycle) -> dict[int, date]:
    """Customers who must not be asked when this round opens, with the day from which they may be.

    Counted from the invitation to any other round, launched by now; one that never arrived does
    not count. One statement, whatever the number of rounds.
    """
    zone, rest = ZoneInfo(cycle.time_zone), timedelta(days=cycle.customer_rest_days)
    first_day = _day(max(cycle.opens_at, now()), zone)
    since = max(cycle.opens_at, now()) - rest - timedelta(days=1)
    again: dict[int, date] = {}
    for person_id, sent_at, opens_at, launched_at in db.session.execute(
        select(Reviewer.person_id, Letter.sent_at, Cycle.opens_at, Cycle.launched_at)
        .join(Person, Person.id == Reviewer.person_id)
        .join(Cycle, Cycle.id == Reviewer.cycle_id)
        .join(Invitation, Invitation.reviewer_id == Reviewer.id)
        .join(Letter, Letter.id == Invitation.letter_id)
        .where(
            Person.kind == PersonKind.CUSTOMER,
            Reviewer.cycle_id != cycle.id,
            Invitation.kind == "invite",
            Letter.state != LetterState.FAILED,
            or_(Letter.sent_at >= since, Cycle.opens_at >= since, Cycle.launched_at >= since),
        )
    ):
        asked_on = _day(sent_at or max(opens_at, launched_at or opens_at), zone)
        again[person_id] = max(asked_on + rest, again.get(person_id, date.min))
    return {person_id: day for person_id, day in again.items() if day > first_day}


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
