"""The default algorithm once more, written from its description and as plainly as can be.

Nothing here is shared with the engine: plain loops over the worked-input form, fractions
throughout, no checks, no speed. What both compute must agree to the last bit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

Document = Mapping[str, Any]
Line = tuple[Fraction, Fraction]
"""A line of rater groups: its weight among all groups, and its points."""

NOTHING = Fraction(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plain:
    """What the model says: the exact total, what is published, and every shown term by name."""

    exact: Fraction | None
    published: Fraction | None
    grade: str | None
    shown: dict[str, Fraction]


def number(value: Any) -> Fraction:
    return Fraction(str(value))


def plainly_rated(document: Document) -> Plain:
    lines = _lines_of_all(document)
    scores = _element_scores(document, lines)
    weights, dimension_scores, survives = _dimension_scores(document, scores)
    if survives == 0:
        return Plain(exact=None, published=None, grade=None, shown={})
    terms = {name: weights[name] * (own or NOTHING) for name, own in dimension_scores.items()}
    exact = _with_further_terms(document, terms)
    published = _rounded(exact, document)
    enough = survives >= number(document.get("min_dimension_weight", 60))
    shown = _cut(terms, published, document)
    for dimension in document["dimensions"]:
        name = dimension["id"]
        for element, share in _alive(dimension["elements"], scores).items():
            terms[f"{name}/{element}"] = weights[name] * share * (scores[element] or NOTHING)
            for line, part in _parts(lines.get(element, {})).items():
                terms[f"{name}/{element}/{line}"] = weights[name] * share * part
        _cut_below(name, terms, shown, document)
    grade = _grade(document, published) if enough else None
    return Plain(exact=exact, published=published, grade=grade, shown=shown)


def _cut_below(
    name: str, terms: Mapping[str, Fraction], shown: dict[str, Fraction], document: Document
) -> None:
    """Share out a shown figure among the terms one level below it, and so on."""
    depth = name.count("/") + 1
    below = {o: v for o, v in terms.items() if o.startswith(f"{name}/") and o.count("/") == depth}
    shown |= _cut(below, shown[name], document)
    for one in below:
        _cut_below(one, terms, shown, document)


# ---- 4.1 and 4.2: answers and raters ----


def _rater_points(document: Document, element: Document, rater: Document) -> Fraction | None:
    scale = document["scale"]
    anchors = {number(answer): number(points) for answer, points in scale["anchors"]}
    asked = [item for item in element["items"] if item["id"] in rater["a"]]
    given = [item for item in asked if rater["a"][item["id"]] is not None]
    on_form, answered = _weight_of(asked), _weight_of(given)
    if answered == 0 or answered < number(document.get("min_coverage", "0.5")) * on_form:
        return None
    points = NOTHING
    for item in given:
        answer = number(rater["a"][item["id"]])
        if item.get("reverse"):
            answer = number(scale["min"]) + number(scale["max"]) - answer
        points += number(item.get("w", 1)) * anchors[answer]
    return points / answered


def _weight_of(items: Iterable[Document]) -> Fraction:
    return sum((number(item.get("w", 1)) for item in items), start=NOTHING)


# ---- 1.2, 1.3 and 4.3: groups ----


def _average(points: list[Fraction], document: Document) -> Fraction:
    kind, ordered = document.get("aggregate", "mean"), sorted(points)
    count = len(ordered)
    if kind == "median":
        return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    dropped = 0
    if count >= 5 and kind == "trimmed":
        dropped = floor(number(document["trim"]) * count)
    if count >= 5 and kind == "drop_k_each_side":
        dropped = 1
    kept = ordered[dropped : count - dropped]
    return sum(kept, start=NOTHING) / len(kept)


def _surviving_groups(document: Document, element: Document) -> dict[str, Line]:
    """Line → its weight among all groups, and its points; pools where one of them is too small."""
    points: dict[str, list[Fraction]] = {}
    for rater in document["raters"]:
        own = _rater_points(document, element, rater)
        if own is not None:
            points.setdefault(rater["group"], []).append(own)
    present = [one for one in document["groups"] if one["weight"] and one["id"] in points]
    lines: dict[str, list[Document]] = {}
    for group in present:
        pool = [
            other for other in present if _pool(other) is not None and _pool(other) == _pool(group)
        ]
        small = any(len(points[other["id"]]) < _k_min(other) for other in pool)
        members = pool if small else [group]
        lines["+".join(sorted(one["id"] for one in members))] = members
    survivors = {}
    for label, members in lines.items():
        everybody = [own for one in members for own in points[one["id"]]]
        if len(everybody) >= max(_k_min(one) for one in members):
            weight = sum((number(one["weight"]) for one in members), start=NOTHING)
            survivors[label] = weight, _average(everybody, document)
    weight = sum((share for share, _ in survivors.values()), start=NOTHING)
    needed = number(document.get("min_group_weight", 50))
    return survivors if weight >= needed else {}


def _pool(group: Document) -> str | None:
    return group.get("pool")


def _k_min(group: Document) -> int:
    usual = 1 if group["id"] in ("supervisor", "self") else 3
    return int(group.get("k_min", usual))


def _lines_of_all(document: Document) -> dict[str, dict[str, Line]]:
    return {
        element["id"]: _surviving_groups(document, element)
        for dimension in document["dimensions"]
        for element in dimension["elements"]
        if "items" in element
    }


def _parts(lines: Mapping[str, Line]) -> dict[str, Fraction]:
    """What each line adds to its competency's score."""
    total = sum((weight for weight, _ in lines.values()), start=NOTHING)
    return {label: weight / total * points for label, (weight, points) in lines.items()}


