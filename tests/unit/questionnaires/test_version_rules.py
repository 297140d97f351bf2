"""Where a version stands, and how long its forms take."""

from datetime import UTC, datetime

import pytest

from app.questionnaires.rules import Audience, FormSize, VersionState, groups_of, state_of

MOMENT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published_at", "frozen_at", "state"),
    [
        (None, None, VersionState.DRAFT),
        (MOMENT, None, VersionState.PUBLISHED),
        (MOMENT, MOMENT, VersionState.FROZEN),
    ],
)
def test_the_state_follows_from_what_has_happened(
    published_at: datetime | None, frozen_at: datetime | None, state: VersionState
) -> None:
    assert state_of(published_at, frozen_at) is state


@pytest.mark.parametrize(
    ("audience", "items", "minutes"),
    [
        (Audience.INTERNAL, 0, 0),
        (Audience.INTERNAL, 1, 2),
        (Audience.INTERNAL, 30, 5),
        (Audience.INTERNAL, 31, 6),
        (Audience.CUSTOMER, 0, 0),
        (Audience.CUSTOMER, 8, 2),
    ],
)
def test_minutes_are_rounded_up_and_no_items_take_none(
    audience: Audience, items: int, minutes: int
) -> None:
    assert FormSize(groups=groups_of(audience), items=items).minutes == minutes
