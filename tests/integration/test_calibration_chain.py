"""Decisions of people about figures, from the tables: none vanishes, none comes back unseen."""

import json

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.audit.models import AuditEvent
from app.auth.models import Account, Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db
from app.kpi.models import KpiLine
from app.ratings.calibrating import (
    StepState,
    add_calibration,
    refuse_unsettled,
    set_grade,
    settle_stale,
    situation_of,
    stale_participants,
)
from app.ratings.computing import compute, seal
from app.ratings.guards import RatingError
from app.ratings.keys import seal_key
from app.ratings.models import Calibration, Rating
from app.ratings.service import rate_cycle, release_cycle
from app.scoring.snapshot import base_hash
from app.scoring.worked import score_text
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person
from tests.kam_example import World, add_participant, build_world
from tests.rounds import counted_statements

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REASON = "与同级大客户经理目标难度对齐"
URL = "https://x.example"


def rated_world() -> tuple[World, Account]:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    return world, make_account(role=Role.HR)


def calibrate(world: World, by: Account, delta: str = "-0.50") -> Rating:
    return add_calibration(world.participant, delta=delta, reason=REASON, by=by, link_key=LINK_KEY)


def settle(world: World, by: Account, decisions: dict[int, bool], reason: str = REASON) -> Rating:
    return settle_stale(
        world.participant, decisions=decisions, reason=reason, by=by, link_key=LINK_KEY
    )


def release(world: World, by: Account) -> None:
    release_cycle(world.cycle, reviewed_by=by, public_url=URL, link_key=LINK_KEY)


def compute_with(cycle: Cycle, actual: str) -> None:
    """Computes anew with another number of new key accounts; the example has 4."""
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "重点客户拓展")).first()
    assert line is not None
    line.parameters = {**line.parameters, "actual": actual}
    db.session.flush()
    rate_cycle(cycle, link_key=LINK_KEY)


def newest(world: World) -> Rating:
    query = select(Rating).where(Rating.participant_id == world.participant.id)
    return db.session.scalars(query.order_by(Rating.version.desc())).first() or pytest.fail("none")


def states(world: World) -> list[StepState]:
    return [one.state for one in situation_of(world.participant, link_key=LINK_KEY).steps]


@on_sqlite
def test_a_grade_that_is_set_keeps_the_figure_and_the_computed_grade(app: Flask) -> None:
    world, hr = rated_world()

    rating = set_grade(world.participant, grade="B", reason=REASON, by=hr, link_key=LINK_KEY)

    assert (rating.final, rating.grade, rating.result["computed_grade"]) == ("92.16", "B", "A")
    step = db.session.scalars(select(Calibration)).one()
    assert (step.kind, step.delta, step.before, step.after) == ("grade", None, "A", "B")
    for grade in ("", "Z"):
        with pytest.raises(RatingError, match="等级"):
            set_grade(world.participant, grade=grade, reason=REASON, by=hr, link_key=LINK_KEY)


def test_steps_wait_for_a_decision_once_figures_change_and_hold_the_release(app: Flask) -> None:
    world, hr = rated_world()
    calibrate(world, hr)
    set_grade(world.participant, grade="S", reason=REASON, by=hr, link_key=LINK_KEY)

    compute_with(world.cycle, "5")

    assert (newest(world).final, newest(world).grade) == ("95.46", "A")
    assert states(world) == [StepState.STALE, StepState.STALE]
    assert stale_participants(world.cycle.id) == {world.participant.id}
    with pytest.raises(RatingError, match="王晓明校准之后"):
        release(world, hr)
    with pytest.raises(RatingError, match="逐条决定"):
        calibrate(world, hr)
    for decisions in ({1: True}, {}):
        with pytest.raises(RatingError, match="逐条决定"):
            settle(world, hr, decisions)

    settle(world, hr, {1: True, 2: False})

    assert (newest(world).final, newest(world).grade) == ("94.96", "A")
    assert [str(one) for one in states(world)] == ["replaced", "replaced", "stands", "lapse"]
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-2:] == ["calibration.confirmed", "calibration.lapsed"]
    recomputed = json.loads(score_text(json.dumps(newest(world).inputs)).output)
    assert recomputed["final"]["dec"] == "94.96"
    steps = [(one["before"], one["after"]) for one in recomputed["calibration_steps"]]
    assert steps == [("92.16", "91.66"), ("A", "S"), ("95.46", "94.96"), ("94.96", "94.96")]
    release(world, hr)


@on_sqlite
def test_a_step_does_not_come_back_by_itself_when_the_old_figures_do(app: Flask) -> None:
    world, hr = rated_world()
    calibrate(world, hr)
    compute_with(world.cycle, "5")
    compute_with(world.cycle, "4")

    assert newest(world).final == "92.16"
    assert states(world) == [StepState.STALE]

    settle(world, hr, {1: False})

    assert newest(world).final == "92.16"
    assert states(world) == [StepState.REPLACED, StepState.LAPSE]
    with pytest.raises(RatingError, match="逐条决定"):
        settle(world, hr, {1: True})


