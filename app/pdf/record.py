"""The interview record as HTML for the printing press."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from app.charts.dots import dot_plot, dot_plot_table
from app.charts.radar import radar_chart, radar_table
from app.pdf import papers
from app.pdf.labels import N_, in_chinese, label, prose

TEMPLATES = Path(__file__).parents[2] / "templates" / "pdf"
FONT = "Noto Sans SC"


def record_html(paper: papers.RecordPaper) -> str:
    """Lay the record out; everything in it is escaped, and it carries no style of its own."""
    feedback = paper.feedback
    return _record().render(
        paper=paper,
        # Our own SVG, which escapes what it is given.
        profile_svg=Markup(dot_plot(feedback.profile, font=FONT)),  # noqa: S704
        profile_table=dot_plot_table(feedback.profile),
        radar_svg=Markup(radar_chart(feedback.radar, font=FONT)) if feedback.radar else "",  # noqa: S704
        radar_table=radar_table(feedback.radar) if feedback.radar else None,
    )


@cache
def _record() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    # The labels are printed in both languages, so the template only marks them.
    environment.globals.update(_=N_, label=label, in_chinese=in_chinese, papers=papers)
    return environment.get_template("record.html")
