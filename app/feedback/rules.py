"""Who finds what behind the link, in which order, and how long it takes. Pure."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.feedback.measuring.rules import Measure, measure_of
from app.people.groups import RaterGroup
from app.questionnaires.rules import Audience, seconds_for_form
from app.schemes.rules import Method

LATER_FORM_SHARE = Decimal("0.75")
MOST_LINES, LETTERS_IN_LINE, HAN_IN_LINE = 2, 7, 3  # of an answer on the narrowest phone
SOFT_HYPHEN = "\u00ad"

LEAST_GROUP_MINIMUM = 3
DEFAULT_COMMENT_MINIMUM = 5


class Door(StrEnum):
    """What a reviewer finds behind the link."""

    CUT_OFF = "cut_off"  # the link was reported or taken back
    REPLACED = "replaced"  # the reviewer asked for a newer link, which has been mailed
    NOT_OPEN = "not_open"  # launched, but collection begins later
    CLOSED = "closed"  # HR has closed the round
    EXPIRED = "expired"  # the deadline and its grace are over
    NOBODY = "nobody"  # no request (any more)
    DECLINED = "declined"  # every request declined
    DONE = "done"  # nothing left to do, at least one form sent
    OPEN = "open"


def door_of(
    *, cut_off: bool, has_opened: bool, is_closed: bool, accepts: bool, states: Sequence[str]
) -> Door:
    """Which door stands before a reviewer whose requests have these states."""
    checks = (
        (cut_off, Door.CUT_OFF),
        (is_closed, Door.CLOSED),
        (not has_opened, Door.NOT_OPEN),
        (not states, Door.NOBODY),
        (all(state == "submitted" for state in states), Door.DONE),
        (not accepts, Door.EXPIRED),
        (all(state == "declined" for state in states), Door.DECLINED),
        (all(state in {"submitted", "declined"} for state in states), Door.DONE),
    )
    return next((door for met, door in checks if met), Door.OPEN)


def fit_in_a_row(labels: Iterable[str]) -> bool:
    """Whether five labels fit side by side on a phone 320 px wide, each in at most two lines.

    Measured with 15 px: a line takes three 汉字, or one word of up to seven Latin letters. A soft
    hyphen ends a line as a space does.
    """
    return all(_fits(label) for label in labels)


def _fits(label: str) -> bool:
    parts = label.replace(SOFT_HYPHEN, " ").split()
    if all(part.isascii() for part in parts):
        return len(parts) <= MOST_LINES and all(len(part) <= LETTERS_IN_LINE for part in parts)
    return len(label) <= MOST_LINES * HAN_IN_LINE


def place_in_list(reviewer_id: int, request_id: int, group: RaterGroup) -> tuple[int, str]:
    """Sort key: the own form first, the others shuffled differently for every reviewer.

    Ratings drift along a list, so nobody may stand at the same place of every list.
    """
    mixed = hashlib.sha256(f"{reviewer_id}:{request_id}".encode()).hexdigest()
    return (0 if group is RaterGroup.SELF else 1, mixed)


def minutes_needed(
    forms: Iterable[tuple[Audience, int]],
    *,
    usual: Mapping[Measure, int] | None = None,
    done_before: int = 0,
) -> int:
    """Whole minutes, rounded up, for forms given as (audience, number of items).

    `usual` holds the seconds that such forms took others, where that is known. Else the items are
    counted; from the second form on they are known by heart, which saves a quarter. `done_before`
    are the forms that the same person has submitted already.
    """
    total = Decimal(0)
    for place, (audience, items) in enumerate(forms):
        taken = (usual or {}).get(measure_of(audience, done_before=done_before + place))
        share = LATER_FORM_SHARE if done_before + place else Decimal(1)
        total += seconds_for_form(audience, items) * share if taken is None else taken
    return max(1, math.ceil(total / 60))


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What one rater group is promised in one round, read from the rules that will be applied."""

    group: RaterGroup
    audience: Audience
    protected: bool
    k: int  # people who must have answered before anything of the group is shown or counted
    k_comment: int  # protected people who must have answered before any comment is shown
    k_pool: int  # the same as k for the pool as a whole: the most that a group in it asks for
    pool: tuple[RaterGroup, ...]  # groups that are combined when one of them is below k
    counts: bool  # whether the group has a weight in the score
    kpis: tuple[tuple[str, str], ...]  # KPIs read from the group's answers, named in (zh, en)

    @property
    def kind(self) -> object:
        """Equal for groups that are promised the same, and so may share one sentence."""
        return self._protection if self.protected else self.group

    @property
    def _protection(self) -> object:
        return (self.audience, self.k, self.k_comment, self.pool, self.kpis)

    def version(self, mode: str) -> str:
        """Names the notice that was shown; kept with an answer, so it tells no more than group."""
        shown = f"k{self.k}c{self.k_comment}" if self.protected else "named"
        shown += "s" if self.kpis else ""
        return f"7/{mode}/{self.group}/{shown}"[:40]


