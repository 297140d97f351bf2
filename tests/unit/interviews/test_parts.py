"""The fields of the two forms: what is taken, what is refused, what the rows hold."""

from datetime import date

import pytest

from app.interviews.parts import (
    EMPLOYEE_FIELDS,
    MANAGER_FIELDS,
    FieldFault,
    achievements,
    goal_rows,
    manager_fields,
    plan_rows,
    read_fields,
    shortcomings,
    support_rows,
)


def test_only_the_form_s_own_fields_are_taken() -> None:
    written, faults = read_fields(EMPLOYEE_FIELDS, {"assessment": ["好"], "comment": ["被改写"]})

    assert (written, faults) == ({"assessment": "好"}, {})


def test_the_two_forms_have_no_field_in_common() -> None:
    employee = {field.name for field in EMPLOYEE_FIELDS}

    assert employee.isdisjoint({field.name for field in manager_fields(["K1"])})


def test_text_loses_control_characters_and_keeps_its_lines() -> None:
    written, _faults = read_fields(
        EMPLOYEE_FIELDS, {"assessment": [" 第一行\r\n第二行\x00\x0b\t末 "]}
    )

    assert written == {"assessment": "第一行\n第二行\t末"}


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("comment", "字" * 2001, FieldFault.TOO_LONG),
        ("place", "字" * 201, FieldFault.TOO_LONG),
        ("held_on", "2026-02-30", FieldFault.NOT_A_DAY),
        ("held_from", "25:00", FieldFault.NOT_A_CLOCK),
        ("held_from", "9:00", FieldFault.NOT_A_CLOCK),
        ("goal_1_weight", "0", FieldFault.NOT_A_PERCENTAGE),
        ("goal_1_weight", "1e2", FieldFault.NOT_A_PERCENTAGE),
        ("goal_1_weight", "100.01", FieldFault.NOT_A_PERCENTAGE),
        ("mode", "letter", FieldFault.NOT_A_CHOICE),
        ("shortcoming_1_causes", "attitude", FieldFault.NOT_A_CHOICE),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_its_text_kept(
    name: str, value: str, fault: FieldFault
) -> None:
    written, faults = read_fields(MANAGER_FIELDS, {name: [value]})

    assert faults == {name: fault}
    assert written[name] in (value, [value])


def test_good_fields_of_every_kind_are_taken() -> None:
    given = {
        "held_on": ["2026-12-20"],
        "held_from": ["14:00"],
        "goal_1_weight": ["62.5"],
        "mode": ["video"],
        "shortcoming_1_causes": ["method", "skill"],
        "variance_K1": ["原因"],
    }

    written, faults = read_fields(manager_fields(["K1"]), given)

    assert faults == {}
    assert written["shortcoming_1_causes"] == ["method", "skill"]
    assert written["variance_K1"] == "原因"


def test_rows_without_anything_in_them_are_left_out() -> None:
    part = {"achievement_3_fact": "c", "shortcoming_2_causes": ["skill"], "goal_1_weight": "40"}

    assert [row.number for row in achievements(part)] == [3]
    assert [row.number for row in shortcomings(part)] == [2]
    assert [row.number for row in goal_rows(part)] == [1]


def test_an_owner_alone_makes_no_row_of_a_plan() -> None:
    assert plan_rows({"plan_1_owner": "employee"}) == ()


def test_a_row_of_the_plan_sorts_its_check_ins_and_drops_repeated_days() -> None:
    part = {
        "plan_2_goal": "g",
        "plan_2_from": "2",
        "plan_2_to": "0",
        "plan_2_check_1": "2027-04-15",
        "plan_2_check_2": "2027-02-15",
        "plan_2_check_3": "2027-04-15",
    }

    (row,) = plan_rows(part)

    assert (row.number, row.measure, row.due) == (2, "2 → 0", None)
    assert row.check_ins == (date(2027, 2, 15), date(2027, 4, 15))


def test_support_is_answered_request_by_request() -> None:
    rows = support_rows(
        {"request_2": "帮助"}, {"support_1_terms": "无人申请", "support_2_answer": "agreed"}
    )

    assert [(row.number, row.request, row.answer) for row in rows] == [(2, "帮助", "agreed")]
