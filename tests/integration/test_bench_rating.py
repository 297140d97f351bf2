"""The measurement of the rating: a short form of it, and that its stages are really met."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db, writing
from bench.__main__ import main
from bench.rating import ITEMS, REFERENCE, STAGES, measure
from bench.rating_world import RATERS, build_round


def test_a_short_measurement_rates_everybody_and_says_where_the_time_goes(tmp_path: Path) -> None:
    found = measure(f"sqlite:///{tmp_path / 'bench.sqlite'}", tmp_path, people=20)

    assert (found.people, found.rated) == (20, 20)
    assert found.answers == 20 * len(RATERS) * ITEMS
    assert found.rating_ratio > 0
    assert found.figures_ratio > 0
    assert set(found.rating.stages) == {*STAGES, "rest"}
    assert set(found.figures.stages) == {"reading", "documents", "checking", "figures", "rest"}
    for run in (found.rating, found.figures):
        assert sum(run.stages.values()) == pytest.approx(run.seconds)


def test_the_reference_reads_every_answer(app: Flask) -> None:
    with writing():
        build_round(3)

    rows = db.session.execute(text(REFERENCE[db.engine.dialect.name])).all()

    groups = len(set(RATERS))
    assert len(rows) == 3 * groups * ITEMS
    observed = sum(row[4] for row in rows)
    assert 0.8 < observed / (3 * len(RATERS) * ITEMS) < 1


def test_an_unknown_measurement_is_answered_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["speed"]) == 2
    assert "rating" in capsys.readouterr().err
