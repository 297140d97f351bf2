"""The two halves of a record: the fields of their forms, and what they hold. Pure.

A half is kept as its form sends it, by field names: `plan_1_goal`, `shortcoming_2_causes`. Each
field is checked alone; whether the record is complete is asked in `rules`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

ROWS = (1, 2, 3)
LONGEST_TEXT = 2_000
LONGEST_LINE = 200
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

CAUSES = ("method", "skill", "resources", "process", "unclear_goal", "external", "other")
SUPPORT_ANSWERS = ("agreed", "partly", "refused")
PREFERENCES = ("expert", "management", "move", "stay")
OWNERS = ("employee", "manager")
MODES = ("in_person", "video", "telephone")

Part = Mapping[str, Any]
Given = Mapping[str, Sequence[str]]


class FieldKind(StrEnum):
    TEXT = "text"
    LINE = "line"
    DAY = "day"
    CLOCK = "clock"
    PERCENT = "percent"
    CHOICE = "choice"
    CHOICES = "choices"


class FieldFault(StrEnum):
    """What is wrong with one field by itself."""

    TOO_LONG = "too_long"
    NOT_A_DAY = "not_a_day"
    NOT_A_CLOCK = "not_a_clock"
    NOT_A_PERCENTAGE = "not_a_percentage"
    NOT_A_CHOICE = "not_a_choice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()


def _fields(kind: FieldKind, *names: str, choices: tuple[str, ...] = ()) -> tuple[Field, ...]:
    return tuple(Field(name=name, kind=kind, choices=choices) for name in names)


def _row_fields(number: int) -> tuple[Field, ...]:
    plan = f"plan_{number}"
    return (
        *_fields(FieldKind.TEXT, f"achievement_{number}_fact", f"achievement_{number}_effect"),
        *_fields(FieldKind.TEXT, f"shortcoming_{number}_fact", f"shortcoming_{number}_explanation"),
        *_fields(FieldKind.CHOICES, f"shortcoming_{number}_causes", choices=CAUSES),
        *_fields(FieldKind.CHOICE, f"support_{number}_answer", choices=SUPPORT_ANSWERS),
        *_fields(FieldKind.TEXT, f"support_{number}_terms"),
        *_fields(FieldKind.TEXT, f"{plan}_goal", f"{plan}_action", f"{plan}_support"),
        *_fields(FieldKind.LINE, f"{plan}_from", f"{plan}_to"),
        *_fields(FieldKind.CHOICE, f"{plan}_owner", choices=OWNERS),
        *_fields(FieldKind.DAY, f"{plan}_due", *(f"{plan}_check_{n}" for n in ROWS)),
        *_fields(FieldKind.TEXT, f"goal_{number}_goal", f"goal_{number}_target"),
        *_fields(FieldKind.PERCENT, f"goal_{number}_weight"),
        *_fields(FieldKind.DAY, f"goal_{number}_due"),
    )


EMPLOYEE_FIELDS = (
    *_fields(FieldKind.TEXT, "assessment", "opinion", "circumstances", "suggestions"),
    *_fields(FieldKind.TEXT, *(f"request_{number}" for number in ROWS)),
    *_fields(FieldKind.CHOICE, "preference", choices=PREFERENCES),
    *_fields(FieldKind.TEXT, "target_role"),
    *_fields(
        FieldKind.TEXT,
        *(f"own_achievement_{number}_{part}" for number in ROWS for part in ("fact", "effect")),
    ),
)
MANAGER_FIELDS = (
    *_fields(FieldKind.DAY, "held_on"),
    *_fields(FieldKind.CLOCK, "held_from", "held_to"),
    *_fields(FieldKind.LINE, "place", "others_present"),
    *_fields(FieldKind.CHOICE, "mode", choices=MODES),
    *(field for number in ROWS for field in _row_fields(number)),
    *_fields(FieldKind.TEXT, "differing_views", "plan_none_reason", "training", "comment"),
)


def manager_fields(element_ids: Iterable[str]) -> tuple[Field, ...]:
    """The manager's fields, with evidence and variance notes for these KPI lines."""
    notes = [f"{kind}_{element}" for element in element_ids for kind in ("evidence", "variance")]
    return MANAGER_FIELDS + _fields(FieldKind.TEXT, *notes)


def read_fields(
    fields: Iterable[Field], given: Given
) -> tuple[dict[str, Any], dict[str, FieldFault]]:
    """What was written into these fields, and what is wrong with it, by field name.

    Names that are not among the fields are left out, whoever sent them. Empty fields too.
    """
    written: dict[str, Any] = {}
    faults: dict[str, FieldFault] = {}
    for field in fields:
        values = [value for value in map(_clean, given.get(field.name, ())) if value]
        if not values:
            continue
        written[field.name] = values if field.kind is FieldKind.CHOICES else values[0]
        found = next((fault for value in values if (fault := _fault(field, value))), None)
        if found is not None:
            faults[field.name] = found
    return written, faults


