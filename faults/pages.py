"""Published results as readers get them: the page in both languages, and the PDF's table."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_babel import force_locale
from markupsafe import Markup
from pypdf import PdfReader

from app.charts.bars import bar_chart
from app.charts.dots import dot_plot
from app.config import Settings
from app.factory import create_app
from app.interviews.results import feedback_section, overall_section, results_section
from app.pdf.record import record_html
from app.pdf.service import render_pdf
from app.ratings.charts import attainment_of, profile_of
from app.ratings.phone_charts import phone_bars, phone_dots
from app.ratings.queries import ReleasedResult
from app.ratings.reading import shown_result
from app.ratings.wording import notes_of
from faults.reading import numbers_in, texts_in
from tests.integration.pdf_samples import CHINESE

SPOKEN = re.compile(r'(?:aria-label|title|alt|value)="([^"]*)"')
TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
LANGUAGES = ("zh", "en")
HINTS = frozenset({"0.3"})  # below which difference a reader should see none
WHOLE = "100.00"


class Reader:
    """Somebody who gets to see results as pages and papers."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def page(self, result: Mapping[str, Any], language: str) -> str:
        """The page on which a manager reads a result, as HTML."""
        with self.app.test_request_context("/m/p/1"), force_locale(language):
            shown = shown_result(result, language)
            profile, attainment = profile_of(shown), attainment_of(shown)
            return render_template(
                "ratings/result.html",
                found=_found(result),
                shown=shown,
                is_own=False,
                notes=notes_of(shown),
                profile=profile,
                bars=Markup(bar_chart(attainment)),  # noqa: S704 - our own drawing
                dots=Markup(dot_plot(profile)),  # noqa: S704
                phone_bars=Markup(phone_bars(attainment)),  # noqa: S704
                phone_dots=Markup(phone_dots(profile)),  # noqa: S704
            )

    def paper(self, result: Mapping[str, Any]) -> str:
        """The text of the interview record's figures, read back from its PDF."""
        with self.app.test_request_context("/m/p/1"), force_locale("zh"):
            shown = shown_result(result, "zh")
            html = record_html(
                replace(
                    CHINESE,
                    results=results_section(shown, {}),
                    feedback=feedback_section(shown),
                    overall=overall_section(shown, {}),
                )
            )
        pdf = PdfReader(BytesIO(render_pdf(html, title="Record", language="zh")))
        return " ".join(page.extract_text() for page in pdf.pages)

    def unknown_numbers(self, result: Mapping[str, Any], *, paper_too: bool) -> list[str]:
        """Decimal numbers on the pages, and in the paper, that the published view does not hold."""
        known = HINTS | numbers_in(" ".join(texts_in(result["view"])))
        for total in (result["computed"], result["final"]):
            if total is not None:
                known |= {f"{Decimal(total['dec']):.2f}"}
        read = [text_of(self.page(result, language)) for language in LANGUAGES]
        unknown = {number for text in read for number in numbers_in(text)} - known
        if paper_too:
            unknown |= numbers_in(self.paper(result)) - known - _on_paper_only(result["view"])
        return sorted(unknown)


@contextmanager
def reading_room() -> Iterator[Reader]:
    """A reader of an application that can render pages; there is nothing in its database."""
    with tempfile.TemporaryDirectory() as scratch:
        app = create_app(_settings(Path(scratch)))
        try:
            yield Reader(app)
        finally:
            app.extensions["wake_up"].close()


def text_of(html: str) -> str:
    """What is read or read aloud of a page."""
    spoken = " ".join(SPOKEN.findall(html))
    return unescape(f"{TAG.sub(' ', html)} {spoken}")


def _found(result: Mapping[str, Any]) -> ReleasedResult:
    return ReleasedResult(
        participant_id=1,
        name="王晓明",
        job="",
        department="",
        cycle="Round",
        period_from=date(2024, 1, 1),
        period_to=date(2024, 3, 31),
        released_at=datetime(2024, 4, 1, tzinfo=UTC),
        answers_deleted_on=None,
        version=1,
        result=result,
    )


def _settings(scratch: Path) -> Settings:
    return Settings(
        instance_dir=scratch,
        database_url=f"sqlite:///{scratch / 'none.sqlite'}",
        queue_url=f"sqlite:///{scratch / 'queue.sqlite'}",
        mail_url="smtp://127.0.0.1:9",
        public_url="http://localhost",
        secret_key="only for reading",  # noqa: S106 - nobody signs in here
        link_key=b"only for reading",
    )


def _on_paper_only(view: Mapping[str, Any]) -> set[str]:
    """What the record adds: its other sections, effective weights, and the sum of the points."""
    rest = replace(
        CHINESE,
        results=replace(CHINESE.results, dimensions=()),
        feedback=replace(CHINESE.feedback, profile=replace(CHINESE.feedback.profile, rows=())),
    )
    points = sum((Decimal(row["points"]) for row in view["dimensions"]), Decimal())
    weights = {
        f"{Decimal(row['weight']) * Decimal(one['weight']) / 100:.2f}"
        for row in view["dimensions"]
        for one in row["elements"]
    }
    whole = {f"{Decimal(row['weight']):.2f}" for row in view["dimensions"]}
    return numbers_in(text_of(record_html(rest))) | weights | whole | {WHOLE, f"{points:.2f}"}
