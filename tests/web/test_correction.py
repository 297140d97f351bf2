"""A change after submission: by a fresh link in the reviewer's mailbox, from an empty form."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.models import Draft, FeedbackRequest, Invitation, Reviewer, Submission
from app.feedback.submissions import receipt_of
from app.mail.models import LINK, Letter, LetterState
from app.people.groups import RaterGroup
from tests.conftest import LINK_KEY
from tests.factories import make_account, sign_in, token_of
from tests.forms import NAMES, Scene, fields_on, filled, make_scene, rating_fields, start

PEER = RaterGroup.PEER
OFFER = "Mail me a fresh link"
ON_ITS_WAY = "Your new link is on its way"
REPLACED = "This link has been replaced"
RECEIPT = re.compile(r"Receipt ([A-Z0-9-]{9})")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A reviewer who has submitted everything, and the browser that did it."""

    scene: Scene
    client: FlaskClient

    @property
    def reviewer(self) -> Reviewer:
        return db.session.get_one(Reviewer, self.scene.reviewer.id)

    @property
    def link(self) -> str:
        """The present one."""
        return f"/i/{token_of(self.reviewer)}"

    def ask(self, link: str = "") -> Any:
        return self.client.post(f"{link or self.scene.link}/fresh")

    def come_in(self) -> str:
        """Open the fresh link, as the mail's reader; gives the address that follows."""
        self.ask()
        response = self.client.post(f"{self.link}/start")
        assert response.status_code == 303
        return str(response.location)

    def reopened(self, number: int = 1) -> str:
        """A form opened anew; gives its page."""
        address = f"/r/p/{number}"
        self.come_in()
        asked = fields_on(self.client.get(address).text)
        assert self.client.post(f"{address}/correct", data=asked).status_code == 303
        return self.client.get(address).text


def submitted(client: FlaskClient, **facts: Any) -> Sent:
    scene = make_scene(**facts)
    address = start(client, scene)
    for number in range(1, len(scene.requests) + 1):
        address = f"/r/p/{number}"
        body = filled(client.get(address).text, "5")
        assert client.post(address, data=body).status_code == 303
    return Sent(scene=scene, client=client)


@pytest.fixture
def sent(client: FlaskClient) -> Sent:
    return submitted(client)


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == "correct_link")))


def levels() -> list[set[int]]:
    """The levels in each stored answer."""
    return [set(kept.values()) for kept in db.session.scalars(select(Submission.answers))]


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def deliver() -> None:
    db.session.execute(update(Letter).values(state=LetterState.SENT, sent_at=now()))
    db.session.commit()


def test_the_door_offers_a_fresh_link_and_a_look_at_it_changes_nothing(sent: Sent) -> None:
    page = sent.client.get(sent.scene.link)

    assert OFFER in page.text
    assert (sent.reviewer.generation, letters()) == (1, [])


def test_the_answer_names_the_mailbox_without_telling_the_address(sent: Sent) -> None:
    page = sent.ask()

    address = str(sent.reviewer.person.email)
    assert page.status_code == 200
    assert ON_ITS_WAY in page.text
    assert "p***@example.com" in page.text
    assert address not in page.text
    [letter] = letters()
    assert (letter.to_address, letter.link_owner_id) == (address, sent.reviewer.id)
    assert db.session.scalars(select(Invitation.kind)).all() == ["correct"]
    [event] = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "reviewer.asked_for_link")
    )
    assert (event.subject, event.account_id) == (f"reviewer:{sent.reviewer.id}", None)


@pytest.mark.parametrize("page", ["/r/done", "/r/p/1"])
def test_whoever_is_still_inside_asks_there(sent: Sent, page: str) -> None:
    shown = sent.client.get(page).text
    assert 'action="/r/fresh"' in shown

    answer = sent.client.post("/r/fresh", data=fields_on(shown))

    assert ON_ITS_WAY in answer.text
    assert len(letters()) == 1


def test_the_old_link_dies_at_once_and_shows_nothing(sent: Sent) -> None:
    sent.ask()

    old = [sent.client.get(address) for address in (sent.scene.link, "/r", "/r/p/1", "/r/done")]

    assert [page.status_code for page in old] == [410] * 4
    assert not [page for page in old if REPLACED not in page.text or NAMES[0] in page.text]
    assert sent.client.post(f"{sent.scene.link}/start").status_code == 410
    assert "Change what I submitted" in sent.client.get(sent.link).text


