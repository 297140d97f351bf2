"""The guide to the rating: its figures are the engine's, and a pocket calculator agrees."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

import pytest

from app.scoring.rating import rate
from tests.documents.blocks import MARKED, rewritten
from tests.documents.guide_example import Language, worked
from tests.documents.scoring_guide import GUIDES, PASSAGES, guide_rewritten

LANGUAGES: tuple[Language, ...] = ("zh", "en")
CENT = Decimal("0.01")
FINE = Decimal("0.0001")
UNROUNDED = Decimal("0.00015")  # what printing factors with four decimals may do to a product
Row = list[str]


def guide(language: Language) -> str:
    return GUIDES[language].read_text(encoding="utf-8")


def rows(language: Language, passage: str) -> list[Row]:
    """The lines of a table as a reader sees them, without head and emphasis."""
    [text] = [found[3] for found in MARKED.finditer(guide(language)) if found["name"] == passage]
    lines = [line.replace("**", "").strip("| ") for line in text.splitlines()[2:]]
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def figure(cell: str) -> Decimal:
    return Decimal(cell.rstrip("%").replace("−", "-"))


def by_dimension(language: Language) -> Iterator[tuple[Row, list[Row]]]:
    """Each dimension's line with the lines of its elements."""
    lines = rows(language, "elements")
    starts = [place for place, line in enumerate(lines) if line[0].startswith("D")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start], lines[start + 1 : end]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_computed_passage_is_what_the_engine_computes_now(language: Language) -> None:
    assert guide(language) == guide_rewritten(language), "run: python -m tests.documents"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_changed_by_hand_in_any_passage_is_noticed(language: Language) -> None:
    example, text = worked(language), guide(language)
    passages = {name: partial(write, example) for name, write in PASSAGES.items()}

    for found in MARKED.finditer(text):
        place = found.start(3) + re.search(r"\d(?=\D*$)", found[3]).start()  # type: ignore[union-attr]
        changed = text[:place] + str(9 - int(text[place])) + text[place + 1 :]
        assert changed != text
        assert rewritten(changed, passages) == text


def test_the_passages_follow_the_engine_and_not_what_was_written_once() -> None:
    before = worked("en")
    fewer = replace(before.example, raters=before.example.raters[1:])
    after = replace(before, example=fewer, rating=rate(fewer))

    changed = {name for name, write in PASSAGES.items() if write(before) != write(after)}

    assert changed == set(PASSAGES) - {"methods", "groups", "kpis"}


def test_a_passage_that_nobody_computes_is_refused() -> None:
    with pytest.raises(KeyError, match="weather"):
        rewritten("<!-- computed: weather -->\nsunny\n<!-- end -->", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calculator_finds_the_points_of_every_rater(language: Language) -> None:
    sums = [cell for row in rows(language, "rater-points") for cell in row[1:] if cell != "—"]

    for cell in sums:
        total, weight, points = re.fullmatch(r"(\d+) ÷ (\d+) = ([\d.]+)", cell).groups()  # type: ignore[union-attr]
        assert (Decimal(total) / Decimal(weight)).quantize(FINE) == Decimal(points)
    assert len(sums) == 35


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calculator_finds_the_score_of_every_competency(language: Language) -> None:
    parts: list[Decimal] = []
    for *_, points, _weight, effective, part in rows(language, "competencies"):
        if points:
            parts.append(figure(part))
            assert abs(figure(effective) * figure(points) / 100 - figure(part)) < UNROUNDED
        else:
            assert abs(sum(parts) - figure(part)) < UNROUNDED
            parts = []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calculator_finds_the_terms_and_the_total(language: Language) -> None:
    for dimension, elements in by_dimension(language):
        for _name, weight, share, score, product, _shown in elements:
            found = figure(weight) * figure(share) * figure(score) / 10_000
            assert abs(found - figure(product)) < FINE
        assert abs(sum(figure(row[4]) for row in elements) - figure(dimension[4])) < FINE * 3
        assert sum(figure(row[5]) for row in elements) == figure(dimension[5])
    *terms, total = rows(language, "total")
    assert sum(figure(row[4]) for row in terms) == figure(total[4])
    exact = sum((figure(row[1]) for row in terms), start=Decimal())
    assert exact.quantize(CENT, ROUND_HALF_UP) == figure(total[4])
    assert sum(figure(row[2]) for row in terms) == figure(total[2])
    assert f"**{total[4]}**" in guide(language).split("computed: grade")[1]
