"""What goes into a rating, and what may come out of it on a page."""

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaires.rules import COLLEAGUES
from app.ratings.computing import compute, seal
from app.ratings.inputs import Adjustment, Answered, CommentBox, Form, build_document
from app.ratings.reading import shown_result
from app.ratings.sheet import (
    FormCompetency,
    FormItem,
    SheetError,
    SheetLine,
    SheetProblem,
    dimension_rows,
    missing_figures,
)
from app.ratings.shown import ResultStatus, ShownResult, WithheldKind
from app.schemes.packs import load_scheme

KAM = load_scheme("kam").definition()
NAMES = {"C1": ("客户关系维护", "Customer relationship care")}
ALL_GROUPS = {"self": 1, "supervisor": 1, "peer": 4, "subordinate": 3, "customer": 3}
BOXES = (
    CommentBox(code="start", audience="internal", name_zh="开始", name_en="Start"),
    CommentBox(code="customer", audience="customer", name_zh="意见", name_en="Opinion"),
)


def competency(code: str, *, customers: bool) -> FormCompetency:
    items = [item(f"{code}-{number}") for number in (1, 2, 3)]
    if customers:
        items += [item(f"{code}-{number}", "customer") for number in (4, 5)]
    zh, en = NAMES.get(code, (f"能力{code}", f"Competency {code}"))
    return FormCompetency(code=code, name_zh=zh, name_en=en, items=tuple(items))


def item(code: str, *groups: str) -> FormItem:
    return FormItem(
        code=code, groups=groups or COLLEAGUES, text_zh=code, text_en=code, weight=1, reverse=False
    )


FORM = Form(
    competencies=tuple(
        competency(code, customers=code in {"C1", "C2"}) for code in ("C1", "C2", "C3", "C4")
    ),
    boxes=BOXES,
)
SHEET = [
    SheetLine(
        dimension=row["name_zh"],
        name=element["name_zh"],
        weight=element["weight"],
        method=element["kpi"]["method"],
        parameters={**element["kpi"], "actual": "50", "target": "50"},
        status="scored",
        target="50",
        actual="50",
    )
    for row in KAM["dimensions"]
    for element in row["elements"]
    if "kpi" in element
]


def rater(
    name: str, group: str, level: int | None = 4, comment: str = "", **changed: int | None
) -> Answered:
    codes = [one.code for row in FORM.competencies for one in row.items if group in one.groups]
    box = "customer" if group == "customer" else "start"
    return Answered(
        id=name,
        group=group,
        answers=dict.fromkeys(codes, level)
        | {code.replace("_", "-"): value for code, value in changed.items()},
        comments={box: comment} if comment else {},
    )


def raters(comment: bool = False, **sizes: int) -> list[Answered]:
    return [
        rater(f"{group}{n}", group, comment=f"words of {group}{n}" if comment else "")
        for group, size in {**ALL_GROUPS, **sizes}.items()
        for n in range(size)
    ]


def document(answered: list[Answered], **changed: Any) -> dict[str, Any]:
    facts = {
        "identity": "p1",
        "title": "A round",
        "definition": KAM,
        "form": FORM,
        "lines": SHEET,
        "answered": answered,
        "k_min": 3,
        "order_key": b"secret",
    }
    return build_document(**{**facts, **changed})


def shown(answered: list[Answered], language: str = "en", **changed: Any) -> ShownResult:
    result = compute(document(answered, **changed)).result
    return shown_result(json.loads(json.dumps(result)), language)


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_leaves_no_trace(random: Random) -> None:
    answered = raters(comment=True)
    shuffled = list(answered)
    random.shuffle(shuffled)

    assert json.dumps(document(shuffled)) == json.dumps(document(answered))


def test_comments_stand_in_an_order_that_only_the_key_explains() -> None:
    answered = raters(comment=True)
    one = [row["text"] for row in document(answered)["comments"]]
    other = [row["text"] for row in document(answered, order_key=b"other")["comments"]]

    assert sorted(one) == sorted(other)
    assert one != other


def test_the_round_raises_the_minimum_of_protected_groups_only() -> None:
    groups = {row["id"]: row["k_min"] for row in document(raters(), k_min=5)["groups"]}

    assert groups == {"supervisor": 1, "self": 1, "peer": 5, "subordinate": 5, "customer": 5}


def test_a_scheme_decides_who_carries_the_weight_of_a_group_that_is_lost() -> None:
    definition = {**KAM, "missing_policy": "fixed_fallback"}
    asked = raters(self=1, supervisor=1, peer=4, subordinate=3, customer=2)
    groups = [
        {line["group"]: line["weight"]["dec"] for line in element["groups"]}
        for made in (document(asked, definition=definition), document(asked))
        for dimension in compute(made).result["dimensions"]
        for element in dimension["elements"]
        if element["id"] == "C1"
    ]

    assert groups == [
        {"supervisor": "65", "peer": "25", "subordinate": "10"},
        {"supervisor": "53.3333333333", "peer": "33.3333333333", "subordinate": "13.3333333333"},
    ]