def test_a_double_press_sends_one_letter_and_a_lost_one_is_repeated(sent: Sent) -> None:
    assert [ON_ITS_WAY in sent.ask().text for _press in range(2)] == [True, True]
    assert (len(letters()), sent.reviewer.generation) == (1, 2)
    deliver()

    assert ON_ITS_WAY in sent.ask().text

    assert (len(letters()), sent.reviewer.generation) == (2, 2)


def test_three_letters_a_day_are_the_most_and_those_of_hr_do_not_count(sent: Sent) -> None:
    as_hr(sent)
    for _letter in range(3):
        assert sent.ask(sent.link if not sent.reviewer.may_correct else "").status_code == 200
        deliver()

    refused = sent.ask()

    assert refused.status_code == 429
    assert "Three letters have been sent today" in refused.text
    assert len(letters()) == 3
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert sent.ask().status_code == 200
    assert len(letters()) == 4


def as_hr(sent: Sent) -> None:
    """HR mails a new link."""
    hr = sent.client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))
    hr.post(f"/hr/c/{sent.scene.cycle.id}/reviewers/{sent.reviewer.id}/fresh")
    deliver()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"locale": "zh"}, ("您申请了新链接", "表打开时是空白的", "截止")),
        ({"locale": "en"}, ("You asked for a link to change", "It opens empty", "Closes")),
        (
            {"locale": "zh", "groups": (RaterGroup.CUSTOMER,)},
            ("修改之前提交的意见", "不给任何人看"),
        ),
        ({"locale": "en", "groups": (RaterGroup.CUSTOMER,)}, ("change what you told us", "shown")),
    ],
)
def test_the_letter_says_what_its_link_is_for(
    client: FlaskClient, facts: dict[str, Any], words: tuple[str, ...]
) -> None:
    submitted(client, **facts).ask()

    [letter] = letters()
    assert letter.locale == facts["locale"]
    assert letter.subject.strip()
    for text in (letter.text, letter.html):
        assert LINK in text
        assert not [word for word in words if word not in text]


def test_the_form_opens_empty_and_the_answer_counts_until_the_new_one_comes(sent: Sent) -> None:
    page = sent.reopened()

    assert rating_fields(page)
    assert not [name for name in fields_on(page) if name.startswith("a-")]
    assert "What you submitted before counts until you send this form anew." in page
    assert "I do not know" not in page
    assert levels() == [{5}]
    assert "Being changed" in sent.client.get("/r").text


def test_the_new_answer_takes_the_place_of_the_old_one_under_the_same_receipt(sent: Sent) -> None:
    [before] = db.session.scalars(select(Submission.id))
    page = sent.reopened()

    answer = sent.client.post("/r/p/1", data=filled(page, "2"))

    assert answer.location.endswith("/r/done")
    [after] = db.session.scalars(select(Submission))
    assert (set(after.answers.values()), after.id == before) == ({2}, False)
    shown = sent.client.get("/r/p/1").text
    assert RECEIPT.findall(shown) == [receipt_of(LINK_KEY, sent.scene.requests[0].id)]
    assert "first submission" not in shown
    assert not db.session.get_one(FeedbackRequest, sent.scene.requests[0].id).reopened


def test_a_later_post_gets_the_receipt_and_changes_nothing(sent: Sent) -> None:
    page = sent.reopened()
    sent.client.post("/r/p/1", data=filled(page, "2"))

    again = sent.client.post("/r/p/1", data=filled(page, "3"))

    assert again.location.endswith("/r/p/1")
    assert levels() == [{2}]
    assert sent.client.post("/r/p/1/save", data=filled(page, "3")).status_code == 410


def test_saving_keeps_a_draft_beside_the_answer_that_counts(sent: Sent) -> None:
    page = sent.reopened()
    field = rating_fields(page)[0]

    saved = sent.client.post("/r/p/1/save", data={**fields_on(page), field: "3"})

    assert saved.status_code == 204
    assert f'name="{field}" value="3" checked' in sent.client.get("/r/p/1").text
    assert levels() == [{5}]


