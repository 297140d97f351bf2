"""The rows of a closed round of key account managers, written straight into the tables.

Everybody has eight forms of the thirty questions that colleagues are asked, ten figures and now and
then an extra point; about one answer in ten is "not observed". The same seed gives the same rows.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, select

from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import Base, db
from app.feedback.models import Submission
from app.kpi.models import KpiLine, KpiStatus
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Department, Person
from app.questionnaires.models import Competency, Item
from app.schemes.models import Scheme
from app.schemes.service import install_packs

SEED = 20240930
ROWS_AT_ONCE = 5_000
NOT_OBSERVED = 0.1
WROTE_SOMETHING = 0.5
EXTRA_POINTS = 0.2
RATERS = (
    RaterGroup.SELF,
    RaterGroup.SUPERVISOR,
    *[RaterGroup.PEER] * 4,
    *[RaterGroup.SUBORDINATE] * 2,
)
# By how much the figures of two people differ, for every method that the scheme knows.
ACTUALS = {
    "K1": (900, 1500),
    "K2": (2, 7),
    "K3": (14, 21),
    "K4": (34, 62),
    "K5": (78, 97),
    "K6": (70, 99),
    "K8": (20, 26),
    "K9": (35, 70),
    "K10": (18, 38),
}
COMMENTS = ("对客户的问题回应很快，也会把经验分享给同事。", "希望会议前能早些收到资料。")
Rows = Iterator[dict[str, Any]]


def build_round(people: int) -> int:
    """A closed round of so many people; gives its id."""
    install_packs()
    scheme = db.session.scalars(select(Scheme).where(Scheme.code == "kam")).one()
    department = Department(name="Key accounts")
    db.session.add(department)
    db.session.flush()
    _insert(Person, _people(people, department.id))
    ids = list(db.session.scalars(select(Person.id).order_by(Person.id)))
    cycle = _closed_cycle()
    _insert(Participant, _participants(cycle.id, scheme.id, ids))
    _insert(KpiLine, _lines(scheme, ids))
    participants = select(Participant.id).order_by(Participant.id)
    _insert(Submission, _forms(_codes(scheme), list(db.session.scalars(participants))))
    db.session.commit()
    return cycle.id


def _insert(table: type[Base], rows: Rows) -> None:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        db.session.execute(insert(table), batch)


def _people(people: int, department_id: int) -> Rows:
    for number in range(people):
        yield {
            "kind": PersonKind.EMPLOYEE,
            "staff_number": f"B{number:05}",
            "name": f"王晓明 {number}",
            "email": f"person{number}@roundview.example",
            "department_id": department_id,
            "job": "Key Account Manager",
        }


def _closed_cycle() -> Cycle:
    moment = now()
    cycle = Cycle(
        name="Bench",
        period_from=moment.date() - timedelta(days=90),
        period_to=moment.date(),
        time_zone="Asia/Shanghai",
        opens_at=moment - timedelta(days=20),
        closes_local=f"{moment.date().isoformat()}T24:00",
        closes_at=moment - timedelta(hours=1),
        launched_at=moment - timedelta(days=20),
        closed_at=moment,
    )
    db.session.add(cycle)
    db.session.flush()
    return cycle


def _participants(cycle_id: int, scheme_id: int, people: list[int]) -> Rows:
    for person_id in people:
        yield {"cycle_id": cycle_id, "person_id": person_id, "scheme_id": scheme_id}


def _lines(scheme: Scheme, people: list[int]) -> Rows:
    random = Random(SEED)  # noqa: S311 - the same rows every time
    sheet = [
        (row["name_zh"], element)
        for row in scheme.definition["dimensions"]
        for element in row["elements"]
        if "kpi" in element
    ]
    for person_id in people:
        for position, (dimension, element) in enumerate(sheet, start=1):
            yield _line(person_id, position, dimension, element, random)
        if random.random() < EXTRA_POINTS:
            yield _bonus(person_id, len(sheet) + 1)


def _line(
    person_id: int, position: int, dimension: str, element: dict[str, Any], random: Random
) -> dict[str, Any]:
    kpi = dict(element["kpi"])
    if kpi["method"] == "deduct":
        actual = str(random.randrange(4))
        kpi["events"] = [["超时", "10", int(actual)]]
    else:
        low, high = ACTUALS[element["id"]]
        actual = f"{random.randrange(low * 10, high * 10) / Decimal(10)}"
        kpi["actual"] = actual
    return {
        "person_id": person_id,
        "position": position,
        "dimension": dimension,
        "name": element["name_zh"],
        "target": str(kpi.get("target", "")),
        "actual": actual,
        "weight": Decimal(element["weight"]),
        "method": kpi["method"],
        "parameters": kpi,
        "status": KpiStatus.SCORED,
        "source": "CRM",
        "evidence": "2024 Q3",
    }


def _bonus(person_id: int, position: int) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "position": position,
        "dimension": "加减分",
        "name": "标杆案例",
        "target": "",
        "actual": "",
        "weight": Decimal(0),
        "method": "bonus",
        "parameters": {"points": "1.5"},
        "status": KpiStatus.SCORED,
        "source": "",
        "evidence": "",
    }


def _codes(scheme: Scheme) -> list[str]:
    """What colleagues are asked, in the order of the form."""
    query = (
        select(Item.code)
        .join(Competency, Competency.id == Item.competency_id)
        .where(Competency.questionnaire_id == scheme.questionnaire_id, Item.asked != "customer")
        .order_by(Competency.position, Item.position)
    )
    return list(db.session.scalars(query))


def _forms(codes: list[str], participants: list[int]) -> Rows:
    random = Random(SEED)  # noqa: S311 - the same rows every time
    for participant_id in participants:
        usual = random.choice((2, 3, 3, 4))
        for group in RATERS:
            wrote = random.random() < WROTE_SOMETHING
            yield {
                "id": f"{random.getrandbits(128):032x}",
                "participant_id": participant_id,
                "rater_group": group,
                "notice_version": "1",
                "answers": {code: _answer(usual, random) for code in codes},
                "comments": {"continue": random.choice(COMMENTS)} if wrote else {},
            }


def _answer(usual: int, random: Random) -> int | None:
    if random.random() < NOT_OBSERVED:
        return None
    return usual + random.choice((-1, 0, 0, 0, 1))