@on_sqlite
def test_what_is_confirmed_has_to_hold_on_the_new_figures(app: Flask) -> None:
    world, hr = rated_world()
    for delta in ("5", "-5", "5"):
        calibrate(world, hr, delta)
    compute_with(world.cycle, "5")

    with pytest.raises(RatingError, match="校准调整合计为 10"):
        settle(world, hr, {1: True, 2: False, 3: True})
    with pytest.raises(RatingError, match="至少 10 个字"):
        settle(world, hr, {1: True, 2: False, 3: False}, reason="算了")

    settle(world, hr, {1: True, 2: True, 3: True}, reason="")

    assert newest(world).final == "100.46"


def a_word_is_changed() -> None:
    db.session.execute(
        update(Calibration).where(Calibration.delta == "1").values(reason=REASON + "。")
    )


def points_are_changed() -> None:
    db.session.execute(update(Calibration).where(Calibration.delta == "1").values(delta="1.5"))


def the_first_step_is_removed() -> None:
    db.session.execute(delete(Calibration).where(Calibration.delta == "-0.5"))


def the_last_step_is_removed() -> None:
    db.session.execute(delete(Calibration).where(Calibration.delta == "1"))


def all_steps_lose_their_links() -> None:
    db.session.execute(update(Calibration).values(prev_hash=None, reason=REASON * 2))


def the_last_step_is_removed_before_a_computation() -> None:
    the_last_step_is_removed()
    compute_with(db.session.scalars(select(Cycle)).one(), "5")


def the_document_is_changed() -> None:
    rating = db.session.scalars(select(Rating).order_by(Rating.version.desc())).first()
    assert rating is not None
    db.session.execute(
        update(Rating).where(Rating.id == rating.id).values(inputs={**rating.inputs, "title": "x"})
    )


ATTACKS = (
    a_word_is_changed,
    points_are_changed,
    the_first_step_is_removed,
    the_last_step_is_removed,
    the_last_step_is_removed_before_a_computation,
    all_steps_lose_their_links,
    the_document_is_changed,
)


def test_what_was_changed_outside_holds_calibration_and_release(app: Flask) -> None:
    world, hr = rated_world()
    calibrate(world, hr)
    calibrate(world, hr, "1")
    assert not situation_of(world.participant, link_key=LINK_KEY).is_broken
    assert situation_of(world.participant, link_key=b"another key").is_broken

    for attack in ATTACKS:
        with db.session.begin_nested() as savepoint:
            attack()
            db.session.expire_all()
            assert situation_of(world.participant, link_key=LINK_KEY).is_broken
            with pytest.raises(RatingError, match="王晓明的校准在系统之外被改动"):
                refuse_unsettled(world.cycle, link_key=LINK_KEY)
            with pytest.raises(RatingError, match="在系统之外被改动"):
                calibrate(world, hr, "0.25")
            savepoint.rollback()
        db.session.expire_all()
    refuse_unsettled(world.cycle, link_key=LINK_KEY)
    db.session.execute(delete(Calibration))
    assert situation_of(world.participant, link_key=LINK_KEY).is_broken


@on_sqlite
def test_steps_from_before_there_were_chains_hold_and_are_followed(app: Flask) -> None:
    """As the version before stored them: no links in the table, bare rows in the document."""
    world, hr = rated_world()
    first = newest(world)
    row = {"by": hr.name, "delta": "-0.50", "reason": REASON, "base_hash": base_hash(first.inputs)}
    document = {**first.inputs, "calibration": [row]}
    one = compute(document)
    db.session.add_all(
        [
            Rating(
                participant_id=first.participant_id,
                version=2,
                status=one.status.value,
                final=one.final,
                grade=one.grade,
                inputs=document,
                result=one.result,
                seal=seal(document, seal_key(LINK_KEY)),
                rated_at=now(),
            ),
            Calibration(
                rating_id=first.id,
                account_id=hr.id,
                decided_by=hr.name,
                at=now(),
                kind="delta",
                delta="-0.50",
                reason=REASON,
            ),
        ]
    )
    db.session.flush()
    refuse_unsettled(world.cycle, link_key=LINK_KEY)

    calibrate(world, hr, "1")

    assert newest(world).final == "92.66"
    assert states(world) == [StepState.STANDS, StepState.STANDS]
    compute_with(world.cycle, "5")
    settle(world, hr, {1: True, 2: False})
    assert newest(world).final == "94.96"
    release(world, hr)


@on_sqlite
def test_looking_at_all_chains_takes_the_same_statements_for_many_people(app: Flask) -> None:
    world, hr = rated_world()
    calibrate(world, hr)

    few = _statements(world)
    for number in range(2):
        other = add_participant(world.cycle, make_person(name=f"员工{number}"))
        rate_cycle(world.cycle, link_key=LINK_KEY)
        add_calibration(other, delta="1", reason=REASON, by=hr, link_key=LINK_KEY)

    assert _statements(world) == few


def _statements(world: World) -> int:
    db.session.flush()
    with counted_statements() as statements:
        stale_participants(world.cycle.id)
        refuse_unsettled(world.cycle, link_key=LINK_KEY)
    return len(statements)
