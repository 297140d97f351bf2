"""Who sees the answers: every reviewer reads what is true for them, and nothing else."""

import re

import pytest
from flask.testing import FlaskClient

from app.db import db
from app.feedback.models import Reviewer
from app.people.groups import RaterGroup
from app.schemes.models import Scheme
from tests.factories import make_customer, make_request, make_reviewer
from tests.forms import make_scene

COMBINED = "see only combined results of at least"
NAMED = "are shown to 王晓明 as “Manager”"
OWN = "your manager sees it, marked as yours"
WORDS = "Written comments appear word for word"
ALONE = "You are the only one asked at your company"
HR_SEES = "HR sees only whether you have responded."


def notice(client: FlaskClient, link: str) -> str:
    text = client.get(link).text
    found = re.search(r'<section class="notice".*?</section>', text, re.DOTALL)
    assert found, text
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize(
    ("group", "said", "unsaid"),
    [
        (RaterGroup.PEER, [COMBINED, WORDS, HR_SEES], [NAMED, OWN, ALONE]),
        (RaterGroup.SUBORDINATE, [COMBINED, WORDS, HR_SEES], [NAMED, OWN, ALONE]),
        (RaterGroup.SUPERVISOR, [NAMED], [COMBINED, WORDS, HR_SEES, OWN]),
        (RaterGroup.SELF, [OWN, "It does not count"], [COMBINED, WORDS, HR_SEES, NAMED]),
        (RaterGroup.CUSTOMER, [COMBINED, WORDS, ALONE], [NAMED, OWN]),
    ],
)
def test_each_relation_reads_what_is_true_for_it(
    client: FlaskClient, group: RaterGroup, said: list[str], unsaid: list[str]
) -> None:
    text = notice(client, make_scene(groups=(group,)).link)

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


def test_the_notice_names_this_rounds_minimum_and_this_schemes_pool(client: FlaskClient) -> None:
    scene = make_scene()
    scene.cycle.k_min = 4
    db.session.commit()

    text = notice(client, scene.link)

    assert "at least 4 people" in text
    assert "If a group has fewer than 4, peers and direct reports are combined" in text


def test_a_scheme_without_a_pool_promises_none(client: FlaskClient) -> None:
    scene = make_scene()
    scheme = db.session.get_one(Scheme, scene.participants[0].scheme_id)
    groups = [{**row, "pool": None} for row in scheme.definition["groups"]]
    scheme.definition = {**scheme.definition, "groups": groups}
    db.session.commit()

    assert "If fewer than 3 respond, the answers are not shown" in notice(client, scene.link)


def test_two_relations_with_one_promise_share_a_sentence(client: FlaskClient) -> None:
    groups = (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.SUPERVISOR)

    text = notice(client, make_scene(groups=groups).link)

    assert text.count(COMBINED) == 1
    assert "Each of them and their manager see only combined results" in text
    assert "You are the manager: your ratings and comments are shown to each of them" in text


def test_a_colleague_at_the_same_customer_ends_being_alone(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.CUSTOMER,))
    owner = scene.participants[0].person
    other = make_reviewer(scene.cycle, make_customer(owner=owner, name="何静"))
    make_request(scene.participants[0], other, RaterGroup.CUSTOMER)
    db.session.commit()

    assert ALONE not in notice(client, scene.link)


def test_an_anonymous_round_says_that_nothing_can_be_changed_later(client: FlaskClient) -> None:
    scene = make_scene()
    confidential = notice(client, scene.link)
    scene.cycle.mode = "anonymous"
    db.session.commit()

    anonymous = notice(client, scene.link)

    assert "Confidential, not anonymous" in confidential
    assert "no stored record connects you" not in confidential
    assert "no stored record connects you" in anonymous
    assert "Confidential, not anonymous" not in anonymous


def test_only_customers_are_asked_to_agree(client: FlaskClient) -> None:
    customer = make_scene(groups=(RaterGroup.CUSTOMER,))
    colleague = make_scene()

    assert "Agree and start" in client.get(customer.link).text
    assert "Agree and start" not in client.get(colleague.link).text


def test_a_reader_of_chinese_reads_no_english_notice(client: FlaskClient) -> None:
    text = notice(client, make_scene(locale="zh").link)

    assert text.startswith("谁能看到您的回答 王晓明和上级只能看到至少 3 人的合并结果")
    assert re.findall(r"[A-Za-z]{4,}", text.replace("hr@example.com", "")) == ["Roundview"]


def test_not_me_pauses_the_link_and_names_nobody_reviewed(client: FlaskClient) -> None:
    scene = make_scene()
    asked_first = client.get(f"{scene.link}/not-me")
    assert "王晓明" not in asked_first.text

    client.post(f"{scene.link}/not-me")

    assert db.session.get_one(Reviewer, scene.reviewer.id).cut_off
    assert client.get(scene.link).status_code == 410
