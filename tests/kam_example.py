"""The worked example of a key account manager, put into the real tables row by row.

The published figures of this example are known exactly, so a test can see whether anything on the
way from the tables to the page has changed a number.
"""

import json
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db, random_id
from app.feedback.models import Submission
from app.kpi.models import KpiLine, KpiStatus
from app.people.groups import RaterGroup
from app.people.models import Person
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.rules import COLLEAGUES, CUSTOMERS, asked_text
from app.schemes.models import Scheme
from app.schemes.packs import load_scheme
from tests.factories import make_cycle, make_participant, make_person

EXAMPLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "worked_input.json").read_text(encoding="utf-8"),
    parse_float=str,
)["examples"][0]
EXACT = "63591629/690000"
BOXES = [
    {"code": "continue", "audience": "internal", "zh": "继续", "en": "Continue"},
    {"code": "customer", "audience": "customer", "zh": "您的意见", "en": "In your own words"},
]
CUSTOMERS_JUDGE = {"C1", "C2"}
Comments = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    cycle: Cycle
    participant: Participant
    person: Person
    manager: Person


def build_world(
    *,
    closed: bool = True,
    k_min: int = 3,
    raters: list[dict[str, Any]] | None = None,
    comments: dict[str, Comments] | None = None,
) -> World:
    """A closed round with the example's one participant; raters as in the example by default."""
    manager = make_person(name="李华", job="销售总监")
    person = make_person(name="王晓明", manager=manager)
    cycle = make_cycle()
    cycle.k_min = k_min
    if closed:
        cycle.closed_at = now()
    participant = add_participant(cycle, person, raters=raters, comments=comments)
    return World(cycle=cycle, participant=participant, person=person, manager=manager)


def add_participant(
    cycle: Cycle,
    person: Person,
    *,
    scheme: Scheme | None = None,
    raters: list[dict[str, Any]] | None = None,
    comments: dict[str, Comments] | None = None,
) -> Participant:
    """Somebody with the example's answers and KPI sheet."""
    participant = make_participant(cycle, person, scheme or find_scheme() or make_scheme())
    add_answers(participant, EXAMPLE["raters"] if raters is None else raters, comments or {})
    add_sheet(person)
    db.session.flush()
    return participant


def find_scheme() -> Scheme | None:
    return db.session.query(Scheme).filter_by(code="kam-example").one_or_none()


def make_scheme() -> Scheme:
    """The ready scheme over a questionnaire that has the example's items."""
    scheme = Scheme(
        code="kam-example",
        version=1,
        name_zh="大客户经理考核方案",
        name_en="Key account manager appraisal",
        questionnaire_id=make_questionnaire().id,
        definition=load_scheme("kam").definition(),
    )
    db.session.add(scheme)
    db.session.flush()
    return scheme


def make_questionnaire() -> Questionnaire:
    pack = {row.id: row for row in load_scheme("kam").elements()}
    rows = [element for row in EXAMPLE["dimensions"] for element in row["elements"]]
    questionnaire = Questionnaire(
        code="kam-example",
        version=1,
        name_zh="反馈问卷",
        name_en="Feedback form",
        scale=[{"value": value, "zh": str(value), "en": str(value)} for value in range(1, 6)],
        comment_boxes=BOXES,
        competencies=[
            Competency(
                code=row["id"],
                position=position,
                name_zh=pack[row["id"]].name_zh,
                name_en=pack[row["id"]].name_en,
                items=_items(row),
            )
            for position, row in enumerate((row for row in rows if "items" in row), start=1)
        ],
    )
    db.session.add(questionnaire)
    db.session.flush()
    return questionnaire


def _items(row: dict[str, Any]) -> list[Item]:
    """The example's items, and one that only customers' forms have in what they can judge."""
    items = [_item(item, number) for number, item in enumerate(row["items"], start=1)]
    if row["id"] in CUSTOMERS_JUDGE:
        items.append(_item({"id": f"{row['id']}-customer", "w": 1}, len(items) + 1, CUSTOMERS))
    return items


def _item(row: dict[str, Any], number: int, asked: Collection[RaterGroup] = COLLEAGUES) -> Item:
    return Item(
        code=row["id"],
        position=number,
        asked=asked_text(asked),
        text_zh=f"行为 {row['id']}",
        text_en=f"Behaviour {row['id']}",
        weight=row["w"],
        reverse=row.get("reverse", False),
    )


def add_answers(
    participant: Participant, raters: list[dict[str, Any]], comments: dict[str, Comments]
) -> None:
    db.session.add_all(
        Submission(
            id=random_id(),
            request_id=None,
            participant_id=participant.id,
            rater_group=RaterGroup(rater["group"]),
            notice_version="1",
            answers=dict(rater["a"]),
            comments=comments.get(rater["id"], {}),
        )
        for rater in raters
    )


def add_sheet(person: Person) -> None:
    """The example's KPIs as the import leaves them, and its extra points as a bonus line."""
    names = {element.id: element.name_zh for element in load_scheme("kam").elements()}
    position = 0
    for dimension in EXAMPLE["dimensions"]:
        for element in dimension["elements"]:
            if "kpi" not in element:
                continue
            position += 1
            kpi = deepcopy(element["kpi"])
            add_line(
                person,
                position=position,
                dimension=dimension["name"],
                name=names[element["id"]],
                weight=Decimal(element["weight"]),
                method=kpi["method"],
                parameters=kpi,
                target=str(kpi.get("target", "")),
                actual=str(kpi.get("actual", "")),
                source="CRM",
                evidence="2024 Q3",
            )
    bonus = EXAMPLE["adjustments"][0]
    add_line(
        person,
        position=position + 1,
        dimension="加减分",
        name=bonus["name"],
        weight=Decimal(0),
        method="bonus",
        parameters={"points": bonus["points"]},
    )


def add_line(person: Person, **values: Any) -> KpiLine:
    line = KpiLine(person_id=person.id, **{"status": KpiStatus.SCORED, **values})
    db.session.add(line)
    return line


def without(group: str, *, keep: int) -> list[dict[str, Any]]:
    """The example's raters with only so many of one group."""
    members = [rater for rater in EXAMPLE["raters"] if rater["group"] == group]
    dropped = {rater["id"] for rater in members[keep:]}
    return [rater for rater in EXAMPLE["raters"] if rater["id"] not in dropped]


def answering(raters: list[dict[str, Any]], group: str, level: int) -> list[dict[str, Any]]:
    """The same raters, but everybody of one group gives one and the same answer everywhere."""
    changed = deepcopy(raters)
    for rater in changed:
        if rater["group"] == group:
            rater["a"] = dict.fromkeys(rater["a"], level)
    return changed
