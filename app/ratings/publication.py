"""From an exact rating to what may be shown of it, in both languages. Pure.

Here the rules of disclosure are applied, once, when a rating is computed. What comes out is stored
with the rating and is all that pages and papers ever read: they never touch the answers.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.questionnaires.rules import EXAMPLE
from app.ratings.publication_of_feedback import answers_behind, competencies
from app.ratings.sheet import is_read_from_feedback
from app.scoring.disclosure.comments import comment_headings, may_show_comments
from app.scoring.disclosure.thresholds import SMALLEST_K, Thresholds
from app.scoring.example import SELF, Example
from app.scoring.numbers import fixed_text
from app.scoring.results import DimensionResult, ElementResult, Rating, Status
from app.scoring.trace import NO_SCORE, NO_SURVEY, TERM_NAMES, explain_element, percent_text

SUPERVISOR = "supervisor"

Table = Mapping[str, Any]


def published_view(document: Table, example: Example, rating: Rating) -> dict[str, Any]:
    """The figures as they are printed, and why others are not, as a JSON document."""
    elements = {one["id"]: one for row in document["dimensions"] for one in row["elements"]}
    rows = {row["id"]: row for row in document["dimensions"]}
    surveys = answers_behind(document, example)
    is_rated = rating.status is Status.RATED
    return {
        "dimensions": [
            _dimension(one, rows[one.id], elements, surveys, rating) for one in rating.dimensions
        ]
        if is_rated
        else [],
        "terms": _terms(rating, rows) if is_rated else [],
        "competencies": competencies(document, example, rating),
        "comments": _comments(document),
        "calibration": [
            {
                "delta": fixed_text(step.row.delta, rating.places),
                "grade": step.row.grade,
                "reason": step.row.reason,
            }
            for step in rating.steps
            if step.stands
        ],
    }


def _terms(rating: Rating, rows: Mapping[str, Table]) -> list[dict[str, str]]:
    """Every dimension that counts; further terms only where they change something."""
    terms = []
    counted = {one.id for one in rating.dimensions if one.score is not None}
    for term in rating.totals:
        points = fixed_text(term.shown, rating.places)
        if term.name in counted:
            terms.append({**_names(rows[term.name]), "points": points})
        elif term.shown:
            name = TERM_NAMES[term.name]
            terms.append({"zh": name.zh, "en": name.en, "points": points})
    return terms


def _dimension(
    result: DimensionResult,
    row: Table,
    elements: Mapping[str, Table],
    surveys: Mapping[str, list[dict[str, Any]]],
    rating: Rating,
) -> dict[str, Any]:
    return {
        "id": result.id,
        **_names(row),
        "weight": _percent(result.effective_weight),
        "score": _score(result.score),
        "points": fixed_text(result.shown, rating.places),
        "elements": [
            _element(one, elements[one.id], result, rating.places) | _answers(one.id, surveys)
            for one in result.elements
        ],
    }


def _answers(element_id: str, surveys: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Whose answers a KPI read from the feedback is made of; nobody's where too few answered."""
    return {"answers": surveys.get(element_id, []), "from_feedback": element_id in surveys}


def _element(
    result: ElementResult, row: Table, dimension: DimensionResult, places: int
) -> dict[str, Any]:
    kind = "kpi" if "kpi" in row else "competency" if "items" in row else "gate"
    reason = explain_element(dimension, result, places=places)
    if result.score is None:
        reason = NO_SURVEY if is_read_from_feedback(row) else NO_SCORE[result.status]
    texts = ("unit_zh", "unit_en", "source", "evidence")
    return {
        "id": result.id,
        **_names(row),
        "kind": kind,
        "nominal_weight": _percent(result.nominal_weight),
        "weight": _percent(result.effective_weight),
        "score": _score(result.score),
        "points": fixed_text(result.shown, places),
        "explain_zh": reason.zh,
        "explain_en": reason.en,
        "target": row.get("target_text", ""),
        "actual": row.get("actual_text", ""),
        **{key: row.get(key, "") for key in texts},
    }


def _comments(document: Table) -> dict[str, Any]:
    """Protected raters' comments all together and only where enough answered; others signed.

    None and too few read alike, so that nobody learns whether anything was written.
    """
    audiences = {one["id"]: one["audience"] for one in document["groups"] if one["protected"]}
    answered = Counter(
        audiences[rater["group"]] for rater in document["raters"] if rater["group"] in audiences
    )
    thresholds = Thresholds(k_comment=int(document["k_comment"]))
    rows = [row for row in document["comments"] if row["group"] in audiences]
    enough = may_show_comments(answered.total(), thresholds) and len(rows) >= SMALLEST_K
    # Each audience has questions of its own, so a heading tells the audience.
    headed = comment_headings(answered, thresholds)
    withheld = {"kind": "comments", "least": thresholds.k_comment}
    return {
        "colleagues": _lists(rows, [audiences[row["group"]] in headed for row in rows])
        if enough
        else [],
        "supervisor": _signed(document, SUPERVISOR),
        "own": _signed(document, SELF),
        "withheld": None if enough else withheld,
    }


def _signed(document: Table, group: str) -> list[dict[str, Any]]:
    rows = [row for row in document["comments"] if row["group"] == group]
    return _lists(rows, [True] * len(rows))


def _lists(rows: Sequence[Table], headed: Sequence[bool]) -> list[dict[str, Any]]:
    """One list per question, those of examples last; what may not stand under its question comes
    first, without one."""
    lists: dict[str, dict[str, Any]] = {}
    for row, has_heading in zip(rows, headed, strict=True):
        box = row["box"] if has_heading else ""
        names = _names(row) if has_heading else {"zh": "", "en": ""}
        lists.setdefault(box, {**names, "texts": []})["texts"].append(row["text"])
    return [lists[box] for box in sorted(lists, key=lambda box: (box.startswith(EXAMPLE), box))]


def _names(row: Table) -> dict[str, str]:
    return {"zh": row["name_zh"], "en": row["name_en"]}


def _score(value: Fraction | None) -> str | None:
    return None if value is None else fixed_text(value)


def _percent(value: Fraction) -> str:
    return percent_text(value).removesuffix("%")
