"""HR is told by letter sixty days before answers go; old rounds without a release wait for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from app.auth.models import Role
from app.clock import now
from app.cycles.models import Cycle
from app.db import db, writing
from app.feedback.models import Submission
from app.mail.models import Letter
from app.retention.queries import moments_of
from app.retention.rules import WARNING_DAYS, answers_go_on, today_in
from app.retention.warning import ANSWERS_GO, warn_of
from app.retention.wording import answers_line, warning_about
from app.web.language import show_day
from app.worker import delete_where_due, warn_where_due
from tests.factories import make_account
from tests.kam_example import build_world
from tests.rounds import launch, make_team

URL = "https://review.example.com"


@pytest.fixture(autouse=True)
def hr(app: Flask) -> None:
    """Two who may sign in; one who may not any more, and one who is no HR."""
    make_account(role=Role.HR, name="Ann", email="ann@example.com", locale="en")
    make_account(role=Role.HR, name="安娜", email="anna@example.com", locale="zh")
    make_account(role=Role.HR, email="gone@example.com").active = False
    make_account(email="member@example.com")
    db.session.commit()


def closed_round(*, days_ago: int, released_days_ago: int | None = None) -> Cycle:
    cycle = build_world().cycle
    cycle.closed_at = now() - timedelta(days=days_ago)
    if released_days_ago is not None:
        cycle.rated_at = cycle.released_at = now() - timedelta(days=released_days_ago)
    db.session.commit()
    return cycle


def pass_of_the_worker(app: Flask) -> None:
    warn_where_due(app.extensions["settings"])
    delete_where_due()
    db.session.expire_all()


def letters() -> list[Letter]:
    return list(
        db.session.scalars(select(Letter).where(Letter.kind == ANSWERS_GO).order_by(Letter.id))
    )


def has_answers() -> bool:
    return db.session.scalar(select(Submission.id).limit(1)) is not None


def day_of(cycle: Cycle) -> date:
    return answers_go_on(moments_of(cycle))


def in_both(day: date) -> tuple[str, str]:
    with force_locale("en"):
        english = show_day(day)
    return english, show_day(day)


def test_sixty_days_before_each_in_hr_gets_one_letter_in_their_language(app: Flask) -> None:
    cycle = closed_round(days_ago=340, released_days_ago=300)
    pass_of_the_worker(app)
    assert letters() == []
    cycle.released_at = now() - timedelta(days=310)
    db.session.commit()

    for _time in range(3):
        pass_of_the_worker(app)

    english, chinese = letters()
    assert (english.to_address, chinese.to_address) == ("ann@example.com", "anna@example.com")
    day, tag = in_both(day_of(cycle))
    assert f"On {day} the single answers of “{cycle.name}” are deleted" in english.text
    assert "A released result is not changed any more" in english.text
    assert f"“{cycle.name}”的原始回答将于{tag}删除" in chinese.text
    for letter in (english, chinese):
        assert f"/hr/c/{cycle.id}" in letter.text
        assert f"/hr/c/{cycle.id}" in letter.html
    assert has_answers()


def test_without_a_release_the_letter_says_that_everything_computed_goes_too(app: Flask) -> None:
    cycle = closed_round(days_ago=310)

    pass_of_the_worker(app)

    english, chinese = letters()
    assert "every result and calibration computed from them" in english.text
    assert "correct the KPI figures or calibrate, compute, and release" in english.text
    assert "尚未发布任何结果" in chinese.text
    assert "nothing is released yet" in english.subject
    cycle.released_at = now()
    db.session.commit()
    pass_of_the_worker(app)
    assert len(letters()) == 2  # the new day is far
    cycle.released_at = now() - timedelta(days=309)
    db.session.commit()
    pass_of_the_worker(app)
    assert len(letters()) == 4  # of the new day HR is told too


def test_a_collection_that_nobody_closed_is_told_of_as_one(app: Flask) -> None:
    cycle = make_team(members=2).cycle
    launch(cycle)
    cycle.closes_at = now() - timedelta(days=320)
    db.session.commit()

    pass_of_the_worker(app)

    english, chinese = letters()
    assert "Nobody has closed the collection" in english.text
    assert "close the collection, correct the KPI figures" in english.text
    assert "收集一直未结束" in chinese.text


def test_two_workers_at_one_moment_tell_once(app: Flask) -> None:
    cycle_id = closed_round(days_ago=340).id
    db.session.remove()
    barrier = Barrier(2)

    def tell(_place: int) -> int:
        with app.app_context(), writing():
            barrier.wait()
            told = warn_of(cycle_id, public_url=URL)
            db.session.commit()
            db.session.remove()
            return told

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tell, range(2))) == [0, 2]


def test_the_promised_day_holds_though_nobody_was_told(app: Flask) -> None:
    """No worker ran for months: what reviewers were promised wins."""
    closed_round(days_ago=367)

    pass_of_the_worker(app)

    assert letters() == []
    assert not has_answers()


def test_a_round_that_was_over_before_the_update_waits_sixty_days_for_the_letter(
    app: Flask,
) -> None:
    cycle = closed_round(days_ago=800)
    name = cycle.name
    db.session.remove()
    downgrade(revision="0026")
    upgrade()
    cycle = db.session.scalars(select(Cycle).where(Cycle.name == name)).one()
    assert cycle.waits_for_warning
    day = today_in(cycle.time_zone, now()) + timedelta(days=WARNING_DAYS)
    assert show_day(day) in answers_line(cycle, now())
    assert show_day(day) in warning_about(cycle, now())

    pass_of_the_worker(app)
    pass_of_the_worker(app)

    assert has_answers()
    assert [letter.to_address for letter in letters()] == ["ann@example.com", "anna@example.com"]
    assert all(in_both(day)[place] in letter.text for place, letter in enumerate(letters()))
    assert show_day(day) in answers_line(cycle, now())
    cycle.warned_of = day - timedelta(days=WARNING_DAYS)
    db.session.commit()
    pass_of_the_worker(app)
    assert not has_answers()


def test_it_waits_as_long_as_there_is_nobody_in_hr_to_tell(app: Flask) -> None:
    cycle = closed_round(days_ago=800)
    cycle.waits_for_warning = True
    waiting = [make_account(role=Role.HR, email="late@example.com")]
    db.session.commit()
    db.session.execute(db.text("UPDATE accounts SET active = FALSE"))
    db.session.commit()

    pass_of_the_worker(app)

    assert (letters(), cycle.warned_of) == ([], None)
    assert has_answers()
    waiting[0].active = True
    db.session.commit()
    pass_of_the_worker(app)
    assert [letter.to_address for letter in letters()] == ["late@example.com"]


def test_a_released_round_keeps_its_day_and_one_that_collects_has_the_promise_of_today(
    app: Flask,
) -> None:
    released = closed_round(days_ago=800, released_days_ago=700).name
    open_one = make_team(members=2).cycle
    launch(open_one)
    collects = open_one.name
    db.session.commit()
    db.session.remove()

    downgrade(revision="0026")
    upgrade()

    wanted = select(Cycle.name, Cycle.waits_for_warning)
    waits = {row.name: row.waits_for_warning for row in db.session.execute(wanted)}
    assert (waits[released], waits[collects]) == (False, False)
