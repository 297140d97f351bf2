"""Every fault of the people and relations sheets is found, named once, and at its own cell."""

from collections.abc import Sequence

import pytest

from app.people.groups import PersonKind, RaterGroup
from app.people.likeness import Suggestions
from app.people.rows import (
    KnownPerson,
    people_after_import,
    read_people,
    read_relations,
)
from app.people.rules import (
    check_addresses_of_accounts,
    check_people,
    check_relations,
    find_loop,
    refusal_of_group,
)
from app.workbooks.layout import Part
from app.workbooks.problems import RowError, RowProblem
from tests.workbook_files import Record, contact, make_table, person, relation

KNOWN = (
    KnownPerson(kind=PersonKind.EMPLOYEE, staff_number="90", email="old@firm.example", name="旧人"),
    KnownPerson(kind=PersonKind.EMPLOYEE, staff_number="91", email="", name="无邮箱"),
    KnownPerson(
        kind=PersonKind.CUSTOMER, staff_number="", email="kept@customer.example", name="老客户"
    ),
)


def people_findings(
    *rows: Record, known: Sequence[KnownPerson] = KNOWN, reviewers: Sequence[str] = ()
) -> list[RowError]:
    table = make_table(Part.PEOPLE, rows)
    people = read_people(table)
    return table.errors + check_people(
        table,
        people,
        known=known,
        directory=people_after_import(known, people),
        reviewers=frozenset(reviewers),
    )


def relation_findings(*rows: Record, people: Sequence[Record] | None = None) -> list[RowError]:
    company = people or (
        *(person(str(number), f"员工{number}") for number in range(10000, 10012)),
        *(contact(f"c{number}@customer.example", f"客户{number}") for number in range(3)),
    )
    directory = people_after_import(KNOWN, read_people(make_table(Part.PEOPLE, company)))
    table = make_table(Part.RELATIONS, rows)
    return table.errors + check_relations(table, read_relations(table), directory=directory)


def summary(findings: Sequence[RowError]) -> list[tuple[int, str, RowProblem]]:
    return [(finding.row, finding.column_letter, finding.problem) for finding in findings]


def test_a_sound_sheet_has_no_findings() -> None:
    assert people_findings(person("1", "王璟"), person("2", "李喆", manager_number="1")) == []


def test_people_of_the_database_may_be_referred_to() -> None:
    assert people_findings(person("1", "王璟", manager_number="90")) == []


@pytest.mark.parametrize(
    ("row", "letter", "problem"),
    [
        (person("", "王璟"), "A", RowProblem.REQUIRED),
        (person("", "王璟", kind=""), "K", RowProblem.BAD_KIND),
        (person("1", ""), "B", RowProblem.REQUIRED),
        (person("1", "王璟", email=""), "C", RowProblem.EMAIL_MISSING),
        (person("1", "王璟", email="wang"), "C", RowProblem.BAD_EMAIL),
        (person("1", "王璟", email="old@firm.example"), "C", RowProblem.EMAIL_TAKEN),
        (person("1", "王璟", email="a@gmial.com"), "C", RowProblem.EMAIL_TYPO),
        (person("1", "王璟", manager_number="1"), "E", RowProblem.OWN_SUPERVISOR),
        (person("1", "王璟", manager_number="77"), "E", RowProblem.UNKNOWN_STAFF_NO),
        (person("1", "王璟", locale="fr"), "H", RowProblem.BAD_LOCALE),
        (person("1", "王璟", time_zone="Beijing"), "I", RowProblem.BAD_TIME_ZONE),
        (person("1", "王璟", joined_on="soon"), "J", RowProblem.BAD_DATE),
        (person("1", "王璟", kind="供应商"), "K", RowProblem.BAD_KIND),
        (person("1", "王璟", kind="供应商", email=""), "K", RowProblem.BAD_KIND),
        (contact("", "周祎", owner_number="90"), "C", RowProblem.REQUIRED),
        (
            contact("a@c.example", "周祎", owner_number="90", staff_number="5"),
            "A",
            RowProblem.CUSTOMER_WITH_NUMBER,
        ),
        (contact("a@c.example", "周祎", owner_number="90", company=""), "L", RowProblem.REQUIRED),
        (contact("a@c.example", "周祎", owner_number=""), "M", RowProblem.REQUIRED),
        (contact("a@c.example", "周祎", owner_number="77"), "M", RowProblem.UNKNOWN_STAFF_NO),
        (contact("old@firm.example", "周祎", owner_number="91"), "C", RowProblem.EMAIL_TAKEN),
    ],
)
def test_a_fault_is_found_in_its_cell(row: Record, letter: str, problem: RowProblem) -> None:
    assert summary(people_findings(row)) == [(2, letter, problem)]


def test_a_kind_left_empty_means_employee_where_there_is_a_staff_number() -> None:
    table = make_table(Part.PEOPLE, [person("1", "王璟", kind="")])

    assert read_people(table)[0].kind is PersonKind.EMPLOYEE


