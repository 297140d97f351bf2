"""From the tables to stored ratings: exact, repeatable, and with few statements."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.db import db
from app.kpi.models import KpiLine, KpiStatus
from app.mail.models import Letter
from app.ratings.calibrating import add_calibration
from app.ratings.guards import RatingError
from app.ratings.models import Calibration, Rating
from app.ratings.preparing import prepare_ratings
from app.ratings.service import (
    rate_apart,
    rate_cycle,
    release_cycle,
    write_ratings,
)
from app.ratings.spool import Spool
from app.scoring.worked import score_text
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person
from tests.kam_example import EXACT, add_participant, build_world, without

REASON = "与同级大客户经理目标难度对齐"


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def spool() -> Iterator[Spool]:
    with Spool() as made:
        yield made


def newest(participant_id: int) -> Rating:
    query = select(Rating).where(Rating.participant_id == participant_id)
    return db.session.scalars(query.order_by(Rating.version.desc())).first() or pytest.fail("none")


def test_the_worked_example_comes_out_of_the_tables_exactly(app: Flask) -> None:
    world = build_world()

    rated = rate_cycle(world.cycle, link_key=LINK_KEY)

    rating = newest(world.participant.id)
    assert (rated.new, rated.unchanged) == (1, 0)
    assert rating.result["exact"]["frac"] == EXACT
    assert (rating.status, rating.final, rating.grade) == ("rated", "92.16", "A")
    assert world.cycle.rated_at is not None


def test_the_stored_inputs_are_a_file_that_anybody_can_recompute(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    inputs = db.session.scalars(select(Rating)).one().inputs

    outcome = score_text(json.dumps(inputs, ensure_ascii=False))

    assert outcome.exit_code == 0
    assert json.loads(outcome.output)["exact"]["frac"] == EXACT


def test_no_rater_can_be_told_from_the_numbers_in_the_document(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)

    raters = db.session.scalars(select(Rating)).one().inputs["raters"]

    assert [rater["id"] for rater in raters] == [f"r{n}" for n in range(1, 12)]
    assert {key for rater in raters for key in rater} == {"id", "group", "a"}


def test_a_second_run_changes_nothing_while_the_inputs_are_the_same(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    first = newest(world.participant.id)
    before = (first.id, first.seal, first.rated_at, world.cycle.rated_at)

    again = rate_cycle(world.cycle, link_key=LINK_KEY)

    second = newest(world.participant.id)
    assert (again.new, again.unchanged) == (0, 1)
    assert (second.id, second.seal, second.rated_at, world.cycle.rated_at) == before


def test_a_corrected_figure_makes_a_new_version_beside_the_old_one(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "重点客户拓展")).one()
    line.actual, line.parameters = "5", {**line.parameters, "actual": "5"}
    db.session.flush()

    rate_cycle(world.cycle, link_key=LINK_KEY)

    versions = db.session.scalars(select(Rating).order_by(Rating.version)).all()
    assert [(one.version, one.final) for one in versions] == [(1, "92.16"), (2, "95.46")]


def test_calibration_appends_a_version_and_keeps_what_was_computed(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)

    add_calibration(world.participant, delta="-0.50", reason=REASON, by=account, link_key=LINK_KEY)

    rating = newest(world.participant.id)
    assert (rating.version, rating.final, rating.grade) == (2, "91.66", "A")
    assert rating.result["computed"]["dec"] == "92.16"
    step = db.session.scalars(select(Calibration)).one()
    assert (step.account_id, step.delta, step.reason) == (account.id, "-0.5", REASON)


def test_calibration_counts_no_more_when_the_inputs_change(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)
    add_calibration(world.participant, delta="-0.50", reason=REASON, by=account, link_key=LINK_KEY)
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "重点客户拓展")).one()
    line.parameters = {**line.parameters, "actual": "5"}
    db.session.flush()

    rate_cycle(world.cycle, link_key=LINK_KEY)

    rating = newest(world.participant.id)
    assert (rating.version, rating.final) == (3, "95.46")
    assert "calibration" not in rating.inputs


def test_computing_again_keeps_a_calibration_that_still_holds(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)
    add_calibration(world.participant, delta="-0.50", reason=REASON, by=account, link_key=LINK_KEY)

    again = rate_cycle(world.cycle, link_key=LINK_KEY)

    assert again.new == 0
    assert newest(world.participant.id).final == "91.66"


@pytest.mark.parametrize(
    ("delta", "reason"),
    [("six", REASON), ("-5.01", REASON), ("0", REASON), ("0.125", REASON), ("-0.50", "zu kurz")],
)
def test_a_calibration_step_outside_the_rules_is_refused(
    app: Flask, delta: str, reason: str
) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)

    with pytest.raises(RatingError):
        add_calibration(
            world.participant, delta=delta, reason=reason, by=account, link_key=LINK_KEY
        )

    assert newest(world.participant.id).version == 1


def test_a_group_below_the_minimum_is_in_no_number(app: Flask) -> None:
    world = build_world(raters=without("customer", keep=2))

    rate_cycle(world.cycle, link_key=LINK_KEY)

    competencies = newest(world.participant.id).result["view"]["competencies"]
    groups = {tuple(cell["groups"]) for one in competencies for cell in one["cells"]}
    assert groups == {("supervisor",), ("peer", "subordinate")}
    note = {"kind": "group", "least": 3, "zh": ["客户"], "en": ["Customers"]}
    assert [note in one["withheld"] for one in competencies] == [True, True, False, False]


def test_the_round_may_raise_the_group_minimum(app: Flask) -> None:
    world = build_world(k_min=4)

    rate_cycle(world.cycle, link_key=LINK_KEY)

    inputs = newest(world.participant.id).inputs
    assert {group["id"]: group["k_min"] for group in inputs["groups"]} == {
        "supervisor": 1,
        "peer": 4,
        "subordinate": 4,
        "customer": 4,
        "self": 1,
    }


def test_a_missing_figure_leaves_the_rating_pending_and_names_it(app: Flask) -> None:
    world = build_world()
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "利润率")).one()
    line.actual, line.status = "", KpiStatus.PENDING
    line.parameters = {**line.parameters, "actual": None, "status": "pending"}
    db.session.flush()

    rate_cycle(world.cycle, link_key=LINK_KEY)

    rating = newest(world.participant.id)
    assert (rating.status, rating.final, rating.grade) == ("pending", None, None)
    assert rating.result["missing"] == [{"zh": "利润率", "en": "Profit margin"}]


def test_what_needs_ratings_is_refused_before_there_are_any(app: Flask) -> None:
    world = build_world()
    account = make_account(role=Role.HR)

    with pytest.raises(RatingError):
        release_cycle(
            world.cycle, reviewed_by=account, public_url="https://x.example", link_key=LINK_KEY
        )
    with pytest.raises(RatingError):
        add_calibration(world.participant, delta="1", reason=REASON, by=account, link_key=LINK_KEY)


def test_many_refused_people_are_named_in_part_and_counted(app: Flask) -> None:
    world = build_world()
    for number in range(6):
        add_participant(world.cycle, make_person(name=f"员工{number}", manager=world.manager))
    for line in db.session.scalars(select(KpiLine).where(KpiLine.name == "利润率")):
        line.dimension = "别的维度"
    db.session.flush()

    with pytest.raises(RatingError, match=r"员工0.*另有 2 条"):
        rate_cycle(world.cycle, link_key=LINK_KEY)


def test_nobody_is_rated_before_the_close(app: Flask) -> None:
    world = build_world(closed=False)

    with pytest.raises(RatingError):
        rate_cycle(world.cycle, link_key=LINK_KEY)

    assert db.session.scalars(select(Rating)).all() == []


def test_a_sheet_that_does_not_fit_the_scheme_is_named_and_nothing_is_stored(app: Flask) -> None:
    world = build_world()
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "利润率")).one()
    line.dimension = "别的维度"
    db.session.flush()

    with pytest.raises(RatingError, match=r"王晓明.*别的维度"):
        rate_cycle(world.cycle, link_key=LINK_KEY)

    assert db.session.scalars(select(Rating)).all() == []


def test_weights_that_do_not_sum_to_100_are_named_with_the_person(app: Flask) -> None:
    world = build_world()
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "利润率")).one()
    line.weight = Decimal(16)
    db.session.flush()

    with pytest.raises(RatingError, match=r"王晓明.*101"):
        rate_cycle(world.cycle, link_key=LINK_KEY)


def test_statements_do_not_grow_with_the_number_of_people(app: Flask) -> None:
    counts = []
    for size in (1, 12):
        world = build_world()
        for _ in range(size - 1):
            add_participant(world.cycle, make_person(manager=world.manager))
        db.session.flush()
        with counted_statements() as seen:
            rate_cycle(world.cycle, link_key=LINK_KEY)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 16


def test_a_release_tells_the_employee_and_the_manager_once_each(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)

    count = release_cycle(
        world.cycle, reviewed_by=account, public_url="https://x.example", link_key=LINK_KEY
    )

    letters = db.session.scalars(select(Letter)).all()
    assert count == 2
    assert {(one.kind, one.to_address) for one in letters} == {
        ("result_ready", world.person.email),
        ("team_results_ready", world.manager.email),
    }
    assert not any("92.16" in one.text + one.html for one in letters)
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"ratings.computed", "ratings.reviewed", "cycle.released"} <= actions


@pytest.mark.parametrize(
    ("locale", "own", "team"),
    [
        ("zh", "您的评价结果可以看了", "您有 1 位下属的评价结果可以看了"),
        ("en", "Your result is ready", "A result of your team is ready"),
    ],
)
def test_each_reader_is_told_in_their_own_language(
    app: Flask, locale: str, own: str, team: str
) -> None:
    world = build_world()
    world.person.locale = world.manager.locale = locale
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)

    release_cycle(
        world.cycle, reviewed_by=account, public_url="https://x.example", link_key=LINK_KEY
    )

    letters = {one.kind: one for one in db.session.scalars(select(Letter))}
    assert letters["result_ready"].subject.startswith(own)
    assert letters["team_results_ready"].subject.startswith(team)
    assert "https://x.example/me\n" in letters["result_ready"].text
    assert 'href="https://x.example/m"' in letters["team_results_ready"].html


def test_nothing_is_released_that_no_human_has_looked_over(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)

    with pytest.raises(RatingError):
        release_cycle(
            world.cycle, reviewed_by=None, public_url="https://x.example", link_key=LINK_KEY
        )

    assert world.cycle.released_at is None


def test_a_release_waits_for_missing_figures_and_names_the_people(app: Flask) -> None:
    world = build_world()
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "利润率")).one()
    line.status = KpiStatus.PENDING
    db.session.flush()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)

    with pytest.raises(RatingError, match="王晓明"):
        release_cycle(
            world.cycle, reviewed_by=account, public_url="https://x.example", link_key=LINK_KEY
        )

    assert db.session.scalars(select(Letter)).all() == []


def test_after_the_release_nothing_can_be_changed(app: Flask) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    account = make_account(role=Role.HR)
    release_cycle(
        world.cycle, reviewed_by=account, public_url="https://x.example", link_key=LINK_KEY
    )

    with pytest.raises(RatingError):
        rate_cycle(world.cycle, link_key=LINK_KEY)
    with pytest.raises(RatingError):
        release_cycle(
            world.cycle, reviewed_by=account, public_url="https://x.example", link_key=LINK_KEY
        )
    with pytest.raises(RatingError):
        add_calibration(world.participant, delta="1", reason=REASON, by=account, link_key=LINK_KEY)


def test_a_round_computed_apart_comes_out_the_same(app: Flask) -> None:
    world = build_world()
    db.session.commit()

    rated = rate_apart(world.cycle.id, link_key=LINK_KEY)

    assert (rated.new, rated.unchanged) == (1, 0)
    assert newest(world.participant.id).result["exact"]["frac"] == EXACT


def test_a_calibration_made_while_others_compute_is_not_overwritten(
    app: Flask, spool: Spool
) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    line = db.session.scalars(select(KpiLine).where(KpiLine.name == "重点客户拓展")).one()
    line.parameters = {**line.parameters, "actual": "5"}
    db.session.flush()
    prepared = prepare_ratings(world.cycle, spool=spool, link_key=LINK_KEY)
    account = make_account(role=Role.HR)
    add_calibration(world.participant, delta="-0.50", reason=REASON, by=account, link_key=LINK_KEY)

    with pytest.raises(RatingError, match="重新计算"):
        write_ratings(world.cycle, prepared)

    assert newest(world.participant.id).version == 2


def test_a_round_released_while_others_compute_keeps_its_results(app: Flask, spool: Spool) -> None:
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    prepared = prepare_ratings(world.cycle, spool=spool, link_key=LINK_KEY)
    release_cycle(
        world.cycle,
        reviewed_by=make_account(role=Role.HR),
        public_url="http://localhost",
        link_key=LINK_KEY,
    )

    with pytest.raises(RatingError, match="已经发布"):
        write_ratings(world.cycle, prepared)
