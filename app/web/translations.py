"""The catalogues of Chinese: one .po per subject, compiled when it is newer than its .mo.

`python -m app.web.translations` compiles them; the factory does too, so an edit shows at once.
"""

from pathlib import Path
from uuid import uuid4

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.config import ROOT

DIRECTORY = ROOT / "translations"


def domains() -> list[str]:
    """The subjects that have a catalogue."""
    return sorted(path.stem for path in DIRECTORY.glob("zh/LC_MESSAGES/*.po"))


def compile_catalogues() -> list[Path]:
    """Bring every .mo up to date; gives those that were written."""
    written = []
    for source in sorted(DIRECTORY.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale="zh")
        # A name of its own: web server and worker may both find a fresh checkout.
        fresh = target.with_suffix(f".{uuid4().hex}.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_catalogues():
        print(f"compiled {path.relative_to(DIRECTORY)}")  # noqa: T201