def test_a_dimension_without_lines_keeps_the_scheme_and_waits_for_its_figures() -> None:
    lines = [line for line in SHEET if line.dimension != "销售业绩指标"]
    built = document(raters(), lines=lines)

    missing = [row["id"] for row in missing_figures(built["dimensions"])]
    assert missing == ["K1", "K2", "K3", "K4"]
    assert compute(built).status is ResultStatus.PENDING


def test_lines_that_name_no_competency_keep_those_of_the_scheme() -> None:
    rows = dimension_rows(KAM["dimensions"], SHEET, FORM.competencies)

    assert [one["id"] for one in rows[3]["elements"]] == ["C3", "C4"]
    assert [one["weight"] for one in rows[2]["elements"]] == ["35", "35", "30"]


def test_360_lines_give_the_weights_of_the_competencies() -> None:
    line = SheetLine(
        dimension="D4", name="能力C4", weight="100", method="360", parameters={}, status="scored"
    )
    rows = dimension_rows(KAM["dimensions"], [*SHEET, line], FORM.competencies)

    assert [(one["id"], one["weight"]) for one in rows[3]["elements"]] == [("C4", "100")]


def test_a_kpi_that_the_scheme_does_not_know_has_an_id_of_its_own() -> None:
    line = replace(SHEET[0], name="New business", weight="100")
    rows = dimension_rows(KAM["dimensions"], [line], FORM.competencies)

    element = rows[0]["elements"][0]
    assert (element["id"], element["name_en"], element["unit_en"]) == ("D1-1", "New business", "")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dimension": "Elsewhere"}, SheetProblem.UNKNOWN_DIMENSION),
        ({"name": "Elsewhere", "method": "360"}, SheetProblem.UNKNOWN_COMPETENCY),
    ],
)
def test_a_line_that_fits_nowhere_is_refused(
    changes: dict[str, str], problem: SheetProblem
) -> None:
    lines = [replace(SHEET[0], **changes)]  # type: ignore[arg-type]

    with pytest.raises(SheetError) as refusal:
        dimension_rows(KAM["dimensions"], lines, FORM.competencies)

    assert (refusal.value.problem, refusal.value.found) == (problem, "Elsewhere")


def test_a_kpi_that_does_not_apply_leaves_and_says_so() -> None:
    lines = [replace(line, status="not_applicable") if line is SHEET[0] else line for line in SHEET]

    element = shown(raters(), lines=lines).dimensions[0].elements[0]

    assert (element.score, str(element.weight)) == (None, "0")
    assert element.explain.startswith("not applicable")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shown_terms_add_up_at_every_level(language: str) -> None:
    result = shown(raters(), language, adjustments=[Adjustment(name="加分", points="1.5")])

    assert result.computed == sum(term.points for term in result.terms)
    for dimension in result.dimensions:
        assert dimension.points == sum(one.points for one in dimension.elements)


def test_protected_groups_are_counted_in_bands_and_the_supervisor_by_number() -> None:
    result = shown(raters(peer=6, subordinate=10))

    cells = {cell.groups: cell.raters for cell in result.competencies[0].cells}
    assert cells == {
        ("supervisor",): "1",
        ("peer",): "6–9",
        ("subordinate",): "10+",
        ("customer",): "3–5",
    }


def figures_of(result: ShownResult, label: str) -> list[str]:
    """What is shown of one group in the first competency, item by item."""
    items = result.competencies[0].items
    return [figure.text for one in items for figure in one.figures if figure.label == label]


def test_a_unanimous_small_group_shows_no_items() -> None:
    answered = [one for one in raters() if one.group != "customer"]
    for level in (1, 5):
        customers = [rater(f"c{n}", "customer", level) for n in range(3)]
        result = shown([*answered, *customers])
        assert figures_of(result, "Customers") == ["", ""]
        assert (WithheldKind.ITEM, ()) in kinds(result)


def test_one_item_at_the_end_of_the_scale_hides_those_beside_it() -> None:
    peers = [rater(f"p{n}", "peer", 3, C1_1=5) for n in range(3)]

    assert figures_of(shown([*raters(peer=0), *peers]), "Peers") == ["", "", ""]


def test_an_item_with_too_few_answers_is_blank_and_never_alone() -> None:
    few = [rater(f"p{n}", "peer", C1_2=None) for n in range(2)]
    many = [rater(f"p{n}", "peer", C1_1=None) for n in range(2, 6)]
    result = shown([*raters(peer=0), *few, *many])

    assert figures_of(result, "Peers") == ["", "", "4.0"]
    assert (WithheldKind.ITEM, ()) in kinds(result)


