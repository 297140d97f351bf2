"""What the manager's and the employee's page of one record show, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.cycles.workdays.queries import calendar_of
from app.interviews import queries, signing
from app.interviews.models import Interview, RecordVersion
from app.interviews.paper import build_paper
from app.interviews.parts import SupportRow, achievements, clock_of, day_of, support_rows
from app.interviews.results import kpi_facts, lines_to_explain
from app.interviews.rules import (
    LONGEST_WAIT,
    Caution,
    Gap,
    KpiFact,
    RecordState,
    cautions,
    gaps,
    last_day_to_answer,
    needs_variance_note,
    state_of,
)
from app.pdf.papers import RecordPaper


@dataclass(frozen=True, kw_only=True, slots=True)
class LineToExplain:
    """A KPI line on which the manager has to write something, and what."""

    id: str
    name: str
    target: str
    actual: str
    needs_evidence: bool
    needs_variance: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagerPage:
    """`paper` is the draft while the record is open, else the frozen one with its signatures."""

    interview: Interview
    state: RecordState
    is_open: bool
    paper: RecordPaper
    versions: Sequence[RecordVersion]
    fields: Mapping[str, Any]
    lines: Sequence[LineToExplain]
    requests: Sequence[SupportRow]
    gaps: Sequence[Gap]
    cautions: Sequence[Caution]


@dataclass(frozen=True, kw_only=True, slots=True)
class EmployeePage:
    """`paper` is the newest frozen record, or the draft as far as the employee may see it."""

    interview: Interview
    state: RecordState
    is_open: bool
    is_shared: bool
    paper: RecordPaper
    versions: Sequence[RecordVersion]
    fields: Mapping[str, Any]
    appeal_until: date | None

    @property
    def newest(self) -> RecordVersion | None:
        return self.versions[0] if self.versions else None


def manager_page(interview: Interview, *, language: str, company: str) -> ManagerPage:
    """Everything the manager's page shows, in their language."""
    versions = queries.list_versions(interview.id)
    is_open = not versions or bool(interview.reopened_for)
    result = queries.get_result(interview.participant_id, language)
    facts = kpi_facts(result)
    part = interview.manager_part
    return ManagerPage(
        interview=interview,
        state=record_state(interview, versions),
        is_open=is_open,
        paper=build_paper(
            interview,
            result,
            version=len(versions) + 1,
            language=language,
            company=company,
        )
        if is_open
        else signing.signed_paper(versions[0]),
        versions=versions,
        fields=_with_employees_draft(interview),
        lines=[_line(fact) for fact in lines_to_explain(result)],
        requests=support_rows(interview.employee_part, part),
        gaps=gaps(
            employee=interview.employee_part,
            manager=part,
            kpis=facts,
            shared=interview.shared_at is not None,
        ),
        cautions=cautions(
            part,
            material_given_at=interview.participant.cycle.released_at,
            held_at=_held_at(interview),
        ),
    )


def record_state(interview: Interview, versions: Sequence[RecordVersion]) -> RecordState:
    """Where the record stands; `versions` with the newest first."""
    return state_of(queries.progress_of(interview, versions[0] if versions else None))


def _line(fact: KpiFact) -> LineToExplain:
    return LineToExplain(
        id=fact.id,
        name=fact.name,
        target=fact.target,
        actual=fact.actual,
        needs_evidence=not fact.has_evidence,
        needs_variance=needs_variance_note(fact),
    )


def _with_employees_draft(interview: Interview) -> Mapping[str, Any]:
    """The manager's fields; achievements start with the employee's draft until one is written."""
    part = interview.manager_part
    if achievements(part):
        return part
    drafts = {
        f"achievement_{row.number}_{name}": text
        for row in achievements(interview.employee_part, "own_achievement")
        for name, text in (("fact", row.fact), ("effect", row.effect))
        if text
    }
    return {**drafts, **part}


def _held_at(interview: Interview) -> datetime | None:
    part = interview.manager_part
    day, start = day_of(part.get("held_on", "")), clock_of(part.get("held_from", ""))
    if day is None or start is None:
        return None
    return datetime.combine(day, start, ZoneInfo(interview.interviewer.time_zone))


def employee_page(interview: Interview, *, language: str, company: str) -> EmployeePage:
    """Everything the employee's page shows; the manager's draft only once it is shared."""
    versions = queries.list_versions(interview.id)
    is_open = not versions or bool(interview.reopened_for)
    is_shared = is_open and interview.shared_at is not None
    shows_draft = is_shared or not versions
    newest = versions[0] if versions else None
    return EmployeePage(
        interview=interview,
        state=record_state(interview, versions),
        is_open=is_open,
        is_shared=is_shared,
        paper=build_paper(
            interview,
            queries.get_result(interview.participant_id, language),
            version=len(versions) + 1,
            language=language,
            company=company,
            hide_manager=not is_shared,
        )
        if shows_draft or newest is None
        else signing.signed_paper(newest),
        versions=versions,
        fields=interview.employee_part,
        appeal_until=_appeal_until(interview, newest),
    )


def _appeal_until(interview: Interview, version: RecordVersion | None) -> date | None:
    if version is None or version.employee_signed_at is None:
        return None
    signed, zone = version.employee_signed_at, interview.participant.person.time_zone
    calendar = calendar_of(zone, signed.date(), signed.date() + LONGEST_WAIT)
    return last_day_to_answer(signed, zone=zone, calendar=calendar)
