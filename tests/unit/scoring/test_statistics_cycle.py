from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.scoring.document import read_example
from app.scoring.scales import Scale
from app.scoring.statistics.raters.cycle import CycleForm, flags_of_cycle
from app.scoring.statistics.raters.quality import RaterFlag
from app.scoring.statistics.raters.straight_lining import RawAnswer
from tests.unit.scoring.statistics_samples import many
from tests.unit.scoring.worked import SALES_REP, worked_input

SCALE = Scale(lowest=Fraction(1), highest=Fraction(5), anchors={})
COMPETENCIES = tuple("ABC" * 4)
ORDINARY = (3, 4, 2, 4, 3, 5, 2, 4, 3, 5, 3, 4)


def _form(
    rater: str,
    target: str,
    figures: Sequence[int | None] = ORDINARY,
    *,
    reversed_at: Sequence[int] = (),
    sent_at: int | None = None,
    seconds: int | None = 600,
) -> CycleForm:
    return CycleForm(
        rater=rater,
        target=target,
        group="peer",
        questionnaire="q",
        answers=tuple(
            RawAnswer(
                value=None if figure is None else Fraction(figure),
                is_reversed=place in reversed_at,
            )
            for place, figure in enumerate(figures)
        ),
        competencies=COMPETENCIES[: len(figures)],
        sent_at=sent_at,
        seconds=seconds,
    )


def _flags(*forms: CycleForm) -> dict[str, set[RaterFlag]]:
    return flags_of_cycle(forms, SCALE)


def test_raters_who_read_and_answer_show_no_sign() -> None:
    assert _flags(_form("a", "x"), _form("b", "x")) == {"a": set(), "b": set()}


def test_who_answered_nothing_shows_nothing() -> None:
    assert _flags(_form("a", "x", [None] * 12, seconds=None)) == {"a": set()}


def test_one_form_shows_straight_lines_and_haste_by_itself() -> None:
    flat, hasty = _form("a", "x", [5] * 12), _form("b", "y", seconds=23)

    assert _flags(flat, hasty, _form("c", "z", seconds=24)) == {
        "a": {RaterFlag.STRAIGHT_LINE},
        "b": {RaterFlag.TOO_FAST},
        "c": set(),
    }


def test_all_forms_of_a_rater_show_central_tendency_and_copies() -> None:
    middle = [3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 3, 3]
    central = _form("a", "x", [*middle[:6], None, *middle[7:]])
    copied = [_form("b", target, sent_at=1000 * place) for place, target in enumerate("xy")]

    assert _flags(central, *copied) == {
        "a": {RaterFlag.CENTRAL_TENDENCY},
        "b": {RaterFlag.DUPLICATE},
    }


def test_beside_others_severity_halo_and_outliers_show() -> None:
    """“severe” answers 1 or 2 where six others differ between competencies, for three targets."""
    low = [1, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 2]
    usual = [3, 4, 5, 3, 5, 5, 3, 4, 4, 3, 4, 5]
    forms = [
        _form("severe", target, [*low[place:], *low[:place]]) for place, target in enumerate("xyz")
    ]
    forms += [
        _form(f"{rater}{target}", target, [*usual[:place], usual[place] - 1, *usual[place + 1 :]])
        for target in "xyz"
        for place, rater in enumerate("abcdef")
    ]
    found = _flags(*forms)

    assert {RaterFlag.SEVERITY, RaterFlag.OUTLIER} <= found["severe"]
    assert {rater for rater, flags in found.items() if flags} == {"severe"}


def test_the_same_for_all_competencies_is_a_halo_where_the_group_differs() -> None:
    same = [3, 4, 2, 4, 2, 3, 2, 3, 4, 3, 3, 3]
    apart = [2, 3, 5, 1, 3, 5, 2, 3, 5, 1, 3, 4]

    found = _flags(_form("a", "x", same), _form("b", "x", apart), _form("c", "x", apart[::-1]))
    group = _flags(_form("a", "x", same), _form("b", "x", apart), _form("c", "x", apart))

    assert RaterFlag.HALO not in found["a"]
    assert group["a"] == {RaterFlag.HALO}


def test_reversed_items_are_turned_round_before_means_are_compared() -> None:
    """Untouched, 4 and 2 would be as good as 2 and 4; turned round they are 4 and 2."""
    high, low = [4, None, None, 2], [2, None, None, 4]
    forms = [_form(str(one), "x", high, reversed_at=[3]) for one in range(5)]
    found = _flags(*forms, _form("low", "x", low, reversed_at=[3]))

    assert [rater for rater, flags in found.items() if RaterFlag.OUTLIER in flags] == ["low"]


def test_the_severe_peer_of_the_worked_example_is_an_outlier_and_no_straight_liner() -> None:
    example = read_example(worked_input(SALES_REP))
    asked = [
        (element.id, item)
        for d in example.dimensions
        for element in d.elements
        for item in element.items
    ]
    forms = [
        CycleForm(
            rater=rater.id,
            target="rep",
            group=rater.group,
            questionnaire="q",
            answers=tuple(
                RawAnswer(value=rater.answers[item.id], is_reversed=item.reverse)
                for _, item in asked
            ),
            competencies=tuple(element for element, _ in asked),
        )
        for rater in example.raters
    ]

    assert flags_of_cycle(forms, example.scale)["p4"] == {RaterFlag.OUTLIER}


@many
@given(st.binary(min_size=12, max_size=40))
def test_signs_do_not_depend_on_the_order_of_raters_and_targets(drawn: bytes) -> None:
    rows = [drawn[at : at + 8] for at in range(0, len(drawn) - 7, 8)]
    pairs = {(str(row[0] % 5), str(row[1] % 3)): row for row in rows}
    forms = [
        _form(rater, target, [byte % 6 or None for byte in row[2:]] * 2, sent_at=row[0])
        for (rater, target), row in pairs.items()
    ]

    assert _flags(*forms) == _flags(*forms[::-1])