@pytest.mark.parametrize(("peers", "text"), [(6, "4.0"), (7, "")])
def test_where_extremes_are_left_out_of_the_mean_no_item_gives_them_away(
    peers: int, text: str
) -> None:
    trimmed = {**KAM, "aggregate": "trimmed", "trim": "0.15"}
    result = shown(raters(peer=peers), definition=trimmed)

    assert figures_of(result, "Peers") == [text] * 3
    assert figures_of(result, "Supervisor") == ["4"] * 3
    assert ((WithheldKind.ITEM, ()) in kinds(result)) == (not text)


def test_a_supervisor_who_did_not_observe_an_item_leaves_a_dash() -> None:
    result = shown([*raters(supervisor=0), rater("s", "supervisor", C1_1=None)])

    figure = result.competencies[0].items[0].figures[0]
    assert (figure.label, figure.text) == ("Supervisor", "–")


def kinds(result: ShownResult, place: int = 0) -> list[tuple[WithheldKind, tuple[str, ...]]]:
    return [(note.kind, note.groups) for note in result.competencies[place].withheld]


@pytest.mark.parametrize("customers", [0, 1, 2])
def test_nobody_and_too_few_customers_read_alike(customers: int) -> None:
    result = shown(raters(customer=customers))

    assert kinds(result) == [(WithheldKind.GROUP, ("Customers",))]
    assert kinds(result, 2) == []  # customers are not asked about it


def test_merged_groups_are_named() -> None:
    result = shown(raters(subordinate=2))

    assert kinds(result) == [(WithheldKind.MERGED, ("Peers", "Direct reports"))]
    assert result.competencies[0].cells[1].is_merged


def test_a_group_that_nobody_belongs_to_goes_unmentioned_where_its_pool_stands() -> None:
    assert kinds(shown(raters(subordinate=0))) == []


def test_a_competency_without_enough_weight_shows_no_figure_of_anybody_else() -> None:
    result = shown(raters(peer=1, subordinate=1, customer=1))

    one = result.competencies[0]
    assert (one.cells, one.others, one.gap, one.items) == ((), None, None, ())
    assert (WithheldKind.COMPETENCY, ()) in kinds(result)
    assert (WithheldKind.GROUP, ("Supervisor",)) not in kinds(result)
    assert (result.highest, result.lowest) == ((), ())


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=2))
def test_a_suppressed_group_influences_nothing_that_is_shown(levels: list[int]) -> None:
    rest = raters(customer=0)
    customers = [rater(f"c{n}", "customer", level) for n, level in enumerate(levels)]
    usual = [rater(f"c{n}", "customer", 3) for n in range(2)]

    assert shown([*rest, *customers]) == shown([*rest, *usual])


def test_comments_need_five_protected_raters() -> None:
    four = shown(raters(comment=True, peer=4, subordinate=0, customer=0)).comments
    five = shown(raters(comment=True, peer=5, subordinate=0, customer=0)).comments

    assert four is not None
    assert five is not None
    assert four.colleagues == ()
    assert four.withheld is not None
    assert len(four.supervisor) == len(four.own) == 1
    assert [(one.heading, len(one.texts)) for one in five.colleagues] == [("Start", 5)]
    assert five.withheld is None


@pytest.mark.parametrize("written", [0, 1, 2])
def test_nobody_learns_whether_one_or_two_wrote_anything(written: int) -> None:
    peers = [rater(f"p{n}", "peer", comment="a" if n < written else "") for n in range(6)]

    comments = shown([*raters(peer=0), *peers]).comments

    assert comments is not None
    assert (comments.colleagues, comments.withheld is None) == ((), False)


def test_comments_of_few_customers_stand_under_no_heading_that_tells() -> None:
    few = shown(raters(comment=True, peer=5, customer=3)).comments
    many = shown(raters(comment=True, peer=5, customer=5)).comments

    assert few is not None
    assert many is not None
    assert [(one.heading, len(one.texts)) for one in few.colleagues] == [("", 11)]
    assert {one.heading for one in many.colleagues} == {"Start", "Opinion"}


def asking(*codes: str) -> Form:
    """The form with these items critical."""
    competencies = tuple(
        replace(row, items=tuple(replace(one, critical=one.code in codes) for one in row.items))
        for row in FORM.competencies
    )
    return replace(FORM, competencies=competencies)


def giving(one: Answered, code: str, text: str) -> Answered:
    """The same rater with an example of this item."""
    return replace(one, comments={**one.comments, f"example.{code}": text})


