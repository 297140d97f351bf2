"""What makes an item text easy to answer, and which texts break that. Pure: no Flask, no database.

The findings advise the person who edits a questionnaire; the ready packs have none.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.people.groups import RaterGroup

MAX_CHARACTERS_ZH = 24
MAX_WORDS_EN = 14
EXAMPLE = "example."  # no code of a comment box that people make has a dot

HAN = re.compile(r"[㐀-鿿]")
LATIN_RUN = re.compile(r"[A-Za-z0-9]+")
HALF_WIDTH_PUNCTUATION_ZH = re.compile(r"[,;:?!()]")
CLOSING_PUNCTUATION = re.compile(r"[.。!！?？;；,，:：…]$")

# Everyday words that contain a joining or negating character without joining or negating.
HARMLESS_ZH = re.compile(
    r"及时|涉及|提及|谈及|普及|顾及|触及|来得及|危及|合并|并购|吞并|总和|和谐|和解|和气|温和|平和|缓和"
    r"|不断|不同|不仅|不但|不足|不满|不久|不论|不管|不妨|不利|不良|差不多|无论|无缝|非常|未来|莫非|是否"
)
JOINER_ZH = re.compile(r"并且|而且|以及|同时|[并和及、；]")
JOINER_EN = re.compile(r"\b(?:and|as well as|while also|plus)\b|[;&]", re.IGNORECASE)
NEGATION_ZH = re.compile(r"从不|没有|拒绝|避免|缺乏|[不没未无非勿莫]")
NEGATION_EN = re.compile(
    r"\b(?:not|never|no|none|nothing|nobody|neither|nor|cannot|without|fails?|refuses?|lacks?"
    r"|avoids?|unless)\b|n['’]t\b",
    re.IGNORECASE,
)
FREQUENCY_ZH = re.compile(r"总是|经常|常常|往往|有时|偶尔|很少|从不|一直|始终")
FREQUENCY_EN = re.compile(
    r"\b(?:always|often|usually|frequently|sometimes|occasionally|rarely|seldom|never)\b",
    re.IGNORECASE,
)
FIRST_PERSON_ZH = re.compile(r"我|咱")
FIRST_PERSON_EN = re.compile(r"\b(?:I|me|my|we|us|our|ours)\b")


class Audience(StrEnum):
    """For whom a form is written: people of the company, or its customers' contacts."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


COLLEAGUES = (
    RaterGroup.SELF,
    RaterGroup.SUPERVISOR,
    RaterGroup.PEER,
    RaterGroup.SUBORDINATE,
)
CUSTOMERS = (RaterGroup.CUSTOMER,)


def audience_of(group: RaterGroup) -> Audience:
    return Audience.CUSTOMER if group in CUSTOMERS else Audience.INTERNAL


def groups_of(audience: Audience) -> tuple[RaterGroup, ...]:
    """All rater groups of an audience: who is asked an item that names nobody."""
    return CUSTOMERS if audience is Audience.CUSTOMER else COLLEAGUES


def asked_text(groups: Collection[str]) -> str:
    """These rater groups as an item keeps them: in their order, by spaces."""
    return " ".join(group for group in RaterGroup if group in groups)


def asked_groups(text: str) -> tuple[RaterGroup, ...]:
    """The rater groups that such a text names."""
    return tuple(RaterGroup(name) for name in text.split())


def example_box(item: str) -> str:
    """Among the comment boxes, the code of the one that asks for an example of this item."""
    return f"{EXAMPLE}{item}"


def worst_of(levels: Sequence[str], *, reverse: bool) -> str:
    """Of levels, lowest first, the one that says the worst of somebody; empty where there are none.

    It is the lowest, and of an item that is reversed the highest.
    """
    return levels[-1 if reverse else 0] if levels else ""


# The first guess, until forms of a round have been measured: reading the notice, each item, and
# every second of the comment boxes that a ready form has.
SECONDS_TO_BEGIN, SECONDS_PER_ITEM, SECONDS_PER_BOX = Decimal(20), Decimal(7), Decimal(45)
SHARE_OF_BOXES_USED = Decimal("0.5")
BOXES = {Audience.INTERNAL: 3, Audience.CUSTOMER: 1}


def seconds_for_form(audience: Audience, items: int) -> Decimal:
    """How long one form with so many items takes whoever fills it in for the first time."""
    boxes = SHARE_OF_BOXES_USED * SECONDS_PER_BOX * BOXES[audience]
    return SECONDS_TO_BEGIN + SECONDS_PER_ITEM * items + boxes


def minutes_for_form(audience: Audience, items: int) -> int:
    """The same in whole minutes, rounded up, as reviewers are told; 0 for a form without items."""
    return math.ceil(seconds_for_form(audience, items) / 60) if items else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSize:
    """How much some rater groups of one audience are asked, each of them as much as the others."""

    groups: tuple[RaterGroup, ...]
    items: int

    @property
    def minutes(self) -> int:
        return minutes_for_form(audience_of(self.groups[0]), self.items)


def sizes_of_forms(counts: Mapping[RaterGroup, int]) -> tuple[FormSize, ...]:
    """The forms of all rater groups; those of one audience with as many items stand together."""
    together: dict[tuple[Audience, int], list[RaterGroup]] = {}
    for group in RaterGroup:
        together.setdefault((audience_of(group), counts.get(group, 0)), []).append(group)
    return tuple(
        FormSize(groups=tuple(groups), items=items)
        for (_audience, items), groups in together.items()
    )


