"""Reading PDFs back: their text page by page, and their pages as pictures."""

import os
import subprocess
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject


def page_texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """The text without any white space: lines break elsewhere on paper than in the form."""
    return "".join(text.split())


def embedded_faces(reader: PdfReader) -> set[str]:
    """The names of the fonts on all pages, without the mark of the subset."""
    faces = set()
    for page in reader.pages:
        resources = cast(DictionaryObject, page["/Resources"])
        for font in cast(DictionaryObject, resources["/Font"]).values():
            name = cast(DictionaryObject, font.get_object())["/BaseFont"]
            faces.add(str(name).split("+")[1])
    return faces


def page_picture(pdf: bytes, *, page: int, folder: Path, dpi: int = 150) -> Image.Image:
    """Draw one page, counted from 1, in shades of grey."""
    source, target = folder / "paper.pdf", folder / f"page-{page}"
    source.write_bytes(pdf)
    options = ["-png", "-gray", "-singlefile", "-r", str(dpi), "-f", str(page)]
    subprocess.run(["pdftoppm", *options, str(source), str(target)], check=True, timeout=60)
    with Image.open(target.with_suffix(".png")) as picture:
        return picture.convert("L")


def processor_seconds(process: int) -> float:
    """What a process has computed so far; a clock on the wall would count what others do too."""
    figures = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1]
    in_program, in_kernel = figures.split()[11:13]
    return (int(in_program) + int(in_kernel)) / os.sysconf("SC_CLK_TCK")
