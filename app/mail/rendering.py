"""Letters from templates: templates/emails/<letter>/{subject.txt,body.txt,body.html}."""

from functools import lru_cache
from typing import Any

import css_inline
import jinja2
from flask_babel import force_locale, gettext, ngettext

from app.config import ROOT
from app.errors import DomainError
from app.mail.service import RenderedLetter, one_line

LOCALES = ("zh", "en")


class MissingTemplateError(DomainError):
    """There is no text of this letter in the recipient's language."""


@lru_cache(maxsize=1)
def _environments() -> tuple[jinja2.Environment, jinja2.Environment]:
    loader = jinja2.FileSystemLoader(ROOT / "templates" / "emails")
    plain = jinja2.Environment(  # noqa: S701 - plain text parts must not be HTML-escaped
        loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    html = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for environment in (plain, html):
        environment.globals["_"] = gettext
        environment.globals["ngettext"] = ngettext
    return plain, html


def render_letter(
    name: str,
    *,
    to_name: str,
    to_address: str,
    locale: str,
    link_owner_id: int | None = None,
    from_name: str = "",
    reply_to: str = "",
    **facts: Any,
) -> RenderedLetter:
    """Render `templates/emails/<name>/<locale>/`; names and texts in `facts` are never templates.

    Raises MissingTemplateError when the letter does not exist in that language.
    """
    plain, html = _environments()
    folder = f"{name}/{locale}"
    with force_locale(locale):
        try:
            subject = plain.get_template(f"{folder}/subject.txt").render(to_name=to_name, **facts)
            text = plain.get_template(f"{folder}/body.txt").render(to_name=to_name, **facts)
            body = html.get_template(f"{folder}/body.html").render(to_name=to_name, **facts)
        except jinja2.TemplateNotFound as missing:
            raise MissingTemplateError(_what_is_missing(name, locale)) from missing
    return RenderedLetter(
        kind=name,
        to_name=to_name,
        to_address=to_address,
        locale=locale,
        subject=one_line(subject),
        text=text.strip() + "\n",
        html=_inlined(body),
        link_owner_id=link_owner_id,
        from_name=from_name,
        reply_to=reply_to,
    )


def _what_is_missing(name: str, locale: str) -> str:
    return str(
        gettext(
            "The letter “%(letter)s” does not exist in the language “%(locale)s”. "
            "Add the missing text or change the person's language, then try again.",
            letter=name,
            locale=locale,
        )
    )


def has_letter(name: str, locale: str) -> bool:
    """Whether a letter is there in full in a language."""
    folder = ROOT / "templates" / "emails" / name / locale
    return all((folder / part).is_file() for part in ("subject.txt", "body.txt", "body.html"))


def _inlined(html: str) -> str:
    """Styles moved onto the elements: many mail programs drop the style sheet."""
    return _inliner().inline(html)


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)
