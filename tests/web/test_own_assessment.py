"""Whoever assesses themselves is spoken to, and not spoken of."""

import pytest
from flask.testing import FlaskClient

from app.db import db
from app.feedback.models import RequestState
from app.people.groups import RaterGroup
from tests.forms import NAMES, Scene, filled, make_scene, start

OWN = "张三"  # whoever the link was mailed to


def submit(client: FlaskClient, number: int) -> str:
    address = f"/r/p/{number}"
    return client.post(address, data=filled(client.get(address).text)).location


def main_of(text: str) -> str:
    """What stands above the form, where there is one."""
    return text.partition("<main")[2].partition("<form")[0]


def scene_of(*groups: RaterGroup, locale: str) -> Scene:
    return make_scene(groups=groups, locale=locale)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "Your own assessment has been received"), ("zh", "已收到您的自评")],
)
def test_the_receipt_of_ones_own_assessment_names_nobody(
    client: FlaskClient, locale: str, said: str
) -> None:
    start(client, scene_of(RaterGroup.SELF, RaterGroup.PEER, locale=locale))
    following = client.get(submit(client, 1)).text
    receipt = client.get("/r/p/1").text

    assert f'<p class="note" role="status">{said}' in following
    assert f"<h1>{said}</h1>" in receipt
    assert f"<title>{said} - " in receipt
    assert OWN not in main_of(following)
    assert OWN not in main_of(receipt)


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "Continue with your own assessment"), ("zh", "继续填写自评")]
)
def test_the_way_on_to_ones_own_assessment_says_so(
    client: FlaskClient, locale: str, said: str
) -> None:
    scene = scene_of(RaterGroup.PEER, RaterGroup.SELF, RaterGroup.PEER, locale=locale)
    start(client, scene)
    submit(client, 2)
    submit(client, 3)
    receipt = client.get("/r/p/3").text
    scene.requests[0].state = RequestState.DECLINED
    db.session.commit()
    declined = client.get("/r/p/2").text

    assert f">{said}</a>" in receipt
    assert f">{said}</a>" in declined
    assert NAMES[0] in receipt or NAMES[2] in receipt
    assert OWN not in main_of(receipt)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "You have declined your own assessment"), ("zh", "您已谢绝填写自评")],
)
def test_whoever_declined_their_own_assessment_reads_that_they_did(
    client: FlaskClient, locale: str, said: str
) -> None:
    scene = scene_of(RaterGroup.PEER, RaterGroup.SELF, locale=locale)
    start(client, scene)
    scene.requests[1].state = RequestState.DECLINED
    db.session.commit()

    page = client.get("/r/p/1").text

    assert f"<h1>{said}</h1>" in page
    assert OWN not in page.partition("<main")[2].partition("</main")[0]
