"""The migrations have one head and lead to exactly the tables of the models, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from app.auth.models import Account
from app.clock import now
from app.config import ROOT
from app.db import Base, db
from app.factory import create_app
from app.feedback.models import Draft
from app.feedback.submissions import Sent, submit_form
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from tests.conftest import copied_postgres, make_settings
from tests.factories import make_account, make_cycle, make_person
from tests.forms import make_scene
from tests.rounds import launch, make_team

HANGING = ("drafts", "submissions")  # what goes with a request that is deleted, or holds it


@pytest.fixture
def postgres_app(migrated_postgres: str, tmp_path: Path) -> Iterator[Flask]:
    with copied_postgres(migrated_postgres) as url:
        app = create_app(make_settings(tmp_path, url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
        app.extensions["wake_up"].close()


def differences() -> list[object]:
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_the_migrations_make_the_tables_of_the_models_on_sqlite(app: Flask) -> None:
    assert differences() == []


@pytest.mark.postgres
def test_the_migrations_make_the_tables_of_the_models_on_postgresql(postgres_app: Flask) -> None:
    assert differences() == []


def test_every_migration_can_be_taken_back(app: Flask) -> None:
    downgrade(revision="base")

    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


def test_taking_back_a_column_of_letters_keeps_who_was_invited(app: Flask) -> None:
    """A table built anew would lose them: SQLite deletes what points to the rows it drops."""
    launch(make_team(members=2).cycle)
    before = db.session.scalar(text("SELECT count(*) FROM invitations"))
    db.session.remove()

    downgrade(revision="0002")
    upgrade()

    assert before
    assert db.session.scalar(text("SELECT count(*) FROM invitations")) == before


@pytest.mark.parametrize("engine", ["app", "postgres_app"])
def test_allowing_a_measure_more_keeps_the_counts_and_no_order(
    engine: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(engine)
    cycle = make_cycle()
    for measure, bucket in (("later_form", 9), ("hasty_form", 1), ("ease", 5)):
        db.session.execute(
            text("INSERT INTO usage_counts VALUES (:cycle, :measure, :bucket, 2)"),
            {"cycle": cycle.id, "measure": measure, "bucket": bucket},
        )
    db.session.commit()
    db.session.remove()

    downgrade(revision="0030")
    upgrade()

    kept = db.session.execute(text("SELECT measure, number FROM usage_counts ORDER BY measure"))
    assert [tuple(row) for row in kept] == [("ease", 2), ("later_form", 2)]
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(OperationalError, match="no such column"):
            db.session.execute(text("SELECT rowid FROM usage_counts"))


def test_making_the_table_of_requests_anew_keeps_drafts_and_answers(app: Flask) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    first, second = scene.requests
    db.session.add(Draft(request_id=first.id, sealed=b"sealed", touched_at=now()))
    sent = Sent(group=RaterGroup.PEER, answers={}, comments={}, notice_version="1")
    assert submit_form(request_id=second.id, cycle=scene.cycle, sent=sent)
    db.session.commit()
    wanted = "SELECT request_id FROM {} ORDER BY request_id"
    before = [db.session.scalars(text(wanted.format(name))).all() for name in HANGING]
    db.session.remove()

    downgrade(revision="0022")
    db.session.execute(text("DELETE FROM sqlite_sequence WHERE name = 'feedback_requests'"))
    db.session.commit()
    db.session.remove()
    upgrade()

    after = [db.session.scalars(text(wanted.format(name))).all() for name in HANGING]
    assert before == after == [[1], [2]]
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
    last = "SELECT seq FROM sqlite_sequence WHERE name = 'feedback_requests'"
    assert db.session.scalar(text(last)) == 2, "and numbers go on where they were"


def test_calibration_from_before_the_chain_is_kept_and_marked_as_such(app: Flask) -> None:
    assert _upgraded_calibration() == ("delta", "Ann", "-0.50", None, None)


@pytest.mark.postgres
def test_calibration_from_before_the_chain_is_kept_on_postgresql(postgres_app: Flask) -> None:
    assert _upgraded_calibration() == ("delta", "Ann", "-0.50", None, None)


def _upgraded_calibration() -> tuple[str | None, ...]:
    """What becomes of a step that the tables of 0003 hold: no link is made up for it."""
    launch(make_team(members=1).cycle)
    participant = db.session.scalar(text("SELECT min(id) FROM participants"))
    account = make_account(name="Ann").id
    db.session.commit()
    db.session.remove()
    downgrade(revision="0003")
    db.session.execute(
        text(
            "INSERT INTO ratings (id, participant_id, version, status, inputs, result, seal,"
            " rated_at) VALUES (1, :participant, 1, 'rated', '{}', '{}', 's', :moment)"
        ),
        {"participant": participant, "moment": "2026-01-05 09:00:00+00:00"},
    )
    db.session.execute(
        text(
            "INSERT INTO calibrations (rating_id, account_id, at, delta, reason)"
            " VALUES (1, :account, :moment, '-0.50', 'harder targets')"
        ),
        {"account": account, "moment": "2026-01-05 09:00:00+00:00"},
    )
    db.session.commit()
    db.session.remove()
    upgrade()
    row = db.session.execute(
        text("SELECT kind, decided_by, delta, before, prev_hash FROM calibrations")
    ).one()
    db.session.remove()
    downgrade(revision="0003")
    assert db.session.scalar(text("SELECT delta FROM calibrations")) == "-0.50"
    return tuple(row)


def test_versions_of_questionnaires_that_rounds_use_are_frozen_by_the_migration(app: Flask) -> None:
    launch(make_team(members=1).cycle)
    db.session.remove()

    downgrade(revision="0008")
    upgrade()

    rows = db.session.execute(
        text(
            "SELECT code, published_at IS NOT NULL, frozen_at = (SELECT launched_at FROM cycles)"
            " FROM questionnaires ORDER BY code"
        )
    )
    assert [tuple(row) for row in rows] == [("kam", 1, 1), ("rep", 1, None)]
    assert db.session.scalar(text("SELECT count(*) FROM items"))


def test_no_item_from_before_asks_for_an_example(app: Flask) -> None:
    assert _upgraded_items() == 0


@pytest.mark.postgres
def test_no_item_from_before_asks_for_an_example_on_postgresql(postgres_app: Flask) -> None:
    assert _upgraded_items() == 0


@pytest.mark.parametrize(
    "engine", ["app", pytest.param("postgres_app", marks=pytest.mark.postgres)]
)
def test_hr_reads_no_comments_of_rounds_whose_reviewers_were_told_otherwise(
    engine: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(engine)
    launched, draft = make_cycle().id, make_cycle(launched=False).id
    db.session.commit()
    db.session.remove()

    downgrade(revision="0031")
    upgrade()

    rows = db.session.execute(text("SELECT id, hr_reads_comments FROM cycles ORDER BY id"))
    assert [(row[0], bool(row[1])) for row in rows] == [(launched, False), (draft, True)]


@pytest.mark.parametrize(
    "engine", ["app", pytest.param("postgres_app", marks=pytest.mark.postgres)]
)
def test_accounts_from_before_a_second_step_have_none_and_keep_what_points_to_them(
    engine: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(engine)
    account = make_account()
    make_person(account=account)
    account_id = account.id
    db.session.commit()
    db.session.remove()

    downgrade(revision="0034")
    upgrade()

    kept = db.session.get_one(Account, account_id)
    assert (kept.has_second_step, kept.last_step, kept.step_tries) == (False, 0, 0)
    assert db.session.scalar(text("SELECT account_id FROM people")) == account_id


def _upgraded_items() -> int:
    """How many items of the tables before 0030 are critical afterwards."""
    install_packs()
    db.session.commit()
    before = db.session.scalar(text("SELECT count(*) FROM items"))
    db.session.remove()
    downgrade(revision="0028")
    assert "critical" not in {row["name"] for row in inspect(db.engine).get_columns("items")}
    upgrade()
    assert before == db.session.scalar(text("SELECT count(*) FROM items"))
    critical: int = db.session.execute(
        text("SELECT count(*) FROM items WHERE critical")
    ).scalar_one()
    return critical
