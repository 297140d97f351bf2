"""A relation that is wrong: said by the reviewer, held, and settled by HR before the close."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.launching.emails import INVITE_INTERNAL
from app.feedback.models import Draft, FeedbackRequest, Invitation, RequestState, Submission
from app.feedback.relations.models import RelationClaim
from app.mail.models import Letter
from app.mail.service import RenderedLetter, post
from app.people.groups import RaterGroup
from tests.factories import make_account, sign_in
from tests.forms import Scene, fields_on, filled, make_scene, start
from tests.rounds import counted_statements

PAGE = "/r/p/1/relation"
TOLD = "HR has been told. Your answers are kept and will be counted after the check."
PEER, SUBORDINATE = RaterGroup.PEER, RaterGroup.SUBORDINATE


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A reviewer inside their form, and somebody in HR."""

    scene: Scene
    client: FlaskClient
    hr: FlaskClient

    @property
    def request_id(self) -> int:
        return self.scene.requests[0].id

    @property
    def asked(self) -> FeedbackRequest | None:
        return db.session.get(FeedbackRequest, self.request_id)

    @property
    def cockpit(self) -> str:
        return self.hr.get(f"/hr/c/{self.scene.cycle.id}?lang=en").text

    def say(self, claimed: str) -> Any:
        fields = fields_on(self.client.get(PAGE).text)
        return self.client.post(PAGE, data={**fields, "claimed": claimed})

    def submit(self, level: str = "4") -> None:
        body = filled(self.client.get("/r/p/1").text, level)
        assert self.client.post("/r/p/1", data=body).status_code == 303

    def decide(self, decision: str) -> Any:
        address = f"/hr/c/{self.scene.cycle.id}/relations/{self.request_id}"
        return self.hr.post(address, data={"decision": decision})

    def close(self) -> None:
        close_cycle(self.scene.cycle, now())
        db.session.commit()


def make_wrong(client: FlaskClient, **facts: Any) -> Wrong:
    scene = make_scene(**facts)
    hr = client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))
    start(client, scene)
    return Wrong(scene=scene, client=client, hr=hr)


@pytest.fixture
def wrong(client: FlaskClient) -> Wrong:
    return make_wrong(client)


def answers() -> list[Submission]:
    db.session.rollback()
    return list(db.session.scalars(select(Submission)))


def claims() -> list[tuple[str | None, bool]]:
    db.session.rollback()
    rows = db.session.execute(select(RelationClaim.claimed, RelationClaim.waits))
    return [(row.claimed, row.waits) for row in rows]


def test_the_form_leads_to_a_page_that_says_what_will_happen(wrong: Wrong) -> None:
    assert f'href="{PAGE}"' in wrong.client.get("/r/p/1").text

    page = wrong.client.get(PAGE).text

    assert "You answer as: Peer." in page
    assert 'value="supervisor"' in page
    assert 'value="peer"' not in page
    assert "HR sees what you choose here, never your answers." in page
    assert claims() == []


def test_what_is_said_stands_on_hrs_page_and_the_form_goes_on(wrong: Wrong) -> None:
    assert wrong.say("subordinate").location.endswith(PAGE)

    assert TOLD in wrong.client.get(PAGE).text
    page = wrong.cockpit
    assert "1 relation is said to be wrong" in page
    assert "asked as “Peer”, says “Direct report”" in page
    assert "form not submitted yet" in page
    wrong.submit()
    assert "form submitted" in wrong.cockpit
    [event] = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "reviewer.wrong_relation")
    )
    assert (event.subject, event.account_id) == (f"reviewer:{wrong.scene.reviewer.id}", None)


def test_the_receipt_says_whether_the_answers_count(wrong: Wrong) -> None:
    counts, held = "Your first submission counts", "They count once HR has confirmed them"
    wrong.submit()

    def read() -> tuple[bool, bool]:
        page = wrong.client.get("/r/p/1").text
        return counts in page, held in page

    assert read() == (True, False)
    wrong.say("subordinate")
    assert read() == (False, True)
    page = wrong.client.get("/r/p/1?lang=zh").text
    assert "暂不计入" in page
    assert "第一次提交的为准" not in page
    wrong.client.get("/r/p/1?lang=en")
    wrong.decide("keep")
    assert read() == (True, False)


def test_the_last_word_counts_until_it_is_taken_back(wrong: Wrong) -> None:
    wrong.say("subordinate")
    page = wrong.client.get(PAGE).text
    wrong.client.post(PAGE, data={**fields_on(page), "claimed": "none"})  # an older window
    assert claims() == [(None, True)]

    answer = wrong.client.post(f"{PAGE}/take-back", data=fields_on(page))

    assert answer.location.endswith("/r/p/1")
    assert claims() == []
    assert "said to be wrong" not in wrong.cockpit


