"""Who sees the answers: what each reviewer is told, from this round as it stands now.

How many are asked is told and never kept: the number that a reviewer saw would date the answer as
soon as somebody declines. What is kept with an answer is `Promise.version`, no finer than its
group.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.feedback.callers import Asked
from app.feedback.frozen import KEPT_FORMS, Launch, launch_of
from app.feedback.pages import Visit
from app.feedback.queries import count_others_asked, list_alone_in_company, list_definitions
from app.feedback.rules import Promise, Standing, promise_to, standing_in
from app.feedback.wording import names_in_row, role_of_reader
from app.people.groups import RaterGroup

Counts = Mapping[int, Mapping[RaterGroup, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One promise and the people it is about, with the relations that share it."""

    promise: Promise
    names: tuple[str, ...]
    groups: tuple[RaterGroup, ...]
    alone: bool  # the only one of their company who is asked
    standing: Standing | None  # only where it is the same for all these people

    @property
    def people(self) -> str:
        return names_in_row(self.names)

    @property
    def relations(self) -> str:
        return role_of_reader(*self.groups)


def notices_for(visit: Visit) -> list[Notice]:
    """One notice for each different promise among the reviewer's relations."""
    schemes = frozenset(row.scheme_id for row in visit.asked)
    definitions = _frozen_definitions(launch_of(visit.cycle), schemes)
    promised = [
        (promise_to(row.group, definitions[row.scheme_id], k_min=visit.cycle.k_min), row)
        for row in visit.asked
    ]
    return notices_about(visit, promised)


def notices_about(visit: Visit, promised: Sequence[tuple[Promise, Asked]]) -> list[Notice]:
    """One notice for each different promise among these promises and people."""
    alone = _alone(visit, [row for _promise, row in promised])
    counts = count_others_asked(visit.reviewer.id)
    grouped: dict[object, list[tuple[Promise, Asked]]] = {}
    for promise, row in promised:
        key = (promise.kind, row.participant_id in alone)
        grouped.setdefault(key, []).append((promise, row))
    return [_notice(rows, alone, counts) for rows in grouped.values()]


def notice_about(visit: Visit, asked: Asked, promise: Promise) -> Notice:
    """The notice on the form about one person."""
    counts = count_others_asked(visit.reviewer.id)
    return _notice([(promise, asked)], _alone(visit, [asked]), counts)


@lru_cache(KEPT_FORMS)
def _frozen_definitions(
    _launch: Launch, scheme_ids: frozenset[int]
) -> Mapping[int, Mapping[str, Any]]:
    return list_definitions(scheme_ids)


def _alone(visit: Visit, asked: Sequence[Asked]) -> set[int]:
    customers = [row.participant_id for row in asked if row.group is RaterGroup.CUSTOMER]
    return list_alone_in_company(visit.reviewer, customers) if customers else set()


def _notice(
    rows: Sequence[tuple[Promise, Asked]], alone: Collection[int], counts: Counts
) -> Notice:
    promise, first = rows[0]
    standings = {standing_in(one, counts.get(row.participant_id, {})) for one, row in rows}
    return Notice(
        promise=promise,
        names=tuple(row.name for _promise, row in rows),
        groups=tuple(dict.fromkeys(row.group for _promise, row in rows)),
        alone=first.participant_id in alone,
        standing=standings.pop() if len(standings) == 1 else None,
    )
