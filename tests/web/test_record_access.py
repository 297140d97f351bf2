"""Who gets which record: two people and HR, and nobody else."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.db import db
from app.plans.models import CheckIn
from tests.factories import sign_in
from tests.record_world import Talk, freeze, make_talk, print_records, write_both_parts


def pages(talk: Talk) -> dict[str, str]:
    """Every address that shows something of the record, by whose page it is."""
    pid = talk.participant_id
    return {
        talk.page: "manager",
        f"{talk.page}.pdf": "manager",
        f"/m/p/{pid}/plan": "manager",
        talk.own_page: "employee",
        f"{talk.own_page}/pdf": "employee",
        f"/hr/interviews/{pid}": "hr",
        f"/hr/interviews/{pid}/pdf": "hr",
        "/hr/interviews": "hr",
    }


def acts(talk: Talk, check_in_id: int) -> dict[str, str]:
    """Every address that changes something, by who may."""
    pid = talk.participant_id
    return {
        talk.page: "manager",
        f"{talk.page}/freeze": "manager",
        f"{talk.page}/sign": "manager",
        f"{talk.page}/reopen": "manager",
        f"/m/p/{pid}/plan/{check_in_id}/checkin": "manager",
        talk.own_page: "employee",
        f"{talk.own_page}/ack": "employee",
        f"/me/plan/{check_in_id}/checkin": "employee",
        f"/hr/interviews/{pid}/countersign": "hr",
        f"/hr/c/{talk.world.cycle.id}/interviews": "hr",
    }


def filed(client: FlaskClient) -> Talk:
    talk = make_talk()
    write_both_parts(client, talk)
    freeze(client, talk)
    print_records(client)
    return talk


ROLES = ["manager", "employee", "hr", "other_manager", "stranger"]


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_its_own_reader_only(client: FlaskClient, role: str) -> None:
    talk = filed(client)
    sign_in(client, getattr(talk, role))

    found = {path: client.get(path).status_code for path in pages(talk)}

    assert found == {path: 200 if owner == role else 404 for path, owner in pages(talk).items()}


@pytest.mark.parametrize("role", ROLES)
def test_an_act_is_open_to_its_own_actor_only(client: FlaskClient, role: str) -> None:
    talk = filed(client)
    check_in = db.session.scalars(select(CheckIn.id)).first() or 0
    sign_in(client, getattr(talk, role))

    others = [path for path, owner in acts(talk, check_in).items() if owner != role]
    own = [path for path, owner in acts(talk, check_in).items() if owner == role]

    assert {path: client.post(path).status_code for path in others} == dict.fromkeys(others, 404)
    assert all(client.post(path).status_code != 404 for path in own)


def test_the_ids_of_another_person_s_record_open_nothing(client: FlaskClient) -> None:
    talk = filed(client)
    check_in = db.session.scalars(select(CheckIn.id)).first()
    sign_in(client, talk.manager)
    other = talk.participant_id + 1  # the other manager's employee in the same round

    assert client.get(f"/m/p/{other}/record").status_code == 404
    assert client.get(f"/m/p/{other}/plan").status_code == 404
    assert client.post(f"/m/p/{other}/plan/{check_in}/checkin").status_code == 404


def test_hr_sees_that_a_record_is_written_but_not_the_draft(client: FlaskClient) -> None:
    talk = make_talk()
    write_both_parts(client, talk)
    sign_in(client, talk.hr)

    page = client.get(f"/hr/interviews/{talk.participant_id}").text

    assert "尚未定稿" in page
    assert "没有提前发材料" not in page
    assert client.get(f"/hr/interviews/{talk.participant_id}/pdf").status_code == 404


@pytest.mark.parametrize("role", ["manager", "employee", "hr"])
def test_every_reading_is_noted_with_the_reader(client: FlaskClient, role: str) -> None:
    talk = filed(client)
    account = getattr(talk, role)
    paths = [path for path, owner in pages(talk).items() if owner == role and "plan" not in path]
    sign_in(client, account)
    read = [path for path in paths if path != "/hr/interviews"]

    def noted() -> int:
        events = select(AuditEvent).where(
            AuditEvent.action == "record.read", AuditEvent.account_id == account.id
        )
        found = db.session.scalars(events).all()
        assert {event.subject for event in found} <= {f"record:{talk.interview.number}"}
        return len(found)

    before = noted()
    for path in read:
        client.get(path)

    assert noted() - before == len(read)


def test_pages_of_records_send_strangers_to_sign_in(client: FlaskClient) -> None:
    talk = make_talk()

    assert all("/sign-in" in (client.get(path).location or "") for path in pages(talk))
