"""The worked example of the guide: a key account manager, rated by the engine."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from app.config import ROOT
from app.schemes import packs
from app.scoring.document import read_example
from app.scoring.example import Element, Example
from app.scoring.numbers import fixed_text
from app.scoring.rating import rate
from app.scoring.results import ElementResult, Rating
from app.scoring.workings import Explanation

Language = Literal["zh", "en"]
SOURCE = ROOT / "tests" / "data" / "worked_input.json"
FINE_PLACES = 4  # enough that whoever goes on with the figures meets the second decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Worked:
    """The example, its rating, and what everything is called in the reader's language."""

    language: Language
    example: Example
    rating: Rating
    names: dict[str, str]

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def words(self, explanation: Explanation) -> str:
        return self.say(explanation.zh, explanation.en)

    def label(self, identifier: str) -> str:
        """``K1 销售额达成率``: the id, which the tables share, and the name."""
        return f"{identifier} {self.names[identifier]}"

    @property
    def results(self) -> list[ElementResult]:
        return [element for one in self.rating.dimensions for element in one.elements]

    @property
    def competencies(self) -> list[Element]:
        dimensions = self.example.dimensions
        return [element for one in dimensions for element in one.elements if element.items]


def worked(language: Language) -> Worked:
    """The example of the key account manager; its names are those of the ready scheme."""
    document: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"), parse_float=str)
    example = read_example(document["examples"][0])
    return Worked(language=language, example=example, rating=rate(example), names=_names(language))


def _names(language: Language) -> dict[str, str]:
    scheme = packs.load_scheme("kam")
    rows: list[packs.Group | packs.Dimension | packs.Element]
    rows = [*scheme.groups, *scheme.dimensions, *scheme.elements()]
    return {row.id: row.name_zh if language == "zh" else row.name_en for row in rows}


def fine(figure: Fraction) -> str:
    return fixed_text(figure, FINE_PLACES)


def shown(figure: Fraction) -> str:
    return fixed_text(figure)
