"""Counts of answering quality are kept only where they point at nobody."""

from itertools import count

import pytest

from app.feedback.quality.rules import SIGNS, Band, SignCount, counts_to_keep
from app.scoring.statistics.raters.quality import RaterFlag


def raters(flagged: int, judged: int) -> dict[str, set[RaterFlag]]:
    """So many raters, of whom the first show a straight line."""
    return {
        str(place): {RaterFlag.STRAIGHT_LINE} if place < flagged else set()
        for place in range(judged)
    }


def straight_lines(flagged: int, judged: int, k: int = 3) -> SignCount:
    return counts_to_keep(raters(flagged, judged), k=k)[0]


@pytest.mark.parametrize(
    ("flagged", "k", "band"),
    [
        (0, 3, Band.FEW),
        (2, 3, Band.FEW),
        (3, 3, Band.EXACT),
        (16, 3, Band.EXACT),
        (17, 3, Band.MANY),
        (20, 3, Band.MANY),
        (4, 5, Band.FEW),
        (5, 5, Band.EXACT),
        (15, 5, Band.MANY),
        (2, 1, Band.FEW),
    ],
)
def test_a_count_is_exact_only_between_k_and_all_but_k(flagged: int, k: int, band: Band) -> None:
    kept = straight_lines(flagged, 20, k)

    assert kept.band is band
    assert kept.flagged == (flagged if band is Band.EXACT else None)
    assert kept.judged == 20


@pytest.mark.parametrize(("judged", "k"), [(0, 3), (5, 3), (7, 4), (5, 1)])
def test_below_twice_the_minimum_nothing_is_kept(judged: int, k: int) -> None:
    assert counts_to_keep(raters(1, judged), k=k) == []


def test_from_twice_the_minimum_on_every_sign_is_kept_but_speed() -> None:
    flags = raters(1, 6)
    flags["0"].add(RaterFlag.TOO_FAST)

    kept = counts_to_keep(flags, k=3)

    assert tuple(row.sign for row in kept) == SIGNS
    assert set(SIGNS) == set(RaterFlag) - {RaterFlag.TOO_FAST}


def test_no_band_can_be_told_apart_into_fewer_than_k_either_way() -> None:
    """Whatever is kept, at least k numbers of flagged raters, or k raters on each side, fit it."""
    for k, judged in ((3, 6), (3, 7), (3, 12), (4, 9)):
        fitting: dict[tuple[Band, int | None], list[int]] = {}
        for flagged, _step in zip(count(), range(judged + 1), strict=False):
            kept = straight_lines(flagged, judged, k)
            fitting.setdefault((kept.band, kept.flagged), []).append(flagged)
        for (_band, exact), counts in fitting.items():
            alone = exact is not None and k <= exact <= judged - k
            assert alone or len(counts) >= k, (k, judged, counts)