class VersionState(StrEnum):
    DRAFT = "draft"  # can be changed; no round uses it
    PUBLISHED = "published"  # new rounds use it, and none has been launched yet
    FROZEN = "frozen"  # a launched round uses it


def state_of(published_at: datetime | None, frozen_at: datetime | None) -> VersionState:
    """What may be done with a version that has these moments."""
    if published_at is None:
        return VersionState.DRAFT
    return VersionState.PUBLISHED if frozen_at is None else VersionState.FROZEN


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class ItemProblem(StrEnum):
    """The comment names the parameters that go with the finding."""

    MISSING_TEXT = "missing_text"
    TOO_LONG = "too_long"  # found, limit: 汉字 in Chinese, words in English
    JOINS_TWO = "joins_two"  # found: the joining word
    DOUBLE_NEGATIVE = "double_negative"  # found: the negating words
    NEGATED = "negated"  # found: the negating word; "never" plus "not" puzzles the rater
    FREQUENCY_WORD = "frequency_word"  # found: a word that the answer scale already says
    FIRST_PERSON = "first_person"  # found: the word that speaks of the author
    VERB_FORM = "verb_form"  # found: the first English word, which should end in -s
    CLOSING_PUNCTUATION = "closing_punctuation"  # found: the mark
    HALF_WIDTH_PUNCTUATION = "half_width_punctuation"  # found: the mark
    DUPLICATE = "duplicate"  # first: code of the item that has the same text


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFinding:
    problem: ItemProblem
    language: Language
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemText:
    code: str
    text_zh: str
    text_en: str


def length_zh(text: str) -> int:
    """Count 汉字; a run of Latin letters or digits such as CRM counts as one."""
    return len(HAN.findall(text)) + len(LATIN_RUN.findall(text))


def length_en(text: str) -> int:
    return len(text.split())


def check_item(item: ItemText) -> tuple[ItemFinding, ...]:
    """Return what is wrong with one item, Chinese findings first; empty when it is fine."""
    found = [
        ItemFinding(problem=problem, language=language, code=item.code, params=params)
        for language, text in ((Language.ZH, item.text_zh), (Language.EN, item.text_en))
        for problem, params in _check_text(language, text.strip())
    ]
    return tuple(found)


def check_items(items: Iterable[ItemText]) -> tuple[ItemFinding, ...]:
    """Check every item, and that no two items of one list share a text."""
    findings: list[ItemFinding] = []
    first_with: dict[tuple[Language, str], str] = {}
    for item in items:
        findings += check_item(item)
        for language, text in ((Language.ZH, item.text_zh), (Language.EN, item.text_en)):
            key = (language, " ".join(text.split()).casefold())
            first = first_with.setdefault(key, item.code)
            if key[1] and first != item.code:
                duplicate = ItemProblem.DUPLICATE
                findings.append(
                    ItemFinding(
                        problem=duplicate,
                        language=language,
                        code=item.code,
                        params={"first": first},
                    )
                )
    return tuple(findings)


Problems = list[tuple[ItemProblem, dict[str, str]]]


def _check_text(language: Language, text: str) -> Problems:
    if not text:
        return [(ItemProblem.MISSING_TEXT, {})]
    specific = _check_zh(text) if language is Language.ZH else _check_en(text)
    closing = _first(ItemProblem.CLOSING_PUNCTUATION, CLOSING_PUNCTUATION, text)
    return specific + closing


def _check_zh(text: str) -> Problems:
    plain = HARMLESS_ZH.sub("＿", text)
    return [
        *_too_long(length_zh(text), MAX_CHARACTERS_ZH),
        *_first(ItemProblem.JOINS_TWO, JOINER_ZH, plain),
        *_negatives(NEGATION_ZH.findall(plain), " "),
        *_first(ItemProblem.FREQUENCY_WORD, FREQUENCY_ZH, text),
        *_first(ItemProblem.FIRST_PERSON, FIRST_PERSON_ZH, text),
        *_first(ItemProblem.HALF_WIDTH_PUNCTUATION, HALF_WIDTH_PUNCTUATION_ZH, text),
    ]


def _check_en(text: str) -> Problems:
    first_word = text.split(maxsplit=1)[0]
    verb_form: Problems = []
    if not first_word.endswith("s"):
        verb_form = [(ItemProblem.VERB_FORM, {"found": first_word})]
    return [
        *_too_long(length_en(text), MAX_WORDS_EN),
        *_first(ItemProblem.JOINS_TWO, JOINER_EN, text),
        *_negatives(NEGATION_EN.findall(text), " … "),
        *_first(ItemProblem.FREQUENCY_WORD, FREQUENCY_EN, text),
        *_first(ItemProblem.FIRST_PERSON, FIRST_PERSON_EN, text),
        *verb_form,
    ]


def _too_long(found: int, limit: int) -> Problems:
    if found <= limit:
        return []
    return [(ItemProblem.TOO_LONG, {"found": str(found), "limit": str(limit)})]


def _first(problem: ItemProblem, pattern: re.Pattern[str], text: str) -> Problems:
    match = pattern.search(text)
    return [(problem, {"found": match.group()})] if match else []


def _negatives(found: list[str], joined_by: str) -> Problems:
    if not found:
        return []
    problem = ItemProblem.DOUBLE_NEGATIVE if len(found) > 1 else ItemProblem.NEGATED
    return [(problem, {"found": joined_by.join(found)})]