@pytest.mark.parametrize("claimed", ["", "peer", "customer", "self", "boss"])
def test_a_choice_that_is_none_is_asked_for_again(wrong: Wrong, claimed: str) -> None:
    answer = wrong.say(claimed)

    assert answer.status_code == 422
    assert "What fits?" in answer.text
    assert claims() == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_pages_speak_the_readers_language(client: FlaskClient, locale: str) -> None:
    wrong = make_wrong(client, locale=locale)
    words = {"zh": ("您与王晓明的关系不对？", "已告诉 HR。"), "en": ("Is your relation", TOLD)}

    assert words[locale][0] in client.get(PAGE).text
    wrong.say("none")
    assert words[locale][1] in client.get(PAGE).text
    page = wrong.hr.get(f"/hr/c/{wrong.scene.cycle.id}?lang=zh").text
    assert "名单上是“同级”，本人说是“都不是”" in page


def test_a_customer_can_only_say_that_they_are_none(client: FlaskClient) -> None:
    wrong = make_wrong(client, groups=(RaterGroup.CUSTOMER,))
    assert "I am not a customer of" in client.get(PAGE).text

    wrong.say("none")

    assert claims() == [(None, True)]


def test_nobody_doubts_their_relation_to_themselves(client: FlaskClient) -> None:
    wrong = make_wrong(client, groups=(RaterGroup.SELF,))

    assert client.get(PAGE).location.endswith("/r/p/1")
    assert client.post(PAGE, data={"claimed": "none"}).status_code == 303
    assert (claims(), wrong.asked is None) == ([], False)
    assert "/relation" not in client.get("/r/p/1").text


def test_hr_keeps_the_relation_and_the_answer_counts_as_listed(wrong: Wrong) -> None:
    wrong.say("subordinate")
    wrong.submit()

    assert wrong.decide("keep").status_code == 302

    assert "HR has checked it." in wrong.client.get(PAGE).text
    wrong.say("none")  # what HR has decided stays
    assert claims() == [(SUBORDINATE, False)]
    wrong.close()
    assert [row.rater_group for row in answers()] == [PEER]
    assert "What you submitted has arrived" in wrong.client.get(PAGE).text


def test_hr_changes_the_group_and_nothing_points_at_the_answer_that_was_moved(wrong: Wrong) -> None:
    wrong.say("subordinate")
    wrong.submit()

    wrong.decide("move")

    [kept] = answers()
    assert (kept.rater_group, kept.notice_version.split("/")[2]) == (SUBORDINATE, "subordinate")
    assert wrong.asked is not None
    assert wrong.asked.rater_group is SUBORDINATE
    assert "You answer as: Direct report." in wrong.client.get(PAGE).text


def test_a_group_is_changed_before_the_form_is_sent(wrong: Wrong) -> None:
    wrong.say("subordinate")
    wrong.decide("move")

    wrong.submit()

    assert [row.rater_group for row in answers()] == [SUBORDINATE]


def test_nobody_who_was_to_stay_unnamed_is_named(wrong: Wrong) -> None:
    wrong.say("supervisor")
    wrong.submit()
    assert 'value="move"' not in wrong.cockpit

    answer = wrong.decide("move")

    assert answer.status_code == 409
    assert [row.rater_group for row in answers()] == [PEER]
    assert claims() == [("supervisor", True)]


def test_hr_leaves_the_form_out_and_its_answer_is_deleted(client: FlaskClient) -> None:
    wrong = make_wrong(client, groups=(PEER, SUBORDINATE))
    page = client.get("/r/p/1").text
    number = wrong.scene.requests[0].id
    which = 1 if f'name="request" value="{number}"' in page else 2
    address = f"/r/p/{which}"
    body = filled(client.get(address).text)
    client.post(address, data=body)
    fields = fields_on(client.get(f"{address}/relation").text)
    client.post(f"{address}/relation", data={**fields, "claimed": "none"})

    wrong.decide("leave_out")

    assert (answers(), claims(), wrong.asked) == ([], [], None)
    assert wrong.decide("leave_out").status_code == 404
    assert client.get("/r/p/2").status_code == 404
    told = client.post(address, data=body).text
    assert "not needed any more" in told
    assert "what had been saved of it is deleted" in told
    assert "somebody else" not in told  # nobody was asked in their place