def test_the_earlier_answer_stands_while_another_window_holds_newer_ones(sent: Sent) -> None:
    page = sent.reopened()
    field = rating_fields(page)[0]
    sent.client.post("/r/p/1/save", data={**fields_on(page), field: "3", "copy": "elsewhere"})

    answer = sent.client.post("/r/p/1", data=filled(page, "2"))

    assert (answer.status_code, levels()) == (422, [{5}])
    assert f'name="{field}" value="3" checked' in answer.text
    assert sent.client.post("/r/p/1", data=fields_on(answer.text)).status_code == 303
    assert levels() == [{2, 3}]


def test_a_browser_keeps_what_it_could_not_send_of_a_form_opened_anew(sent: Sent) -> None:
    kept = str(sent.scene.requests[0].id)

    page = sent.reopened()

    assert f'data-sent="{kept}"' not in page
    sent.client.post("/r/p/1", data=filled(page))
    assert f'data-sent="{kept}"' in sent.client.get("/r").text


def test_the_earlier_answer_can_be_kept(sent: Sent) -> None:
    page = sent.reopened()
    sent.client.post("/r/p/1/save", data=filled(page, "2"))

    sent.client.post("/r/p/1/keep", data=fields_on(page))

    assert "has been received" in sent.client.get("/r/p/1").text
    assert (levels(), count(Draft)) == ([{5}], 0)
    sent.client.post("/r/p/1/keep", data=fields_on(page))  # again: nothing to do
    assert levels() == [{5}]


def test_only_the_form_that_was_opened_is_open(client: FlaskClient) -> None:
    sent = submitted(client, groups=(PEER, PEER))

    sent.reopened(number=2)

    assert [row.reopened for row in sent.scene.requests] in ([True, False], [False, True])
    assert "has been received" in client.get("/r/p/1").text
    assert client.get("/r/done").location.endswith("/r")


def test_a_form_cannot_be_declined_while_it_is_changed(sent: Sent) -> None:
    page = sent.reopened()

    assert sent.client.get("/r/p/1/decline").status_code == 302
    sent.client.post("/r/p/1/decline", data=fields_on(page))

    assert "I cannot take part" not in sent.client.get("/r").text
    assert levels() == [{5}]


def test_without_the_fresh_link_a_form_stays_as_it_is(sent: Sent) -> None:
    page = sent.client.get("/r/p/1").text
    assert "/correct" not in page

    answer = sent.client.post("/r/p/1/correct", data=fields_on(page))

    assert answer.location.endswith("/r/p/1")
    assert not db.session.get_one(FeedbackRequest, sent.scene.requests[0].id).reopened


def test_a_link_of_hr_may_not_correct_and_ends_what_was_being_changed(sent: Sent) -> None:
    page = sent.reopened()
    sent.client.post("/r/p/1/save", data=filled(page, "2"))

    as_hr(sent)

    assert (sent.reviewer.may_correct, count(Draft), levels()) == (False, 0, [{5}])
    assert "This link is paused" in sent.client.get(sent.scene.link).text
    assert sent.client.post(f"{sent.link}/start").status_code == 200  # the door, and no way in
    assert OFFER in sent.client.get(sent.link).text


def test_an_anonymous_round_says_that_nothing_can_be_changed(sent: Sent) -> None:
    sent.scene.cycle.mode = "anonymous"
    db.session.commit()

    page = sent.client.get(sent.scene.link).text

    assert OFFER not in page
    assert "can no longer be changed" in page
    assert "can no longer be changed" in sent.client.get("/r/p/1").text
    sent.ask()
    sent.client.post("/r/fresh", data=fields_on(sent.client.get("/r/p/1").text))
    assert (sent.reviewer.generation, letters()) == (1, [])


def test_nothing_is_corrected_after_the_deadline(sent: Sent) -> None:
    page = sent.reopened()
    sent.scene.cycle.closes_at = now() - timedelta(hours=1)
    db.session.commit()

    late = sent.client.post("/r/p/1", data=filled(page, "2"))

    assert levels() == [{5}]
    assert "has been received" in sent.client.get(late.location).text
    assert OFFER not in sent.client.get(sent.link).text
    assert "Fill it in anew" not in sent.client.get("/r/p/1").text
    assert sent.client.post("/r/p/1/correct", data=fields_on(page)).status_code == 303
    assert not sent.scene.reviewer.closes_at


