"""Edges of the exact check: who is named, by which figures, and what weighs nothing."""

from fractions import Fraction

from app.scoring.disclosure.audit import find_exposed
from app.scoring.disclosure.equations import Equation, Figure, FigureKind, equations_of
from app.scoring.disclosure.releases import RefusalKind, refusal_of_release
from app.scoring.disclosure.spans import Span
from app.scoring.disclosure.terms import Unknown
from app.scoring.document import read_example
from app.scoring.example import Example
from app.scoring.rating import rate
from tests.unit.scoring.rounds import competency, round_of
from tests.unit.scoring.test_disclosure_releases import (
    MINIMUM,
    peers,
    release,
    subordinates,
)


def _figure(name: str, **factors: int) -> Equation:
    return Equation(
        figure=Figure(kind=FigureKind.ITEM, item=name),
        terms={Unknown(rater=one, subject="q"): Fraction(n) for one, n in factors.items()},
    )


def test_raters_who_cancel_out_are_not_named_in_the_finding() -> None:
    """Twice the first less the second is what a alone answered."""
    first, second = _figure("first", a=1, b=1, c=1, d=1), _figure("second", a=1, b=2, c=2, d=2)
    finding = find_exposed([first, second], dict.fromkeys("abcd", 3))

    assert finding is not None
    assert finding.raters == ("a",)
    assert finding.figures == (first.figure, second.figure)


def test_an_orthogonal_vector_is_one_at_its_free_place() -> None:
    span = Span()
    span.add(((0, 2), (1, 3)))

    assert span.orthogonal(range(3)) == [{0: Fraction(-3, 2), 1: 1}, {2: 1}]


def _with_a_competency_without_weight() -> Example:
    """The last peer has a view of the weightless competency only."""
    forms = [{"c": 3, "n": 4}] * 3 + [{"n": 2}]
    document = round_of(
        {"peer": forms},
        competency("C", 100),
        competency("N", 0),
        groups=[{"id": "peer", "weight": 100}],
        order="rater_overall_first",
    )
    return read_example(document)


def _cells(example: Example) -> dict[str, dict[tuple[str, str], Fraction]]:
    """For each competency, whose answer to which item has which share in its cell."""
    return {
        row.figure.of: {(one.rater, one.subject): share for one, share in row.terms.items()}
        for row in equations_of(example, rate(example))
        if row.figure.kind is FigureKind.CELL
    }


def test_an_overall_view_has_nothing_of_a_competency_without_weight() -> None:
    cells = _cells(_with_a_competency_without_weight())

    assert cells["C"] == {(f"peer{n}", "c"): Fraction(1, 3) for n in range(3)}


def test_a_competency_without_weight_stands_for_itself_beside_overall_views() -> None:
    example = _with_a_competency_without_weight()
    shares = {(f"peer{n}", "n"): Fraction(1, 4) for n in range(4)}

    assert _cells(example)["N"] == shares
    assert rate(example).dimensions[0].elements[1].groups[0].mean == Fraction(3 * 4 + 2, 4)


def test_whose_change_shows_is_told_with_the_releases_that_show_it() -> None:
    """Three forms changed, but only one of them has an answer on the second competency."""
    others = peers("d", "e", "f") | subordinates("s", "t", "u")
    before = others | peers("a") | peers("b", "c", second=None)
    after = others | {"a": ("peer", 5, 5), "b": ("peer", 5, None), "c": ("peer", 5, None)}
    refusal = refusal_of_release([release(before)], release(after), MINIMUM)

    assert refusal is not None
    assert refusal.kind is RefusalKind.EXPOSED
    assert refusal.finding is not None
    assert refusal.finding.raters == ("a",)
    assert {figure.release for figure in refusal.finding.figures} == {"0", "1"}