@pytest.mark.parametrize("page", ["relation", "relation/take-back", "correct", "keep"])
def test_a_page_about_a_form_that_was_left_out_says_so_and_touches_no_other(
    client: FlaskClient, page: str
) -> None:
    wrong = make_wrong(client, groups=(PEER, PEER))
    fields = fields_on(client.get(PAGE).text)
    db.session.execute(delete(FeedbackRequest).where(FeedbackRequest.id == int(fields["request"])))
    db.session.commit()

    answer = client.post(f"/r/p/1/{page}", data={**fields, "claimed": "none"})

    assert answer.status_code == 410
    assert "This form is not needed any more" in answer.text
    assert claims() == []
    assert wrong.client.get("/r/p/1").status_code == 200


def test_a_page_about_a_form_that_was_left_out_answers_no_other(wrong: Wrong) -> None:
    """HR asks the same person again, as another group: the open page was under another promise."""
    old = filled(wrong.client.get("/r/p/1").text, "1")
    wrong.say("supervisor")
    wrong.decide("leave_out")
    address = f"/hr/c/{wrong.scene.cycle.id}/asked/{wrong.scene.participants[0].id}"
    mail = wrong.scene.reviewer.person.email
    assert wrong.hr.post(address, data={"number": mail, "group": "supervisor"}).status_code == 302

    told = wrong.client.post("/r/p/1", data=old)

    assert (told.status_code, answers()) == (410, [])
    [asked] = db.session.scalars(select(FeedbackRequest))
    assert (asked.rater_group, asked.state) == (RaterGroup.SUPERVISOR, RequestState.OPEN)


@pytest.mark.parametrize(("decision", "is_left"), [("leave_out", False), ("move", True)])
def test_a_letter_that_waits_fits_what_hr_has_decided(
    wrong: Wrong, decision: str, is_left: bool
) -> None:
    waiting = RenderedLetter(
        kind=INVITE_INTERNAL,
        to_name="A",
        to_address="a@example.com",
        locale="en",
        subject="old",
        text="old",
        html="old",
        link_owner_id=wrong.scene.reviewer.id,
        send_at=now() + timedelta(hours=5),
    )
    letter_id = post(waiting)
    reviewer_id = wrong.scene.reviewer.id
    db.session.add(Invitation(letter_id=letter_id, reviewer_id=reviewer_id, kind="invite"))
    db.session.commit()
    wrong.say("subordinate")

    wrong.decide(decision)

    db.session.rollback()
    letters = [row for row in db.session.scalars(select(Letter)) if row.id == letter_id]
    assert [row.id for row in letters] == [letter_id] * is_left
    assert all("on 王晓明" in row.text for row in letters)


def test_a_draft_goes_with_the_form_that_is_left_out(wrong: Wrong) -> None:
    page = wrong.client.get("/r/p/1").text
    wrong.client.post("/r/p/1/save", data=filled(page))
    wrong.say("none")

    wrong.decide("leave_out")

    assert db.session.scalars(select(Draft)).all() == []
    assert "nothing you need to do" in wrong.client.get(wrong.scene.link).text.lower()


def test_a_decision_pressed_twice_counts_once(wrong: Wrong) -> None:
    wrong.say("subordinate")

    assert [wrong.decide(word).status_code for word in ("move", "keep", "leave_out")] == [302] * 3
    assert wrong.asked is not None
    assert wrong.asked.rater_group is SUBORDINATE


def test_the_close_counts_what_is_undecided_and_leaves_it_out(wrong: Wrong) -> None:
    wrong.say("none")
    wrong.submit()
    page = wrong.hr.get(f"/hr/c/{wrong.scene.cycle.id}/close?lang=en").text
    assert "1 relation is said to be wrong and not decided." in page
    assert "0 submitted forms count." in page

    wrong.close()

    assert (answers(), claims()) == ([], [])
    assert wrong.asked is not None
    assert wrong.asked.state is RequestState.DECLINED
    assert wrong.decide("keep").status_code == 404
    told = wrong.client.get(PAGE)
    assert told.status_code == 410
    assert "What you submitted has arrived" not in told.text


def test_a_closed_round_decides_nothing_any_more(wrong: Wrong) -> None:
    wrong.say("none")
    wrong.scene.cycle.closed_at = now()
    db.session.commit()

    answer = wrong.decide("keep")

    assert answer.status_code == 409
    assert claims() == [(None, True)]


