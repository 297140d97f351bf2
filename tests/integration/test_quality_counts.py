"""The close counts signs of all raters, keeps the counts alone, and only of enough raters."""

import random

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.cycles.models import Cycle, Participant
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.models import Reviewer, Submission
from app.feedback.quality.models import QualityCount
from app.feedback.quality.rules import SIGNS, Band
from app.feedback.quality.service import list_counts
from app.feedback.submissions import Sent, submit_form
from app.people.groups import RaterGroup
from app.schemes.service import install_packs
from app.scoring.statistics.raters.quality import RaterFlag
from tests.factories import make_cycle, make_participant, make_person, make_request, make_reviewer
from tests.rounds import counted_statements


def codes(participant: Participant) -> list[str]:
    competencies = participant.scheme.questionnaire.competencies
    items = [item for competency in competencies for item in competency.items]
    return [item.code for item in items if RaterGroup.PEER in item.groups]


def two_people(cycle: Cycle) -> list[Participant]:
    scheme = install_packs()[0]
    return [make_participant(cycle, make_person(name=name), scheme) for name in ("王晓明", "李华")]


def rate(
    participant: Participant,
    reviewer: Reviewer,
    levels: list[int | None],
    group: RaterGroup = RaterGroup.PEER,
) -> None:
    request = make_request(participant, reviewer, group)
    answers = dict(zip(codes(participant), levels, strict=True))
    sent = Sent(group=group, answers=answers, comments={}, notice_version="1")
    assert submit_form(request_id=request.id, cycle=participant.cycle, sent=sent)


def mixed(participant: Participant, turn: int) -> list[int | None]:
    """Answers as somebody gives them who looks at each question."""
    dice = random.Random(turn)  # noqa: S311
    return [dice.randint(2, 5) for _code in codes(participant)]


def fill_round(cycle: Cycle, *, flat: int, varied: int) -> None:
    """So many raters who always choose the same answer, and so many who do not."""
    people = two_people(cycle)
    for turn in range(flat + varied):
        reviewer = make_reviewer(cycle, make_person(name=f"同事{turn}"))
        for place, participant in enumerate(people):
            levels = mixed(participant, turn + place)
            rate(participant, reviewer, [4] * len(levels) if turn < flat else levels)
    db.session.commit()


def close(cycle: Cycle) -> dict[RaterFlag, QualityCount]:
    close_cycle(cycle, now())
    db.session.commit()
    return {row.sign: row for row in db.session.scalars(select(QualityCount))}


def test_the_close_keeps_how_many_raters_show_each_sign(app: Flask) -> None:
    cycle = make_cycle()
    fill_round(cycle, flat=4, varied=6)

    kept = close(cycle)

    assert set(kept) == set(SIGNS)
    lines = kept[RaterFlag.STRAIGHT_LINE]
    assert (lines.band, lines.flagged, lines.judged) == (Band.EXACT, 4, 10)
    assert kept[RaterFlag.DUPLICATE].flagged == 4
    assert kept[RaterFlag.SEVERITY].band is Band.FEW
    assert [row.sign for row in list_counts(cycle.id)] == list(SIGNS)
    assert {row.request_id for row in db.session.scalars(select(Submission))} == {None}


def test_few_and_nearly_all_are_kept_as_bands(app: Flask) -> None:
    few, many = make_cycle(), make_cycle()
    fill_round(few, flat=2, varied=6)
    fill_round(many, flat=7, varied=1)
    close(few)
    close(many)

    bands = [list_counts(cycle.id)[0] for cycle in (few, many)]

    assert [(row.band, row.flagged) for row in bands] == [(Band.FEW, None), (Band.MANY, None)]


def test_a_second_close_counts_nothing_again(app: Flask) -> None:
    cycle = make_cycle()
    fill_round(cycle, flat=3, varied=5)
    close(cycle)
    before = list_counts(cycle.id)

    close_cycle(cycle, now())
    db.session.commit()

    assert list_counts(cycle.id) == before


def test_a_small_or_an_anonymous_round_keeps_nothing(app: Flask) -> None:
    small, anonymous = make_cycle(), make_cycle()
    anonymous.mode = "anonymous"
    fill_round(small, flat=3, varied=2)
    fill_round(anonymous, flat=4, varied=6)

    assert close(small) == {}
    assert close(anonymous) == {}


def test_a_higher_minimum_of_the_round_holds_here_too(app: Flask) -> None:
    cycle = make_cycle()
    cycle.k_min = 5
    fill_round(cycle, flat=4, varied=6)

    lines = close(cycle)[RaterFlag.STRAIGHT_LINE]

    assert (lines.band, lines.flagged) == (Band.FEW, None)


def test_self_assessments_and_open_forms_are_not_judged(app: Flask) -> None:
    cycle = make_cycle()
    fill_round(cycle, flat=0, varied=7)
    for participant in db.session.scalars(select(Participant)).all():
        reviewer = make_reviewer(cycle, participant.person)
        rate(participant, reviewer, [5] * len(codes(participant)), RaterGroup.SELF)
    make_request(participant, make_reviewer(cycle, make_person(name="未填")))
    db.session.commit()

    assert close(cycle)[RaterFlag.STRAIGHT_LINE].judged == 7


def test_what_was_not_observed_makes_no_line(app: Flask) -> None:
    cycle = make_cycle()
    fill_round(cycle, flat=3, varied=6)
    people = db.session.scalars(select(Participant)).all()
    reviewer = make_reviewer(cycle, make_person(name="不了解"))
    for participant in people:
        rate(participant, reviewer, [None] * len(codes(participant)))
    db.session.commit()

    lines = close(cycle)[RaterFlag.STRAIGHT_LINE]

    assert (lines.flagged, lines.judged) == (3, 10)


def test_the_count_takes_two_statements_however_many_forms_there_are(app: Flask) -> None:
    counts = []
    for raters in (6, 14):
        cycle = make_cycle()
        fill_round(cycle, flat=0, varied=raters)
        with counted_statements() as statements:
            close(cycle)
        counts.append(len([sql for sql in statements if sql.startswith("SELECT")]))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "row",
    [
        {"band": "exact", "flagged": 2, "judged": 9},
        {"band": "exact", "flagged": 6, "judged": 9},
        {"band": "exact", "flagged": None, "judged": 9},
        {"band": "few", "flagged": 4, "judged": 9},
        {"band": "few", "flagged": None, "judged": 5},
    ],
)
def test_the_database_itself_refuses_a_count_that_points_at_somebody(
    app: Flask, row: dict[str, object]
) -> None:
    cycle = make_cycle()

    with pytest.raises(IntegrityError):
        db.session.execute(
            insert(QualityCount), [{"cycle_id": cycle.id, "sign": RaterFlag.HALO, **row}]
        )
