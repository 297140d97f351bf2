"""Which rater groups are asked an item, how long their forms are, and where that is too little."""

import pytest

from app.people.groups import RaterGroup
from app.questionnaires.coverage import Coverage, FormFinding, FormProblem, check_forms
from app.questionnaires.packs import Questionnaire, list_questionnaires
from app.questionnaires.rules import (
    COLLEAGUES,
    CUSTOMERS,
    Audience,
    FormSize,
    asked_groups,
    asked_text,
    audience_of,
    groups_of,
    sizes_of_forms,
    worst_of,
)

SELF, SUPERVISOR, PEER, SUBORDINATE, CUSTOMER = RaterGroup


def coverage(code: str, **counts: int) -> Coverage:
    return Coverage(code=code, counts={RaterGroup(name): n for name, n in counts.items()})


def alike(code: str, items: int, **others: int) -> Coverage:
    """All colleagues are asked so many items, but for these."""
    return coverage(code, **{group.value: items for group in COLLEAGUES} | others)


def test_groups_are_kept_in_their_order_each_once_and_nothing_else() -> None:
    assert asked_text(["customer", "peer", "self", "peer", "pets"]) == "self peer customer"
    assert asked_groups("self peer customer") == (SELF, PEER, CUSTOMER)
    assert asked_text([]) == ""
    assert asked_groups("") == ()


@pytest.mark.parametrize("group", RaterGroup)
def test_every_group_belongs_to_the_audience_that_has_it(group: RaterGroup) -> None:
    assert group in groups_of(audience_of(group))


def test_groups_with_forms_of_one_length_stand_together_but_never_with_customers() -> None:
    counts = {SELF: 7, SUPERVISOR: 9, PEER: 7, SUBORDINATE: 9, CUSTOMER: 7}

    assert sizes_of_forms(counts) == (
        FormSize(groups=(SELF, PEER), items=7),
        FormSize(groups=(SUPERVISOR, SUBORDINATE), items=9),
        FormSize(groups=(CUSTOMER,), items=7),
    )
    assert sizes_of_forms({}) == (
        FormSize(groups=COLLEAGUES, items=0),
        FormSize(groups=CUSTOMERS, items=0),
    )


def test_a_competency_that_a_relation_is_asked_nothing_or_little_of_is_pointed_out() -> None:
    rows = [alike("C1", 5), alike("C2", 5, subordinate=0, peer=2, supervisor=2, customer=1)]

    assert check_forms(rows) == (
        FormFinding(problem=FormProblem.NOT_ASKED, groups=(SUBORDINATE,), competency="C2", limit=3),
        FormFinding(
            problem=FormProblem.FEW_ITEMS,
            groups=(SUPERVISOR, PEER),
            competency="C2",
            items=2,
            limit=3,
        ),
    )


def test_relations_without_any_form_and_competencies_without_items_are_left_alone() -> None:
    assert check_forms([alike("C1", 5, self=0), coverage("C2"), alike("C3", 3, self=0)]) == ()
    assert check_forms([]) == ()


def test_a_competency_that_only_customers_are_asked_about_is_pointed_out_too() -> None:
    found = check_forms([alike("C1", 5), coverage("C2", customer=3)])

    assert [(row.problem, row.groups) for row in found] == [(FormProblem.NOT_ASKED, COLLEAGUES)]


def test_long_forms_are_pointed_out_by_audience() -> None:
    assert check_forms([alike("C1", 40, customer=8)]) == ()
    assert check_forms([alike("C1", 40, peer=41, customer=9)]) == (
        FormFinding(problem=FormProblem.LONG_FORM, groups=(PEER,), items=41, limit=40),
        FormFinding(problem=FormProblem.LONG_FORM, groups=(CUSTOMER,), items=9, limit=8),
    )


def critical(items: int, *groups: RaterGroup, code: str = "C1") -> Coverage:
    """All are asked six items, of which so many are critical to these."""
    counts = dict.fromkeys(RaterGroup, 6)
    return Coverage(code=code, counts=counts, critical=dict.fromkeys(groups, items))


def test_more_critical_items_than_anybody_writes_examples_for_are_pointed_out() -> None:
    assert check_forms([critical(5, *COLLEAGUES, CUSTOMER)]) == ()
    rows = [critical(3, PEER, CUSTOMER), critical(3, SUBORDINATE, PEER, code="C2")]

    assert [one for one in check_forms(rows) if one.problem is not FormProblem.LONG_FORM] == [
        FormFinding(problem=FormProblem.MANY_CRITICAL, groups=(PEER,), items=6, limit=5)
    ]


def test_critical_items_on_a_form_without_a_comment_box_are_pointed_out() -> None:
    rows = [critical(1, PEER, CUSTOMER)]

    assert check_forms(rows, {Audience.INTERNAL, Audience.CUSTOMER}) == ()
    assert check_forms(rows, {Audience.INTERNAL}) == (
        FormFinding(problem=FormProblem.NO_BOX, groups=(CUSTOMER,), items=1),
    )
    assert [one.groups for one in check_forms(rows, ())] == [(PEER,), (CUSTOMER,)]
    assert check_forms([critical(0)], ()) == ()


def test_the_worst_answer_is_the_lowest_and_of_a_reversed_item_the_highest() -> None:
    assert worst_of("12345", reverse=False) == "1"
    assert worst_of("12345", reverse=True) == "5"
    assert worst_of("", reverse=False) == worst_of("", reverse=True) == ""


@pytest.mark.parametrize("pack", list_questionnaires(), ids=lambda pack: pack.code)
def test_the_ready_packs_have_nothing_to_improve(pack: Questionnaire) -> None:
    rows = [
        Coverage(
            code=row.code,
            counts={
                group: sum(item.competency == row.code for item in pack.items_for(audience))
                for audience in Audience
                for group in groups_of(audience)
            },
        )
        for row in pack.competencies
    ]

    assert check_forms(rows) == ()
