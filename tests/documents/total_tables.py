"""From the scores of elements to the published total and its grade."""

from fractions import Fraction
from math import floor

from app.scoring.numbers import fraction_text
from app.scoring.results import DimensionResult, Term
from app.scoring.trace import TERM_NAMES, percent_text
from app.scoring.workings import signed_text
from tests.documents.blocks import table
from tests.documents.guide_example import Worked, fine, shown


def elements(worked: Worked) -> str:
    """What every element adds to the total, dimension by dimension."""
    say = worked.say
    return table(
        [
            say("维度与要素", "Dimension and element"),
            say("维度权重", "Dimension weight"),
            say("要素权重", "Element weight"),
            say("得分", "Score"),
            say("三者相乘", "Product"),
            say("计入分", "Shown"),
        ],
        [row for one in worked.rating.dimensions for row in _dimension_rows(worked, one)],
    )


def _dimension_rows(worked: Worked, one: DimensionResult) -> list[list[str]]:
    weight = percent_text(one.effective_weight)
    rows = [
        [
            worked.label(element.id),
            weight,
            percent_text(element.effective_weight),
            fine(element.score or Fraction()),
            fine(element.contribution),
            shown(element.shown),
        ]
        for element in one.elements
    ]
    name = f"**{worked.label(one.id)}**"
    score = f"**{fine(one.score or Fraction())}**"
    sums = [f"**{fine(one.contribution)}**", f"**{shown(one.shown)}**"]
    return [[name, f"**{weight}**", "", score, *sums], *rows]


def total(worked: Worked) -> str:
    """The terms of the total: exact, cut off, and with the cents that were left over."""
    say, terms = worked.say, worked.rating.totals
    exact, published = worked.rating.exact or Fraction(), worked.rating.computed or Fraction()
    sums = [exact, sum(map(_cut, terms), start=Fraction()), published]
    return table(
        [
            say("项", "Term"),
            say("精确值", "Exact"),
            say("舍去尾数", "Cut off"),
            say("余数（以 0.01 计）", "Rest (of 0.01)"),
            say("计入分", "Shown"),
        ],
        [
            *([_term_name(worked, term), *_term_figures(term)] for term in terms),
            [
                f"**{say('总分', 'Total')}**",
                f"**{fine(sums[0])}**",
                f"**{shown(sums[1])}**",
                "",
                f"**{shown(sums[2])}**",
            ],
        ],
    )


def _term_name(worked: Worked, term: Term) -> str:
    if term.name in TERM_NAMES:
        return worked.words(TERM_NAMES[term.name])
    return worked.label(term.name)


def _term_figures(term: Term) -> list[str]:
    rest = (term.exact - _cut(term)) * 100
    return [fine(term.exact), shown(_cut(term)), shown(rest), shown(term.shown)]


def _cut(term: Term) -> Fraction:
    return Fraction(floor(term.exact * 100), 100)


def grade(worked: Worked) -> str:
    """The grades' lower bounds, and where the example lies before and after calibration."""
    say, rating = worked.say, worked.rating
    assert rating.exact is not None
    assert rating.computed is not None
    assert rating.final is not None
    bounds = say("，", ", ").join(
        say(f"{shown(one.lower)} 起为 {one.name}", f"{one.name} from {shown(one.lower)}")
        for one in worked.example.grades
    )
    total, final, steps = rating.computed, rating.final, signed_text(rating.calibration, 2)
    return say(
        f"等级下限：{bounds}。\n\n"
        f"总分的精确值是 {fraction_text(rating.exact)}，公布为 **{shown(total)}**，"
        f"等级 **{rating.computed_grade}**。校准 {steps} 分后为 **{shown(final)}**，"
        f"等级 **{rating.grade}**；计算得分和校准理由照样可见。",
        f"Lower bounds: {bounds}.\n\n"
        f"The exact total is {fraction_text(rating.exact)}; published it is **{shown(total)}**, "
        f"grade **{rating.computed_grade}**. After a calibration of {steps} it is "
        f"**{shown(final)}**, grade **{rating.grade}**; the computed figure and the reason stay "
        "visible.",
    )