# ---- 1.1 and 4.4: elements ----


def _element_scores(
    document: Document, lines: Mapping[str, Mapping[str, Line]]
) -> dict[str, Fraction | None]:
    scores: dict[str, Fraction | None] = {}
    for dimension in document["dimensions"]:
        for element in dimension["elements"]:
            if "kpi" in element:
                scores[element["id"]] = _kpi_score(element["kpi"], document)
            else:
                parts = _parts(lines[element["id"]])
                scores[element["id"]] = sum(parts.values(), start=NOTHING) if parts else None
    return scores


def _kpi_score(kpi: Document, document: Document) -> Fraction | None:
    if kpi.get("status") == "not_applicable":
        return None
    points = NOTHING if kpi.get("status") == "zero" else _kpi_points(kpi, document)
    floor_at, cap = number(document.get("kpi_floor", 0)), number(document.get("kpi_cap", 120))
    return min(max(points, floor_at), cap)


def _kpi_points(kpi: Document, document: Document) -> Fraction:
    method = kpi["method"]
    actual, target = number(kpi.get("actual") or 0), number(kpi.get("target") or 0)
    simple = {
        "ratio": lambda: 100 * actual / target,
        "ratio_signed": lambda: 100 * (1 + (actual - target) / abs(target)),
        "mirror": lambda: 100 * (2 - actual / target),
        "inverse": lambda: 100 * target / actual,
        "all_or_nothing": lambda: number(kpi.get("full", 100)) if actual >= target else NOTHING,
        "interpolate": lambda: _on_the_line(kpi, actual),
        "band": lambda: _in_its_band(kpi, actual),
        "step_delta": lambda: _stepped(kpi, actual, target),
        "deduct": lambda: _deducted(kpi),
        "manual": lambda: {a: number(p) for a, p in document["scale"]["anchors"]}[kpi["actual"]],
    }
    return simple[method]()


def _on_the_line(kpi: Document, actual: Fraction) -> Fraction:
    knots = [(number(at), number(points)) for at, points in kpi["knots"]]
    if actual < knots[0][0]:
        return number(kpi.get("below", knots[0][1]))
    for (left, low), (right, high) in pairwise(knots):
        if actual <= right:
            return low + (high - low) * (actual - left) / (right - left)
    return number(kpi.get("above", knots[-1][1]))


def _in_its_band(kpi: Document, actual: Fraction) -> Fraction:
    for band in kpi["bands"]:
        above = "lo" not in band or actual > number(band["lo"])
        below = "hi" not in band or actual < number(band["hi"])
        on_low = "lo" in band and actual == number(band["lo"]) and band.get("lo_inc", True)
        on_high = "hi" in band and actual == number(band["hi"]) and band.get("hi_inc", False)
        if (above or on_low) and (below or on_high):
            return number(band["score"])
    raise AssertionError("a band is missing")


def _stepped(kpi: Document, actual: Fraction, target: Fraction) -> Fraction:
    deviation = actual - target
    if kpi.get("delta", "percent") == "percent":
        deviation = 100 * deviation / abs(target)
    steps = abs(deviation) / number(kpi["unit"])
    change = number(kpi["per"]) * (floor(steps) if kpi["full_steps"] else steps)
    if deviation < 0:
        points = number(kpi["base"]) - min(change, number(kpi.get("cap_down", 10**9)))
    else:
        points = number(kpi["base"]) + min(change, number(kpi.get("cap_up", 10**9)))
    return max(points, number(kpi.get("floor_at", -(10**9))))


