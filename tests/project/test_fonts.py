"""The faces that the PDFs embed hold every name, in both weights."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).parents[2] / "static" / "fonts"
RARE_NAMES = "喆玥璟祎𬭩𫖯"
FOREIGN_NAMES = "ÄñĐθЖữ"


def _characters(face: str) -> set[int]:
    with TTFont(FONTS / f"NotoSansSC-{face}.ttf", lazy=True) as font:
        return set(font.getBestCmap())


@pytest.mark.parametrize("face", ["Regular", "Bold"])
def test_a_face_holds_rare_and_foreign_names(face: str) -> None:
    wanted = {ord(character) for character in RARE_NAMES + FOREIGN_NAMES}
    assert wanted <= _characters(face)


def test_both_weights_hold_the_same_characters() -> None:
    """WeasyPrint mixes the two: a character missing in bold would be printed as another one."""
    assert _characters("Regular") == _characters("Bold")


def test_the_licence_travels_with_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
