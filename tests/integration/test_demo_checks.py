"""What the demo verifies from outside can fail: each check notices what it is there to notice."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.demo import checks
from app.demo.instance import DemoError, Instance
from app.demo.mailbox import Received
from app.demo.reviewers import FilledIn, Visit
from app.feedback.models import Submission
from app.ratings.service import rate_cycle
from tests.conftest import LINK_KEY
from tests.factories import make_reviewer, token_of
from tests.kam_example import build_world


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(folder=tmp_path, web_port=1, smtp_port=2, mailbox_port=3)


@pytest.fixture
def database_url(migrated_sqlite: Path, instance: Instance) -> str:
    """The demo runs on SQLite, and its checks read that file."""
    shutil.copy(migrated_sqlite, instance.database)
    return f"sqlite:///{instance.database}"


@pytest.fixture
def entered(app: Flask) -> list[Visit]:
    """A rated cycle, and what its reviewers would say that they have entered."""
    world = build_world()
    rate_cycle(world.cycle, link_key=LINK_KEY)
    db.session.commit()
    stored = db.session.scalars(select(Submission)).all()
    visits = [_visit(f"r{number}@x.example", one) for number, one in enumerate(stored)]
    db.session.rollback()  # lets go of the file
    return visits


def _visit(reviewer: str, stored: Submission) -> Visit:
    form = FilledIn(
        reviewer=reviewer,
        subject="王晓明",
        answers={
            f"a-{item}": str(level or "not observed") for item, level in stored.answers.items()
        },
        comments={f"c-{box}": text for box, text in stored.comments.items()},
    )
    return Visit(to=reviewer, forms=(form,), declined=0, stayed_away=False)


def tamper(instance: Instance, statement: str, *values: object) -> None:
    """Change the database file behind the product's back; exactly one row."""
    with closing(sqlite3.connect(instance.database)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def letter_with(link: str) -> Received:
    text = f"您好，\n{link}\n"
    return Received(number=1, to="a@x.example", subject="", sender="", text=text, html="")


def test_the_answers_of_an_honest_database_pass(entered: list[Visit], instance: Instance) -> None:
    checks.answers_arrived(instance, entered)


def test_an_answer_changed_in_the_database_is_noticed(
    entered: list[Visit], instance: Instance
) -> None:
    [(key, answers)] = checks.rows(instance, "SELECT id, answers FROM submissions LIMIT 1")
    item = next(iter(entered[0].forms[0].answers)).removeprefix("a-")
    tamper(
        instance,
        "UPDATE submissions SET answers = json_set(answers, ?, 0) WHERE id = ?",
        f'$."{item}"',
        key,
    )

    with pytest.raises(DemoError, match="1 forms are not stored as they were entered"):
        checks.answers_arrived(instance, entered)
    assert answers != checks.rows(instance, "SELECT answers FROM submissions WHERE id = ?", key)


def test_a_comment_lost_in_the_database_is_noticed(
    entered: list[Visit], instance: Instance
) -> None:
    said = FilledIn(
        reviewer="r@x.example", subject="王晓明", answers={}, comments={"c-start": "请提前一天。"}
    )
    more = Visit(to="r@x.example", forms=(said,), declined=0, stayed_away=False)

    with pytest.raises(DemoError, match="1 forms"):
        checks.answers_arrived(instance, [*entered, more])


def test_a_form_that_nobody_entered_is_noticed(entered: list[Visit], instance: Instance) -> None:
    with pytest.raises(DemoError, match="not stored as they were entered"):
        checks.answers_arrived(instance, entered[1:])


def test_an_answer_that_still_names_its_rater_is_noticed(
    entered: list[Visit], instance: Instance
) -> None:
    [(key,)] = checks.rows(instance, "SELECT id FROM submissions LIMIT 1")
    checks.ties_are_cut(instance, entered)
    tamper(instance, "UPDATE submissions SET request_id = 1 WHERE id = ?", key)

    with pytest.raises(DemoError, match="1 answers still name their rater"):
        checks.ties_are_cut(instance, entered)


def test_a_link_kept_in_the_database_is_noticed(app: Flask, instance: Instance) -> None:
    world = build_world()
    reviewer = make_reviewer(world.cycle, world.participant.person)
    token, person_id = token_of(reviewer), world.participant.person_id
    db.session.commit()
    letter = letter_with(f"http://127.0.0.1:8000/i/{token}")
    checks.no_link_at_rest(instance, [letter])

    tamper(instance, "UPDATE people SET job = ? WHERE id = ?", token, person_id)

    with pytest.raises(DemoError, match=r"a@x\.example can be read in the database"):
        checks.no_link_at_rest(instance, [letter])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ratings SET final = '93.16'",
        "UPDATE ratings SET final = NULL",
        "UPDATE ratings SET inputs = json_set(inputs, '$.raters', json('[]'))",
    ],
)
def test_a_rating_that_does_not_follow_from_its_inputs_is_noticed(
    entered: list[Visit], instance: Instance, change: str
) -> None:
    assert checks.ratings_recompute(instance) == 1
    tamper(instance, change)

    with pytest.raises(DemoError, match=r"is stored as|cannot be recomputed"):
        checks.ratings_recompute(instance)


def test_a_round_without_ratings_is_noticed(app: Flask, instance: Instance) -> None:
    with pytest.raises(DemoError, match="Nobody was rated"):
        checks.ratings_recompute(instance)