def test_an_example_of_a_protected_rater_stands_among_comments_without_any_heading() -> None:
    answered = [
        giving(one, "C1-1", f"example of {one.id}") if one.id == "peer0" else one
        for one in raters(comment=True, peer=5, customer=5)
    ]

    comments = shown(answered, form=asking("C1-1")).comments

    assert comments is not None
    mixed, customers = comments.colleagues
    assert (mixed.heading, customers.heading) == ("", "Opinion"), "customers are asked for none"
    assert "example of peer0" in mixed.texts
    assert len(mixed.texts) == 5 + 3 + 1


def test_comments_have_no_headings_whether_or_not_anybody_gave_an_example() -> None:
    """Else a missing heading would tell that somebody answered so."""
    form = asking("C1-1")
    without = raters(comment=True, peer=5, subordinate=0, customer=0)
    instead = [
        replace(one, comments={"example.C1-1": t}) for one in without for t in one.comments.values()
    ]

    def headings(answered: list[Answered]) -> list[tuple[str, int]]:
        comments = shown(answered, form=form).comments
        assert comments is not None
        return [(one.heading, len(one.texts)) for one in comments.colleagues]

    assert headings(without) == headings(instead) == [("", 5)]
    stored = [row for row in document(instead, form=form)["comments"] if row["group"] == "peer"]
    assert {(row["box"], row["name_zh"], row["name_en"]) for row in stored} == {("", "", "")}


def test_where_one_group_is_asked_for_examples_no_group_of_its_audience_is_parted_from_it() -> None:
    form = asking("C1-1")
    rows = [
        replace(row, items=tuple(replace(one, groups=("peer",)) for one in row.items))
        if row.code == "C1"
        else row
        for row in form.competencies
    ]

    comments = shown(
        raters(comment=True, peer=5, subordinate=5, customer=0),
        form=replace(form, competencies=tuple(rows)),
    ).comments

    assert comments is not None
    assert [(one.heading, len(one.texts)) for one in comments.colleagues] == [("", 10)]


def test_examples_need_as_many_raters_as_comments_do() -> None:
    few = raters(peer=4, subordinate=0, customer=0)
    answered = [giving(one, "C1-1", f"example of {one.id}") for one in few]

    comments = shown(answered, form=asking("C1-1")).comments

    assert comments is not None
    assert (comments.colleagues, comments.withheld is None) == ((), False)


def test_whoever_is_named_gives_an_example_under_the_text_of_its_item() -> None:
    answered = [
        giving(one, "C2-1", "an example") if one.group in {"supervisor", "self"} else one
        for one in raters(comment=True)
    ]

    english = shown(answered, form=asking("C2-1")).comments
    chinese = shown(answered, "zh", form=asking("C2-1")).comments

    assert english is not None
    assert chinese is not None
    for lists in (english.supervisor, english.own):
        assert [one.heading for one in lists] == ["Start", "One example: C2-1"]
        assert lists[1].texts == ("an example",)
    assert [one.heading for one in chinese.supervisor] == ["开始", "举例：C2-1"]


def test_what_an_item_that_asks_for_nothing_was_given_is_left_out() -> None:
    answered = [giving(one, "C1-1", "from nowhere") for one in raters(peer=5)]

    assert document(answered)["comments"] == []
    assert document(answered, form=asking("C1-2"))["comments"] == []


def test_highest_and_lowest_never_overlap_and_ties_are_not_cut() -> None:
    answered = [
        replace(
            one,
            answers={code: 5 if code.startswith(("C1", "C2")) else 3 for code in one.answers},
        )
        for one in raters()
    ]

    result = shown(answered)

    assert {one.id for one in result.highest} == {"C1", "C2"}
    assert {one.id for one in result.lowest} == {"C3", "C4"}


def test_equal_competencies_have_no_highest() -> None:
    result = shown(raters())

    assert (result.highest, result.lowest) == ((), ())


def test_calibration_shows_beside_what_was_computed() -> None:
    plain = document(raters())
    steps = [{"by": "HR", "delta": "-0.50", "reason": "Aligned with the others"}]
    result = shown_result(compute(plain | {"calibration": steps}).result, "en")

    assert result.final is not None
    assert result.computed is not None
    assert result.computed - result.final == -result.calibration[0].delta
    assert result.is_calibrated
    assert not shown(raters()).is_calibrated


def test_too_little_to_grade_shows_no_total() -> None:
    lines = [replace(line, status="not_applicable") for line in SHEET]

    result = shown(raters(), lines=lines)

    assert result.status is ResultStatus.INCOMPLETE
    assert (result.final, result.grade, result.terms, result.dimensions) == (None, None, (), ())


def test_the_seal_covers_every_input_and_needs_its_key() -> None:
    one = document(raters())
    other = document([*raters(peer=3), rater("peer3", "peer", 5)])

    assert seal(one, b"key") == seal(document(raters()), b"key")
    assert seal(one, b"key") != seal(other, b"key")
    assert seal(one, b"key") != seal(one, b"another key")
