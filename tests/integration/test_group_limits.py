"""The limits of a round are kept, followed by the proposal, and guarded by the database."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.cycles.service import CycleError
from app.db import db
from app.feedback.assigning.models import GroupLimitRow, LoadCap
from app.feedback.assigning.queries import load_limits
from app.feedback.assigning.rules import USUAL_LIMITS, GroupLimit, Limits
from app.feedback.assigning.service import LimitsError, set_limits
from app.feedback.launching.queries import load_draft
from app.feedback.launching.service import LaunchRefusedError, prepare_launch, write_launch
from app.people.groups import RaterGroup
from tests.conftest import LINK_KEY
from tests.rounds import COMPANY, launch, make_team

FEW = Limits(groups={RaterGroup.PEER: GroupLimit(least=1, most=2)}, load_cap=5)


def test_the_proposal_follows_what_was_decided_and_the_launch_asks_so(app: Flask) -> None:
    team = make_team(members=5)
    assert load_limits(team.cycle.id) == USUAL_LIMITS

    set_limits(team.cycle, FEW)
    db.session.commit()

    assert load_limits(team.cycle.id) == FEW
    proposed = [row for row in load_draft(team.cycle).assignments if row.group is RaterGroup.PEER]
    assert len(proposed) == 5 * 2
    assert launch(team.cycle).requests == 5 * (1 + 1 + 2 + 3)


def test_limits_can_be_taken_back(app: Flask) -> None:
    team = make_team(members=2)
    set_limits(team.cycle, FEW)

    set_limits(team.cycle, Limits())
    db.session.commit()

    assert load_limits(team.cycle.id) == Limits()


def test_limits_decided_while_letters_are_written_keep_the_launch_back(app: Flask) -> None:
    team = make_team(members=5)
    prepared = prepare_launch(team.cycle, company=COMPANY)
    set_limits(team.cycle, FEW)
    db.session.commit()

    with pytest.raises(LaunchRefusedError):
        write_launch(prepared, link_key=LINK_KEY)


def test_limits_that_contradict_themselves_or_come_too_late_are_refused(app: Flask) -> None:
    team = make_team(members=2)
    wrong = Limits(groups={RaterGroup.PEER: GroupLimit(least=5, most=2)}, load_cap=99)
    out = Limits(groups={RaterGroup.PEER: GroupLimit(least=99, most=None)})

    with pytest.raises(LimitsError, match="15"):
        set_limits(team.cycle, wrong)
    with pytest.raises(LimitsError, match="50"):
        set_limits(team.cycle, out)
    launch(team.cycle)
    with pytest.raises(CycleError):
        set_limits(team.cycle, FEW)


@pytest.mark.parametrize(
    "row",
    [
        {"least": 4, "most": 3},
        {"least": -1, "most": None},
        {"least": 0, "most": 0},
    ],
)
def test_the_database_refuses_limits_that_contradict_themselves(
    app: Flask, row: dict[str, int | None]
) -> None:
    team = make_team(members=2)
    db.session.add(GroupLimitRow(cycle_id=team.cycle.id, rater_group=RaterGroup.PEER, **row))

    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_database_refuses_a_cap_that_nobody_can_bear(app: Flask) -> None:
    team = make_team(members=2)
    db.session.add(LoadCap(cycle_id=team.cycle.id, forms=16))

    with pytest.raises(IntegrityError):
        db.session.flush()
