"""Who rates whom, and what stands in the way of a launch."""

from datetime import UTC, datetime, timedelta

import pytest

from app.feedback.assigning.rules import (
    Assignment,
    DoubleRole,
    GroupLimit,
    GroupRule,
    Limits,
    Subject,
    Surroundings,
    double_roles,
    propose_requests,
    reciprocal_pairs,
)
from app.feedback.launching.rules import (
    Check,
    Finding,
    GroupFate,
    LaunchFacts,
    Survey,
    check_launch,
    count_groups,
    fate_of_groups,
    is_reportable,
)
from app.people.groups import RaterGroup

SELF, BOSS, PEER = RaterGroup.SELF, RaterGroup.SUPERVISOR, RaterGroup.PEER
REPORT, CUSTOMER = RaterGroup.SUBORDINATE, RaterGroup.CUSTOMER
GROUPS = (
    GroupRule(group=SELF, k_min=1, pool=None, protected=False),
    GroupRule(group=BOSS, k_min=1, pool=None, protected=False),
    GroupRule(group=PEER, k_min=3, pool="colleague", protected=True),
    GroupRule(group=REPORT, k_min=3, pool="colleague", protected=True),
    GroupRule(group=CUSTOMER, k_min=3, pool=None, protected=True),
)
# 1 leads 2–9; 2 leads 20 and 21; customers 30 and 31 belong to 2.
AROUND = Surroundings(
    manager_of={1: None, **dict.fromkeys(range(2, 10), 1), 20: 2, 21: 2},
    owner_of={30: 2, 31: 2, 32: None},
    standing={},
)


def subject(
    person_id: int = 2, manager_id: int | None = 1, groups: tuple[GroupRule, ...] = GROUPS
) -> Subject:
    return Subject(participant_id=100, person_id=person_id, manager_id=manager_id, groups=groups)


def proposed(
    around: Surroundings = AROUND,
    changes: dict[tuple[int, int], RaterGroup | None] | None = None,
    who: Subject | None = None,
) -> dict[int, RaterGroup]:
    rows = propose_requests([who or subject()], around, changes or {})
    return {row.person_id: row.group for row in rows}


def test_without_a_workbook_the_reporting_line_and_the_accounts_propose() -> None:
    found = proposed()

    assert found[2] is SELF
    assert found[1] is BOSS
    assert {person for person, group in found.items() if group is REPORT} == {20, 21}
    assert {person for person, group in found.items() if group is CUSTOMER} == {30, 31}


def test_at_most_six_peers_are_proposed_and_each_is_asked_as_often_as_they_ask() -> None:
    everybody = [
        Subject(participant_id=person, person_id=person, manager_id=1, groups=GROUPS)
        for person in range(2, 10)
    ]

    rows = [row for row in propose_requests(everybody, AROUND, {}) if row.group is PEER]

    asked = [row.person_id for row in rows]
    assert {asked.count(person) for person in range(2, 10)} == {6}
    assert all(row.person_id != row.participant_id for row in rows)


def test_a_group_that_the_workbook_names_is_taken_from_it_alone() -> None:
    around = Surroundings(
        manager_of=AROUND.manager_of, owner_of=AROUND.owner_of, standing={2: {50: PEER, 30: PEER}}
    )

    found = proposed(around)

    assert {person for person, group in found.items() if group is PEER} == {50, 30}
    assert {person for person, group in found.items() if group is CUSTOMER} == {31}
    assert found[1] is BOSS


def test_an_approved_list_decides_peers_reports_and_customers_alone() -> None:
    around = Surroundings(
        manager_of=AROUND.manager_of,
        owner_of=AROUND.owner_of,
        standing={2: {50: PEER, 51: BOSS, 31: CUSTOMER}},
        approved={2: {3: PEER, 4: PEER, 20: REPORT}},
    )

    found = proposed(around)

    assert {person for person, group in found.items() if group is PEER} == {3, 4}
    assert {person for person, group in found.items() if group is REPORT} == {20}
    assert CUSTOMER not in found.values()
    assert {person for person, group in found.items() if group is BOSS} == {51}
    assert found[2] is SELF


def test_whoever_proposed_nobody_else_is_asked_by_the_proposal() -> None:
    around = Surroundings(
        manager_of=AROUND.manager_of, owner_of=AROUND.owner_of, standing={}, approved={20: {}}
    )

    assert proposed(around) == proposed()
    assert proposed(around, who=subject(20, 2)) == {20: SELF, 2: BOSS}


