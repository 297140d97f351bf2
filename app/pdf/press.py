"""WeasyPrint, tied down: our fonts, our style sheet, nothing from anywhere else."""

import logging
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.document import Document, DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.pdf.frames import PrintOrder

ROOT = Path(__file__).parents[2]
STYLE_SHEET = ROOT / "templates" / "pdf" / "paper.css"
FONTS = {
    f"bundled:{name}": ROOT / "static" / "fonts" / name
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
}
MOST_PAGES = 60
# PDF/A-2u for the archive and tags for screen readers; the identifier follows from the content.
FORMAT = {"pdf_variant": "pdf/a-2u", "pdf_tags": True}


class TooManyPagesError(Exception):
    """The paper fills more pages than any paper of ours should."""


class BundledFontsOnly(URLFetcher):  # type: ignore[misc]
    """Open the two bundled fonts by their names, and refuse every other address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        font = FONTS.get(url)
        if font is None:
            raise ValueError("papers load nothing but their own fonts")
        return URLFetcherResponse(url, font.read_bytes(), {"Content-Type": "font/ttf"})


class Press:
    """One font configuration and one parsed style sheet, used for every paper."""

    def __init__(self) -> None:
        # WeasyPrint reports refused addresses and broken styles word for word; a paper's words
        # belong in no log.
        logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        self._fetcher = BundledFontsOnly()
        self._fonts = FontConfiguration()
        self._style = CSS(
            string=STYLE_SHEET.read_text(encoding="utf-8"),
            url_fetcher=self._fetcher,
            font_config=self._fonts,
        )

    def print_paper(self, order: PrintOrder) -> bytes:
        """Lay out and write one paper; the same order always gives the same bytes."""
        html = HTML(string=order.html, url_fetcher=self._fetcher)
        document: Document = html.render(
            font_config=self._fonts, stylesheets=[self._style], **FORMAT
        )
        if len(document.pages) > MOST_PAGES:
            raise TooManyPagesError
        # Whatever the paper says about itself is dropped: no author, no dates, no attachments.
        document.metadata = DocumentMetadata(title=order.title, lang=order.language)
        written: bytes = document.write_pdf(**FORMAT)
        return written
