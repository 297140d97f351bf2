"""The record's way: opened, written from two sides, shared, frozen, answered, signed, filed.

Services flush; the edge commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import CursorResult, insert, update

from app.audit.service import record
from app.auth.models import Account
from app.clock import now
from app.cycles.models import Cycle
from app.db import ROWS_PER_INSERT, db, take_turns
from app.errors import DomainError
from app.interviews import emails, queries
from app.interviews.content import paper_to_document, with_check_code
from app.interviews.models import Interview, RecordVersion
from app.interviews.paper import build_paper
from app.interviews.parts import (
    EMPLOYEE_FIELDS,
    FieldFault,
    Given,
    day_of,
    manager_fields,
    read_fields,
)
from app.interviews.results import element_ids, kpi_facts
from app.interviews.rules import Gap, gaps
from app.jobs.models import JobKind
from app.jobs.service import enqueue

NUMBERS_LOCK = 7_310_001  # makes record numbers gapless
Part = Mapping[str, Any]


class RecordError(DomainError):
    """A step that the record's state does not allow; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What became of a form: stored, or refused with the text that was sent, so it can be shown.

    `stale` means that another tab has saved since this one was opened.
    """

    written: dict[str, Any]
    faults: dict[str, FieldFault]
    stale: bool = False

    @property
    def is_stored(self) -> bool:
        return not self.stale and not self.faults


class IncompleteRecordError(RecordError):
    """The record lacks something; `gaps` says what and where."""

    def __init__(self, found: list[Gap]) -> None:
        super().__init__(_("The record is not complete. Nothing was frozen."))
        self.gaps = found


def open_interviews(cycle: Cycle, account: Account) -> int:
    """Prepare a record for everybody rated who has a manager; gives how many are new.

    Only after the release. Numbers PR-<year>-<n> leave no gaps. Running it again adds those who
    are new and changes nothing else.
    """
    if cycle.released_at is None:
        raise RecordError(_("Interviews begin after the results are released."))
    if cycle.archived_at is not None:
        raise RecordError(_("This cycle is archived. Its records do not change any more."))
    take_turns(NUMBERS_LOCK)
    moment = now()
    year = moment.astimezone(ZoneInfo(cycle.time_zone)).year
    first = queries.last_number(year) + 1
    rows = [
        {
            "participant_id": participant_id,
            "interviewer_id": manager_id,
            "number": f"PR-{year}-{number:05}",
            "employee_part": {},
            "manager_part": {},
        }
        for number, (participant_id, manager_id) in enumerate(
            queries.rated_participants(cycle.id), start=first
        )
    ]
    for start in range(0, len(rows), ROWS_PER_INSERT):
        db.session.execute(insert(Interview), rows[start : start + ROWS_PER_INSERT])
    cycle.interviews_at = cycle.interviews_at or moment
    if rows:
        record(
            "interviews.opened",
            f"cycle:{cycle.id}",
            account_id=account.id,
            detail=f"{len(rows)} records from {rows[0]['number']}",
        )
    db.session.flush()
    return len(rows)


def save_employee_part(
    interview: Interview, given: Given, *, revision: int, account: Account
) -> Saved:
    """Store what the employee wrote, whatever else was sent; see Saved for a refusal."""
    _refuse_if_frozen(interview)
    written, faults = read_fields(EMPLOYEE_FIELDS, given)
    if faults:
        return Saved(written=written, faults=faults)
    done = changed(
        update(Interview)
        .where(Interview.id == interview.id, Interview.employee_revision == revision)
        .values(employee_part=written, employee_revision=revision + 1)
    )
    if done:
        note("record.employee_saved", interview, account)
    return Saved(written=written, faults={}, stale=not done)


def save_manager_part(
    interview: Interview,
    given: Given,
    *,
    revision: int,
    account: Account,
    share: bool = False,
    public_url: str = "",
) -> Saved:
    """Store what the manager wrote and, if asked to, let the employee read it from now on."""
    _refuse_if_frozen(interview)
    result = queries.get_result(interview.participant_id, interview.interviewer.locale)
    written, faults = read_fields(manager_fields(element_ids(result)), given)
    if faults:
        return Saved(written=written, faults=faults)
    shared_at = interview.shared_at or (now() if share else None)
    done = changed(
        update(Interview)
        .where(Interview.id == interview.id, Interview.manager_revision == revision)
        .values(
            manager_part=written,
            manager_revision=revision + 1,
            held_on=day_of(written.get("held_on", "")),
            shared_at=shared_at,
        )
    )
    if done:
        note("record.manager_saved", interview, account)
    if done and share and interview.shared_at is None:
        note("record.shared", interview, account)
        emails.tell_shared(interview, public_url=public_url)
    return Saved(written=written, faults={}, stale=not done)


def changed(statement: Any) -> bool:
    """Run an UPDATE of at most one row; whether its condition still held."""
    statement = statement.execution_options(synchronize_session=False)
    return cast(CursorResult[Any], db.session.execute(statement)).rowcount == 1


def _refuse_if_frozen(interview: Interview) -> None:
    if is_frozen(interview):
        raise RecordError(_("The record is frozen. A change needs a new version with a reason."))


def is_frozen(interview: Interview) -> bool:
    """Whether the newest version stands and nobody is writing the next one."""
    return not interview.reopened_for and queries.find_version(interview.id, None) is not None


def list_gaps(interview: Interview, language: str) -> list[Gap]:
    """What is missing before the record may be frozen; names in the reader's language."""
    return gaps(
        employee=interview.employee_part,
        manager=interview.manager_part,
        kpis=kpi_facts(queries.get_result(interview.participant_id, language)),
        shared=interview.shared_at is not None,
    )