def test_a_change_of_hr_wins_over_an_approved_list() -> None:
    around = Surroundings(manager_of={}, owner_of={}, standing={}, approved={2: {3: PEER, 4: PEER}})

    found = proposed(around, changes={(100, 3): None, (100, 5): PEER})

    assert {person for person, group in found.items() if group is PEER} == {4, 5}


def test_the_change_made_for_this_round_wins_over_everything() -> None:
    changes = {(100, 1): None, (100, 60): PEER, (100, 20): PEER, (999, 61): PEER}

    found = proposed(changes=changes)

    assert 1 not in found
    assert found[60] is PEER
    assert found[20] is PEER
    assert 61 not in found


@pytest.mark.parametrize("group", [PEER, REPORT, CUSTOMER])
def test_the_manager_is_asked_as_the_supervisor_whatever_else_was_said(group: RaterGroup) -> None:
    standing = Surroundings(
        manager_of=AROUND.manager_of, owner_of=AROUND.owner_of, standing={2: {1: group}}
    )

    assert proposed(standing) == proposed()
    assert proposed(changes={(100, 1): group}) == proposed()
    assert 1 not in proposed(standing, who=subject(groups=(GROUPS[0], *GROUPS[2:])))


def test_a_group_that_the_scheme_does_not_have_is_left_out() -> None:
    found = proposed(who=subject(groups=GROUPS[:3]))

    assert set(found.values()) == {SELF, BOSS, PEER}


def test_somebody_at_the_top_has_neither_supervisor_nor_peers() -> None:
    found = proposed(who=subject(person_id=1, manager_id=None))

    assert set(found.values()) == {SELF, REPORT}


def test_a_manager_of_another_line_proposes_its_first_people_as_peers() -> None:
    around = Surroundings(manager_of={7: 1, 8: 1}, owner_of={}, standing={})

    assert proposed(around, who=subject(person_id=2))[7] is PEER


def around(**standing: RaterGroup) -> Surroundings:
    """What the workbook says about person 2, as `p30=PEER`."""
    named = {int(key[1:]): group for key, group in standing.items()}
    return Surroundings(manager_of=AROUND.manager_of, owner_of=AROUND.owner_of, standing={2: named})


def doubled(
    around: Surroundings,
    changes: dict[tuple[int, int], RaterGroup | None] | None = None,
    who: Subject | None = None,
) -> list[tuple[int, RaterGroup, tuple[RaterGroup, ...]]]:
    rows = double_roles([who or subject()], around, changes or {})
    assert all(row.participant_id == 100 for row in rows)
    return [(row.person_id, row.asked_as, row.also) for row in rows]


def test_somebody_found_in_two_groups_of_one_participant_is_told() -> None:
    assert doubled(AROUND) == []
    assert doubled(around(p30=PEER, p50=PEER)) == [(30, PEER, (CUSTOMER,))]
    assert doubled(around(p20=CUSTOMER)) == [(20, CUSTOMER, (REPORT,))]


def test_a_manager_whom_the_workbook_calls_a_peer_stands_in_two_groups() -> None:
    assert doubled(around(p1=PEER, p50=PEER)) == [(1, BOSS, (PEER,))]


def test_the_group_that_hr_chose_settles_the_matter() -> None:
    found_twice = around(p30=PEER)

    assert doubled(found_twice, {(100, 30): CUSTOMER}) == []
    assert doubled(found_twice, {(100, 30): None}) == []
    assert len(doubled(found_twice, {(101, 30): CUSTOMER})) == 1


def test_a_group_that_is_not_asked_makes_no_double_role() -> None:
    assert doubled(around(p30=PEER), who=subject(groups=GROUPS[:4])) == []
    assert doubled(around(p20=CUSTOMER, p21=CUSTOMER), who=subject(groups=GROUPS[:3])) == []


def test_peers_who_rate_each_other_are_one_pair() -> None:
    both = [
        Subject(participant_id=100 + person, person_id=person, manager_id=1, groups=GROUPS)
        for person in (2, 3, 4)
    ]
    rows = [
        *(Assignment(102, 3, PEER), Assignment(103, 2, PEER)),  # each other
        *(Assignment(102, 4, PEER), Assignment(104, 3, PEER)),  # in one direction
        *(Assignment(103, 4, BOSS), Assignment(104, 3, PEER)),  # not both as peers
        *(Assignment(102, 2, SELF), Assignment(102, 9, PEER)),  # nobody whom anybody rates
    ]

    assert reciprocal_pairs(both, rows) == [(2, 3)]


