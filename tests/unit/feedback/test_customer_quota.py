"""Whom of a proposal the rest of customers leaves out, and which forms a limit keeps."""

from datetime import date

from app.feedback.assigning.rules import Assignment
from app.feedback.launching.quota import within_quota
from app.people.groups import RaterGroup

CUSTOMER, PEER = RaterGroup.CUSTOMER, RaterGroup.PEER
JUNE = date(2026, 6, 10)


def forms(*pairs: tuple[int, int], group: RaterGroup = CUSTOMER) -> list[Assignment]:
    return [Assignment(participant, person, group) for participant, person in pairs]


def test_who_rests_is_left_out_everywhere_with_the_day_that_ends_it() -> None:
    proposed = [*forms((1, 90), (2, 90), (1, 91)), *forms((1, 5), group=PEER)]

    quota = within_quota(proposed, contacts={90, 91}, resting={90: JUNE, 99: JUNE}, most_forms=3)

    assert [(row.participant_id, row.person_id) for row in quota.kept] == [(1, 91), (1, 5)]
    assert [(row.participant_id, row.person_id) for row in quota.left_out] == [(1, 90), (2, 90)]
    assert quota.resting == {90: JUNE}
    assert quota.crowded == set()


def test_one_contact_gets_no_more_forms_than_the_limit_and_employees_have_none() -> None:
    proposed = [
        *forms((1, 90), (2, 90), (3, 90)),
        *forms((1, 5), (2, 5), (3, 5), group=PEER),
    ]

    quota = within_quota(proposed, contacts={90}, resting={}, most_forms=2)

    assert [row.participant_id for row in quota.kept if row.person_id == 90] == [1, 2]
    assert sum(row.person_id == 5 for row in quota.kept) == 3
    assert quota.crowded == {90}
    assert quota.resting == {}


def test_the_forms_kept_are_those_about_whom_the_fewest_customers_are_asked() -> None:
    """Participant 1 has four customers and can spare one; 2 and 3 have one and two."""
    proposed = forms((1, 90), (2, 90), (3, 90), (1, 91), (1, 92), (1, 93), (3, 94))

    quota = within_quota(proposed, contacts=range(90, 99), resting={}, most_forms=2)

    assert [(row.participant_id, row.person_id) for row in quota.left_out] == [(1, 90)]


def test_what_one_contact_is_spared_counts_when_the_next_is_looked_at() -> None:
    """Both could drop either; 90 drops participant 2, so 91 drops the other."""
    proposed = forms((1, 90), (2, 90), (1, 91), (2, 91))

    quota = within_quota(proposed, contacts={90, 91}, resting={}, most_forms=1)

    assert [(row.participant_id, row.person_id) for row in quota.kept] == [(1, 90), (2, 91)]


def test_without_anything_in_the_way_the_proposal_stays_as_it_is() -> None:
    proposed = forms((1, 90), (2, 90))

    quota = within_quota(proposed, contacts={90}, resting={91: JUNE}, most_forms=2)

    assert quota.kept == tuple(proposed)
    assert (quota.left_out, quota.resting) == ((), {})