def test_a_held_answer_makes_no_report(client: FlaskClient) -> None:
    wrong = make_wrong(client)
    others = [make_scene(cycle=wrong.scene.cycle) for _peer in range(2)]
    for scene in others:
        scene.requests[0].participant_id = wrong.scene.participants[0].id
        scene.requests[0].state = RequestState.SUBMITTED
    db.session.commit()
    wrong.submit()
    ready = wrong.cockpit
    wrong.say("none")

    assert "<strong>1 / 3</strong><span>can get a report" in ready
    assert "<strong>0 / 3</strong><span>can get a report" in wrong.cockpit
    wrong.decide("keep")
    assert "<strong>1 / 3</strong><span>can get a report" in wrong.cockpit


def test_an_anonymous_round_says_why_an_answer_cannot_be_held(wrong: Wrong) -> None:
    wrong.scene.cycle.mode = "anonymous"
    db.session.commit()

    page = wrong.client.get(PAGE).text

    assert "cannot be held or moved" in page
    assert "王老师" in page
    assert "Tell HR" not in page
    wrong.say("none")
    assert claims() == []


def test_after_the_deadline_nothing_is_said_any_more(wrong: Wrong) -> None:
    fields = fields_on(wrong.client.get(PAGE).text)
    wrong.scene.cycle.closes_at = now() - timedelta(hours=1)
    db.session.commit()

    assert wrong.client.post(PAGE, data={**fields, "claimed": "none"}).status_code == 410
    assert wrong.client.post(f"{PAGE}/take-back", data=fields).status_code == 410
    assert claims() == []


def test_only_hr_of_this_round_decides(client: FlaskClient, wrong: Wrong) -> None:
    wrong.say("none")
    other = make_scene()
    address = f"/hr/c/{other.cycle.id}/relations/{wrong.request_id}"

    assert wrong.hr.post(address, data={"decision": "keep"}).status_code == 404
    assert wrong.decide("perhaps").status_code == 404
    assert client.post(address, data={"decision": "keep"}).status_code in {302, 401, 403}
    assert claims() == [(None, True)]


def test_the_list_of_claims_costs_the_same_however_long_it_is(wrong: Wrong) -> None:
    wrong.say("none")
    counts = []
    for more in (0, 8):
        for _scene in range(more):
            scene = make_scene(cycle=wrong.scene.cycle)
            db.session.add(RelationClaim(request_id=scene.requests[0].id, claimed=None))
        db.session.commit()
        with counted_statements() as statements:
            assert f"{more + 1} relation" in wrong.cockpit
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_whoever_is_left_out_can_be_asked_anew_as_another_group(client: FlaskClient) -> None:
    wrong = make_wrong(client)
    wrong.say("supervisor")
    wrong.submit()
    page = wrong.cockpit
    asking = f"/hr/c/{wrong.scene.cycle.id}/asked/{wrong.scene.participants[0].id}"
    assert "nobody can restore it" in page
    assert f'href="{asking}"' in page
    key = wrong.scene.reviewer.person.email
    wrong.decide("leave_out")

    answer = wrong.hr.post(asking, data={"number": key, "group": "supervisor"})

    assert answer.status_code == 302, answer.text
    [group] = db.session.scalars(select(FeedbackRequest.rater_group))
    assert group is RaterGroup.SUPERVISOR
    assert "You answer as: Manager." in client.get(PAGE).text


def test_once_the_deadline_is_over_a_submitted_form_offers_no_word_about_its_relation(
    wrong: Wrong,
) -> None:
    fields = fields_on(wrong.client.get(PAGE).text)
    wrong.submit()
    wrong.scene.cycle.closes_at = now() - timedelta(hours=1)
    db.session.commit()

    assert wrong.client.get(PAGE).location.endswith("/r/p/1")
    assert "/relation" not in wrong.client.get("/r/p/1").text
    wrong.client.post(PAGE, data={**fields, "claimed": "none"})
    assert claims() == []


def test_a_cookie_that_ran_out_finds_no_relation(client: FlaskClient) -> None:
    make_wrong(client)
    client.delete_cookie("review")

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"claimed": "none"}).status_code == 403
    assert claims() == []


def test_an_answer_to_other_questions_cannot_change_its_group(wrong: Wrong) -> None:
    item = wrong.scene.participants[0].scheme.questionnaire.competencies[0].items[0]
    item.asked = "self supervisor peer"
    db.session.commit()
    wrong.say("subordinate")
    wrong.submit()

    assert 'value="keep"' in wrong.cockpit
    assert 'value="move"' not in wrong.cockpit
    assert wrong.decide("move").status_code == 409
    assert [row.rater_group for row in answers()] == [PEER]
