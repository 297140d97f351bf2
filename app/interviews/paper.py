"""The record as a paper, from what the system knows and what its two authors have written."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import force_locale
from flask_babel import gettext as _

from app.interviews import parts
from app.interviews.models import Interview
from app.interviews.results import feedback_section, overall_section, results_section
from app.interviews.rules import DAYS_TO_ANSWER, is_quarterly, total_weight
from app.pdf import papers
from app.ratings.shown import ShownResult

Part = parts.Part


def build_paper(
    interview: Interview,
    result: ShownResult,
    *,
    version: int,
    language: str,
    company: str,
    hide_manager: bool = False,
) -> papers.RecordPaper:
    """The paper as it would be frozen now, without check code and signatures.

    `result` must have been asked for in the same language. `hide_manager` leaves out what the
    manager has not shared yet.
    """
    employee = interview.employee_part
    manager = {} if hide_manager else interview.manager_part
    with force_locale(language):
        return papers.RecordPaper(
            language=language,
            company=company,
            head=_head(interview, manager, version=version, language=language),
            results=results_section(result, manager),
            feedback=feedback_section(result),
            achievements=_achievements(manager),
            shortcomings=_shortcomings(manager),
            employee_view=_employee_view(employee),
            support=_support(employee, manager),
            plan=_plan(interview, manager),
            goals=_goals(manager),
            development=_development(employee, manager),
            overall=overall_section(result, manager),
            acknowledgement=_acknowledgement(interview),
        )


def _head(interview: Interview, part: Part, *, version: int, language: str) -> papers.RecordHead:
    participant, manager = interview.participant, interview.interviewer
    person, cycle = participant.person, participant.cycle
    quarterly = is_quarterly(cycle.period_from, cycle.period_to)
    return papers.RecordHead(
        number=interview.number,
        version=str(version),
        check_code="",
        employee=person.name,
        staff_no=person.staff_number or "",
        department=person.department.name if person.department else "",
        position=person.job,
        grade=person.job_level,
        joined=_day(person.joined_on),
        in_post_since="",
        period=_("%(first)s to %(last)s", first=cycle.period_from, last=cycle.period_to),
        kind=papers.InterviewKind.QUARTERLY if quarterly else papers.InterviewKind.ANNUAL,
        interviewer=_(", ").join(text for text in (manager.name, manager.job) if text),
        others_present=part.get("others_present", ""),
        held_at=_held_at(part, manager.time_zone, language),
        place=_(", ").join(text for text in (part.get("place"), mode_name(part)) if text),
        material_given_on=_day(cycle.released_at, zone=cycle.time_zone),
    )


def mode_name(part: Part) -> str:
    """How they met, in the reader's language; empty where nothing was chosen."""
    names: dict[str, str] = {
        "in_person": _("in person"),
        "video": _("by video"),
        "telephone": _("by telephone"),
    }
    return names.get(part.get("mode", ""), "")


def _held_at(part: Part, zone: str, language: str) -> str:
    day = part.get("held_on", "")
    clocks = "–".join(part[name] for name in ("held_from", "held_to") if name in part)
    if not day or not clocks:
        return str(day)
    zone_name = get_timezone_name(ZoneInfo(zone), locale=language, zone_variant="standard")
    return str(_("%(day)s %(clocks)s (%(zone)s)", day=day, clocks=clocks, zone=zone_name))


def _day(value: date | datetime | None, *, zone: str = "UTC") -> str:
    if value is None:
        return ""
    day = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    return day.isoformat()


def _achievements(part: Part) -> papers.AchievementsSection:
    return papers.AchievementsSection(
        achievements=tuple(
            papers.Achievement(fact=row.fact, effect=row.effect) for row in parts.achievements(part)
        ),
        last_plan=(),
    )


def _shortcomings(part: Part) -> papers.ShortcomingsSection:
    return papers.ShortcomingsSection(
        shortcomings=tuple(
            papers.Shortcoming(
                fact=row.fact,
                causes=frozenset(papers.Cause[cause.upper()] for cause in row.causes),
                explanation=row.explanation,
            )
            for row in parts.shortcomings(part)
        ),
        differing_views=part.get("differing_views", ""),
    )


def _employee_view(part: Part) -> papers.EmployeeView:
    return papers.EmployeeView(
        assessment=part.get("assessment", ""),
        opinion=part.get("opinion", ""),
        circumstances=part.get("circumstances", ""),
        suggestions=part.get("suggestions", ""),
    )


def _support(employee: Part, manager: Part) -> tuple[papers.SupportLine, ...]:
    return tuple(
        papers.SupportLine(
            request=row.request,
            answer=papers.SupportAnswer[row.answer.upper()] if row.answer else None,
            terms=row.terms,
        )
        for row in parts.support_rows(employee, manager)
    )


def _plan(interview: Interview, part: Part) -> papers.PlanSection:
    owners = {
        "employee": interview.participant.person.name,
        "manager": interview.interviewer.name,
    }
    lines = tuple(
        papers.PlanLine(
            goal=row.goal,
            action=row.action,
            measure=row.measure,
            due=_day(row.due),
            resources=row.support,
            owner=owners.get(row.owner, ""),
            check_ins=tuple(day.isoformat() for day in row.check_ins),
        )
        for row in parts.plan_rows(part)
    )
    return papers.PlanSection(
        lines=lines, reason_for_none="" if lines else part.get("plan_none_reason", "")
    )


def _goals(part: Part) -> papers.GoalsSection:
    lines = tuple(
        papers.GoalLine(goal=row.goal, target=row.target, weight=row.weight, due=row.due)
        for row in parts.goal_rows(part)
    )
    return papers.GoalsSection(lines=lines, weight_total=f"{total_weight(part):f}" if lines else "")


def _development(employee: Part, manager: Part) -> papers.DevelopmentSection:
    preference: Any = employee.get("preference")
    return papers.DevelopmentSection(
        training=manager.get("training", ""),
        preference=papers.CareerPreference[preference.upper()] if preference else None,
        target_role=employee.get("target_role", ""),
    )


def _acknowledgement(interview: Interview) -> papers.AcknowledgementSection:
    contact = interview.participant.cycle.contact_name
    return papers.AcknowledgementSection(
        decision=None,
        note="",
        signatures=(
            papers.Signature(
                role=papers.SignatureRole.EMPLOYEE, name=interview.participant.person.name
            ),
            papers.Signature(role=papers.SignatureRole.MANAGER, name=interview.interviewer.name),
            papers.Signature(role=papers.SignatureRole.HR, name=""),
        ),
        appeal_zh=f"如对结果有异议，请在收到本记录后 {DAYS_TO_ANSWER} 个工作日内向人力资源部"
        f"{f'（{contact}）' if contact else ''}书面提出申诉，人力资源部在 10 个工作日内书面答复。",
        appeal_en=f"If you disagree, appeal in writing to HR{f' ({contact})' if contact else ''} "
        f"within {DAYS_TO_ANSWER} working days of receiving this record. "
        "HR answers in writing within 10 working days.",
    )
