"""Who may be compared with whom, and which answer of a shared page is about whom. Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.people.groups import RaterGroup

FEWEST, MOST = 2, 6  # people on one page
MOST_DIGITS = 18  # of any number that we give
APART = frozenset({RaterGroup.SELF, RaterGroup.CUSTOMER})  # never compared


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A form that has not been submitted."""

    request_id: int
    group: RaterGroup
    questionnaire_id: int


def sets_to_compare(waiting: Sequence[Waiting]) -> list[list[int]]:
    """Requests with the same questions and the same relation, where they are few enough."""
    alike: dict[Hashable, list[int]] = {}
    for one in waiting:
        if one.group not in APART:
            alike.setdefault((one.group, one.questionnaire_id), []).append(one.request_id)
    return [ids for ids in alike.values() if FEWEST <= len(ids) <= MOST]


def fields_by_request(fields: Iterable[tuple[str, str]]) -> dict[int, dict[str, str]]:
    """Take apart fields named `<request>.<field of its form>`; others are not ours."""
    found: dict[int, dict[str, str]] = {}
    for name, text in fields:
        number, dot, field = name.partition(".")
        if dot and _is_number(number):
            found.setdefault(int(number), {})[field] = text
    return found


def revision_of(fields: Mapping[str, str]) -> int:
    """The revision of the draft that a page knew; 0 where it does not say."""
    text = fields.get("revision", "")
    return int(text) if _is_number(text) else 0


def holds_all(
    sent: Mapping[int, Mapping[str, str]], *, people: Iterable[int], fields: Iterable[str]
) -> bool:
    """Whether a page about these people, with these questions, can show all that was sent.

    The numbers of the pages move when somebody is not asked about, or done with, any more: then
    the same address leads to other people or to other questions.
    """
    shown = {"revision", *fields}
    return sent.keys() == set(people) and all(shown.issuperset(one) for one in sent.values())


def _is_number(text: str) -> bool:
    """Python refuses to read numbers of thousands of digits; nobody was given one."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
