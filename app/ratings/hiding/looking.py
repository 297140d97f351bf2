"""What HR looks through before the release: comments as readers will get them, and no more."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.feedback.hinting.rules import telling_spans
from app.ratings.hiding import queries
from app.ratings.hiding.queries import Commented, Hiding, KnownNames
from app.ratings.hiding.rules import (
    LISTS,
    Part,
    PartKind,
    Reason,
    Span,
    digest_of,
    parts_of,
    texts_in,
)
from app.ratings.keys import comment_key

PEOPLE_ON_A_PAGE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedAt:
    """One comment: `digest` is its name in addresses.

    Cut into parts only where it is shown, and looked at only where something is found: a round has
    thousands of them.
    """

    digest: str
    text: str
    hidden: Sequence[Span]
    telling: Sequence[Span]

    @property
    def parts(self) -> list[Part]:
        """What HR sees of it."""
        return parts_of(self.text, hidden=self.hidden, telling=self.telling)

    @property
    def is_telling(self) -> bool:
        """Whether words that could identify somebody can still be read."""
        return bool(self.telling) and (
            not self.hidden or any(part.kind is PartKind.TELLING for part in self.parts)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedList:
    """The comments under one heading, in both languages; an empty one for none."""

    zh: str
    en: str
    comments: tuple[LookedAt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedPerson:
    """The comments about one person, by the sections of the result's page."""

    participant_id: int
    name: str
    department: str
    sections: Mapping[str, tuple[LookedList, ...]]

    @property
    def comments(self) -> list[LookedAt]:
        return [one for kind in LISTS for row in self.sections[kind] for one in row.comments]

    @property
    def is_telling(self) -> bool:
        return any(one.is_telling for one in self.comments)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """Passages that were hidden in comments which nobody gets any more."""

    name: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """A whole round as one person in HR looks it through; nothing about that person is in it."""

    people: tuple[LookedPerson, ...]
    reasons: Mapping[Reason, int]
    gone: tuple[Gone, ...]

    @property
    def number(self) -> int:
        return sum(len(person.comments) for person in self.people)

    @property
    def telling(self) -> int:
        return sum(one.is_telling for person in self.people for one in person.comments)


def look_through(cycle_id: int, *, account_id: int, link_key: bytes) -> Looking:
    """Every comment of the round that a reader will get."""
    rows = queries.list_commented(cycle_id, account_id)
    hidings = queries.list_hidings(cycle_id, account_id)
    names = queries.known_names(cycle_id)
    hidden = spans_by_comment(hidings)
    people = [_person(row, hidden.get(row.participant_id, {}), names, link_key) for row in rows]
    return Looking(
        people=tuple(person for person in people if person.comments),
        reasons=Counter(one.reason for one in hidings),
        gone=tuple(_gone(people, hidings)),
    )


def spans_by_comment(hidings: Sequence[Hiding]) -> dict[int, dict[str, list[Span]]]:
    """Participant → comment → what is hidden of it."""
    found: dict[int, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for one in hidings:
        found[one.participant_id][one.comment].extend(one.spans)
    return found


def text_of(row: Commented, digest: str, *, link_key: bytes) -> str | None:
    """The words of a comment; None where no reader gets it (any more)."""
    key = comment_key(link_key, row.participant_id)
    return next((text for text in texts_in(row.comments) if digest_of(text, key) == digest), None)


def _person(
    row: Commented, hidden: Mapping[str, Sequence[Span]], names: KnownNames, link_key: bytes
) -> LookedPerson:
    key, around = comment_key(link_key, row.participant_id), names.around(row)

    def looked_at(text: str) -> LookedAt:
        digest = digest_of(text, key)
        telling = telling_spans(text, names=around, about=row.name)
        return LookedAt(digest=digest, text=text, hidden=hidden.get(digest, ()), telling=telling)

    return LookedPerson(
        participant_id=row.participant_id,
        name=row.name,
        department=row.department,
        sections={
            kind: tuple(
                LookedList(zh=one["zh"], en=one["en"], comments=tuple(map(looked_at, one["texts"])))
                for one in row.comments[kind]
            )
            for kind in LISTS
        },
    )


def _gone(people: Sequence[LookedPerson], hidings: Sequence[Hiding]) -> list[Gone]:
    there = {(person.participant_id, one.digest) for person in people for one in person.comments}
    lost = [one for one in hidings if (one.participant_id, one.comment) not in there]
    numbers = Counter((one.name, one.participant_id) for one in lost)
    return [Gone(name=name, number=number) for (name, _id), number in numbers.items()]
