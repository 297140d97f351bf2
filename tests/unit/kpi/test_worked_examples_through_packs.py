"""Both worked examples once more, with the scheme from its pack and the KPIs from typed cells."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.kpi.rules import read_parameters, write_parameters
from app.kpi.words import Wording
from app.schemes.packs import load_scheme
from app.scoring.worked import score_text

DATA = Path(__file__).parents[2] / "data"
EXAMPLES = json.loads((DATA / "worked_input.json").read_text(encoding="utf-8"))["examples"]


def typed_and_read(kpi: dict[str, Any], defaults: Any) -> dict[str, Any]:
    """One row of the workbook: what HR sees in the cells, read again."""
    return read_parameters(
        kpi["method"],
        write_parameters(kpi, wording=Wording.ZH),
        target=kpi.get("target"),
        actual=kpi.get("actual"),
        defaults=defaults,
    )


def through_the_pack(example: dict[str, Any], code: str) -> dict[str, Any]:
    definition = load_scheme(code).definition()
    theirs = {e["id"]: e for d in example["dimensions"] for e in d["elements"]}
    for group in definition["groups"]:
        group["name"] = group["name_zh"]
    for dimension in definition["dimensions"]:
        dimension["name"] = dimension["name_zh"]
        for element in dimension["elements"]:
            row = theirs[element["id"]]
            element["name"] = row["name"]
            if "kpi" in element:
                element["kpi"] = typed_and_read(row["kpi"], element["kpi"])
            else:
                element["items"] = row["items"]
    kept = ("id", "title", "raters", "adjustments", "calibration")
    return {**definition, **{key: example[key] for key in kept}}


@pytest.mark.parametrize(("index", "code"), [(0, "kam"), (1, "rep")])
def test_the_pack_and_the_typed_cells_give_the_worked_rating(index: int, code: str) -> None:
    example = EXAMPLES[index]

    ours = score_text(json.dumps(through_the_pack(example, code)))
    theirs = score_text(json.dumps(example))

    assert ours.exit_code == 0
    assert json.loads(ours.output) == json.loads(theirs.output)
