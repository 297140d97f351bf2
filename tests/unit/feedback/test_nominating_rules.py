"""Lists of reviewers: when one is complete, and who may do what with it when."""

from datetime import date
from itertools import product

import pytest

from app.feedback.nominating.rules import (
    Act,
    Candidate,
    Finding,
    GroupOfList,
    ListFault,
    ListState,
    Moment,
    Refusal,
    Side,
    faults_of_list,
    refusal_of,
)
from app.people.groups import RaterGroup

PEER, REPORT = RaterGroup.PEER, RaterGroup.SUBORDINATE


def candidate(
    person_id: int, *, chosen: bool = True, forms: int = 0, rests: bool = False
) -> Candidate:
    return Candidate(
        person_id=person_id,
        name=f"P{person_id}",
        place="",
        forms=forms,
        most_forms=8,
        is_chosen=chosen,
        rests_until=date(2027, 1, 1) if rests else None,
    )


def group(
    *candidates: Candidate, name: RaterGroup = PEER, least: int = 3, most: int | None = 6
) -> GroupOfList:
    return GroupOfList(group=name, least=least, most=most, candidates=candidates)


def test_a_list_within_its_numbers_has_no_fault() -> None:
    three = [candidate(number) for number in range(3)]

    assert faults_of_list([group(*three), group(name=REPORT)]) == []


def test_a_list_with_too_few_or_too_many_says_how_many_are_wanted() -> None:
    seven = [candidate(number) for number in range(7)]

    assert faults_of_list([group(*seven[:2])]) == [
        Finding(fault=ListFault.TOO_FEW, group=PEER, count=3)
    ]
    assert faults_of_list([group(*seven)]) == [
        Finding(fault=ListFault.TOO_MANY, group=PEER, count=6)
    ]
    assert faults_of_list([group(*seven, most=None)]) == []


def test_whoever_has_enough_forms_or_rests_is_named() -> None:
    people = [candidate(1, forms=8), candidate(2, rests=True), candidate(3, forms=7)]

    assert faults_of_list([group(*people)]) == [
        Finding(fault=ListFault.FULL, group=PEER, names=("P1", "P2"))
    ]


def test_there_need_not_be_more_reports_than_there_are() -> None:
    two = [candidate(1), candidate(2), candidate(3, chosen=False, forms=8)]

    assert faults_of_list([group(*two, name=REPORT)]) == []
    assert faults_of_list([group(candidate(1), candidate(2, chosen=False), name=REPORT)]) == [
        Finding(fault=ListFault.TOO_FEW, group=REPORT, count=2)
    ]


def test_only_candidates_can_be_ticked() -> None:
    ticked = group(candidate(1), candidate(2, chosen=False)).with_ticks(frozenset({2, 99}))

    assert [one.person_id for one in ticked.chosen] == [2]


def refusal(**changes: object) -> Refusal | None:
    values: dict[str, object] = {
        "side": Side.EMPLOYEE,
        "act": Act.PROPOSE,
        "state": ListState.ASKED,
        "is_launched": False,
        "is_on": True,
        "is_over": False,
        "is_current": True,
    }
    return refusal_of(Moment(**{**values, **changes}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"state": ListState.PROPOSED}, None),
        ({"state": ListState.RETURNED}, None),
        ({"state": ListState.APPROVED}, Refusal.APPROVED),
        ({"is_over": True}, Refusal.OVER),
        ({"is_launched": True, "is_over": True}, Refusal.LAUNCHED),
        ({"is_on": False}, Refusal.SWITCHED_OFF),
        ({"is_current": False}, Refusal.CHANGED),
    ],
)
def test_employees_propose_until_the_last_day_or_the_approval(
    changes: dict[str, object], expected: Refusal | None
) -> None:
    assert refusal(**changes) == expected


@pytest.mark.parametrize(
    ("state", "is_over", "expected"),
    [
        (ListState.PROPOSED, False, None),
        (ListState.APPROVED, False, None),
        (ListState.ASKED, False, Refusal.NOT_PROPOSED),
        (ListState.RETURNED, False, Refusal.NOT_PROPOSED),
        (ListState.ASKED, True, None),
        (ListState.RETURNED, True, None),
    ],
)
def test_managers_decide_about_what_was_proposed_and_after_the_last_day_about_all(
    state: ListState, is_over: bool, expected: Refusal | None
) -> None:
    found = refusal(side=Side.MANAGER, act=Act.APPROVE, state=state, is_over=is_over)

    assert found == expected


def test_hr_finishes_any_list_before_the_launch() -> None:
    for state, is_over in product(ListState, (False, True)):
        assert refusal(side=Side.HR, act=Act.APPROVE, state=state, is_over=is_over) is None
    assert refusal(side=Side.HR, act=Act.APPROVE, is_launched=True) is Refusal.LAUNCHED


@pytest.mark.parametrize("side", [Side.MANAGER, Side.HR])
def test_a_list_is_returned_only_while_the_employee_can_still_change_it(side: Side) -> None:
    proposed = ListState.PROPOSED

    assert refusal(side=side, act=Act.RETURN, state=proposed) is None
    assert refusal(side=side, act=Act.RETURN, state=proposed, is_over=True) is Refusal.OVER
