"""Whoever has sent everything is thanked once, in words that tell nothing of what was said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.db import db, set_writing
from app.feedback.closing import close_cycle
from app.feedback.models import FeedbackRequest, Invitation, RequestState
from app.feedback.thanking.models import Thanks
from app.feedback.thanking.queries import rounds_to_thank
from app.feedback.thanking.service import thank
from app.mail.models import LINK, OPT_OUT, Letter, LetterState
from app.mail.opting_out import stop
from app.mail.service import RenderedLetter, post
from app.people.groups import RaterGroup
from app.worker import thank_where_due
from tests.forms import NAMES, Scene, make_scene
from tests.rounds import COMPANY, counted_statements

BOTH = (RaterGroup.PEER, RaterGroup.SUBORDINATE)


def scene_of(*states: RequestState, **facts: Any) -> Scene:
    """A reviewer asked for as many forms as there are states."""
    groups = facts.pop("groups", BOTH[: len(states)])
    scene = make_scene(groups=groups, **facts)
    for request, state in zip(scene.requests, states, strict=True):
        request.state = state
    db.session.commit()
    return scene


def finished(**facts: Any) -> Scene:
    return scene_of(RequestState.SUBMITTED, **facts)


def work(app: Flask) -> list[Letter]:
    """What the worker does in its minute; gives all letters of thanks there are afterwards."""
    thank_where_due(app.extensions["settings"])
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.kind == "thanks")))


def invited(scene: Scene, times: int, state: LetterState = LetterState.SENT) -> None:
    for _letter in range(times):
        letter = RenderedLetter(
            kind="remind", to_name="x", to_address=str(scene.reviewer.person.email), locale="zh",
            subject="x", text="x", html="x",
        )  # fmt: skip
        letter_id = post(letter)
        db.session.add(
            Invitation(letter_id=letter_id, reviewer_id=scene.reviewer.id, kind="remind")
        )
        db.session.execute(update(Letter).where(Letter.id == letter_id).values(state=state))
    db.session.commit()


def test_one_letter_goes_to_whoever_has_sent_everything_and_never_a_second(app: Flask) -> None:
    scene = finished()

    assert [len(work(app)) for _minute in range(3)] == [1, 1, 1]
    [letter] = work(app)
    assert (letter.to_address, letter.link_owner_id) == (
        scene.reviewer.person.email,
        scene.reviewer.id,
    )
    scene.requests[0].state = RequestState.OPEN  # a form that was added later, and is sent too
    db.session.commit()
    scene.requests[0].state = RequestState.SUBMITTED
    db.session.commit()
    assert len(work(app)) == 1


def test_the_table_takes_a_reviewer_once(app: Flask) -> None:
    scene = finished()
    [kept] = [letter.id for letter in work(app)]
    reviewer_id = scene.reviewer.id
    other = Letter(
        message_id="x", kind="thanks", to_name="x", to_address="x", locale="zh",
        subject="x", text="x", html="x", posted_at=now(),
    )  # fmt: skip
    db.session.add(other)
    db.session.flush()

    again = Thanks(reviewer_id=reviewer_id, letter_id=other.id)
    db.session.expunge_all()
    db.session.add(again)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    assert db.session.scalars(select(Thanks.letter_id)).all() == [kept]


@pytest.mark.parametrize(
    ("states", "thanked"),
    [
        ((RequestState.SUBMITTED, RequestState.SUBMITTED), 1),
        ((RequestState.SUBMITTED, RequestState.DECLINED), 1),
        ((RequestState.SUBMITTED, RequestState.STARTED), 0),
        ((RequestState.SUBMITTED, RequestState.OPEN), 0),
        ((RequestState.DECLINED, RequestState.DECLINED), 0),
    ],
)
def test_something_was_sent_and_nothing_is_left(
    app: Flask, states: tuple[RequestState, ...], thanked: int
) -> None:
    scene_of(*states)

    assert len(work(app)) == thanked


def test_a_form_that_is_not_asked_for_any_more_is_not_waited_for(app: Flask) -> None:
    scene = scene_of(RequestState.SUBMITTED, RequestState.OPEN)
    assert work(app) == []

    db.session.delete(db.session.get_one(FeedbackRequest, scene.requests[1].id))
    db.session.commit()

    assert len(work(app)) == 1


def without_address(scene: Scene) -> None:
    scene.reviewer.person.email = None


def cut_off(scene: Scene) -> None:
    scene.reviewer.cut_off = True


def opted_out(scene: Scene) -> None:
    stop(str(scene.reviewer.person.email))


def bounced(scene: Scene) -> None:
    invited(scene, 1, LetterState.FAILED)


def written_to_five_times(scene: Scene) -> None:
    invited(scene, 5)


def closed(scene: Scene) -> None:
    close_cycle(scene.cycle, now())


def not_launched(scene: Scene) -> None:
    scene.cycle.launched_at = None


@pytest.mark.parametrize(
    "state",
    [without_address, cut_off, opted_out, bounced, written_to_five_times, closed, not_launched],
)
def test_nobody_is_thanked_who_should_not_be_written_to(app: Flask, state: Any) -> None:
    scene = finished()
    other = finished()  # so that the worker has something to do
    state(scene)
    db.session.commit()

    assert [letter.link_owner_id for letter in work(app)] == [other.reviewer.id]


def test_a_round_that_closed_meanwhile_thanks_nobody(app: Flask) -> None:
    scene = finished()
    cycle_id = scene.cycle.id
    close_cycle(scene.cycle, now())
    db.session.commit()

    assert thank(cycle_id, company=COMPANY) == 0


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("group", [RaterGroup.PEER, RaterGroup.CUSTOMER])
def test_the_letter_says_what_happens_next_and_names_nobody(
    app: Flask, locale: str, group: RaterGroup
) -> None:
    finished(locale=locale, groups=(group,))

    [letter] = work(app)

    subjects = {"en": "Received – thank you", "zh": "已收到您的评价，谢谢"}
    assert letter.locale == locale
    if group is RaterGroup.PEER:
        assert letter.subject == subjects[locale]
    for text in (letter.text, letter.html):
        assert NAMES[0] not in text
        assert LINK in text
        assert (OPT_OUT in text) == (group is RaterGroup.CUSTOMER)


def test_a_change_is_offered_only_where_it_is_possible(app: Flask) -> None:
    anonymous, late, extended, changing = finished(), finished(), finished(), finished()
    changing.reviewer.may_correct = True  # and has been mailed the link that may
    anonymous.cycle.mode = "anonymous"
    for scene in (late, extended):
        scene.cycle.closes_at = now() - timedelta(minutes=1)
    extended.reviewer.closes_at = now() + timedelta(days=2)
    db.session.commit()

    offered = {letter.link_owner_id: LINK in letter.text for letter in work(app)}

    assert offered == {
        anonymous.reviewer.id: False,
        late.reviewer.id: False,
        extended.reviewer.id: True,
        changing.reviewer.id: False,
    }


def test_workers_at_one_moment_thank_once(app: Flask) -> None:
    for _reviewer in range(3):
        finished()
    db.session.remove()
    set_writing(False)
    barrier = Barrier(4)

    def sweep(_worker: int) -> None:
        with app.app_context():
            barrier.wait()
            thank_where_due(app.extensions["settings"])
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sweep, range(4)))

    assert len(work(app)) == 3
    assert rounds_to_thank(now()) == []


def test_the_number_of_statements_does_not_depend_on_how_many_are_thanked(app: Flask) -> None:
    counts = []
    for reviewers in (1, 12):
        first = finished()
        for _more in range(reviewers - 1):
            finished(cycle=db.session.get_one(type(first.cycle), first.cycle.id))
        cycle_id = first.cycle.id
        db.session.commit()
        with counted_statements() as statements:
            assert thank(cycle_id, company=COMPANY) == reviewers
            db.session.commit()
        counts.append(len(statements))

    assert counts[0] == counts[1]