def test_language_and_time_zone_left_empty_are_those_of_china() -> None:
    row = read_people(make_table(Part.PEOPLE, [person("1", "王璟", locale="", time_zone="")]))[0]

    assert (row.locale, row.time_zone) == ("zh", "Asia/Shanghai")


def test_a_reviewer_must_have_an_address() -> None:
    findings = people_findings(person("1", "王璟", email=""), reviewers=["1"])

    assert summary(findings) == [(2, "C", RowProblem.EMAIL_MISSING_FOR_REVIEWER)]
    assert not findings[0].is_warning


def test_numbers_and_addresses_are_given_once() -> None:
    findings = people_findings(person("1", "王璟"), person("1", "李喆", email="P1@firm.example"))

    assert summary(findings) == [
        (3, "A", RowProblem.DUPLICATE_STAFF_NO),
        (3, "C", RowProblem.DUPLICATE_EMAIL),
    ]
    assert findings[0].params["first"] == "2"


def test_a_person_in_the_file_may_hand_their_address_to_another() -> None:
    assert (
        people_findings(
            person("90", "旧人", email="new@firm.example"),
            person("1", "王璟", email="old@firm.example"),
        )
        == []
    )


def test_only_somebody_with_an_account_may_not_move_to_the_address_of_another_account() -> None:
    table = make_table(
        Part.PEOPLE,
        [
            person("1", "甲", email="admin@firm.example"),
            person("2", "乙", email="hr@firm.example"),
            person("3", "丙"),
        ],
    )
    findings = check_addresses_of_accounts(
        table,
        read_people(table),
        held=frozenset({"admin@firm.example", "hr@firm.example"}),
        with_account=frozenset({"1", "3"}),
    )

    assert summary(list(findings)) == [(2, "C", RowProblem.EMAIL_OF_ACCOUNT)]


def test_a_customer_stays_the_same_person_by_address() -> None:
    assert people_findings(contact("kept@customer.example", "老客户", owner_number="90")) == []


def test_a_circle_of_managers_is_reported_once_with_all_names() -> None:
    findings = people_findings(
        person("1", "甲", manager_number="2"),
        person("2", "乙", manager_number="3"),
        person("3", "丙", manager_number="1"),
        person("4", "丁", manager_number="1"),
    )

    assert summary(findings) == [(2, "E", RowProblem.REPORTING_LOOP)]
    assert findings[0].params["loop"] == "甲 → 乙 → 丙 → 甲"


def test_a_circle_may_close_through_people_of_the_database() -> None:
    known = [
        KnownPerson(
            kind=PersonKind.EMPLOYEE, staff_number="8", email="", name="辛", manager_number="1"
        )
    ]

    findings = people_findings(person("1", "甲", manager_number="8"), known=known)

    assert findings[0].params["loop"] == "甲 → 辛 → 甲"


def test_find_loop_ends_on_a_line_that_leads_into_a_circle() -> None:
    assert find_loop("4", {"4": "1", "1": "2", "2": "1"}) == ()
    assert find_loop("1", {"1": "2", "2": "1"}) == ("1", "2")
    assert find_loop("1", {"1": "2"}) == ()


def test_a_rare_domain_close_to_a_common_one_is_asked_about() -> None:
    rows = [person(str(number), "某人", email=f"a{number}@firm.example") for number in range(1, 7)]

    findings = people_findings(*rows, person("7", "某人", email="a7@frim.example"))

    assert summary(findings) == [(8, "C", RowProblem.EMAIL_TYPO)]
    assert findings[0].params["suggestion"] == "a7@firm.example"
    assert findings[0].is_warning


def test_sound_relations_have_no_findings() -> None:
    rows = [
        relation("10000", "10000", "本人"),
        relation("10000", "10001", "上级"),
        *(relation("10000", str(number), "同事") for number in (10002, 10003, 10004)),
        *(relation("10000", f"c{number}@customer.example", "客户") for number in range(3)),
    ]

    assert relation_findings(*rows) == []


@pytest.mark.parametrize(
    ("row", "letter", "problem"),
    [
        (relation("1O000", "10001", "上级"), "A", RowProblem.UNKNOWN_STAFF_NO),
        (relation("c0@customer.example", "10001", "上级"), "A", RowProblem.BAD_STAFF_NO),
        (relation("10000", "77", "上级"), "B", RowProblem.UNKNOWN_STAFF_NO),
        (relation("10000", "x@customer.example", "客户"), "B", RowProblem.UNKNOWN_EMAIL),
        (relation("10000", "91", "上级"), "B", RowProblem.EMAIL_MISSING_FOR_REVIEWER),
        (relation("10000", "10001", "朋友"), "C", RowProblem.BAD_RELATION),
        (relation("10000", "10001", "本人"), "C", RowProblem.SELF_BY_ANOTHER),
        (relation("10000", "10000", "上级"), "C", RowProblem.REVIEWS_ONESELF),
        (relation("10000", "c0@customer.example", "上级"), "C", RowProblem.CUSTOMER_RELATION),
        (relation("", "10001", "上级"), "A", RowProblem.REQUIRED),
        (relation("10000", "", "上级"), "B", RowProblem.REQUIRED),
    ],
)
def test_a_fault_of_a_relation_is_found_in_its_cell(
    row: Record, letter: str, problem: RowProblem
) -> None:
    errors = [finding for finding in relation_findings(row) if not finding.is_warning]

    assert summary(errors) == [(2, letter, problem)]


