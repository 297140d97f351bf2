import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kpi.grammar import number
from app.kpi.rules import read_parameters, write_parameters
from app.kpi.words import KEY_OF, STATUS_OF, Wording, plain
from app.schemes.packs import Scheme, list_schemes
from app.schemes.rules import Method

WORKED = json.loads(
    (Path(__file__).parents[2] / "data" / "worked_input.json").read_text(encoding="utf-8"),
    parse_float=str,
)
WORKED_KPIS = [
    pytest.param(element["kpi"], id=f"{example['id']}-{element['id']}")
    for example in WORKED["examples"]
    for dimension in example["dimensions"]
    for element in dimension["elements"]
    if "kpi" in element
]

decimals = st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(number)
positive = st.decimals(min_value="0.001", max_value=10**6, places=3).map(number)
points = st.decimals(min_value=0, max_value=120, places=2).map(number)
wordings = st.sampled_from(list(Wording))
names = st.text(
    st.characters(exclude_characters=";；\r\n:：=＝", exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
    min_size=1,
    max_size=12,
).map(str.strip)
event_names = names.filter(lambda name: plain(name) not in {"", *KEY_OF, *STATUS_OF})


def by_size(figures: list[str]) -> list[str]:
    return sorted(figures, key=Decimal)


@st.composite
def results(draw: st.DrawFn, figures: st.SearchStrategy[str]) -> dict[str, Any]:
    status = draw(st.sampled_from([None, "pending", "not_applicable"]))
    if status is None:
        return {"actual": draw(figures)}
    return {"actual": None, "status": status}


@st.composite
def ratios(draw: st.DrawFn) -> dict[str, Any]:
    methods = [Method.RATIO, Method.MIRROR, Method.INVERSE, Method.ALL_OR_NOTHING]
    method = draw(st.sampled_from([*methods, Method.RATIO_SIGNED]))
    return {"method": method.value, "target": draw(positive), **draw(results(positive))}


@st.composite
def curves(draw: st.DrawFn) -> dict[str, Any]:
    size = draw(st.integers(2, 5))
    places = by_size(draw(st.lists(decimals, min_size=size, max_size=size, unique=True)))
    worth = by_size(draw(st.lists(points, min_size=size, max_size=size)))
    rising = draw(st.booleans())
    ends = draw(st.sets(st.sampled_from(["below", "above"])))
    low, high = ("0", "120") if rising else ("120", "0")
    outside = {"below": low, "above": high}
    return {
        "method": "interpolate",
        "knots": [list(k) for k in zip(places, worth if rising else worth[::-1], strict=True)],
        **{end: outside[end] for end in ends},
        **draw(results(decimals)),
    }


@st.composite
def bands(draw: st.DrawFn) -> dict[str, Any]:
    cuts = by_size(draw(st.lists(decimals, min_size=1, max_size=4, unique=True)))
    below = [draw(st.booleans()) for _ in cuts]  # whether a cut belongs to the band below it
    rows: list[dict[str, Any]] = [{} for _ in range(len(cuts) + 1)]
    for index, (cut, belongs_below) in enumerate(zip(cuts, below, strict=True)):
        rows[index] |= {"hi": cut, **({"hi_inc": True} if belongs_below else {})}
        rows[index + 1] |= {"lo": cut, **({"lo_inc": False} if belongs_below else {})}
    scored = [{**row, "score": draw(points)} for row in rows]
    return {"method": "band", "bands": scored, **draw(results(decimals))}


@st.composite
def steps(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(st.dictionaries(st.sampled_from(["cap_up", "cap_down", "floor_at"]), points))
    return {
        "method": "step_delta",
        "base": draw(points),
        "unit": draw(positive),
        "per": draw(positive),
        "full_steps": draw(st.booleans()),
        **options,
        **draw(st.dictionaries(st.just("delta"), st.just("points"))),
        "target": draw(positive),
        **draw(results(decimals)),
    }


@st.composite
def deductions(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.lists(event_names, min_size=1, max_size=4, unique=True))
    status = draw(st.sampled_from([None, "pending", "not_applicable"]))
    return {
        "method": "deduct",
        "base": draw(points),
        **draw(st.dictionaries(st.just("floor"), points)),
        "events": [[name, draw(points), draw(st.integers(0, 999))] for name in chosen],
        **({"status": status} if status else {}),
    }


@st.composite
def manual(draw: st.DrawFn) -> dict[str, Any]:
    reason = draw(st.text(st.characters(exclude_categories=["Cs"])).map(str.strip).filter(bool))
    return {"method": "manual", "reason": reason, **draw(results(points))}


kpis = ratios() | curves() | bands() | steps() | deductions() | manual()


@given(kpis, wordings)
def test_what_is_written_is_read_back_exactly(kpi: dict[str, Any], wording: Wording) -> None:
    text = write_parameters(kpi, wording=wording)

    again = read_parameters(kpi["method"], text, target=kpi.get("target"), actual=kpi.get("actual"))

    assert again == kpi


@given(kpis, wordings)
def test_full_width_characters_read_like_half_width_ones(
    kpi: dict[str, Any], wording: Wording
) -> None:
    if kpi["method"] in {"deduct", "manual"}:
        return  # names and reasons are kept as they are typed
    text = write_parameters(kpi, wording=wording)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

    assert read_parameters(
        kpi["method"], wide, target=kpi.get("target"), actual=kpi.get("actual")
    ) == read_parameters(kpi["method"], text, target=kpi.get("target"), actual=kpi.get("actual"))


@given(st.sampled_from(list(Method)), st.text(), st.text(), st.text())
def test_any_cells_are_read_or_refused_with_a_reason(
    method: Method, text: str, target: str, actual: str
) -> None:
    try:
        kpi = read_parameters(method.value, text, target=target, actual=actual)
    except ValueError as error:
        assert type(error).__name__ == "ParameterError"  # noqa: PT017
    else:
        assert kpi["method"] == method


def canonical(value: Any) -> Any:
    """The worked example with every number as text, which is how a cell gives it."""
    if isinstance(value, dict):
        return {key: canonical(one) for key, one in value.items()}
    if isinstance(value, list):
        return [canonical(one) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    try:
        return number(value)
    except ValueError:
        return value


@pytest.mark.parametrize("kpi", WORKED_KPIS)
@pytest.mark.parametrize("wording", list(Wording))
def test_every_kpi_of_the_worked_examples_survives_the_workbook(
    kpi: dict[str, Any], wording: Wording
) -> None:
    text = write_parameters(kpi, wording=wording)

    again = read_parameters(kpi["method"], text, target=kpi.get("target"), actual=kpi.get("actual"))

    expected = canonical(kpi)
    if "bands" in expected:
        expected["bands"].reverse()
    assert canonical(again) == expected


@pytest.mark.parametrize("scheme", list_schemes(), ids=lambda scheme: scheme.code)
@pytest.mark.parametrize("wording", list(Wording))
def test_every_default_of_the_ready_schemes_survives_the_workbook(
    scheme: Scheme, wording: Wording
) -> None:
    for element in scheme.elements():
        if element.kpi is None or element.method is Method.FROM_FEEDBACK:
            continue
        actual = None if element.method is Method.DEDUCT else "1"
        text = write_parameters(element.kpi, wording=wording)

        again = read_parameters(
            element.kpi["method"], text, target=element.kpi.get("target"), actual=actual
        )

        assert {key: value for key, value in again.items() if key != "actual"} == element.kpi
