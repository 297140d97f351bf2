"""Which language and time zone a page speaks: asked for, else kept, else the person's own."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import (
    Flask,
    Response,
    g,
    has_app_context,
    has_request_context,
    request,
)
from flask.globals import _cv_app
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    format_date,
    format_datetime,
    get_locale,
)
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.web.policy import Policy, policy_asked_for
from app.web.translations import DIRECTORY, compile_catalogues, domains

LANGUAGES = ("zh", "en")
LOCALES = {name: Locale.parse(name) for name in LANGUAGES}
COOKIE = "lang"
A_YEAR = 365 * 24 * 3600
KEPT_SENTENCES = 8_192  # in each process
WORDS = "words"  # where an application keeps its catalogues


def init_languages(app: Flask, preferred: Callable[[], str | None]) -> None:
    """Wire Flask-Babel; `preferred` gives the signed-in person's own language, if any."""
    compile_catalogues()
    names = domains() or ["messages"]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(DIRECTORY)] * len(names))
    app.config["BABEL_DOMAIN"] = ";".join(names)

    def choose() -> str:
        if not has_request_context():
            return "zh"  # a command or a job whose text is in nobody's language in particular
        wishes: tuple[Callable[[], str | None], ...] = (
            lambda: request.args.get("lang"),
            lambda: request.cookies.get(COOKIE),
            lambda: g.get("reader_language") or preferred(),
            lambda: request.accept_languages.best_match(LANGUAGES),
        )
        for wish in wishes:  # the header is read only where nobody has said anything
            wished = wish() or ""
            if wished in LANGUAGES:
                return wished
        return "zh"

    def zone() -> str:
        return getattr(g, "reader_zone", None) or "Asia/Shanghai"

    def locale() -> Locale:
        return LOCALES[choose()]  # a name would be read anew for each page

    babel = Babel(app, locale_selector=locale, timezone_selector=zone)
    babel.domain_instance = words = app.extensions[WORDS] = KeptWords(";".join(names))
    _let_templates_find(words, app)
    app.after_request(keep_choice)
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["language_switch"] = language_switch
    app.jinja_env.globals["written_in"] = written_in
    app.jinja_env.filters["day"] = show_day
    app.jinja_env.filters["moment"] = show_moment


def language() -> str:
    """`zh` or `en`: the language of the page or letter being rendered."""
    context = _cv_app.get(None)
    if context is None:
        return "zh"
    # A page asks a hundred times: where the library keeps its answer is looked at first.
    kept = vars(context.g).get("_flask_babel")
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


class KeptWords(Domain):  # type: ignore[misc]  # the library tells no types
    """All catalogues of a language as one, found by the language of the page at once.

    The library asks for the context of the request several times over for every sentence.
    """

    def __init__(self, names: str) -> None:
        super().__init__(domain=names)
        self._kept: dict[str, Translations] = {}

    def get_translations(self) -> Translations:
        spoken = language() if has_app_context() else ""
        if spoken not in self._kept:
            self._kept[spoken] = super().get_translations()
        return self._kept[spoken]


def gettext(text: str, **values: object) -> str:
    """A sentence for every reviewer's page, without the library's long way to the catalogue."""
    said = _catalogue().ugettext(text)
    return said % values if values else said


def pgettext(context: str, text: str) -> str:
    """The same for a word that means several things."""
    return str(_catalogue().upgettext(context, text))


def _catalogue() -> NullTranslations:
    context = _cv_app.get(None)
    if context is None:
        return NullTranslations()
    words: KeptWords = context.app.extensions[WORDS]
    return words.get_translations()


def _let_templates_find(words: KeptWords, app: Flask) -> None:
    """Templates ask the catalogues themselves, and a sentence of a page is marked as safe once."""

    @lru_cache(KEPT_SENTENCES)
    def safe(_spoken: str, text: str) -> Markup:
        return Markup(words.get_translations().ugettext(text))  # noqa: S704 - our own catalogue

    @pass_eval_context
    def say(context: EvalContext, text: str, **values: object) -> str:
        said = safe(language(), text) if context.autoescape else words.gettext(text)
        return said % values if values or "%" in said else said

    environment: Any = app.jinja_env
    environment.install_gettext_callables(
        gettext=words.gettext,
        ngettext=lambda *texts: words.get_translations().ungettext(*texts),
        newstyle=True,
        pgettext=words.pgettext,
        npgettext=lambda *texts: words.get_translations().unpgettext(*texts),
    )
    environment.globals.update(_=say, gettext=say)


def read_by(locale: str, zone: str) -> None:
    """Say whose page this is, where nobody is signed in: a reviewer behind a link."""
    read_in(locale)
    g.reader_zone = zone


def read_in(locale: str) -> None:
    """Say what the reader speaks, as long as nobody knows who it is."""
    g.reader_language = locale


def language_switch() -> tuple[str, str, str]:
    """The other language: its code, its own name, and this page's address in it.

    A page behind a mailed link is sent compressed, so it repeats nothing of its address.
    """
    other = "zh" if language() == "en" else "en"
    asked = {} if policy_asked_for() is Policy.LINK else request.args
    kept = {key: value for key, value in asked.items() if key != "lang"}
    query = urlencode({**kept, "lang": other})
    return other, "中文" if other == "zh" else "English", f"?{query}"


def written_in(lang: str, caller: Callable[[], str]) -> Markup:
    """Part of a page that stays in its own language, whoever reads it: `{% call written_in(…) %}`.

    A frozen document has its values written already; with these its labels agree, and a screen
    reader is told which language it is about to speak.
    """
    with force_locale(lang):
        inside = Markup(caller())  # noqa: S704 - what a template has rendered, escaped already
    code = "zh-CN" if lang == "zh" else "en"
    return Markup('<div lang="{}">{}</div>').format(code, inside)


def keep_choice(response: Response) -> Response:
    """Remember a language that was asked for."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        response.set_cookie(
            COOKIE, asked, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def show_day(value: date | datetime | None) -> str:
    """A day in the reader's language; an empty string for none."""
    if value is None:
        return ""
    return str(format_date(value, "yyyy年M月d日" if language() == "zh" else "d MMM yyyy"))


def show_moment(value: datetime | None) -> str:
    """A moment on the reader's own clock, to the minute."""
    if value is None:
        return ""
    pattern = "yyyy年M月d日 HH:mm" if language() == "zh" else "d MMM yyyy, HH:mm"
    return str(format_datetime(value, pattern))


def in_zone(value: datetime, zone: str) -> datetime:
    """The same moment on another clock."""
    return value.astimezone(ZoneInfo(zone))