def freeze_record(
    interview: Interview, *, account: Account, revision: int, company: str, public_url: str
) -> RecordVersion:
    """Make the next version out of both parts as they stand, and have it printed.

    Raises IncompleteRecordError, and RecordError for a record that is frozen already or was
    changed after the page with the button was opened.
    """
    db.session.refresh(interview, with_for_update={"of": Interview})
    _refuse_if_frozen(interview)
    if interview.manager_revision != revision:
        raise RecordError(
            _("The record was changed after you opened this page. Read it again, then freeze it.")
        )
    missing = list_gaps(interview, interview.interviewer.locale)
    if missing:
        raise IncompleteRecordError(missing)
    version = _new_version(interview, company=company)
    db.session.add(version)
    interview.reopened_for = ""
    db.session.flush()
    enqueue(JobKind.RENDER_RECORD, version.id)
    note("record.frozen", interview, account, f"version {version.version} {version.check_code}")
    emails.ask_to_sign(interview, version, public_url=public_url)
    return version


def _new_version(interview: Interview, *, company: str) -> RecordVersion:
    last = queries.find_version(interview.id, None)
    number = last.version + 1 if last else 1
    language = interview.interviewer.locale
    paper = with_check_code(
        build_paper(
            interview,
            queries.get_result(interview.participant_id, language),
            version=number,
            language=language,
            company=company,
        )
    )
    return RecordVersion(
        interview_id=interview.id,
        version=number,
        reason=interview.reopened_for,
        content=paper_to_document(paper),
        check_code=paper.head.check_code,
        frozen_at=now(),
    )


def reopen_record(interview: Interview, reason: str, *, account: Account) -> None:
    """Begin the next version; the present one stays as it is. A reason is required."""
    db.session.refresh(interview, with_for_update={"of": Interview})
    if not is_frozen(interview):
        raise RecordError(_("The record is open already."))
    if interview.participant.cycle.archived_at is not None:
        raise RecordError(_("This cycle is archived. Its records do not change any more."))
    if not reason.strip():
        raise RecordError(_("Say why a new version is needed."))
    interview.reopened_for = reason.strip()[:1000]
    interview.shared_at = None
    interview.manager_revision += 1
    interview.employee_revision += 1
    note("record.reopened", interview, account, reason.strip()[:200])
    db.session.flush()


def note_reading(number: str, account_id: int) -> None:
    """Who opened whose record, by its number: the employee may ask."""
    record("record.read", f"record:{number}", account_id=account_id)


def note(action: str, interview: Interview, account: Account, detail: str = "") -> None:
    """Put a step or a reading into the audit log."""
    record(action, f"record:{interview.number}", account_id=account.id, detail=detail)
