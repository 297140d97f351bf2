"""The ready appraisal schemes, read from TOML files into values and checked while reading."""

import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from app.questionnaires.packs import PackError, load_questionnaire
from app.questionnaires.rules import Audience
from app.schemes.findings import SchemeFinding
from app.schemes.rules import Aggregate, Direction, Method, Pool, check_definition

PACKS = Path(__file__).parent / "packs"

Table = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A rater group. ``k_min`` raters must have answered before its figure counts at all."""

    id: str
    name_zh: str
    name_en: str
    weight: Decimal
    k_min: int
    pool: Pool | None
    protected: bool
    audience: Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """What is scored inside a dimension: a KPI, or a competency of the questionnaire.

    ``kpi`` is the KPI object of a scoring file without the actual figure; its target, knots or
    bands are defaults that a person's own sheet replaces.
    """

    id: str
    name_zh: str
    name_en: str
    note_zh: str
    note_en: str
    weight: Decimal
    unit_zh: str
    unit_en: str
    direction: Direction
    kpi: Mapping[str, Any] | None
    competency: str | None
    event_names_en: Mapping[str, str]

    @property
    def method(self) -> Method | None:
        """How the KPI is scored; None for a competency."""
        return Method(self.kpi["method"]) if self.kpi is not None else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dimension:
    id: str
    name_zh: str
    name_en: str
    weight: Decimal
    elements: tuple[Element, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheme:
    """A scheme as it stands in its file. ``document`` is the whole of it but names and codes."""

    code: str
    version: int
    name_zh: str
    name_en: str
    questionnaire: str
    jobs: tuple[str, ...]
    aggregate: Aggregate
    groups: tuple[Group, ...]
    dimensions: tuple[Dimension, ...]
    document: Mapping[str, Any]

    def definition(self) -> dict[str, Any]:
        """Return a fresh plain document for the database: JSON values only, decimals as text."""
        return deepcopy(dict(self.document))

    def suits_job(self, title: str) -> bool:
        """Whether the scheme proposes itself for this job title, whatever its case or spacing."""
        return _plain(title) in {_plain(job) for job in self.jobs}

    def elements(self) -> tuple[Element, ...]:
        return tuple(element for row in self.dimensions for element in row.elements)


def list_schemes() -> tuple[Scheme, ...]:
    """Return every ready scheme, by code."""
    return tuple(_ready(path.stem) for path in sorted(PACKS.glob("*.toml")))


def find_scheme_for_job(title: str, schemes: Iterable[Scheme]) -> Scheme | None:
    """Return the first scheme that proposes itself for the job title, or None."""
    return next((scheme for scheme in schemes if scheme.suits_job(title)), None)


def load_scheme(source: str | Path) -> Scheme:
    """Read a pack by its code, or any file by its path. Raise PackError if it cannot be used.

    Its competencies are looked for in the ready questionnaire that it names.
    """
    return _read(source) if isinstance(source, Path) else _ready(source)


@cache
def _ready(code: str) -> Scheme:
    """A pack, read once in a process: it is part of the product, and nothing changes it."""
    return _read(PACKS / f"{code}.toml")


def _read(path: Path) -> Scheme:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        form = load_questionnaire(str(table["questionnaire"]))
        document = _document(table)
        _refuse(check_definition(document, competencies=[c.code for c in form.competencies]))
        return _scheme(table, document)
    except FileNotFoundError as error:
        raise PackError(f"{path.name}: there is no such scheme") from error
    except KeyError as error:
        raise PackError(f"{path.name}: the key {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise PackError(f"{path.name}: {error}") from error


def _refuse(findings: Iterable[SchemeFinding]) -> None:
    for finding in findings:
        raise ValueError(f"{finding.path}: {finding.problem} {dict(finding.params)}")


def _document(table: Table) -> dict[str, Any]:
    """Build the definition: every key of every row is there, absent ones with their default."""
    copied = ("scale", "kpi_cap", "kpi_floor", "final", "grades", "aggregate", "jobs")
    policy = ("min_coverage", "adjust_cap", "k_comment")
    chosen = [key for key in ("missing_policy",) if key in table]
    return {
        **{key: deepcopy(table[key]) for key in (*copied, *policy, *chosen)},
        "trim": table.get("trim"),
        "groups": [{"pool": None, **group} for group in table["groups"]],
        "dimensions": [
            {**row, "elements": [_element_row(element) for element in row["elements"]]}
            for row in table["dimensions"]
        ],
    }


def _element_row(table: Table) -> dict[str, Any]:
    texts = dict.fromkeys(("note_zh", "note_en", "unit_zh", "unit_en"), "")
    row: dict[str, Any] = {**texts, "direction": Direction.HIGHER.value, **deepcopy(dict(table))}
    if "kpi" in row:
        row.setdefault("event_names_en", {})
        if bool(row["unit_zh"]) != bool(row["unit_en"]):
            raise ValueError(f"{row['id']}: the unit is missing in one language")
    if bool(row["note_zh"]) != bool(row["note_en"]):
        raise ValueError(f"{row['id']}: the note is missing in one language")
    return row


def _scheme(table: Table, document: dict[str, Any]) -> Scheme:
    for key in ("code", "name_zh", "name_en"):
        if not str(table[key]).strip():
            raise ValueError(f"{key} is empty")
    return Scheme(
        code=table["code"],
        version=int(table["version"]),
        name_zh=table["name_zh"],
        name_en=table["name_en"],
        questionnaire=table["questionnaire"],
        jobs=tuple(document["jobs"]),
        aggregate=Aggregate(document["aggregate"]),
        groups=tuple(_group(row) for row in document["groups"]),
        dimensions=tuple(_dimension(row) for row in document["dimensions"]),
        document=document,
    )


def _group(row: Table) -> Group:
    return Group(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        weight=Decimal(row["weight"]),
        k_min=row["k_min"],
        pool=Pool(row["pool"]) if row["pool"] else None,
        protected=row["protected"],
        audience=Audience(row["audience"]),
    )


def _dimension(row: Table) -> Dimension:
    return Dimension(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        weight=Decimal(row["weight"]),
        elements=tuple(_element(element) for element in row["elements"]),
    )


def _element(row: Table) -> Element:
    return Element(
        id=row["id"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        note_zh=row["note_zh"],
        note_en=row["note_en"],
        weight=Decimal(row["weight"]),
        unit_zh=row["unit_zh"],
        unit_en=row["unit_en"],
        direction=Direction(row["direction"]),
        kpi=row.get("kpi"),
        competency=row.get("competency"),
        event_names_en=row.get("event_names_en", {}),
    )


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
