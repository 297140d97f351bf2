"""How many are proposed, and what a reviewer's load does to it."""

from collections import Counter

import pytest

from app.feedback.assigning.rules import (
    Assignment,
    GroupLimit,
    GroupRule,
    LimitFault,
    Limits,
    Misfit,
    Subject,
    Surroundings,
    double_roles,
    faults_of_limits,
    misfit_of,
    propose_requests,
)
from app.people.groups import RaterGroup

SELF, BOSS, PEER = RaterGroup.SELF, RaterGroup.SUPERVISOR, RaterGroup.PEER
REPORT, CUSTOMER = RaterGroup.SUBORDINATE, RaterGroup.CUSTOMER
BOSS_RULE = GroupRule(group=BOSS, k_min=1, pool=None, protected=False)
PEER_RULE = GroupRule(group=PEER, k_min=3, pool="colleague", protected=True)
CUSTOMER_RULE = GroupRule(group=CUSTOMER, k_min=3, pool=None, protected=True)
RULES = (GroupRule(group=SELF, k_min=1, pool=None, protected=False), PEER_RULE, CUSTOMER_RULE)

BOTH = [LimitFault.LOAD_CAP_OUT_OF_RANGE, LimitFault.OUT_OF_RANGE]


def team(size: int, rules: tuple[GroupRule, ...] = RULES) -> list[Subject]:
    """Everybody under manager 1, from person 2 on; participants are numbered from 100 on."""
    return [
        Subject(participant_id=100 + n, person_id=2 + n, manager_id=1, groups=rules)
        for n in range(size)
    ]


def around(
    size: int,
    *,
    contacts: int = 0,
    standing: dict[int, dict[int, RaterGroup]] | None = None,
) -> Surroundings:
    return Surroundings(
        manager_of={1: None, **{2 + n: 1 for n in range(size)}},
        owner_of=dict.fromkeys(range(1000, 1000 + contacts), 2),
        standing=standing or {},
    )


def peers(rows: list[Assignment]) -> list[Assignment]:
    return [row for row in rows if row.group is PEER]


@pytest.mark.parametrize(("most", "found"), [(2, 2), (6, 6), (None, 11)])
def test_no_more_peers_are_proposed_than_the_round_wants(most: int | None, found: int) -> None:
    limits = Limits(groups={PEER: GroupLimit(least=0, most=most)}, load_cap=15)

    rows = peers(propose_requests(team(12), around(12), {}, limits))

    assert set(Counter(row.participant_id for row in rows).values()) == {found}
    assert set(Counter(row.person_id for row in rows).values()) == {found}
    assert all(row.person_id - 2 != row.participant_id - 100 for row in rows)


def test_no_more_customers_are_proposed_than_the_round_wants() -> None:
    limits = Limits(groups={CUSTOMER: GroupLimit(least=0, most=4)})

    rows = propose_requests(team(1), around(1, contacts=9), {}, limits)

    assert [row.person_id for row in rows if row.group is CUSTOMER] == [1000, 1001, 1002, 1003]


def test_nobody_is_proposed_as_a_peer_beyond_the_cap_and_the_next_colleague_is() -> None:
    busy = {person: {2: CUSTOMER} for person in range(100, 105)}
    others = [
        Subject(participant_id=person + 500, person_id=person, manager_id=None, groups=RULES)
        for person in busy
    ]
    limits = Limits(groups={PEER: GroupLimit(least=0, most=2)}, load_cap=6)

    rows = propose_requests(
        [*others, *team(5)[1:]], around(5, standing=busy), {}, limits
    )  # person 2 has five forms and may have one more as a peer

    assert Counter(row.person_id for row in rows)[2] == 6
    assert Counter(row.participant_id for row in peers(rows)) == {101: 2, 102: 2, 103: 2, 104: 2}


def test_a_low_cap_takes_from_everybody_alike() -> None:
    limits = Limits(load_cap=4)  # one's own form and three about others

    rows = peers(propose_requests(team(10), around(10), {}, limits))

    assert set(Counter(row.participant_id for row in rows).values()) == {3}
    assert set(Counter(row.person_id for row in rows).values()) == {3}


