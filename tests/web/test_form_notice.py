"""Who sees the answers: every reviewer reads what is true for them, and nothing else."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.cycles.rules import Mode
from app.db import db
from app.feedback.models import FeedbackRequest, RequestState, Reviewer, Submission
from app.people.groups import RaterGroup
from app.schemes.models import Scheme
from tests.factories import make_customer, make_person, make_request, make_reviewer
from tests.forms import Scene, filled, make_scene, start

COMBINED = "see only combined results of at least"
NAMED = "are shown to 王晓明 as “Manager”"
OWN = "your manager sees it, marked as yours"
WORDS = "Written comments appear word for word"
ALONE = "You are the only one asked at your company"
HR_SEES = "HR sees whether you have responded, not which answers are yours."
RELATION = (
    "If you say that a relation is wrong, that is kept too.",
    "您若指出关系有误，也会保存。",
)
CONSENT = ("Your consent is kept as well, and its withdrawal.", "您的同意及其撤回也会保存。")
HR_HIDES = "HR may read comments as they will be shown, and hide a passage"


def ask_others(scene: Scene, group: RaterGroup, number: int, *, about: int = 0) -> None:
    """More colleagues, or customers of other companies, are asked about one of the scene."""
    participant = scene.participants[about]
    for place in range(number):
        person = make_person(name=f"同事{place}")
        if group is RaterGroup.CUSTOMER:
            person = make_customer(owner=participant.person, name=f"客户{place}")
            person.company = f"公司{place}"
        make_request(participant, make_reviewer(scene.cycle, person), group)
    db.session.commit()


def notice(client: FlaskClient, link: str) -> str:
    text = client.get(link).text
    found = re.search(r'<section class="notice".*?</section>', text, re.DOTALL)
    assert found, text
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize(
    ("group", "said", "unsaid"),
    [
        (RaterGroup.PEER, [COMBINED, WORDS, HR_SEES, HR_HIDES], [NAMED, OWN, ALONE]),
        (RaterGroup.SUBORDINATE, [COMBINED, WORDS, HR_SEES, HR_HIDES], [NAMED, OWN, ALONE]),
        (RaterGroup.SUPERVISOR, [NAMED, HR_HIDES], [COMBINED, WORDS, HR_SEES, OWN]),
        (RaterGroup.SELF, [OWN, "It does not count", HR_HIDES], [COMBINED, WORDS, HR_SEES, NAMED]),
        (RaterGroup.CUSTOMER, [COMBINED, WORDS, HR_HIDES, ALONE], [NAMED, OWN]),
    ],
)
def test_each_relation_reads_what_is_true_for_it(
    client: FlaskClient, group: RaterGroup, said: list[str], unsaid: list[str]
) -> None:
    scene = make_scene(groups=(group,))
    ask_others(scene, group, 3)

    text = notice(client, scene.link)

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


def test_the_notice_names_this_rounds_minimum_and_this_schemes_pool(client: FlaskClient) -> None:
    scene = make_scene()
    scene.cycle.k_min = 4
    ask_others(scene, RaterGroup.PEER, 3)

    text = notice(client, scene.link)

    assert "at least 4 people" in text
    assert "If a group has fewer than 4, peers and direct reports are combined" in text


def test_a_scheme_without_a_pool_promises_none(client: FlaskClient) -> None:
    scene = make_scene()
    scheme = db.session.get_one(Scheme, scene.participants[0].scheme_id)
    groups = [{**row, "pool": None} for row in scheme.definition["groups"]]
    scheme.definition = {**scheme.definition, "groups": groups}
    ask_others(scene, RaterGroup.PEER, 2)

    assert "If fewer than 3 respond, the answers are not shown" in notice(client, scene.link)


def test_two_relations_with_one_promise_share_a_sentence(client: FlaskClient) -> None:
    groups = (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.SUPERVISOR)

    scene = make_scene(groups=groups)
    third = scene.participants[2].person.name
    text = notice(client, scene.link)

    assert text.count(COMBINED) == 1
    assert "Each of them and their manager see only combined results" in text
    assert f"You are the manager of {third}: your ratings and comments are shown to {third}" in text


def test_a_colleague_at_the_same_customer_ends_being_alone(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.CUSTOMER,))
    owner = scene.participants[0].person
    other = make_reviewer(scene.cycle, make_customer(owner=owner, name="何静"))
    make_request(scene.participants[0], other, RaterGroup.CUSTOMER)
    ask_others(scene, RaterGroup.CUSTOMER, 1)

    assert ALONE not in notice(client, scene.link)


def test_an_anonymous_round_says_that_nothing_can_be_changed_later(client: FlaskClient) -> None:
    scene = make_scene()
    confidential = notice(client, scene.link)
    scene.cycle.mode = "anonymous"
    db.session.commit()

    anonymous = notice(client, scene.link)

    assert "Confidential, not anonymous" in confidential
    assert "nothing that is stored with your answers names you" not in confidential
    assert "nothing that is stored with your answers names you" in anonymous
    assert "Confidential, not anonymous" not in anonymous


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
def test_whoever_might_be_the_only_one_of_a_group_reads_who_could_still_tell(
    client: FlaskClient, mode: str
) -> None:
    """Who has responded is known, and so is the group of each answer: one in a group is named."""
    told, shown_by_name = make_scene(), make_scene(groups=(RaterGroup.SUPERVISOR,))
    for scene in (told, shown_by_name):
        scene.cycle.mode = mode
    db.session.commit()

    assert ONLY_ONE in notice(client, told.link)
    assert "能直接读取数据库的人仍可推断" in notice(client, f"{told.link}?lang=zh")
    assert ONLY_ONE not in notice(client, f"{shown_by_name.link}?lang=en")


ONLY_ONE = (
    "If you are the only one of your group who responds, somebody who can read the database itself"
)
TOO_FEW = "as long as fewer than 3 are asked"


@pytest.mark.parametrize(
    ("group", "others", "en", "zh"),
    [
        (
            RaterGroup.PEER,
            {RaterGroup.PEER: 3},
            "You are one of 4 colleagues asked as peers. If a group has fewer than 3",
            "您是 4 位同级之一。同组不足 3 人时",
        ),
        (
            RaterGroup.CUSTOMER,
            {RaterGroup.CUSTOMER: 4},
            "You are one of 5 customers asked. You are the only one asked at your company",
            "您是 5 位客户之一。贵公司只有您一位填写",
        ),
        (
            RaterGroup.SUBORDINATE,
            {RaterGroup.SUBORDINATE: 1, RaterGroup.PEER: 4},
            "At present only 2 direct reports are asked, so the answers are combined with those of "
            "peers; below 3 together they are not shown",
            "目前下级只请了 2 位（含您），回答会与同级合并；合起来不足 3 位就不显示，也不计入。",
        ),
        (
            RaterGroup.SUBORDINATE,
            {RaterGroup.PEER: 3},
            "At present nobody else is asked among direct reports, so your answers are combined",
            "目前下级只请了 1 位（含您），回答会与同级合并",
        ),
        (
            RaterGroup.PEER,
            {RaterGroup.SUBORDINATE: 1, RaterGroup.SUPERVISOR: 1},
            f"At present only 2 are asked among peers and direct reports: {TOO_FEW}",
            "目前同级、下级只请了 2 位（含您），不足 3 位时不显示，也不计入。",
        ),
        (
            RaterGroup.CUSTOMER,
            {RaterGroup.PEER: 9},
            f"At present nobody else is asked among customers: {TOO_FEW}",
            "目前客户只请了 1 位（含您），不足 3 位时不显示，也不计入。",
        ),
    ],
)
def test_the_notice_says_how_many_are_asked_and_what_follows_for_certain(
    client: FlaskClient, group: RaterGroup, others: dict[RaterGroup, int], en: str, zh: str
) -> None:
    for locale, words in (("en", en), ("zh", zh)):
        scene = make_scene(groups=(group,), locale=locale)
        for other, number in others.items():
            ask_others(scene, other, number)

        on_the_door = notice(client, scene.link)

        assert words in on_the_door
        assert words in notice(client, start(client, scene))


def test_who_has_declined_is_not_counted_but_the_reader_always_is(client: FlaskClient) -> None:
    scene = make_scene()
    ask_others(scene, RaterGroup.PEER, 4)
    someone = db.session.scalars(
        select(FeedbackRequest).where(FeedbackRequest.reviewer_id != scene.reviewer.id)
    ).first()
    assert someone is not None
    someone.state = RequestState.DECLINED
    scene.requests[0].state = RequestState.DECLINED
    db.session.commit()

    assert "You are one of 4 colleagues" in notice(client, scene.link)


def test_of_several_people_the_number_is_said_only_where_it_is_the_same(
    client: FlaskClient,
) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    for about in (0, 1):
        ask_others(scene, RaterGroup.PEER, 4, about=about)
    same = notice(client, scene.link)
    ask_others(scene, RaterGroup.PEER, 1)

    different = notice(client, scene.link)

    told = "You are one of 5 colleagues asked as peers. This is the same for each of them."
    assert told in same
    assert "You are one of" not in different
    assert "If a group has fewer than 3, peers and direct reports are combined" in different


@pytest.mark.parametrize(
    ("groups", "mode", "said"),
    [
        ((RaterGroup.PEER,), Mode.CONFIDENTIAL, {RELATION}),
        ((RaterGroup.PEER,), Mode.ANONYMOUS, set()),
        ((RaterGroup.SELF,), Mode.CONFIDENTIAL, set()),
        ((RaterGroup.SELF, RaterGroup.SUPERVISOR), Mode.CONFIDENTIAL, {RELATION}),
        ((RaterGroup.CUSTOMER,), Mode.CONFIDENTIAL, {RELATION, CONSENT}),
    ],
)
def test_everything_that_is_kept_about_the_reader_is_named(
    client: FlaskClient, groups: tuple[RaterGroup, ...], mode: Mode, said: set[tuple[str, str]]
) -> None:
    scene = make_scene(groups=groups)
    scene.cycle.mode = mode
    db.session.commit()

    english = notice(client, f"{scene.link}?lang=en")
    chinese = notice(client, f"{scene.link}?lang=zh")

    assert "ratings and comments, whether you have responded, and a reason" in english
    assert "您的评分和评语、您是否已提交，以及您谢绝时填写的原因" in chinese
    assert "只保存" not in chinese
    for en, zh in (RELATION, CONSENT):
        assert ((en in english), (zh in chinese)) == ((en, zh) in said, (en, zh) in said)


def test_nothing_that_is_kept_with_an_answer_tells_how_many_were_asked(
    client: FlaskClient,
) -> None:
    versions = set()
    for number in (2, 5):
        scene = make_scene()
        ask_others(scene, RaterGroup.PEER, number)
        address = start(client, scene)
        client.post(address, data=filled(client.get(address).text))
        kept = db.session.scalars(
            select(Submission).where(Submission.participant_id == scene.participants[0].id)
        ).one()
        versions.add(kept.notice_version)

    assert versions == {"7/confidential/peer/k3c5"}


def test_only_customers_are_asked_to_agree(client: FlaskClient) -> None:
    customer = make_scene(groups=(RaterGroup.CUSTOMER,))
    colleague = make_scene()

    assert "Agree and start" in client.get(customer.link).text
    assert "Agree and start" not in client.get(colleague.link).text


def test_a_change_of_the_round_shows_in_the_next_notice(client: FlaskClient) -> None:
    """The box is kept for all who are told the same, so nothing that it says may be left out."""
    scene = make_scene(groups=(RaterGroup.PEER,))
    before = notice(client, scene.link)
    changes = {
        "purpose_en": "a purpose nobody has read of",
        "mode": Mode.ANONYMOUS,
        "contact_email": "another@example.com",
        "k_min": 7,
    }

    read = [before]
    for name, value in changes.items():
        setattr(scene.cycle, name, value)
        db.session.commit()
        read.append(notice(client, scene.link))
    scene.participants[0].person.name = "郑洁"
    db.session.commit()
    read.append(notice(client, scene.link))

    assert len(set(read)) == len(changes) + 2
    assert "a purpose nobody has read of" in read[-1]
    assert "another@example.com" in read[-1]
    assert "at least 7 people" in read[-1]
    assert "郑洁" in read[-1]


def test_the_list_says_what_the_reader_is_and_not_the_person_beside(client: FlaskClient) -> None:
    groups = (RaterGroup.SELF, RaterGroup.SUPERVISOR, RaterGroup.SUBORDINATE)
    scene = make_scene(groups=groups, locale="zh")
    landing = client.get(scene.link).text
    start(client, scene)

    listed = client.get("/r").text
    for role in ("您是上级", "您是下级"):
        assert f'<span class="quiet">{role}' in landing
        assert f'<span class="quiet">{role}' in listed
    assert '<span class="quiet">本人' in listed
    assert ">先填写自评</a>" in listed
    client.post("/r/p/2", data=filled(client.get("/r/p/2").text))
    assert ">继续填写自评</a>" in client.get("/r").text
    assert ">提交并填写自评</button>" in client.get("/r/p/3").text


def test_a_reader_of_chinese_reads_no_english_notice(client: FlaskClient) -> None:
    scene = make_scene(locale="zh")
    ask_others(scene, RaterGroup.PEER, 3)

    text = notice(client, scene.link)

    assert "您是 4 位同级之一。同组不足 3 人时，同级、下级合并" in text
    assert text.startswith("谁能看到您的回答 王晓明和上级只能看到至少 3 人的合并结果")
    assert re.findall(r"[A-Za-z]{4,}", text.replace("hr@example.com", "")) == ["Roundview"]


def test_not_me_pauses_the_link_and_names_nobody_reviewed(client: FlaskClient) -> None:
    scene = make_scene()
    asked_first = client.get(f"{scene.link}/not-me")
    assert "王晓明" not in asked_first.text

    client.post(f"{scene.link}/not-me")

    assert db.session.get_one(Reviewer, scene.reviewer.id).cut_off
    assert client.get(scene.link).status_code == 410
