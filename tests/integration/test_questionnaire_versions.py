"""Versions of questionnaires: drafts are copies, and a launch freezes what it uses."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.db import db
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.queries import list_newest, list_versions
from app.questionnaires.rules import VersionState
from app.questionnaires.service import freeze, make_new_version
from app.schemes.service import install_packs
from tests.rounds import launch, make_team


def newest(code: str = "kam") -> Questionnaire:
    return db.session.scalars(
        select(Questionnaire)
        .where(Questionnaire.code == code)
        .order_by(Questionnaire.version.desc())
        .limit(1)
    ).one()


def contents(questionnaire: Questionnaire) -> list[tuple[object, ...]]:
    return [
        (row.code, row.name_zh, item.code, item.position, item.asked, item.text_zh, item.weight)
        for row in questionnaire.competencies
        for item in row.items
    ]


def test_a_new_version_asks_the_same_until_it_is_changed(app: Flask) -> None:
    install_packs()
    first = newest()

    draft = make_new_version(first)

    assert (draft.code, draft.version, draft.state) == ("kam", 2, VersionState.DRAFT)
    assert draft.scale == first.scale
    assert draft.comment_boxes == first.comment_boxes
    assert contents(draft) == contents(first)
    assert {row.id for row in draft.competencies}.isdisjoint(row.id for row in first.competencies)


def test_there_is_one_draft_of_a_questionnaire_at_a_time(app: Flask) -> None:
    install_packs()
    draft = make_new_version(newest())

    assert make_new_version(newest()) is draft
    assert make_new_version(draft) is draft
    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Questionnaire).where(Questionnaire.code == "kam").values(published_at=None)
        )


def test_the_list_shows_what_is_used_and_the_draft_below_it(app: Flask) -> None:
    install_packs()
    make_new_version(newest())

    lines = [(row.code, row.version, row.state) for row in list_newest()]

    assert lines == [
        ("kam", 1, VersionState.PUBLISHED),
        ("kam", 2, VersionState.DRAFT),
        ("rep", 1, VersionState.PUBLISHED),
    ]
    assert [[size.items for size in row.sizes] for row in list_versions("kam")] == [[30, 7]] * 2


def test_a_launch_freezes_what_it_uses_and_nothing_else(app: Flask) -> None:
    team = make_team(members=2)
    make_new_version(newest())
    db.session.commit()

    launch(team.cycle)

    states = {(row.code, row.version): row.state for row in list_versions()}
    assert states == {
        ("kam", 1): VersionState.FROZEN,
        ("kam", 2): VersionState.DRAFT,
        ("rep", 1): VersionState.PUBLISHED,
    }


def test_the_first_launch_is_the_one_that_counts(app: Flask) -> None:
    install_packs()
    moment = now()

    freeze({newest().id}, moment)
    freeze({newest().id}, moment + timedelta(days=1))

    assert [row.frozen_at for row in list_versions("kam")] == [moment]


@pytest.mark.parametrize(
    "values",
    [{"published_at": None, "frozen_at": now()}, {"revision": 0}],
    ids=["a frozen draft", "revision nought"],
)
def test_the_database_refuses_a_frozen_draft_and_revision_nought(
    app: Flask, values: dict[str, object]
) -> None:
    install_packs()

    with pytest.raises(IntegrityError):
        db.session.execute(
            update(Questionnaire).where(Questionnaire.code == "kam").values(**values)
        )


def test_what_belongs_to_a_version_goes_with_it(app: Flask) -> None:
    install_packs()
    before = [db.session.scalar(select(func.count()).select_from(t)) for t in (Competency, Item)]
    draft = make_new_version(newest())

    db.session.delete(draft)
    db.session.flush()

    after = [db.session.scalar(select(func.count()).select_from(t)) for t in (Competency, Item)]
    assert after == before