def _clean(text: str) -> str:
    """One kind of line break and no control characters, which no database and no paper takes."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _fault(field: Field, value: str) -> FieldFault | None:
    match field.kind:
        case FieldKind.TEXT:
            return FieldFault.TOO_LONG if len(value) > LONGEST_TEXT else None
        case FieldKind.LINE:
            return FieldFault.TOO_LONG if len(value) > LONGEST_LINE else None
        case FieldKind.DAY:
            return None if day_of(value) else FieldFault.NOT_A_DAY
        case FieldKind.CLOCK:
            return None if clock_of(value) else FieldFault.NOT_A_CLOCK
        case FieldKind.PERCENT:
            return None if _is_percentage(value) else FieldFault.NOT_A_PERCENTAGE
        case _:
            return None if value in field.choices else FieldFault.NOT_A_CHOICE


def day_of(text: str) -> date | None:
    """The day written as 2026-12-20, else None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def clock_of(text: str) -> time | None:
    """The time of day written as 14:05, else None."""
    try:
        return time.fromisoformat(text) if re.fullmatch(r"\d\d:\d\d", text) else None
    except ValueError:
        return None


def _is_percentage(text: str) -> bool:
    plain = re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) is not None
    return plain and Decimal(0) < Decimal(text) <= Decimal(100)


@dataclass(frozen=True, kw_only=True, slots=True)
class AchievementRow:
    number: int
    fact: str
    effect: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortcomingRow:
    number: int
    fact: str
    causes: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportRow:
    """What the employee asked for, and what the manager says to it."""

    number: int
    request: str
    answer: str
    terms: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRow:
    number: int
    goal: str
    action: str
    start: str
    target: str
    due: date | None
    support: str
    owner: str
    check_ins: tuple[date, ...]

    @property
    def measure(self) -> str:
        return f"{self.start} → {self.target}"


@dataclass(frozen=True, kw_only=True, slots=True)
class GoalRow:
    number: int
    goal: str
    target: str
    weight: str
    due: str


def achievements(part: Part, prefix: str = "achievement") -> tuple[AchievementRow, ...]:
    """The rows in which something stands; `own_achievement` gives the employee's draft."""
    rows = (
        AchievementRow(
            number=number,
            fact=part.get(f"{prefix}_{number}_fact", ""),
            effect=part.get(f"{prefix}_{number}_effect", ""),
        )
        for number in ROWS
    )
    return tuple(row for row in rows if row.fact or row.effect)


def shortcomings(part: Part) -> tuple[ShortcomingRow, ...]:
    rows = (
        ShortcomingRow(
            number=number,
            fact=part.get(f"shortcoming_{number}_fact", ""),
            causes=tuple(part.get(f"shortcoming_{number}_causes", ())),
            explanation=part.get(f"shortcoming_{number}_explanation", ""),
        )
        for number in ROWS
    )
    return tuple(row for row in rows if row.fact or row.causes or row.explanation)


def support_rows(employee: Part, manager: Part) -> tuple[SupportRow, ...]:
    """One row for each thing the employee asked for."""
    rows = (
        SupportRow(
            number=number,
            request=employee.get(f"request_{number}", ""),
            answer=manager.get(f"support_{number}_answer", ""),
            terms=manager.get(f"support_{number}_terms", ""),
        )
        for number in ROWS
    )
    return tuple(row for row in rows if row.request)


def plan_rows(part: Part) -> tuple[PlanRow, ...]:
    """The rows of the plan in which anything but the preset owner stands."""
    return tuple(_plan_row(part, number) for number in ROWS if _has_plan(part, number))


def _has_plan(part: Part, number: int) -> bool:
    start = f"plan_{number}_"
    return any(name.startswith(start) and name != f"{start}owner" for name in part)


def _plan_row(part: Part, number: int) -> PlanRow:
    def written(name: str) -> str:
        text: str = part.get(f"plan_{number}_{name}", "")
        return text

    days = (day_of(written(f"check_{n}")) for n in ROWS)
    return PlanRow(
        number=number,
        goal=written("goal"),
        action=written("action"),
        start=written("from"),
        target=written("to"),
        due=day_of(written("due")),
        support=written("support"),
        owner=written("owner"),
        check_ins=tuple(sorted({day for day in days if day is not None})),
    )


def goal_rows(part: Part) -> tuple[GoalRow, ...]:
    rows = (
        GoalRow(
            number=number,
            goal=part.get(f"goal_{number}_goal", ""),
            target=part.get(f"goal_{number}_target", ""),
            weight=part.get(f"goal_{number}_weight", ""),
            due=part.get(f"goal_{number}_due", ""),
        )
        for number in ROWS
    )
    return tuple(row for row in rows if row.goal or row.target or row.weight or row.due)
