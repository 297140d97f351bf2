"""The end of a round: archived when every record is filed, and nothing changes afterwards."""

from flask.testing import FlaskClient
from sqlalchemy import delete

from app.auth.models import Role
from app.cycles.models import Cycle
from app.db import db
from app.interviews.models import Interview
from tests.factories import make_account, sign_in
from tests.record_world import Talk, freeze, make_talk, write_both_parts


def as_hr(client: FlaskClient) -> None:
    sign_in(client, make_account(role=Role.HR))


def file_record(client: FlaskClient, talk: Talk) -> None:
    """Everything up to HR's countersignature, through the pages."""
    pid = talk.participant_id
    others = Interview.participant_id != pid
    db.session.execute(delete(Interview).where(others))  # this talk is the round's only one
    db.session.commit()
    write_both_parts(client, talk)
    freeze(client, talk)
    sign_in(client, talk.employee)
    client.post(f"/me/record/{pid}/ack", data={"version": 1, "decision": "agree"})
    sign_in(client, talk.manager)
    client.post(f"/m/p/{pid}/record/sign", data={"version": 1})
    as_hr(client)
    client.post(f"/hr/interviews/{pid}/countersign", data={"version": 1})


def archived(talk: Talk) -> bool:
    return db.session.get_one(Cycle, talk.world.cycle.id).archived_at is not None


def test_a_round_with_an_open_record_is_not_archived_and_the_person_is_named(
    client: FlaskClient,
) -> None:
    talk = make_talk()
    as_hr(client)

    answer = client.post(f"/hr/c/{talk.world.cycle.id}/archive?lang=en")

    assert answer.status_code == 409
    assert "not filed yet" in answer.text
    assert talk.world.person.name in answer.text
    assert not archived(talk)


def test_a_round_whose_records_are_filed_is_archived(client: FlaskClient) -> None:
    talk = make_talk()
    file_record(client, talk)

    answer = client.post(f"/hr/c/{talk.world.cycle.id}/archive")

    assert answer.status_code == 302
    assert archived(talk)
    page = client.get(f"/hr/interviews?cycle={talk.world.cycle.id}&lang=en")
    assert "was archived on" in page.text


def test_an_archived_record_is_not_opened_again(client: FlaskClient) -> None:
    talk = make_talk()
    file_record(client, talk)
    client.post(f"/hr/c/{talk.world.cycle.id}/archive")
    sign_in(client, talk.manager)

    answer = client.post(
        f"/m/p/{talk.participant_id}/record/reopen?lang=en", data={"reason": "a slip of the pen"}
    )

    assert answer.status_code == 409
    assert "archived" in answer.text


def test_archiving_needs_open_interviews(client: FlaskClient) -> None:
    talk = make_talk(opened=False)
    as_hr(client)

    answer = client.post(f"/hr/c/{talk.world.cycle.id}/archive")

    assert answer.status_code == 409
    assert not archived(talk)
