"""Who may sign in after an import."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.auth.models import Account, Role
from app.auth.service import find_by_email
from app.db import db
from app.kpi.imports.service import import_workbook
from app.people.accounts import AddressHeldError, keep_accounts_in_step
from app.people.models import Person
from app.workbooks.problems import RowProblem
from app.workbooks.sample import write_sample
from tests.factories import PASSWORD, make_account, make_customer, make_person
from tests.workbook_files import make_workbook, person


def test_an_employee_gets_an_account_without_a_password(app: Flask) -> None:
    person = make_person()

    keep_accounts_in_step()

    account = find_by_email(person.email or "")
    assert account is not None
    assert (person.account_id, account.password_hash) == (account.id, None)


def test_a_customer_gets_none(app: Flask) -> None:
    contact = make_customer(owner=make_person())

    keep_accounts_in_step()

    assert find_by_email(contact.email or "") is None


def test_somebody_in_hr_keeps_the_account_they_have(app: Flask) -> None:
    person = make_person()
    account = make_account(email=person.email)

    keep_accounts_in_step()
    db.session.refresh(person)

    assert person.account_id == account.id


def test_a_changed_address_reaches_the_account_and_ends_its_mailed_link(app: Flask) -> None:
    account = make_account()
    account.reset_hash = "0" * 64
    person = make_person(account=account)
    person.email = "new@example.com"
    db.session.flush()

    keep_accounts_in_step()
    db.session.expire_all()

    assert db.session.get_one(Account, account.id).email == "new@example.com"
    assert account.reset_hash is None


def test_a_second_run_changes_nothing(app: Flask) -> None:
    person = make_person()
    keep_accounts_in_step()
    db.session.refresh(person)
    before = person.account_id

    keep_accounts_in_step()
    db.session.refresh(person)

    assert person.account_id == before


def test_two_who_swap_addresses_keep_their_own_accounts(app: Flask) -> None:
    """Whoever reads a mailbox can set the password: it must be that of its present owner."""
    one, other = make_account(), make_account()
    one.reset_hash, other.reset_hash = "1" * 64, "2" * 64
    first, second = make_person(account=one), make_person(account=other)
    first.email, second.email = other.email, one.email
    passwords = one.password_hash, other.password_hash
    db.session.flush()
    addresses = first.email, second.email

    keep_accounts_in_step()

    assert (one.email, other.email) == addresses
    assert (first.account_id, second.account_id) == (one.id, other.id)
    assert [account.reset_hash for account in (one, other)] == [None, None]
    assert (one.password_hash, other.password_hash) == passwords


def test_a_changed_address_ends_all_sessions(app: Flask) -> None:
    account = make_account()
    before = account.get_id()
    make_person(account=account)

    keep_accounts_in_step()

    assert account.get_id() != before


def test_a_newcomer_with_the_old_address_of_another_gets_an_account_of_their_own(
    app: Flask,
) -> None:
    account = make_account(email="shared@example.com")
    leaver = make_person(account=account)
    newcomer = make_person()
    newcomer.email = "shared@example.com"
    db.session.flush()

    keep_accounts_in_step()

    assert account.email == leaver.email
    assert leaver.account_id == account.id
    assert newcomer.account_id not in {None, account.id}
    fresh = db.session.get_one(Account, newcomer.account_id)
    assert (fresh.email, fresh.password_hash) == ("shared@example.com", None)


def test_an_address_taken_away_leaves_no_password_behind_for_its_next_owner(app: Flask) -> None:
    account = make_account()
    leaver = make_person(account=account)
    leaver.email = None
    newcomer = make_person()
    newcomer.email = account.email
    db.session.flush()

    keep_accounts_in_step()

    assert (leaver.account_id, account.active) == (None, False)
    assert newcomer.account_id not in {None, account.id}


def test_hr_without_an_address_in_the_list_may_still_sign_in(app: Flask) -> None:
    account = make_account(role=Role.HR, email="hr@example.com")
    make_person(account=account).email = None
    db.session.flush()

    keep_accounts_in_step()

    assert (account.email, account.active) == ("hr@example.com", True)


def test_nobody_with_an_account_takes_the_address_of_another_that_is_nobodys(app: Flask) -> None:
    admin = make_account(role=Role.HR)
    account = make_account()
    make_person(account=account).email = admin.email
    before = account.email

    with pytest.raises(AddressHeldError, match=admin.email):
        keep_accounts_in_step()

    assert (account.email, account.generation) == (before, 1)


def test_the_check_of_a_workbook_names_the_address_of_such_an_account(app: Flask) -> None:
    make_account(role=Role.HR, email="admin@firm.example")
    people = [person("1", "王璟")]
    import_workbook(make_workbook(people=people, relations=None, kpis=None))
    people = [person("1", "王璟", email="admin@firm.example")]

    report = import_workbook(make_workbook(people=people, relations=None, kpis=None))

    assert [error.problem for error in report.errors] == [RowProblem.EMAIL_OF_ACCOUNT]
    assert db.session.scalars(select(Person.email)).one() == "p1@firm.example"


@pytest.mark.no_cover  # 1,500 times the same lines; measured it takes twice as long
def test_another_company_over_the_first_leaves_everybody_with_their_own_account(
    app: Flask,
) -> None:
    import_workbook(write_sample(people=40, seed=1))

    assert import_workbook(write_sample(people=1500, seed=1)).errors == []

    held = db.session.execute(
        select(Person.email, Account.email).join(Account, Person.account_id == Account.id)
    ).all()
    assert len(held) >= 1500
    assert all(own == of_account for own, of_account in held)


def create_admin(app: Flask, address: str, *options: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["create-admin", address, *options])
    db.session.expire_all()
    return result.exit_code, result.output


def test_an_account_for_hr_is_made_once_and_the_same_command_again_is_no_error(app: Flask) -> None:
    asked = ("--name", "王芳", "--password", PASSWORD)

    assert create_admin(app, "hr@example.com", *asked) == (0, "hr@example.com may sign in.\n")
    account = find_by_email("hr@example.com")
    assert account is not None
    before = (account.password_hash, account.get_id())
    db.session.rollback()

    again = (0, "HR@example.com may sign in already.\n")
    assert create_admin(app, "HR@example.com", *asked) == again
    assert create_admin(app, "HR@example.com", "--password", PASSWORD) == again
    account = find_by_email("hr@example.com")
    assert account is not None
    assert (account.password_hash, account.get_id(), account.name) == (*before, "王芳")


@pytest.mark.parametrize("other", ["password", "name", "role", "disabled"])
def test_another_account_under_the_same_address_is_a_refusal(app: Flask, other: str) -> None:
    account = make_account(role=Role.MEMBER if other == "role" else Role.HR, name="Ann")
    account.active = other != "disabled"
    address = account.email
    db.session.commit()
    password = "four other words here" if other == "password" else PASSWORD
    name = "Bea" if other == "name" else "Ann"

    code, output = create_admin(app, address, "--name", name, "--password", password)
    chinese = create_admin(app, address, "--name", name, "--password", password, "--lang", "zh")

    assert (code, output.startswith("This e-mail address already has an account")) == (2, True)
    assert chinese == (2, "这个邮箱已有账号，但角色、姓名或密码不同，或已停用。\n")


def test_who_may_not_sign_in_any_more_is_noted_once(app: Flask) -> None:
    account = make_account()
    address = account.email
    db.session.commit()

    runner = app.test_cli_runner()
    outputs = [runner.invoke(args=["disable-account", address]).output for _time in range(2)]

    assert outputs == [f"{address} may not sign in any more.\n"] * 2
    noted = select(AuditEvent.id).where(AuditEvent.action == "account.disabled")
    assert len(db.session.scalars(noted).all()) == 1


def test_a_new_account_without_a_name_is_called_by_its_address(app: Flask) -> None:
    create_admin(app, "hr@example.com", "--password", PASSWORD)

    account = find_by_email("hr@example.com")

    assert account is not None
    assert (account.name, account.role) == ("hr@example.com", Role.HR)
    db.session.rollback()
    assert create_admin(app, "b@example.com", "--password", "short")[0] == 2
