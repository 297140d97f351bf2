"""docs/scoring.md and docs/scoring.zh.md: which passages are computed, and from what."""

from functools import partial
from pathlib import Path

from app.config import ROOT
from tests.documents import answer_tables, kpi_tables, total_tables
from tests.documents.blocks import rewritten
from tests.documents.guide_example import Language, worked

GUIDES: dict[Language, Path] = {
    "en": ROOT / "docs" / "scoring.md",
    "zh": ROOT / "docs" / "scoring.zh.md",
}
PASSAGES = {
    "methods": kpi_tables.methods,
    "groups": answer_tables.groups,
    "answers": answer_tables.answers,
    "rater-points": answer_tables.rater_points,
    "competencies": answer_tables.competencies,
    "kpis": kpi_tables.kpis,
    "elements": total_tables.elements,
    "total": total_tables.total,
    "grade": total_tables.grade,
}


def guide_rewritten(language: Language) -> str:
    """The guide with all its computed passages as the engine has them now."""
    text = GUIDES[language].read_text(encoding="utf-8")
    example = worked(language)
    return rewritten(text, {name: partial(write, example) for name, write in PASSAGES.items()})
