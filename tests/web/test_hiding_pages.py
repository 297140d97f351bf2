"""The pages on which HR looks comments through, and hides a passage without any script."""

import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.db import db
from app.feedback.hinting.service import keep_words
from app.ratings.hiding.looking import PEOPLE_ON_A_PAGE
from app.ratings.hiding.models import HiddenPassage
from app.ratings.service import rate_cycle
from tests.conftest import LINK_KEY
from tests.factories import make_account, make_person, sign_in
from tests.kam_example import EXAMPLE, World, add_participant, build_world
from tests.texts import words_of

PEERS = [rater["id"] for rater in EXAMPLE["raters"] if rater["group"] == "peer"]
TELLING = "As the one from Blue Harbour I say: <b>stop</b> it."
COMMENTS = {
    rater["id"]: {"continue": f"remark of {rater['id']}"}
    for rater in EXAMPLE["raters"]
    if rater["group"] != "customer"
} | {PEERS[0]: {"continue": TELLING}}
MARK = "[HR has hidden a passage]"


@pytest.fixture
def world(client: FlaskClient) -> World:
    """A rated round, and HR signed in, who has a list of words."""
    world = build_world(comments=COMMENTS)
    keep_words(["Blue Harbour"])
    rate_cycle(world.cycle, link_key=LINK_KEY)
    sign_in(client, make_account(role=Role.HR))
    return world


def list_of(world: World, **query: object) -> str:
    rest = "&".join(f"{name}={value}" for name, value in {"lang": "en", **query}.items())
    return f"/hr/c/{world.cycle.id}/comments?{rest}"


def address_of(client: FlaskClient, page: str, words: str) -> str:
    """Where the link beside the comment with these words leads."""
    for line in BeautifulSoup(client.get(page).text, "html.parser").select(".comments li"):
        link = line.find("a")
        if words in line.get_text() and link is not None:
            return str(link["href"])
    pytest.fail(f"no comment says {words}")


def action_of(page: str, form: str) -> str:
    found = BeautifulSoup(page, "html.parser").select_one(form)
    assert found is not None, page
    return str(found["action"])


def hidden() -> int:
    return db.session.scalar(select(func.count()).select_from(HiddenPassage)) or 0


def test_hr_comes_from_the_ratings_and_reads_how_many_there_are(
    client: FlaskClient, world: World
) -> None:
    page = client.get(f"/hr/c/{world.cycle.id}/ratings?lang=en").text

    assert f"Comments to look through: {len(COMMENTS)}" in words_of(page)
    assert "With words that may identify somebody: 1" in words_of(page)
    assert f'href="/hr/c/{world.cycle.id}/comments"' in page


def test_comments_stand_in_the_order_and_under_the_headings_of_the_result(
    client: FlaskClient, world: World
) -> None:
    shown = BeautifulSoup(client.get(list_of(world)).text, "html.parser").select_one(".looked-at")
    assert shown is not None
    for link in shown.select("a"):
        link.decompose()
    looked = " ".join(shown.get_text(" ").split())
    client.post(f"/hr/c/{world.cycle.id}/ratings/release", data={"reviewed": "yes"})
    employee = make_account()
    world.person.account_id = employee.id
    sign_in(client, employee)

    read = words_of(client.get(f"/me/result/{world.participant.id}?lang=en").text)

    _name, _heading, listed = looked.partition("From colleagues and customers")
    assert len(listed.split("remark")) > 5
    plain = re.sub(r"Look for the pattern.*?random order\. ", "", read)
    assert re.sub(r"\W", "", listed) in re.sub(r"\W", "", plain)


def test_a_passage_is_hidden_by_two_presses_without_a_script(
    client: FlaskClient, world: World
) -> None:
    address = address_of(client, list_of(world, only="telling"), "Blue Harbour")
    form = {"passage": "the one from  Blue Harbour", "reason": "person"}

    shown = client.post(action_of(client.get(address).text, "form.narrow"), data=form)

    assert shown.status_code == 200
    assert f"As {MARK} I say: <b>stop</b> it." in words_of(shown.text)
    assert hidden() == 0, "a look hides nothing"
    given = {
        str(field["name"]): str(field.get("value", ""))
        for field in BeautifulSoup(shown.text, "html.parser").select("section form input")
    }
    action = action_of(shown.text, "section form")
    pressed = client.post(action, data={**given, "action": "hide"})
    assert pressed.location.endswith(f"comments?only=telling#p-{world.participant.id}")
    page = client.get(list_of(world)).text
    assert "Hidden." in page
    assert "Blue Harbour" not in page
    assert "Names somebody or points to them: 1" in words_of(page)
    assert "With words that may identify somebody: 0" in words_of(page)