@pytest.mark.parametrize(
    ("peers", "reports", "fates"),
    [
        (3, 3, (GroupFate.SHOWN, GroupFate.SHOWN)),
        (4, 2, (GroupFate.SHOWN, GroupFate.MERGED)),
        (1, 1, (GroupFate.LEFT_OUT, GroupFate.LEFT_OUT)),
        (0, 3, (GroupFate.EMPTY, GroupFate.SHOWN)),
    ],
)
def test_a_small_group_joins_its_pool_or_is_left_out(
    peers: int, reports: int, fates: tuple[GroupFate, GroupFate]
) -> None:
    found = fate_of_groups({PEER: peers, REPORT: reports}, GROUPS, 3)

    assert (found[PEER], found[REPORT]) == fates


def test_the_round_may_ask_for_more_answers_than_the_scheme_never_for_fewer() -> None:
    assert fate_of_groups({CUSTOMER: 3}, GROUPS, 4)[CUSTOMER] is GroupFate.LEFT_OUT
    assert fate_of_groups({BOSS: 1}, GROUPS, 4)[BOSS] is GroupFate.SHOWN


def test_a_report_needs_a_protected_group_that_counts() -> None:
    assert not is_reportable({SELF: 1, BOSS: 1, PEER: 2}, GROUPS, 3)
    assert is_reportable({PEER: 2, REPORT: 1}, GROUPS, 3)


NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def facts(**changes: object) -> LaunchFacts:
    team = [Assignment(100, person, PEER) for person in (3, 4, 5)]
    values: dict[str, object] = {
        "now": NOON,
        "closes_at": NOON + timedelta(days=14),
        "k_min": 3,
        "working_days": 10,
        "subjects": [subject()],
        "assignments": [Assignment(100, 2, SELF), Assignment(100, 1, BOSS), *team],
        "names": {person: f"P{person}" for person in range(1, 60)},
        "without_email": frozenset(),
    }
    return LaunchFacts(**{**values, **changes})  # type: ignore[arg-type]


def test_a_sound_draft_has_nothing_to_say() -> None:
    assert check_launch(facts()) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"assignments": [Assignment(100, 2, SELF)]}, (Check.NOT_RATED, ("P2",))),
        (
            {"assignments": [Assignment(100, person, PEER) for person in (1, 3, 4, 5)]},
            (Check.MANAGER_PROTECTED, ("P2",)),
        ),
        ({"without_email": frozenset({3})}, (Check.NO_EMAIL, ("P3",))),
        ({"missing_letters": ("en",)}, (Check.NO_LETTER, ("en",))),
        ({"k_min": 2}, (Check.GROUP_MINIMUM, ())),
        ({"faulty_schemes": ("KAM",)}, (Check.SCHEME_FAULTY, ("KAM",))),
        ({"closes_at": NOON}, (Check.DEADLINE_PAST, ())),
    ],
)
def test_each_fault_keeps_the_round_from_going_out(
    changes: dict[str, object], finding: tuple[Check, tuple[str, ...]]
) -> None:
    found = check_launch(facts(**changes))

    assert [(row.check, row.names) for row in found] == [finding]
    assert found[0].blocks


def test_whose_list_was_not_approved_is_told_and_does_not_block() -> None:
    [found] = check_launch(facts(without_list=("P2",)))

    assert found == Finding(check=Check.NOT_NOMINATED, names=("P2",), count=1)
    assert not found.blocks
    assert not found.asks


SATISFIED = Survey(kpi="Satisfaction", group=CUSTOMER, needed=3)
TRUSTED = Survey(kpi="Trust", group=REPORT, needed=3)


@pytest.mark.parametrize(("customers", "is_lost"), [(0, True), (2, True), (3, False)])
def test_a_kpi_read_from_too_few_answers_is_told_and_keeps_nothing_back(
    customers: int, is_lost: bool
) -> None:
    given = facts()
    asked = [Assignment(100, person, CUSTOMER) for person in range(30, 30 + customers)]

    found = check_launch(
        facts(assignments=[*given.assignments, *asked], surveys={100: (SATISFIED,)})
    )

    lost = [row for row in found if row.check is Check.KPI_LOST]
    told = Finding(check=Check.KPI_LOST, names=("P2",), count=1, survey=SATISFIED)
    assert lost == ([told] if is_lost else [])
    assert not any(row.blocks or row.asks for row in lost)


def test_a_kpi_of_a_group_that_is_combined_with_another_is_not_lost() -> None:
    given = facts()

    found = check_launch(
        facts(
            assignments=[*given.assignments, Assignment(100, 20, REPORT)],
            surveys={100: (TRUSTED,)},
        )
    )

    assert [row.check for row in found] == [Check.MERGED]


