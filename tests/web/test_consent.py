"""A customer agrees before the first question, and takes it back while anything is theirs."""

import hashlib
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.clock import now
from app.db import db
from app.feedback.closing import close_cycle
from app.feedback.consenting.models import Consent, ConsentText
from app.feedback.models import Draft, FeedbackRequest, RequestState, Reviewer, Submission
from app.people.groups import RaterGroup
from app.people.models import Person
from app.schemes.service import install_packs
from tests.factories import make_customer, make_cycle, make_request, make_reviewer
from tests.forms import Scene, filled, make_scene, start

CUSTOMER, PEER = RaterGroup.CUSTOMER, RaterGroup.PEER


def of_customer(*, forms: int = 1, mode: str = "confidential", locale: str = "en") -> Scene:
    cycle = make_cycle()
    cycle.mode = mode
    return make_scene(groups=(CUSTOMER,) * forms, cycle=cycle, locale=locale)


def consents() -> list[Consent]:
    db.session.expire_all()
    return list(db.session.scalars(select(Consent)))


def count(table: type[Draft | Submission]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def states() -> list[RequestState]:
    return list(db.session.scalars(select(FeedbackRequest.state).order_by(FeedbackRequest.id)))


def hash_on(page: str) -> str:
    found = re.search(r'name="notice" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found[1]


def send(client: FlaskClient, number: int = 1) -> None:
    page = client.get(f"/r/p/{number}").text
    assert client.post(f"/r/p/{number}", data=filled(page)).status_code == 303


def test_reading_the_page_keeps_nothing(client: FlaskClient) -> None:
    scene = of_customer()
    page = client.get(scene.link).text

    assert "Agree and start" in page
    assert "By pressing the button you agree" in page
    assert "You may withdraw at any time: until collection closes" in page
    assert consents() == []


def test_customers_agree_to_the_kpi_that_is_read_from_their_answers(client: FlaskClient) -> None:
    scene = of_customer()
    scene.participants[0].scheme = next(row for row in install_packs() if row.code == "csm")
    db.session.commit()
    told = "The combined figure also counts as the KPI “Customer satisfaction”."
    page = client.get(scene.link).text
    assert told in page

    client.post(f"{scene.link}/start", data={"notice": hash_on(page)})

    assert told in db.session.scalars(select(ConsentText)).one().text
    assert told in client.get("/r/p/1").text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pressing_agree_keeps_who_when_and_the_very_words(client: FlaskClient, lang: str) -> None:
    scene = of_customer(locale=lang)
    page = client.get(scene.link).text

    client.post(f"{scene.link}/start", data={"notice": hash_on(page)})

    [kept] = consents()
    assert (kept.person_id, kept.cycle_id) == (scene.reviewer.person_id, scene.cycle.id)
    assert kept.notice_hash == hash_on(page)
    assert kept.agreed_on == db.session.get_one(Reviewer, scene.reviewer.id).started_on
    assert kept.withdrawn_on is None
    text = db.session.get_one(ConsentText, kept.notice_hash).text
    assert hashlib.sha256(text.encode()).hexdigest() == kept.notice_hash
    told = ("至少 3 位客户", "您可随时撤回同意") if lang == "zh" else ("at least 3", "withdraw")
    assert all(words in text for words in told)
    assert "<" not in text


def test_words_that_changed_meanwhile_are_shown_again_before_anybody_agrees(
    client: FlaskClient,
) -> None:
    scene = of_customer()
    page = client.get(scene.link).text
    scene.cycle.k_min = 5
    db.session.commit()

    again = client.post(f"{scene.link}/start", data={"notice": hash_on(page)})

    assert again.status_code == 409
    assert "has changed since you opened this page" in again.text
    assert consents() == []
    assert "Set-Cookie" not in again.headers
    fresh = client.post(f"{scene.link}/start", data={"notice": hash_on(again.text)})
    assert fresh.status_code == 303
    assert len(consents()) == 1


def test_how_many_are_asked_may_change_and_is_not_kept_with_the_words(client: FlaskClient) -> None:
    scene = of_customer()
    others = [make_request(scene.participants[0], _customer(scene), CUSTOMER) for _ in range(3)]
    db.session.commit()
    page = client.get(scene.link).text
    assert "You are one of 4 customers asked" in page
    others[0].state = RequestState.DECLINED
    db.session.commit()

    assert client.post(f"{scene.link}/start", data={"notice": hash_on(page)}).status_code == 303

    assert "You are one of" not in db.session.scalars(select(ConsentText)).one().text


def _customer(scene: Scene) -> Reviewer:
    return make_reviewer(scene.cycle, make_customer(owner=scene.participants[0].person))


def test_employees_agree_to_nothing_and_are_offered_nothing_to_withdraw(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=(PEER,))
    landing = client.get(scene.link).text
    address = start(client, scene)

    assert 'name="notice"' not in landing
    assert consents() == []
    assert "Withdraw my consent" not in client.get(address).text
    assert "There is nothing to withdraw" in client.get("/r/consent").text
    client.post("/r/consent")
    assert states() == [RequestState.OPEN]


def test_starting_twice_agrees_once_and_coming_back_needs_no_second_consent(
    client: FlaskClient,
) -> None:
    scene = of_customer()
    start(client, scene)
    start(client, scene)

    assert len(consents()) == 1
    page = client.get(scene.link).text
    assert "Continue" in page
    assert "Agree and start" not in page


def test_every_page_of_a_customer_who_has_begun_leads_to_the_withdrawal(
    client: FlaskClient,
) -> None:
    scene = of_customer(forms=2)
    assert "Withdraw my consent" not in client.get(scene.link).text
    start(client, scene)

    for address in ("/r", "/r/p/1", "/r/p/1/decline", "/r/decline"):
        assert 'href="/r/consent"' in client.get(address).text, address
    assert f'href="{scene.link}/consent"' in client.get(scene.link).text
    send(client, 1)
    send(client, 2)
    for address in ("/r/done", "/r/p/1"):
        assert 'href="/r/consent"' in client.get(address).text, address


def test_asking_about_it_changes_nothing(client: FlaskClient) -> None:
    scene = of_customer()
    start(client, scene)
    send(client)

    by_cookie, by_link = client.get("/r/consent").text, client.get(f"{scene.link}/consent").text

    assert "What you have submitted is deleted and enters no result" in by_cookie
    assert "What you have submitted is deleted and enters no result" in by_link
    assert (count(Submission), consents()[0].withdrawn_on) == (1, None)


@pytest.mark.parametrize("way", ["cookie", "link"])
def test_withdrawing_before_the_close_deletes_drafts_and_answers(
    client: FlaskClient, way: str
) -> None:
    scene = of_customer(forms=3)
    start(client, scene)
    send(client, 1)
    client.post("/r/p/2/save", data=filled(client.get("/r/p/2").text))
    assert (count(Draft), count(Submission)) == (1, 1)
    address = "/r/consent" if way == "cookie" else f"{scene.link}/consent"

    answer = client.post(address, follow_redirects=True)

    assert "Your consent is withdrawn" in answer.text
    assert "Answers that you had submitted are deleted as well" in answer.text
    assert (count(Draft), count(Submission)) == (0, 0)
    assert states() == [RequestState.DECLINED] * 3
    assert consents()[0].withdrawn_on is not None
    assert db.session.get_one(Reviewer, scene.reviewer.id).declined
    assert "/o/" in answer.text  # the way to no more letters at all


def test_a_page_from_before_the_withdrawal_keeps_nothing(client: FlaskClient) -> None:
    scene = of_customer()
    address = start(client, scene)
    stale = filled(client.get(address).text)
    client.post(f"{scene.link}/consent")

    saved = client.post(f"{address}/save", data=stale)
    sent = client.post(address, data=stale)
    back = client.post(f"{address}/take-part", data=stale)

    assert saved.status_code == 410
    assert (sent.status_code, sent.location) == (303, "/r/consent")
    assert (back.status_code, back.location) == (303, "/r/consent")
    assert (count(Draft), count(Submission)) == (0, 0)
    assert states() == [RequestState.DECLINED]


def test_a_form_that_is_being_filled_in_anew_ends_too(client: FlaskClient) -> None:
    scene = of_customer()
    start(client, scene)
    send(client)
    db.session.get_one(Reviewer, scene.reviewer.id).may_correct = True
    db.session.commit()
    client.post("/r/p/1/correct")
    client.post("/r/p/1/save", data=filled(client.get("/r/p/1").text))
    assert (count(Draft), count(Submission)) == (1, 1)

    client.post("/r/consent")

    assert (count(Draft), count(Submission)) == (0, 0)
    assert states() == [RequestState.DECLINED]


def test_whoever_changes_their_mind_agrees_again_and_answers_anew(client: FlaskClient) -> None:
    scene = of_customer()
    start(client, scene)
    send(client)
    client.post("/r/consent")

    landing = client.get(scene.link).text
    assert "You have withdrawn your consent" in landing
    assert "You have declined" not in landing
    assert "Withdraw my consent" not in landing
    assert "Agree and start" in landing
    client.post(f"{scene.link}/start", data={"notice": hash_on(landing)})
    send(client)

    assert consents()[0].withdrawn_on is None
    assert count(Submission) == 1


def test_in_anonymous_mode_answers_that_were_sent_stay_and_the_page_says_so(
    client: FlaskClient,
) -> None:
    scene = of_customer(forms=2, mode="anonymous")
    assert "What you have submitted stays" in client.get(scene.link).text
    start(client, scene)
    send(client, 1)
    asked = client.get("/r/consent").text
    assert "cut loose from your name when you sent it" in asked

    answer = client.post("/r/consent", follow_redirects=True).text

    assert count(Submission) == 1
    assert sorted(states()) == [RequestState.DECLINED, RequestState.SUBMITTED]
    assert "stay in the combined results: they were cut loose" in answer


def test_after_the_close_nothing_can_be_found_and_the_page_says_so(client: FlaskClient) -> None:
    scene = of_customer()
    start(client, scene)
    send(client)
    close_cycle(scene.cycle, now())
    db.session.commit()
    door = client.get(scene.link).text
    assert f'href="{scene.link}/consent"' in door
    asked = client.get(f"{scene.link}/consent").text
    assert "no page can find your answers any more" in asked

    answer = client.post(f"{scene.link}/consent", follow_redirects=True).text

    assert count(Submission) == 1
    assert states() == [RequestState.SUBMITTED]
    assert "the link between you and them was erased when collection closed" in answer
    assert consents()[0].withdrawn_on is not None


def test_withdrawing_twice_is_withdrawing_once_and_the_log_names_no_answer(
    client: FlaskClient,
) -> None:
    scene = of_customer()
    start(client, scene)
    client.post("/r/consent")
    first = consents()[0].withdrawn_on
    client.post("/r/consent")

    assert consents()[0].withdrawn_on == first
    [event] = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "consent.withdrawn")
    ).all()
    assert event.subject == f"reviewer:{scene.reviewer.id}"
    assert event.detail == ""


