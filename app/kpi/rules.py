"""From the workbook's column 参数 to the KPI object of a scoring file, and back. Pure.

The grammar is described for people in docs/workbook-parameters.md.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from app.kpi.grammar import READERS, number, whole
from app.kpi.problems import ParameterError, ParameterProblem, check
from app.kpi.words import COMPETENCY, METHOD_OF, STATUS_OF, STATUSES, Wording, plain
from app.kpi.writing import WRITERS
from app.schemes.rules import Method
from app.scoring import kpi
from app.scoring.kpi import KpiStatus

FIRST_ENTRY = re.compile(r"\s*([^;；\r\n]*)[;；\r\n]*(.*)", re.DOTALL)
WITH_TARGET: dict[Method, Callable[..., Fraction]] = {
    Method.RATIO: kpi.ratio,
    Method.RATIO_SIGNED: kpi.ratio_signed,
    Method.MIRROR: kpi.mirror,
    Method.INVERSE: kpi.inverse,
    Method.STEP_DELTA: kpi.percent_deviation,
    Method.ALL_OR_NOTHING: kpi.all_or_nothing,
}


def method_of(text: str) -> Method | None:
    """Return the method that a cell names, or None for 360, which is a competency's weight."""
    word = plain(text)
    if word in COMPETENCY:
        return None
    if word not in METHOD_OF:
        raise ParameterError(ParameterProblem.UNKNOWN_METHOD, found=text)
    return METHOD_OF[word]


def read_parameters(
    method: str,
    text: str,
    *,
    target: str | None,
    actual: str | None,
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Turn a row's cells into the KPI object of a scoring file, its decimals as plain text.

    Empty 参数 or 目标 take what the scheme's KPI object ``defaults`` says, if it has the same
    method. Raise ParameterError for whatever cannot be understood.
    """
    chosen = method_of(method)
    if chosen is None:
        raise ParameterError(ParameterProblem.COMPETENCY, found=method)
    status, text, actual = _status(text, actual)
    if defaults is not None and defaults["method"] == chosen:
        text = text if text.strip() else _default_text(defaults)
        target = target if target and target.strip() else defaults.get("target")
    row: dict[str, Any] = {"method": chosen.value}
    if status is not KpiStatus.NOT_APPLICABLE or text.strip():
        row |= READERS[chosen](text)
    row |= _target(chosen, target, required=status is not KpiStatus.NOT_APPLICABLE)
    status = _result(row, actual, status)
    if status is not None:
        row["status"] = status.value
    _try_out(chosen, row)
    return row


def write_parameters(row: Mapping[str, Any], *, wording: Wording = Wording.EN) -> str:
    """Write the text that ``read_parameters`` turns back into the same KPI object."""
    status = row.get("status")
    words = [STATUSES[KpiStatus(status)][wording][0]] if status in list(STATUSES) else []
    return "; ".join([*words, *WRITERS[Method(row["method"])](row, wording)])


def _status(text: str, actual: str | None) -> tuple[KpiStatus | None, str, str | None]:
    """Take the status words out of both cells; an empty 实际 becomes None."""
    first, rest = FIRST_ENTRY.fullmatch(text).groups()  # type: ignore[union-attr]  # takes any text
    said = STATUS_OF.get(plain(first))
    actual = actual if actual and actual.strip() else None
    reported = STATUS_OF.get(plain(actual)) if actual else None
    text = rest if said else text
    if said and actual and reported is not said:
        raise ParameterError(ParameterProblem.STATUS_CONFLICT, found=actual)
    return said or reported, text, None if reported else actual


def _default_text(defaults: Mapping[str, Any]) -> str:
    """The scheme's parameters as text. It knows what an event costs, not how many there were."""
    events = [[name, points, None] for name, points, _ in defaults.get("events", [])]
    rule = {key: value for key, value in defaults.items() if key != "status"}
    return write_parameters({**rule, "events": events})


def _target(method: Method, text: str | None, *, required: bool) -> dict[str, str]:
    if method not in WITH_TARGET:
        return {}
    if text and text.strip():
        return {"target": number(text)}
    if required:
        raise ParameterError(ParameterProblem.TARGET_MISSING)
    return {}


def _result(row: dict[str, Any], actual: str | None, status: KpiStatus | None) -> KpiStatus | None:
    """Put the actual figure into the row; without one the row waits for it."""
    if row["method"] == Method.DEDUCT:
        return _counted(row.get("events", []), actual, status)
    row["actual"] = number(actual) if actual else None
    if row["method"] == Method.MANUAL and actual and "reason" not in row:
        raise ParameterError(ParameterProblem.REASON_MISSING)
    return status if actual else status or KpiStatus.PENDING


def _counted(
    events: list[list[Any]], actual: str | None, status: KpiStatus | None
) -> KpiStatus | None:
    """Settle how often each event happened: x2 in 参数, or 实际 where there is one event."""
    open_counts = [event[0] for event in events if event[2] is None]
    if actual is not None:
        _share_out(events, whole(actual), open_counts)
    elif open_counts and len(open_counts) < len(events):
        raise ParameterError(ParameterProblem.COUNT_MISSING, found=open_counts[0])
    elif open_counts:
        status = status or KpiStatus.PENDING
        for event in events:
            event[2] = 0
    return status


def _share_out(events: list[list[Any]], actual: int, open_counts: list[str]) -> None:
    """Let the one event have the actual count; counts that are written must sum to it."""
    if open_counts and len(events) > 1:
        raise ParameterError(ParameterProblem.COUNT_MISSING, found=open_counts[0])
    if open_counts:
        events[0][2] = actual
    written = sum(event[2] for event in events)
    if written != actual:
        raise ParameterError(ParameterProblem.COUNT_CONFLICT, found=written, actual=actual)


def _try_out(method: Method, row: Mapping[str, Any]) -> None:
    """Refuse what the engine would refuse of target and actual; 1 stands in for an open actual."""
    if method not in WITH_TARGET or "target" not in row or row.get("delta") == "points":
        return
    actual = row["actual"] or "1"
    with_target = WITH_TARGET[method]
    check(lambda: with_target(actual=Fraction(actual), target=Fraction(row["target"])))
