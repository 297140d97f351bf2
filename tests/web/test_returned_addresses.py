"""Before a launch HR sees which addresses returned mail, and may correct them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.auth.models import Role
from app.cycles.models import Cycle
from app.db import db
from app.mail.models import Letter, LetterState
from app.people.models import Person
from tests.factories import make_account, make_person, sign_in
from tests.rounds import make_team, next_draft

HEADING = "Addresses that returned mail"


@pytest.fixture
def draft(client: FlaskClient) -> Cycle:
    """A draft whose director, a reviewer, could not be reached in the round before."""
    cycle = next_draft(make_team(members=2))
    sign_in(client, make_account(role=Role.HR))
    return cycle


def director() -> Person:
    db.session.rollback()
    return db.session.scalars(select(Person).where(Person.name == "赵敏")).one()


def correct(client: FlaskClient, cycle: Cycle, person: Person, address: str) -> int:
    place = f"/hr/c/{cycle.id}/launch/addresses/{person.id}"
    return client.post(place, data={"address": address}).status_code


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Came back in “2026 年度评价”. There is no such mailbox. Correct the address."),
        ("zh", "在“2026 年度评价”中被退回。没有这个邮箱。请更正地址。"),
    ],
)
def test_hr_sees_the_addresses_with_the_round_and_the_reason(
    client: FlaskClient, draft: Cycle, lang: str, sentence: str
) -> None:
    page = client.get(f"/hr/c/{draft.id}/launch?lang={lang}").text

    assert sentence in page
    assert f'value="{director().email}"' in page


def test_a_corrected_address_is_invited_and_the_old_one_is_not(
    client: FlaskClient, draft: Cycle
) -> None:
    old = director().email

    assert correct(client, draft, director(), " New@Firm.example ") == 302

    assert HEADING not in client.get(f"/hr/c/{draft.id}/launch?lang=en").text
    client.post(f"/hr/c/{draft.id}/launch")
    letters = select(Letter.to_address).where(Letter.state == LetterState.QUEUED)
    invited = set(db.session.scalars(letters))
    assert "new@firm.example" in invited
    assert old not in invited
    [event] = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "person.address_corrected")
    )
    assert event.subject == f"person:{director().id}"


def test_an_address_that_is_left_as_it_is_stays_on_the_list(
    client: FlaskClient, draft: Cycle
) -> None:
    correct(client, draft, director(), director().email or "")

    assert HEADING in client.get(f"/hr/c/{draft.id}/launch?lang=en").text


@pytest.mark.parametrize("address", ["nobody", "taken@firm.example", ""])
def test_what_is_no_address_or_somebody_elses_is_not_taken(
    client: FlaskClient, draft: Cycle, address: str
) -> None:
    make_person(name="李华").email = "taken@firm.example"
    db.session.commit()
    before = director().email

    assert correct(client, draft, director(), address) == 409
    assert director().email == before


def test_only_addresses_on_the_list_of_a_draft_are_changed_here(
    client: FlaskClient, draft: Cycle
) -> None:
    other = db.session.scalars(select(Person).where(Person.name == "王晓明0")).one()

    assert correct(client, draft, other, "new@firm.example") == 404
    client.post(f"/hr/c/{draft.id}/launch")
    assert correct(client, draft, director(), "new@firm.example") == 409
    client.post("/sign-out")
    assert correct(client, draft, director(), "new@firm.example") in {302, 401, 403}
    assert director().email != "new@firm.example"