def test_what_the_workbook_or_hr_names_is_kept_beyond_the_most() -> None:
    named = {2: dict.fromkeys(range(3, 10), PEER)}
    limits = Limits(groups={PEER: GroupLimit(least=0, most=3)}, load_cap=1)

    from_workbook = propose_requests(team(1), around(8, standing=named), {}, limits)
    from_hr = propose_requests(team(1), around(1), {(100, 50): PEER, (100, 51): PEER}, limits)

    assert len(peers(from_workbook)) == 7
    assert [row.person_id for row in peers(from_hr)] == [50, 51]


def test_hr_changing_one_pair_leaves_what_is_proposed_for_others() -> None:
    before = propose_requests(team(8), around(8), {})

    after = propose_requests(team(8), around(8), {(100, 5): None, (101, 60): PEER})

    assert set(before) - set(after) == {Assignment(100, 5, PEER)}
    assert set(after) - set(before) == {Assignment(101, 60, PEER)}


def test_colleagues_whom_the_workbook_names_otherwise_are_not_proposed_twice() -> None:
    named = {2: {3: REPORT}}
    rules = (*RULES, GroupRule(group=REPORT, k_min=3, pool=None, protected=True))

    rows = propose_requests(team(1, rules), around(8, standing=named), {})

    assert [row.group for row in rows if row.person_id == 3] == [REPORT]
    assert len(peers(rows)) == 6
    [twice] = double_roles(team(1, rules), around(8, standing=named), {})
    assert (twice.person_id, twice.asked_as, twice.also) == (3, REPORT, (PEER,))


def test_without_a_manager_nobody_is_a_colleague_too() -> None:
    alone = Subject(participant_id=100, person_id=2, manager_id=None, groups=RULES)
    surroundings = around(3, standing={2: {2: SELF, 3: CUSTOMER}})

    assert double_roles([alone], surroundings, {}) == []
    assert peers(propose_requests([alone], surroundings, {})) == []
    assert [row.person_id for row in double_roles(team(1), surroundings, {})] == [3]


@pytest.mark.parametrize(
    ("number", "misfit"),
    [(3, Misfit.BELOW_LEAST), (4, None), (5, None), (6, Misfit.ABOVE_MOST)],
)
def test_a_group_outside_the_numbers_that_hr_decided_is_a_misfit(
    number: int, misfit: Misfit | None
) -> None:
    limits = Limits(groups={PEER: GroupLimit(least=4, most=5)})

    assert misfit_of(number, PEER_RULE, limits, 3) is misfit


def test_a_usual_minimum_is_told_elsewhere_and_a_usual_maximum_is_told() -> None:
    assert misfit_of(0, PEER_RULE, Limits(), 3) is None
    assert misfit_of(7, PEER_RULE, Limits(), 3) is Misfit.ABOVE_MOST
    assert misfit_of(70, CUSTOMER_RULE, Limits(), 3) is None


def test_the_usual_minimum_is_the_number_that_a_protected_group_needs() -> None:
    assert Limits().of(PEER_RULE, 4) == GroupLimit(least=4, most=6)
    assert Limits().of(CUSTOMER_RULE, 3) == GroupLimit(least=3, most=None)
    assert Limits().of(BOSS_RULE, 4) == GroupLimit(least=0, most=None)


@pytest.mark.parametrize(
    ("limit", "cap", "faults"),
    [
        (GroupLimit(least=0, most=1), 1, []),
        (GroupLimit(least=50, most=None), 15, []),
        (GroupLimit(least=5, most=4), 8, [LimitFault.MOST_BELOW_LEAST]),
        (GroupLimit(least=-1, most=4), 8, [LimitFault.OUT_OF_RANGE]),
        (GroupLimit(least=0, most=51), 0, BOTH),
        (GroupLimit(least=51, most=None), 16, BOTH),
    ],
)
def test_limits_that_contradict_themselves_are_refused(
    limit: GroupLimit, cap: int, faults: list[LimitFault]
) -> None:
    assert faults_of_limits(Limits(groups={PEER: limit}, load_cap=cap)) == faults