def test_the_close_keeps_what_was_submitted(sent: Sent) -> None:
    page = sent.reopened()
    sent.client.post("/r/p/1/save", data=filled(page, "2"))

    close_cycle(sent.scene.cycle, now())
    db.session.commit()

    assert (levels(), count(Draft)) == ([{5}], 0)
    assert not sent.reviewer.may_correct
    assert not db.session.get_one(FeedbackRequest, sent.scene.requests[0].id).reopened
    assert sent.client.post("/r/p/1", data=filled(page, "2")).status_code == 410
    assert sent.ask(sent.link).status_code == 410
    assert levels() == [{5}]


def test_hr_still_sees_the_form_as_submitted_and_reminds_nobody(sent: Sent) -> None:
    sent.reopened()
    hr = sent.client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))

    page = hr.get(f"/hr/c/{sent.scene.cycle.id}").text

    assert "<strong>1 / 1</strong><span>forms submitted (100 %)" in page
    reminding = hr.get(f"/hr/c/{sent.scene.cycle.id}/remind").text
    assert "Have answered everything" in reminding


def test_a_letter_that_did_not_arrive_goes_to_no_address_of_hrs_choice(sent: Sent) -> None:
    sent.ask()
    [letter] = letters()
    letter.state, letter.error = LetterState.FAILED, "550 5.1.1 no such user"
    db.session.commit()
    hr = sent.client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))
    bounces = f"/hr/c/{sent.scene.cycle.id}/bounces"

    assert f"/reviewers/{sent.reviewer.id}/fresh" in hr.get(bounces).text
    again = hr.post(f"{bounces}/{letter.id}", data={"address": "hr@firm.example"})

    assert again.status_code == 404
    assert len(letters()) == 1


@pytest.mark.parametrize("corrected", [False, True])
def test_a_letter_to_a_corrected_address_carries_no_right_to_correct(
    sent: Sent, corrected: bool
) -> None:
    page = sent.reopened()
    sent.client.post("/r/p/1/save", data=filled(page, "2"))
    [letter] = letters()
    letter.kind, letter.state, letter.error = "reminder", LetterState.FAILED, "550 5.1.1 no"
    db.session.commit()
    hr = sent.client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))
    address = "hr@firm.example" if corrected else sent.reviewer.person.email
    again = f"/hr/c/{sent.scene.cycle.id}/bounces/{letter.id}"

    assert hr.post(again, data={"address": address}).status_code == 302

    assert (sent.reviewer.may_correct, count(Draft)) == ((False, 0) if corrected else (True, 1))
    assert levels() == [{5}]


def test_somebody_without_an_address_is_told_whom_to_ask(sent: Sent) -> None:
    sent.reviewer.person.email = None
    db.session.commit()

    page = sent.ask()

    assert page.status_code == 409
    assert "王老师" in page.text
    assert sent.reviewer.generation == 1


def test_a_stopped_link_asks_for_nothing(sent: Sent) -> None:
    sent.client.post(f"{sent.scene.link}/not-me")

    assert sent.ask().status_code == 410
    assert (sent.reviewer.cut_off, letters()) == (True, [])


def test_whoever_has_sent_nothing_has_nothing_to_change(client: FlaskClient) -> None:
    scene = make_scene()
    sent = Sent(scene=scene, client=client)

    assert sent.ask().text.count(ON_ITS_WAY) == 0
    start(client, scene)
    assert client.post("/r/fresh").location.endswith("/r")
    assert client.post("/r/p/1/correct").location.endswith("/r/p/1")
    assert client.post("/r/p/9/correct").status_code == 404
    assert letters() == []


def test_a_link_that_may_correct_is_not_replaced_by_asking(sent: Sent) -> None:
    sent.come_in()

    assert sent.ask(sent.link).location.endswith(sent.link)
    assert sent.client.post("/r/fresh").location.endswith("/r")
    assert len(letters()) == 1