def test_an_opened_comment_shows_what_is_hidden_of_it_and_shows_it_again(
    client: FlaskClient, world: World
) -> None:
    address = address_of(client, list_of(world, page=1), "Blue Harbour")
    client.post(address, data={"passage": "Harbour", "reason": "other", "action": "hide"})
    client.post(address, data={"whole": "yes", "reason": "unlawful", "action": "hide"})
    assert hidden() == 2
    opened = client.get(address).text
    page = BeautifulSoup(opened, "html.parser")
    words = [one.get_text() for one in page.select(".decisions .hidden-words")]
    values = [str(one["value"]) for one in page.select(".decisions button")]
    buttons = dict(zip(words, values, strict=True))
    assert set(buttons) == {"Harbour", "The whole comment"}

    for value in buttons.values():
        answer = client.post(action_of(opened, ".decisions form"), data={"hiding": value})
        assert answer.status_code == 302
        assert "The passage is shown again." in client.get(answer.location).text

    assert hidden() == 0
    assert "Blue Harbour" in client.get(list_of(world)).text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"reason": "other"}, "Copy the words to hide, or choose the whole comment."),
        ({"passage": "Red Harbour", "reason": "other"}, "These words do not stand in the comment."),
        ({"passage": "Harbour"}, "Choose a reason."),
    ],
)
def test_what_cannot_be_hidden_is_told_and_what_was_typed_stays(
    client: FlaskClient, world: World, form: dict[str, str], sentence: str
) -> None:
    address = address_of(client, list_of(world), "Blue Harbour")

    for action in ({}, {"action": "hide"}):
        refused = client.post(f"{address}?lang=en", data={**form, **action})

        assert refused.status_code == 422
        assert sentence in refused.text
        assert "<title>Error:" in refused.text
        assert f">{form.get('passage', '')}</textarea>" in refused.text
    assert hidden() == 0


def test_hiding_the_same_twice_is_refused(client: FlaskClient, world: World) -> None:
    address = address_of(client, list_of(world), "Blue Harbour")
    form = {"passage": "Harbour", "reason": "other", "action": "hide"}

    assert client.post(address, data=form).status_code == 302
    assert "These words are hidden already." in client.post(address, data=form).text
    assert hidden() == 1


def test_a_mark_that_a_rater_typed_is_no_mark(client: FlaskClient) -> None:
    world = build_world(comments={**COMMENTS, PEERS[0]: {"continue": f"{MARK} <em>x</em>"}})
    rate_cycle(world.cycle, link_key=LINK_KEY)
    sign_in(client, make_account(role=Role.HR))

    page = client.get(list_of(world)).text

    assert f"{MARK} &lt;em&gt;x&lt;/em&gt;" in page
    assert "<em " not in page


def test_people_stand_on_pages_and_the_filter_goes_over_all_of_them(
    client: FlaskClient, world: World
) -> None:
    for number in range(PEOPLE_ON_A_PAGE):
        plain = {**COMMENTS, PEERS[0]: {"continue": f"plain {number}"}}
        add_participant(world.cycle, make_person(name=f"A{number}"), comments=plain)
    rate_cycle(world.cycle, link_key=LINK_KEY)
    db.session.commit()

    pages = [client.get(list_of(world, page=number)).text for number in (1, 2, 3, 0)]

    assert [page.count('class="looked-at"') for page in pages] == [20, 1, 1, 20]
    assert "Page 1 of 2" in pages[0]
    assert ["Blue Harbour" in page for page in pages] == [False, True, True, False]
    only = client.get(list_of(world, only="telling")).text
    assert only.count('class="looked-at"') == 1
    assert "Blue Harbour" in only
    assert client.get(list_of(world, page="x", only="y")).status_code == 200


def test_who_looked_through_comments_about_whom_is_noted(client: FlaskClient, world: World) -> None:
    client.get(address_of(client, list_of(world), "Blue Harbour"))

    read = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "comments.read"))

    assert [one.subject for one in read] == [f"participant:{world.participant.id}"] * 2


def test_of_another_round_or_another_person_there_is_no_such_comment(
    client: FlaskClient, world: World
) -> None:
    address = address_of(client, list_of(world), "Blue Harbour")
    other = build_world(comments=COMMENTS)
    rate_cycle(other.cycle, link_key=LINK_KEY)
    db.session.commit()
    digest = address.rpartition("/")[2]

    for cycle, participant in (
        (other.cycle.id, world.participant.id),
        (other.cycle.id, other.participant.id),
        (world.cycle.id, other.participant.id),
        (world.cycle.id, 999_999),
    ):
        answer = client.get(f"/hr/c/{cycle}/comments/{participant}/{digest}?lang=en")
        assert answer.status_code == 409
        assert "Readers do not get this comment" in answer.text
    assert client.get(f"/hr/c/999999/comments/1/{digest}").status_code == 404


def test_before_the_computation_and_after_the_release_a_sentence_says_why_not(
    client: FlaskClient, world: World
) -> None:
    address = address_of(client, list_of(world), "Blue Harbour")
    client.post(address, data={"passage": "Harbour", "reason": "person", "action": "hide"})
    client.post(f"/hr/c/{world.cycle.id}/ratings/release", data={"reviewed": "yes"})

    page = words_of(client.get(list_of(world)).text)

    assert "nothing can be hidden any more, nor be shown again" in page
    assert "Names somebody or points to them: 1" in page
    assert "remark of" not in page
    ratings = client.get(f"/hr/c/{world.cycle.id}/ratings?lang=en").text
    assert "Passages hidden in comments: 1" in ratings
    early = build_world(comments=COMMENTS)
    db.session.commit()
    assert "Compute the ratings first" in client.get(list_of(early)).text


def test_where_no_reader_gets_comments_there_is_nothing_to_look_through(
    client: FlaskClient,
) -> None:
    world = build_world(comments={PEERS[0]: {"continue": TELLING}})
    rate_cycle(world.cycle, link_key=LINK_KEY)
    sign_in(client, make_account(role=Role.HR))

    for page in (list_of(world), f"/hr/c/{world.cycle.id}/ratings?lang=en"):
        text = client.get(page).text
        assert "Readers get no comments of this cycle." in text
        assert "Blue Harbour" not in text
