"""A draft is published: schemes and waiting rounds ask with it, launched ones keep theirs."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cycles.models import Participant
from app.cycles.publishing.queries import list_waiting
from app.cycles.publishing.service import Published, publish
from app.cycles.service import add_participants, create_cycle
from app.db import db
from app.questionnaires.editing.service import DraftError
from app.questionnaires.models import Questionnaire
from app.questionnaires.rules import VersionState
from app.questionnaires.service import make_new_version
from app.schemes.models import Scheme
from app.schemes.service import install_packs, list_schemes, list_schemes_asking
from tests.rounds import counted_statements, launch, make_team, plan


def kam() -> Questionnaire:
    return db.session.scalars(
        select(Questionnaire).where(Questionnaire.code == "kam", Questionnaire.version == 1)
    ).one()


def published(draft: Questionnaire, *cycle_ids: int) -> Published:
    done = publish(
        draft,
        list_schemes_asking("kam"),
        revision=draft.revision,
        cycle_ids=cycle_ids,
        account_id=None,
    )
    db.session.commit()
    return done


def versions_in(cycle_id: int) -> set[int]:
    """Which versions of the questionnaire the participants of a round are asked about with."""
    query = (
        select(Questionnaire.version)
        .join(Scheme, Scheme.questionnaire_id == Questionnaire.id)
        .join(Participant, Participant.scheme_id == Scheme.id)
        .where(Participant.cycle_id == cycle_id)
    )
    return set(db.session.scalars(query))


def test_its_schemes_get_a_version_that_asks_with_it(app: Flask) -> None:
    install_packs()
    before = {row.code: row for row in list_schemes()}
    draft = make_new_version(kam())

    done = published(draft)

    after = {row.code: row for row in list_schemes()}
    assert done == Published(schemes=2, cycles=0)
    assert draft.state is VersionState.PUBLISHED
    assert after["kam"].questionnaire_id == after["csm"].questionnaire_id == draft.id
    assert after["kam"].version == before["kam"].version + 1
    assert after["kam"].definition == before["kam"].definition
    assert after["rep"].id == before["rep"].id
    assert before["kam"].questionnaire_id == kam().id


def test_rounds_that_wait_take_it_and_launched_ones_do_not(app: Flask) -> None:
    team = make_team()
    launch(team.cycle)
    chosen, other = (create_cycle(plan(name)) for name in ("2027", "2028"))
    for cycle in (chosen, other):
        add_participants(cycle)
    draft = make_new_version(kam())
    waiting = list_waiting(["kam"])

    done = published(draft, chosen.id, team.cycle.id)

    assert [(row.name, row.participants) for row in waiting] == [("2027", 5), ("2028", 5)]
    assert done.cycles == 1
    assert versions_in(chosen.id) == {2}
    assert versions_in(other.id) == {1}
    assert versions_in(team.cycle.id) == {1}


def test_a_launch_freezes_the_version_it_asks_with(app: Flask) -> None:
    team = make_team()
    draft = make_new_version(kam())
    draft.competencies[0].items[0].text_en = "Asks what is new"
    db.session.flush()
    published(draft, team.cycle.id)

    launch(team.cycle)

    db.session.expire_all()
    assert draft.state is VersionState.FROZEN
    assert kam().state is VersionState.PUBLISHED
    assert versions_in(team.cycle.id) == {2}


def test_what_a_scheme_scores_must_still_be_asked(app: Flask) -> None:
    install_packs()
    draft = make_new_version(kam())
    draft.competencies.pop(1)
    db.session.flush()

    with pytest.raises(DraftError, match="被问到"):
        published(draft)

    assert draft.state is VersionState.DRAFT
    assert {row.version for row in list_schemes_asking("kam")} == {1}


def test_only_what_was_looked_at_is_published_and_only_once(app: Flask) -> None:
    install_packs()
    draft = make_new_version(kam())
    with pytest.raises(DraftError, match="其他人刚刚修改了"):
        publish(draft, [], revision=draft.revision - 1, cycle_ids=[], account_id=None)
    published(draft)

    with pytest.raises(DraftError, match="已发布"):
        published(draft)

    assert db.session.scalar(select(func.count()).where(Scheme.code == "kam")) == 2


def test_more_participants_take_no_more_statements(app: Flask) -> None:
    counts = []
    for members in (2, 6):
        team = make_team(members=members, name=f"round of {members}")
        draft = make_new_version(list_schemes_asking("kam")[0].questionnaire)
        db.session.commit()
        schemes = list_schemes_asking("kam")
        with counted_statements() as statements:
            publish(draft, schemes, revision=1, cycle_ids=[team.cycle.id], account_id=None)
            db.session.commit()
        counts.append(len(statements))

    assert counts[0] == counts[1]
