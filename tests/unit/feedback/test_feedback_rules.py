"""Which door stands behind a link, what a group is promised, how long it takes."""

import pytest

from app.feedback.measuring.rules import Measure
from app.feedback.rules import (
    Door,
    Outlook,
    door_of,
    fit_in_a_row,
    minutes_needed,
    place_in_list,
    promise_to,
    standing_in,
)
from app.people.groups import RaterGroup
from app.questionnaires.rules import Audience
from app.schemes.packs import load_scheme

KAM = load_scheme("kam").definition()
SATISFACTION = {"method": "from_feedback", "group": "customer"}


def door(*states: str, **changes: bool) -> Door:
    facts = {"cut_off": False, "has_opened": True, "is_closed": False, "accepts": True}
    return door_of(**{**facts, **changes}, states=states)


@pytest.mark.parametrize(
    ("states", "changes", "expected"),
    [
        (["open"], {}, Door.OPEN),
        (["submitted", "started"], {}, Door.OPEN),
        (["submitted", "submitted"], {}, Door.DONE),
        (["submitted", "declined"], {}, Door.DONE),
        (["declined", "declined"], {}, Door.DECLINED),
        ([], {}, Door.NOBODY),
        (["open"], {"accepts": False}, Door.EXPIRED),
        (["submitted"], {"accepts": False}, Door.DONE),
        (["open"], {"accepts": False, "has_opened": False}, Door.NOT_OPEN),
        (["open"], {"accepts": False, "is_closed": True}, Door.CLOSED),
        (["submitted"], {"is_closed": True}, Door.CLOSED),
        (["submitted"], {"cut_off": True, "is_closed": True}, Door.CUT_OFF),
    ],
)
def test_each_state_of_a_link_has_its_own_door(
    states: list[str], changes: dict[str, bool], expected: Door
) -> None:
    assert door(*states, **changes) is expected


def test_reviewers_meet_the_same_people_in_different_orders() -> None:
    orders = {
        tuple(sorted(range(5), key=lambda r: place_in_list(who, r, RaterGroup.PEER)))
        for who in range(20)
    }

    assert len(orders) > 10


def test_the_own_form_comes_first_and_the_order_stays() -> None:
    places = [place_in_list(7, 3, RaterGroup.SELF), place_in_list(7, 1, RaterGroup.PEER)]

    assert sorted(places) == places
    assert place_in_list(7, 1, RaterGroup.PEER) == place_in_list(7, 1, RaterGroup.PEER)


@pytest.mark.parametrize(
    ("forms", "minutes"),
    [
        ([(Audience.INTERNAL, 30)], 5),
        ([(Audience.INTERNAL, 30)] * 5, 20),
        ([(Audience.CUSTOMER, 6)], 2),
        ([(Audience.CUSTOMER, 6)] * 2, 3),
        ([(Audience.INTERNAL, 31)], 6),
        ([], 1),
    ],
)
def test_the_estimate_is_whole_minutes_rounded_up(
    forms: list[tuple[Audience, int]], minutes: int
) -> None:
    assert minutes_needed(forms) == minutes


def test_what_others_needed_wins_over_counting_items_where_it_is_known() -> None:
    inside, customer = (Audience.INTERNAL, 30), (Audience.CUSTOMER, 7)
    first, later = {Measure.FIRST_FORM: 600}, {Measure.LATER_FORM: 120}

    assert minutes_needed([inside], usual=first) == 10
    assert minutes_needed([inside] * 3, usual={**first, **later}) == 14
    assert minutes_needed([inside], usual={**first, **later}, done_before=1) == 2
    assert minutes_needed([inside] * 2, usual=later) == minutes_needed([inside]) + 2
    assert minutes_needed([customer] * 2, usual={Measure.CUSTOMER_FORM: 60}) == 2
    assert minutes_needed([customer], usual=first) == minutes_needed([customer])


def test_whoever_has_submitted_a_form_knows_the_items_of_the_next() -> None:
    assert minutes_needed([(Audience.INTERNAL, 30)], done_before=1) == 4


def test_peers_are_promised_the_pool_and_the_minimum_of_their_scheme() -> None:
    promise = promise_to(RaterGroup.PEER, KAM, k_min=3)

    assert promise.protected
    assert promise.k == 3
    assert promise.pool == (RaterGroup.PEER, RaterGroup.SUBORDINATE)
    assert promise.k_comment == 5


def test_a_round_may_raise_the_minimum_but_not_lower_it() -> None:
    assert promise_to(RaterGroup.CUSTOMER, KAM, k_min=5).k == 5
    assert promise_to(RaterGroup.CUSTOMER, KAM, k_min=1).k == 3


def test_customers_stand_alone_and_see_the_customers_form() -> None:
    promise = promise_to(RaterGroup.CUSTOMER, KAM, k_min=3)

    assert promise.pool == ()
    assert promise.audience is Audience.CUSTOMER


def test_a_manager_and_the_person_themself_are_not_promised_to_stay_unknown() -> None:
    assert not promise_to(RaterGroup.SUPERVISOR, KAM, k_min=3).protected
    own = promise_to(RaterGroup.SELF, KAM, k_min=3)
    assert not own.protected
    assert not own.counts


