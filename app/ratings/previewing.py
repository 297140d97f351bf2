"""What computing would change, before anybody does it: nothing is stored, no trace is made."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.cycles.models import Cycle
from app.db import begin_at_one_moment, db, reading
from app.ratings.computing import outcome_of
from app.ratings.preparing import Changed, Progress, visit_changed
from app.ratings.shown import ResultStatus
from app.scoring.known import Known

FIRST_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """How many would get a first result, how many another one, and what these would say."""

    people: int
    new: int
    changed: int
    statuses: Mapping[ResultStatus, int]
    grades: Mapping[str, int]

    @property
    def unchanged(self) -> int:
        return self.people - self.new - self.changed


def preview_ratings(
    cycle_id: int, *, link_key: bytes, on_progress: Progress | None = None
) -> Preview:
    """Compute the figures of everybody whose inputs changed, as they are at one moment.

    What the caller has not committed before is lost. Raises RatingError as the computation would.
    """
    known, versions = Known(), Counter[bool]()
    statuses, grades = Counter[ResultStatus](), Counter[str]()

    def count(changed: Changed) -> None:
        outcome = outcome_of(changed.document, known=known)
        versions[changed.version == FIRST_VERSION] += 1
        statuses[outcome.status] += 1
        if outcome.grade is not None:
            grades[outcome.grade] += 1

    db.session.rollback()
    with reading():
        begin_at_one_moment()
        cycle = db.session.get_one(Cycle, cycle_id)
        people = visit_changed(cycle, count, link_key=link_key, on_progress=on_progress)
    db.session.rollback()
    return Preview(
        people=people,
        new=versions[True],
        changed=versions[False],
        statuses=statuses,
        grades=grades,
    )