def test_an_employee_is_no_customer() -> None:
    rows = [relation("10000", str(number), "客户") for number in (10001, 10002, 10003)]

    assert {finding.problem for finding in relation_findings(*rows)} == {
        RowProblem.EMPLOYEE_AS_CUSTOMER
    }


def test_a_customer_is_not_reviewed() -> None:
    table = make_table(Part.RELATIONS, [relation("7", "10001", "上级")])
    customer = KnownPerson(kind=PersonKind.CUSTOMER, staff_number="", email="7", name="客户")
    reviewer = KnownPerson(
        kind=PersonKind.EMPLOYEE, staff_number="10001", email="a@firm.example", name="员工"
    )
    directory = people_after_import([customer, reviewer], [])

    findings = check_relations(table, read_relations(table), directory=directory)

    assert summary(findings) == [(2, "A", RowProblem.NOT_AN_EMPLOYEE)]


def test_a_close_staff_number_is_suggested() -> None:
    finding = relation_findings(relation("10000", "1OOO1", "上级"))[0]

    assert finding.found == "1OOO1"
    assert finding.params["suggestion"] == "10001"


def test_a_reviewer_is_named_once_per_person_by_number_or_address() -> None:
    findings = relation_findings(
        relation("10000", "10001", "上级"), relation("10000", "p10001@firm.example", "上级")
    )

    assert summary(findings) == [(3, "B", RowProblem.DUPLICATE_RELATION)]
    assert findings[0].params["first"] == "2"


def test_a_protected_group_below_three_is_a_warning() -> None:
    findings = relation_findings(
        relation("10000", "10001", "同级"), relation("10000", "10002", "同级")
    )

    assert summary(findings) == [(2, "C", RowProblem.SMALL_GROUP)]
    assert findings[0].is_warning
    assert findings[0].params["count"] == "2"


def test_more_than_eight_people_for_one_reviewer_are_a_warning() -> None:
    rows = [relation(str(number), "10011", "上级") for number in range(10000, 10009)]

    assert relation_findings(*rows[:8]) == []
    assert summary(relation_findings(*rows)) == [(2, "B", RowProblem.BUSY_REVIEWER)]


@pytest.mark.parametrize(
    ("relation_word", "problems"),
    [
        ("上级", []),
        ("同事", [RowProblem.MANAGER_NOT_SUPERVISOR]),
        ("下级", [RowProblem.MANAGER_NOT_SUPERVISOR]),
        ("客户", [RowProblem.EMPLOYEE_AS_CUSTOMER]),
    ],
)
def test_the_manager_of_a_person_rates_them_as_their_supervisor_only(
    relation_word: str, problems: list[RowProblem]
) -> None:
    people = (person("1", "王璟"), person("2", "李喆", manager_number="1"))

    found = relation_findings(relation("2", "1", relation_word), people=people)

    assert [one.problem for one in found if not one.is_warning] == problems


@pytest.mark.parametrize("group", RaterGroup)
@pytest.mark.parametrize("is_oneself", [True, False])
@pytest.mark.parametrize("is_customer", [True, False])
def test_exactly_the_right_person_may_stand_in_a_group(
    group: RaterGroup, *, is_oneself: bool, is_customer: bool
) -> None:
    refusal = refusal_of_group(
        group=group, is_oneself=is_oneself, is_customer=is_customer, is_manager=False
    )

    wanted_oneself = group is RaterGroup.SELF
    wanted_customer = group is RaterGroup.CUSTOMER
    is_right = is_oneself == wanted_oneself and (is_oneself or is_customer == wanted_customer)
    assert (refusal is None) == is_right


@pytest.mark.parametrize(
    ("known", "text", "suggestion"),
    [
        (["10086"], "10O86", "10086"),
        (["10086"], "l0086", "10086"),
        (["10086"], "1086", "10086"),
        (["10086"], "10068", "10086"),
        (["10086"], "20957", ""),
        (["10086", "10085"], "10087", ""),
        (["10086"], "10086", ""),
        (["12"], "1", ""),
        (["00123"], "123", "00123"),
    ],
)
def test_only_the_one_likely_text_is_suggested(
    known: list[str], text: str, suggestion: str
) -> None:
    assert Suggestions(known).near(text) == suggestion