def test_a_group_unknown_to_the_scheme_is_promised_the_most() -> None:
    promise = promise_to(RaterGroup.PEER, {}, k_min=4)

    assert promise.protected
    assert promise.k == 4


def test_peers_and_reports_share_a_sentence_but_not_with_customers() -> None:
    kinds = {
        group: promise_to(group, KAM, k_min=3).kind
        for group in (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.CUSTOMER)
    }

    assert kinds[RaterGroup.PEER] == kinds[RaterGroup.SUBORDINATE]
    assert kinds[RaterGroup.PEER] != kinds[RaterGroup.CUSTOMER]


def test_the_notice_kept_with_an_answer_tells_no_more_than_the_group() -> None:
    versions = {
        str(promise_to(group, KAM, k_min=3).version("confidential")) for group in RaterGroup
    }

    assert "7/confidential/peer/k3c5" in versions
    assert "7/confidential/supervisor/named" in versions
    assert all(len(version) <= 40 for version in versions)


@pytest.mark.parametrize(
    ("group", "others", "outlook", "together"),
    [
        (RaterGroup.PEER, {RaterGroup.PEER: 2}, Outlook.OPEN, 3),
        (RaterGroup.PEER, {RaterGroup.PEER: 1}, Outlook.WITHHELD, 2),
        (RaterGroup.PEER, {RaterGroup.PEER: 3, RaterGroup.SUBORDINATE: 1}, Outlook.OPEN, 5),
        (RaterGroup.SUBORDINATE, {RaterGroup.PEER: 2}, Outlook.COMBINED, 3),
        (RaterGroup.SUBORDINATE, {RaterGroup.SUPERVISOR: 1}, Outlook.WITHHELD, 1),
        (RaterGroup.CUSTOMER, {RaterGroup.PEER: 9, RaterGroup.CUSTOMER: 1}, Outlook.WITHHELD, 2),
    ],
)
def test_what_is_certain_follows_from_how_many_are_asked(
    group: RaterGroup, others: dict[RaterGroup, int], outlook: Outlook, together: int
) -> None:
    standing = standing_in(promise_to(group, KAM, k_min=3), others)

    assert standing is not None
    assert standing.outlook is outlook
    assert standing.together == together
    assert standing.asked == others.get(group, 0) + 1


def test_only_groups_in_which_somebody_is_asked_are_partners() -> None:
    promise = promise_to(RaterGroup.SUBORDINATE, KAM, k_min=3)

    with_peers = standing_in(promise, {RaterGroup.PEER: 4})
    without = standing_in(promise, {})

    assert with_peers is not None
    assert with_peers.partners == (RaterGroup.PEER,)
    assert without is not None
    assert without.partners == ()


def test_who_is_named_stands_nowhere() -> None:
    assert standing_in(promise_to(RaterGroup.SUPERVISOR, KAM, k_min=3), {}) is None


def test_a_pool_asks_for_as_many_as_the_strictest_of_its_groups() -> None:
    groups = [{**row, "k_min": 5} if row["id"] == "peer" else row for row in KAM["groups"]]
    promise = promise_to(RaterGroup.SUBORDINATE, {**KAM, "groups": groups}, k_min=3)

    standing = standing_in(promise, {RaterGroup.PEER: 3})

    assert (promise.k, promise.k_pool) == (3, 5)
    assert standing is not None
    assert standing.outlook is Outlook.WITHHELD


def test_a_group_whose_answers_make_a_kpi_is_told_which() -> None:
    elements = [
        {"name_zh": "客户满意度", "name_en": "Customer satisfaction", "kpi": SATISFACTION},
        {"name_zh": "回款率", "name_en": "Collection", "kpi": {"method": "ratio"}},
        {"name_zh": "沟通", "name_en": "Communication", "competency": "C1"},
    ]
    definition = {**KAM, "dimensions": [{"elements": elements}]}

    customer = promise_to(RaterGroup.CUSTOMER, definition, k_min=3)

    assert customer.kpis == (("客户满意度", "Customer satisfaction"),)
    assert customer.version("confidential") == "7/confidential/customer/k3c5s"
    assert promise_to(RaterGroup.PEER, definition, k_min=3).kpis == ()
    assert promise_to(RaterGroup.CUSTOMER, KAM, k_min=3).kind != customer.kind


@pytest.mark.parametrize(
    ("labels", "fits"),
    [
        (["从不", "很少", "有时", "经常", "总是"], True),
        (["Never", "Rarely", "Some\u00adtimes", "Often", "Always"], True),
        (["几乎从来不"], True),
        (["几乎从来没有过"], False),
        (["Occasi\u00adonally", "Very rarely", "Usually"], True),
        (["Most of time"], False),
        (["Wow mammoths"], False),
        (["Almost always"], True),
        (["Almost always true"], False),
        ([], True),
    ],
)
def test_answers_stand_in_a_row_where_every_label_fits_a_phone(
    labels: list[str], fits: bool
) -> None:
    assert fit_in_a_row(labels) is fits
