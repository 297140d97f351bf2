"""What somebody has typed and not sent is theirs: no page or letter that HR reads tells of it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.auth.models import Role
from app.db import db
from app.feedback.cockpit.report import status_lines
from app.feedback.cockpit.rules import Filter
from app.feedback.models import Draft, FeedbackRequest, RequestState
from app.people.groups import RaterGroup
from tests.factories import make_account, sign_in
from tests.forms import Scene, fields_on, make_scene, rating_fields, start


def read_by_hr(client: FlaskClient, scene: Scene, spoken: str) -> dict[str, str]:
    """Every page where HR meets this reviewer, without what differs at each reading."""
    hr = client.application.test_client()
    sign_in(hr, make_account(role=Role.HR))
    root, participant = f"/hr/c/{scene.cycle.id}", scene.requests[0].participant_id
    pages = [
        root,
        *(f"{root}/reviewers?filter={chosen}" for chosen in Filter),
        f"{root}/reviewers/{scene.reviewer.id}",
        f"{root}/reviewers/{scene.reviewer.id}/fresh",
        f"{root}/asked",
        f"{root}/asked/{participant}",
        f"{root}/asked/replace/{scene.requests[0].id}",
        f"{root}/remind?reviewer={scene.reviewer.id}",
        f"{root}/close",
    ]
    hr.get("/hr", query_string={"lang": spoken})
    read = {page: hr.get(page) for page in pages}
    assert {answer.status_code for answer in read.values()} == {200}
    return {page: without_tokens(answer.text) for page, answer in read.items()}


def without_tokens(text: str) -> str:
    return re.sub(
        r'name="csrf_token"[^>]*>|nonce="[^"]*"|hr\d*@[^<\s]+|name="[^"]*" value="[^"]{40,}"',
        "",
        text,
    )


def type_something(client: FlaskClient, scene: Scene) -> None:
    start(client, scene)
    page = client.get("/r/p/1").text
    data = {"request": fields_on(page)["request"], rating_fields(page)[0]: "3"}
    assert client.post("/r/p/1/save", data=data).status_code == 204
    db.session.expire_all()
    assert db.session.scalar(select(Draft.request_id)) is not None
    assert RequestState.STARTED in {row.state for row in scene.requests}


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_no_page_of_hr_changes_when_somebody_has_typed(client: FlaskClient, spoken: str) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    before = read_by_hr(client, scene, spoken)

    type_something(client, scene)

    after = read_by_hr(client, scene, spoken)
    changed = [page for page in before if before[page] != after[page]]
    assert changed == []
    word = "尚未提交" if spoken == "zh" else "Nothing submitted"
    assert word in after[f"/hr/c/{scene.cycle.id}/reviewers?filter=all"]
    assert not any(line.startswith("started") for line in status_lines(scene.cycle))


def test_what_is_submitted_shows(client: FlaskClient) -> None:
    scene = make_scene(groups=(RaterGroup.PEER, RaterGroup.PEER))
    db.session.execute(
        update(FeedbackRequest)
        .where(FeedbackRequest.id == scene.requests[0].id)
        .values(state=RequestState.SUBMITTED)
    )
    db.session.commit()

    listed = read_by_hr(client, scene, "en")[
        f"/hr/c/{scene.cycle.id}/reviewers?filter=some_submitted"
    ]

    assert "Some submitted" in listed
    assert "1/2" in listed