def test_every_kpi_that_is_lost_is_told_for_itself_with_all_its_people() -> None:
    two = [Subject(participant_id=n, person_id=n, manager_id=1, groups=GROUPS) for n in (10, 11)]
    team = [Assignment(n, person, PEER) for n in (10, 11) for person in (3, 4, 5)]

    found = check_launch(
        facts(
            subjects=two,
            assignments=team,
            surveys={10: (TRUSTED, SATISFIED), 11: (SATISFIED,)},
        )
    )

    assert [(row.survey, row.names) for row in found] == [
        (SATISFIED, ("P10", "P11")),
        (TRUSTED, ("P10",)),
    ]


def test_a_round_without_participants_is_no_round() -> None:
    found = check_launch(facts(subjects=[], assignments=[]))

    assert [row.check for row in found] == [Check.NO_PARTICIPANTS]


def test_what_hr_should_know_does_not_block() -> None:
    many = [
        Subject(participant_id=100 + n, person_id=2 + n, manager_id=1, groups=GROUPS)
        for n in range(9)
    ]
    asked = [Assignment(100 + n, 1, BOSS) for n in range(9)]
    small = [Assignment(100, 20, CUSTOMER), Assignment(101, 21, REPORT)]
    merged = [Assignment(101, person, PEER) for person in (3, 4, 5)]

    found = check_launch(
        facts(
            subjects=many,
            assignments=[*asked, *small, *merged],
            working_days=3,
            holidays=("元旦 1月1日",),
            mail_is_up=False,
        )
    )

    assert found == [
        Finding(check=Check.MANY_FORMS, names=("P1",), count=1),
        Finding(check=Check.MERGED, names=("P3",), count=1),
        Finding(check=Check.LEFT_OUT, names=("P2",), count=1),
        Finding(check=Check.SHORT_WINDOW, count=3),
        Finding(check=Check.HOLIDAY, names=("元旦 1月1日",), count=1),
        Finding(check=Check.MAIL_DOWN),
    ]
    assert not any(row.blocks for row in found)


@pytest.mark.parametrize(
    ("forms", "check"),
    [(8, None), (9, Check.MANY_FORMS), (15, Check.MANY_FORMS), (16, Check.TOO_MANY_FORMS)],
)
def test_a_reviewer_with_too_many_forms_is_only_asked_when_hr_confirms_it(
    forms: int, check: Check | None
) -> None:
    many = [
        Subject(participant_id=100 + n, person_id=2 + n, manager_id=1, groups=GROUPS)
        for n in range(forms)
    ]
    rows = [Assignment(100 + n, 1, BOSS) for n in range(forms)]

    found = check_launch(facts(subjects=many, assignments=rows))

    assert found == ([Finding(check=check, names=("P1",), count=1)] if check else [])
    assert [row.asks for row in found] == ([check is Check.TOO_MANY_FORMS] if check else [])
    assert not any(row.blocks for row in found)


def test_groups_that_miss_the_numbers_of_the_round_are_told_and_keep_nothing_back() -> None:
    limits = Limits(groups={PEER: GroupLimit(least=4, most=5)})

    assert check_launch(facts(limits=limits)) == [
        Finding(check=Check.BELOW_LEAST, names=("P2",), count=1)
    ]
    peers = [Assignment(100, person, PEER) for person in range(3, 10)]
    found = check_launch(facts(assignments=peers))
    assert found == [Finding(check=Check.ABOVE_MOST, names=("P2",), count=1)]
    assert not any(row.blocks or row.asks for row in found)


def test_double_roles_and_pairs_are_told_and_keep_nothing_back() -> None:
    two = [
        Subject(participant_id=100 + n, person_id=2 + n, manager_id=1, groups=GROUPS)
        for n in range(2)
    ]
    peers = [
        *(Assignment(100, person, PEER) for person in (3, 4, 5)),
        *(Assignment(101, person, PEER) for person in (2, 4, 5)),
    ]
    twice = DoubleRole(participant_id=100, person_id=4, asked_as=PEER, also=(CUSTOMER,))

    found = check_launch(facts(subjects=two, assignments=peers, double_roles=(twice,)))

    assert found == [
        Finding(check=Check.DOUBLE_ROLE, names=("P4",), count=1),
        Finding(check=Check.RECIPROCAL, names=("P2 – P3",), count=1),
    ]
    assert not any(row.blocks or row.asks for row in found)


def test_groups_are_counted_by_participant() -> None:
    rows = [Assignment(1, 5, PEER), Assignment(1, 6, PEER), Assignment(2, 5, BOSS)]

    assert count_groups(rows) == {1: {PEER: 2}, 2: {BOSS: 1}}
