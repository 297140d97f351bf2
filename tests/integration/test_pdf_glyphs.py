"""The letters on paper look as they should: a wrong glyph can hide behind the right text."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from app.pdf.frames import PrintOrder
from app.pdf.printer import Printer
from tests.conftest import PATIENT
from tests.integration.pdf_reading import page_picture

FONTS = Path(__file__).parents[2] / "static" / "fonts"
LETTERS = "绩效考核王喆玥璟"
SIDE = 96
INK = 128


@pytest.fixture(scope="module")
def printed(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[tuple[str, int], Image.Image]:
    """Each letter, in both weights, cut out of a page of its own."""
    kinds = [(letter, weight) for letter in LETTERS for weight in (400, 700)]
    pages = "".join(
        f'<p style="break-after: page; font-size: 60pt; font-weight: {weight}">{letter}</p>'
        for letter, weight in kinds
    )
    with Printer(PATIENT) as printer:
        pdf = printer.print_paper(PrintOrder(html=pages, title="t", language="zh"))
    folder = tmp_path_factory.mktemp("pages")
    return {
        kind: _cut(page_picture(pdf, page=number, folder=folder, dpi=100))
        for number, kind in enumerate(kinds, start=1)
    }


def _cut(page: Image.Image) -> Image.Image:
    """The letter alone, without the page's header and footer."""
    width, height = page.size
    return _framed(page.crop((0, height // 15, width, height // 2)))


def _framed(picture: Image.Image) -> Image.Image:
    ink = ImageChops.invert(picture).point(lambda shade: 255 if shade >= INK else 0)
    return ink.crop(ink.getbbox()).resize((SIDE, SIDE))


def _drawn(letter: str, weight: int) -> Image.Image:
    face = "Regular" if weight == 400 else "Bold"
    font = ImageFont.truetype(FONTS / f"NotoSansSC-{face}.ttf", 83)
    picture = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(picture).text((40, 30), letter, font=font, fill=0)
    return _framed(picture)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """The share of the frame where one has ink and the other has not."""
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0] / 255


@pytest.mark.parametrize("weight", [400, 700])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_printed_letter_is_the_letter_meant(
    printed: dict[tuple[str, int], Image.Image], letter: str, weight: int
) -> None:
    seen = printed[letter, weight]
    differences = {meant: _difference(seen, _drawn(meant, weight)) for meant in LETTERS}
    assert min(differences, key=lambda meant: differences[meant]) == letter
    assert differences[letter] < 0.5 * min(v for k, v in differences.items() if k != letter)


def test_no_two_letters_are_printed_alike(printed: dict[tuple[str, int], Image.Image]) -> None:
    """Missing letters would all be the same empty box."""
    first, *others = (printed[letter, 400] for letter in LETTERS)
    assert all(_difference(first, other) > 0.15 for other in others)
