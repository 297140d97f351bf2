"""HR's list of people: by name, 50 a page, searched in one field."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from app.auth.models import Account, Role
from app.db import db
from tests.factories import make_account, make_customer, make_department, make_person, sign_in


@pytest.fixture
def hr(client: FlaskClient) -> Account:
    account = make_account(role=Role.HR, locale="en")
    sign_in(client, account)
    return account


def names(client: FlaskClient, address: str) -> tuple[list[str], str]:
    """The people on the page and the address of the next page, if there is one."""
    page = BeautifulSoup(client.get(address).text, "html.parser")
    rows = [cell.get_text() for cell in page.select("tbody th")]
    following = page.find("a", string="Next page")
    return rows, str(following["href"]) if isinstance(following, Tag) else ""


def test_an_empty_list_says_how_to_begin(client: FlaskClient, hr: Account) -> None:
    page = client.get("/hr/people").text

    assert "Nobody has been entered yet." in page
    assert 'href="/hr/import"' in page


def test_everybody_is_listed_once_over_the_pages(client: FlaskClient, hr: Account) -> None:
    for number in range(120):
        make_person(name=f"Person {number % 40:03}")
    db.session.commit()

    first, second_page = names(client, "/hr/people")
    second, third_page = names(client, second_page)
    third, end = names(client, third_page)

    assert [len(first), len(second), len(third)] == [50, 50, 20]
    assert first + second + third == sorted(f"Person {number % 40:03}" for number in range(120))
    assert end == ""


def test_a_list_of_exactly_one_page_has_no_next_page(client: FlaskClient, hr: Account) -> None:
    for number in range(50):
        make_person(name=f"Person {number:03}")
    db.session.commit()

    assert names(client, "/hr/people")[1] == ""


def test_people_and_contacts_show_where_they_belong(client: FlaskClient, hr: Account) -> None:
    boss = make_person(name="王璟")
    make_person(name="李喆", manager=boss, department=make_department("华东"))
    make_customer(owner=boss, name="周祎")
    db.session.commit()

    page = client.get("/hr/people").text

    assert "华东" in page
    assert page.count(f"王璟 {boss.staff_number}") == 2
    assert "远航装备" in page
    assert '<td class="text-nowrap">customer</td>' in page


@pytest.mark.parametrize("text", ["李喆", "喆", "LATER@", "采购", " 李喆 "])
def test_the_search_looks_into_name_number_address_company_and_job(
    client: FlaskClient, hr: Account, text: str
) -> None:
    make_person(name="王璟")
    found = make_person(name="李喆", job="采购专员")
    found.email = "later@firm.example"
    db.session.commit()

    assert names(client, f"/hr/people?q={text}")[0] == ["李喆"]


@pytest.mark.parametrize("text", ["%", "_", "100%", "'", '"'])
def test_signs_with_a_meaning_in_sql_are_searched_as_they_are(
    client: FlaskClient, hr: Account, text: str
) -> None:
    make_person(name="王璟")
    db.session.commit()

    assert names(client, f"/hr/people?q={text.replace('%', '%25')}")[0] == []
    assert "Nobody fits" in client.get("/hr/people", query_string={"q": text}).text


def test_the_search_goes_on_over_the_pages(client: FlaskClient, hr: Account) -> None:
    for number in range(60):
        make_person(name=f"Person {number:03}")
    make_person(name="王璟")
    db.session.commit()

    _, following = names(client, "/hr/people?q=Person 0")

    assert "q=Person" in following
    assert len(names(client, following)[0]) == 10
    assert "First page" in client.get(following).text