def test_who_began_before_consent_was_kept_may_withdraw_too(client: FlaskClient) -> None:
    scene = of_customer()
    scene.reviewer.started_on = now().date() - timedelta(days=1)
    db.session.commit()

    client.post(f"{scene.link}/consent")

    [kept] = consents()
    assert kept.notice_hash is None
    assert kept.withdrawn_on is not None
    assert states() == [RequestState.DECLINED]


def test_a_paused_link_shows_nothing_of_a_consent(client: FlaskClient) -> None:
    scene = of_customer()
    start(client, scene)
    client.post(f"{scene.link}/not-me")

    page = client.get(f"{scene.link}/consent")

    assert page.status_code == 410
    assert "consent" not in page.text
    assert db.session.get_one(Person, scene.reviewer.person_id).name not in page.text
    assert client.get("/i/unknown/consent").status_code == 404


def test_another_persons_answers_are_untouched(client: FlaskClient) -> None:
    scene = of_customer()
    other = make_scene(groups=(CUSTOMER,), cycle=scene.cycle)
    start(client, other)
    send(client)
    client.delete_cookie("review")
    start(client, scene)
    send(client)

    client.post("/r/consent")

    assert count(Submission) == 1
    assert states() == [RequestState.DECLINED, RequestState.SUBMITTED]
