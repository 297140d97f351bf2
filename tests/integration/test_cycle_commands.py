"""flask cycle …: the same steps for scripts, and the measurement of the launch."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.clock import now
from app.db import db
from app.jobs.models import Job
from app.mail.models import Letter, LetterState
from bench.launch import measure
from tests.rounds import make_team, next_draft
from tests.web.test_assigning_pages import satisfaction_is_read_from_customers


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["cycle", *arguments])
    db.session.expire_all()
    return result.exit_code, result.output


def test_a_round_is_launched_reminded_and_closed_by_name(app: Flask) -> None:
    name = make_team(members=2).cycle.name

    assert run(app, "status", name) == (0, "stage: draft\n")
    assert run(app, "launch", name)[1].endswith(
        "\nLaunched: 9 letters, 12 forms.\nLetters leave: at once.\n"
    )
    moment = now() - timedelta(days=2)
    db.session.execute(
        update(Letter).values(state=LetterState.SENT, sent_at=moment, posted_at=moment)
    )
    db.session.commit()
    assert run(app, "remind", name) == (0, "Reminded: 9.\n")
    assert "letters waiting: 9" in run(app, "status", name)[1]
    code, output = run(app, "close", name)
    assert (code, output.splitlines()[1:]) == (0, ["Closed with 0 forms."])
    assert output.startswith("The deadline that reviewers were told has not come yet")
    assert run(app, "close", name) == (0, "Closed with 0 forms.\n")
    assert "stage: closed" in run(app, "status", name)[1]


def test_letters_of_a_launch_by_name_leave_in_the_morning_where_that_is_wanted(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 11, 29, 15, tzinfo=UTC), tick=False):
        team = make_team(members=2)
        output = run(app, "launch", team.cycle.name, "--in-the-morning")[1]

    said = "Launched: 9 letters, 12 forms.\nLetters leave: 9 on 2026-12-01 09:30 Asia/Shanghai.\n"
    assert output.endswith(said)
    assert set(db.session.scalars(select(Job.run_at))) == {datetime(2026, 12, 1, 1, 30, tzinfo=UTC)}


@pytest.mark.parametrize("step", ["launch", "remind", "close", "status"])
def test_an_unknown_name_is_answered_with_a_sentence(app: Flask, step: str) -> None:
    assert run(app, step, "nobody") == (2, "There is no cycle “nobody”.\n")
    assert run(app, step, "nobody", "--lang", "zh") == (2, "没有名为“nobody”的周期。\n")


def test_a_refused_launch_ends_with_two_and_says_why(app: Flask) -> None:
    name = make_team(members=1, chosen=False).cycle.name

    assert run(app, "launch", name) == (2, "Nobody is reviewed yet. Choose the participants.\n")
    assert run(app, "launch", name, "--lang", "zh") == (2, "还没有被评价人。请先选择。\n")


def test_a_launch_once_more_changes_nothing_and_is_no_error(app: Flask) -> None:
    name = make_team(members=2).cycle.name
    run(app, "launch", name)
    letters = db.session.scalars(select(Letter.id)).all()

    assert run(app, "launch", name) == (0, f"“{name}” has been launched already.\n")
    assert run(app, "launch", name, "--lang", "zh")[0] == 0
    run(app, "close", name)
    assert run(app, "launch", name)[0] == 0
    assert db.session.scalars(select(Letter.id)).all() == letters


def test_a_launch_tells_what_the_page_tells_before_the_press(app: Flask) -> None:
    """A KPI read from customers who are too few, and an address that returned mail."""
    first = make_team(members=1)
    cycle = next_draft(first)
    satisfaction_is_read_from_customers(first)
    known = f"Mail to 赵敏 ({first.director.email}) came back in “{first.cycle.name}”."
    result = app.test_cli_runner().invoke(args=["cycle", "launch", cycle.name])

    assert (result.exit_code, result.stdout.startswith("Launched: ")) == (0, True)
    assert known in result.stderr
    assert "the KPI “Customer satisfaction” will not apply" in result.stderr
    again = app.test_cli_runner().invoke(args=["cycle", "launch", cycle.name])
    assert (again.exit_code, known in again.stderr) == (0, False)


def test_the_measurement_counts_what_it_wrote(tmp_path: Path) -> None:
    found = measure(f"sqlite:///{tmp_path / 'bench.sqlite'}", tmp_path, teams=2)

    assert (found.participants, found.requests, found.letters) == (10, 60, 12)
    assert found.rows == 60 + 4 * 12
    assert found.statements <= 30
    assert found.ratio > 0
    assert found.whole_ratio > found.ratio
