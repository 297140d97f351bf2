"""The one way to a PDF: render_pdf."""

import atexit

from app.pdf.frames import PrintOrder
from app.pdf.printer import Printer

_printer = Printer()
atexit.register(_printer.close)


def render_pdf(html: str, *, title: str, language: str) -> bytes:
    """Print HTML as a tagged PDF/A-2u of at most 60 A4 pages; equal input gives equal bytes.

    `html` uses the classes of templates/pdf/paper.css and brings no style of its own. Whatever it
    asks to load is left out. `title` and `language` ("zh" or "en") go into the PDF and nothing
    else does: no author, no date. Raises PdfTooLongError when the content is too much for
    20 s, 15 s of CPU, 512 MiB or 60 pages, and PdfFailedError when the printing process broke.
    """
    return _printer.print_paper(PrintOrder(html=html, title=title, language=language))


def close_printer() -> None:
    """End the printing process, if there is one; the next paper starts another."""
    _printer.close()