def promise_to(group: RaterGroup, definition: Mapping[str, Any], *, k_min: int) -> Promise:
    """The promise to a group under a scheme's definition in a round whose minimum is `k_min`.

    A group that the scheme does not name is promised the most.
    """
    rows = {str(row["id"]): row for row in definition.get("groups", ())}
    own = rows.get(group, {})
    pool = own.get("pool")
    together = [name for name, row in rows.items() if pool and row.get("pool") == pool]
    customer = group is RaterGroup.CUSTOMER
    k = _least(own, k_min)
    return Promise(
        group=group,
        audience=Audience(own.get("audience", "customer" if customer else "internal")),
        protected=bool(own.get("protected", True)),
        k=k,
        k_comment=int(definition.get("k_comment", DEFAULT_COMMENT_MINIMUM)),
        k_pool=max([k, *(_least(rows[name], k_min) for name in together)]),
        pool=tuple(sorted(RaterGroup(name) for name in together)),
        counts=Decimal(str(own.get("weight", "0"))) > 0,
        kpis=tuple(_kpis_read_from(group, definition)),
    )


def _kpis_read_from(group: RaterGroup, definition: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Both names of every KPI whose points are the mean of this group's answers."""
    for dimension in definition.get("dimensions", ()):
        for element in dimension["elements"]:
            kpi = element.get("kpi") or {}
            if kpi.get("method") == Method.FROM_FEEDBACK and kpi.get("group") == group:
                yield element["name_zh"], element["name_en"]


def _least(row: Mapping[str, Any], k_min: int) -> int:
    return max(k_min, int(row.get("k_min", LEAST_GROUP_MINIMUM)))


class Outlook(StrEnum):
    """What is certain about a protected group before anybody has answered."""

    OPEN = "open"  # enough are asked: it depends on how many answer
    COMBINED = "combined"  # too few are asked, so whoever answers is combined with the pool
    WITHHELD = "withheld"  # too few are asked even together: not shown, not counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How many are asked beside a reader, as the round stands, and what follows from it alone."""

    group: RaterGroup
    asked: int  # in the reader's own group, the reader among them
    together: int  # in all groups that would be combined
    partners: tuple[RaterGroup, ...]  # the others of these groups in which anybody is asked
    outlook: Outlook


def standing_in(promise: Promise, others: Mapping[RaterGroup, int]) -> Standing | None:
    """Where a reader of this promise stands beside `others` asked; None where nothing protects."""
    if not promise.protected:
        return None
    asked = {**others, promise.group: others.get(promise.group, 0) + 1}
    pool = promise.pool or (promise.group,)
    together = sum(asked.get(group, 0) for group in pool)
    own = asked[promise.group]
    too_few = Outlook.COMBINED if together >= promise.k_pool else Outlook.WITHHELD
    return Standing(
        group=promise.group,
        asked=own,
        together=together,
        partners=tuple(one for one in pool if one is not promise.group and asked.get(one, 0)),
        outlook=Outlook.OPEN if own >= promise.k else too_few,
    )
