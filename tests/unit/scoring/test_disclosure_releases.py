"""A second release must not tell, beside the first, about fewer than k people."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.disclosure.equations import FigureKind, equations_of
from app.scoring.disclosure.releases import (
    Refusal,
    RefusalKind,
    Release,
    may_show_trend,
    refusal_of_release,
)
from app.scoring.document import read_example
from app.scoring.rating import rate
from faults.plain import is_exposed_plainly
from tests.unit.scoring.generated import GRADES, SCALE

MINIMUM = {"peer": 3, "subordinate": 3}
Form = tuple[str, int, int | None]
"""Group, answer to the first item, answer to the second (of another competency)."""


def release(forms: Mapping[str, Form]) -> Release:
    document: dict[str, Any] = {
        "id": "X",
        "scale": SCALE,
        "grades": GRADES,
        "groups": [{"id": "peer", "weight": 60}, {"id": "subordinate", "weight": 40}],
        "dimensions": [
            {
                "id": "D",
                "weight": 100,
                "elements": [
                    {"id": "C1", "weight": 50, "items": [{"id": "q1"}]},
                    {"id": "C2", "weight": 50, "items": [{"id": "q2"}]},
                ],
            }
        ],
        "raters": [
            {"id": name, "group": group, "a": {"q1": first, "q2": second}}
            for name, (group, first, second) in forms.items()
        ],
    }
    example = read_example(document)
    rating = rate(example)
    return Release(
        example=example,
        equations=tuple(
            row for row in equations_of(example, rating) if row.figure.kind is not FigureKind.ITEM
        ),
    )


def peers(*names: str, second: int | None = 4) -> dict[str, Form]:
    return dict.fromkeys(names, ("peer", 3, second))


def subordinates(*names: str) -> dict[str, Form]:
    return dict.fromkeys(names, ("subordinate", 4, 2))


FIRST = peers("a", "b", "c", "d") | subordinates("s", "t", "u")


def refused(further: Mapping[str, Form], *earlier: Mapping[str, Form]) -> Refusal | None:
    releases = [release(forms) for forms in earlier or (FIRST,)]
    return refusal_of_release(releases, release(further), MINIMUM)


def test_the_same_once_more_tells_nothing_new() -> None:
    assert refused(FIRST) is None


@pytest.mark.parametrize(("names", "allowed"), [("e", False), ("ef", False), ("efg", True)])
def test_new_forms_of_a_group_must_be_enough(names: str, *, allowed: bool) -> None:
    refusal = refused(FIRST | peers(*names))

    assert (refusal is None) == allowed
    if refusal is not None:
        assert (refusal.kind, refusal.group, refusal.found, refusal.least) == (
            RefusalKind.TOO_FEW_CHANGED,
            "peer",
            len(names),
            3,
        )


def test_a_corrected_form_is_a_changed_one() -> None:
    refusal = refused(FIRST | {"a": ("peer", 5, 5)})

    assert refusal is not None
    assert refusal.found == 1
    assert refused(FIRST | dict.fromkeys("abc", ("peer", 5, 5))) is None


def test_who_moves_to_another_group_changes_both() -> None:
    refusal = refused(FIRST | subordinates("a"))

    assert refusal is not None
    assert refusal.kind is RefusalKind.TOO_FEW_CHANGED


def test_a_faulty_group_may_be_withdrawn_as_a_whole_only() -> None:
    assert refused({name: form for name, form in FIRST.items() if form[0] == "peer"}) is None
    refusal = refused({name: form for name, form in FIRST.items() if name != "s"})
    assert refusal is not None
    assert refusal.group == "subordinate"


def test_enough_new_forms_that_skip_a_competency_all_but_one_are_still_refused() -> None:
    refusal = refused(FIRST | peers("e") | peers("f", "g", second=None))

    assert refusal is not None
    assert (refusal.kind, refusal.found, refusal.least) == (RefusalKind.EXPOSED, 1, 3)
    assert refusal.finding is not None
    assert refusal.finding.raters == ("e",)
    assert {figure.release for figure in refusal.finding.figures} == {"0", "1"}


def test_all_earlier_releases_count_and_not_only_the_last() -> None:
    second = FIRST | peers("e", "f", "g")
    third = second | peers("h", "i", "j")

    assert refused(third, FIRST, second) is None
    back_but_one = FIRST | peers("e")
    refusal = refused(back_but_one, FIRST, third)
    assert refusal is not None
    assert refusal.found == 1


def test_an_unprotected_group_may_change_at_will() -> None:
    releases = release(FIRST), release(FIRST | peers("e"))

    assert refusal_of_release(releases[:1], releases[1], {"subordinate": 3}) is None


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("abcd", "cdef", True),
        ("abc", "abd", False),
        ("ab", "ab", False),
        ("abcd", "efghij", True),
        ("abcde", "ab", False),
    ],
)
def test_a_trend_needs_the_same_people_or_enough_others(
    before: str, after: str, *, shown: bool
) -> None:
    assert may_show_trend(before, after, 3) == shown


FORMS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(
        st.sampled_from(["peer", "subordinate"]),
        st.integers(2, 3),
        st.sampled_from([2, 3, None]),
    ),
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(FORMS, min_size=2, max_size=3))
def test_whatever_comes_and_goes_nobody_shows_in_all_releases_together(
    rounds: list[dict[str, Form]],
) -> None:
    released: list[Release] = []
    for forms in rounds:
        further = release(forms)
        if refusal_of_release(released, further, MINIMUM) is None:
            released.append(further)
    # People answer alike every time, so that a reader may subtract one release from another.
    rows = [row for one in released for row in one.equations]

    assert not is_exposed_plainly(rows, dict.fromkeys("abcdef", 3))
