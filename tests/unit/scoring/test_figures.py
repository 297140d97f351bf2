"""Lists show the figures of the trace: nothing is computed twice in two ways."""

from typing import Any

from hypothesis import given, settings

from app.scoring.document import read_example
from app.scoring.figures import Figures, figures_of
from app.scoring.numbers import fixed_text
from app.scoring.rating import rate
from app.scoring.results import Status
from tests.unit.scoring.generated import examples
from tests.unit.scoring.worked import KEY_ACCOUNT, SALES_REP, worked_input


def figures_of_trace(document: dict[str, Any]) -> Figures:
    rating = rate(read_example(document))
    return Figures(
        status=rating.status,
        exact=rating.exact,
        computed=rating.computed,
        final=rating.final,
        grade=rating.grade,
    )


@settings(deadline=None, max_examples=300)
@given(examples())
def test_the_figures_are_those_of_the_whole_rating(document: dict[str, Any]) -> None:
    assert figures_of(read_example(document)) == figures_of_trace(document)


def test_calibrated_figures_too() -> None:
    for which, final in ((KEY_ACCOUNT, "91.66"), (SALES_REP, "94.31")):
        figures = figures_of(read_example(worked_input(which)))

        assert figures == figures_of_trace(worked_input(which))
        assert figures.final is not None
        assert fixed_text(figures.final) == final


def test_who_is_held_because_nobody_answered_has_no_figures() -> None:
    nobody = worked_input(KEY_ACCOUNT) | {"raters": [], "missing_policy": "hold"}

    figures = figures_of(read_example(nobody))

    assert figures == figures_of_trace(nobody)
    assert figures == Figures(status=Status.HELD)