def _deducted(kpi: Document) -> Fraction:
    costs = [number(points) * count for _, points, count in kpi["events"]]
    return number(kpi["base"]) - sum(costs, start=NOTHING)


# ---- 4.5: dimensions and the total ----


def _alive(parts: Iterable[Document], scores: Mapping[str, Fraction | None]) -> dict[str, Fraction]:
    """Each part's share of the weight of the parts that have a score; 0 for the others."""
    weights = {
        part["id"]: NOTHING if scores[part["id"]] is None else number(part["weight"])
        for part in parts
    }
    total = sum(weights.values(), start=NOTHING)
    return {name: weight / total if total else NOTHING for name, weight in weights.items()}


def _dimension_scores(
    document: Document, scores: Mapping[str, Fraction | None]
) -> tuple[dict[str, Fraction], dict[str, Fraction | None], Fraction]:
    """The shares, the scores, and how much weight survives."""
    own: dict[str, Fraction | None] = {}
    for dimension in document["dimensions"]:
        shares = _alive(dimension["elements"], scores)
        parts = [share * (scores[name] or NOTHING) for name, share in shares.items()]
        own[dimension["id"]] = sum(parts, start=NOTHING) if any(shares.values()) else None
    survives = [
        number(one["weight"]) for one in document["dimensions"] if own[one["id"]] is not None
    ]
    return _alive(document["dimensions"], own), own, sum(survives, start=NOTHING)


def _with_further_terms(document: Document, terms: dict[str, Fraction]) -> Fraction:
    """The total; coefficient, adjustments, limit and veto become terms beside the dimensions."""
    total = sum(terms.values(), start=NOTHING)
    if document.get("coefficient") is not None:
        terms["COEF"] = number(document["coefficient"]) * total - total
        total += terms["COEF"]
    cap = number(document.get("adjust_cap", 5))
    points = sum((number(one["points"]) for one in document.get("adjustments", [])), start=NOTHING)
    terms["ADJ"] = min(max(points, -cap), cap)
    total += terms["ADJ"]
    final = document.get("final", {})
    limited = min(max(total, number(final.get("min", 0))), number(final.get("max", 120)))
    if limited != total:
        terms["CLAMP"] = limited - total
    ceilings = [number(gate["max_score"]) for gate in _gates(document) if "max_score" in gate]
    gated = min([limited, *ceilings])
    if gated != limited:
        terms["GATE"] = gated - limited
    return gated


def _gates(document: Document) -> list[Document]:
    gates = [e.get("gate") for one in document["dimensions"] for e in one["elements"]]
    return [gate for gate in gates if gate is not None and gate.get("triggered", True)]


# ---- 4.6 and 4.7: what is published ----


def _places(document: Document) -> int:
    return int(document.get("final", {}).get("dp", 2))


def _rounded(value: Fraction, document: Document) -> Fraction:
    unit = 10 ** _places(document)
    below = floor(value * unit)
    rest = value * unit - below
    half_even = document.get("final", {}).get("mode") == "half_even"
    goes_up = rest > Fraction(1, 2) or (
        rest == Fraction(1, 2) and (below % 2 == 1 if half_even else value > 0)
    )
    return Fraction(below + goes_up, unit)


def _cut(terms: Mapping[str, Fraction], total: Fraction, document: Document) -> dict[str, Fraction]:
    """Largest remainder: floors, and the remaining units to the largest remainders, ties by id."""
    unit = 10 ** _places(document)
    floors = {name: floor(value * unit) for name, value in terms.items()}
    rests = {name: value * unit - floors[name] for name, value in terms.items()}
    left = total * unit - sum(floors.values())
    for name in sorted(terms, key=lambda name: (-rests[name], name)):
        if left > 0:
            floors[name] += 1
            left -= 1
    return {name: Fraction(units, unit) for name, units in floors.items()}


def _grade(document: Document, score: Fraction) -> str:
    ladder = [(str(name), number(lower)) for name, lower in document["grades"]]
    names = [name for name, _ in ladder]
    earned = next(name for name, lower in ladder if score >= lower)
    worst = [str(gate["max_grade"]) for gate in _gates(document) if "max_grade" in gate]
    return max([earned, *worst], key=names.index)
