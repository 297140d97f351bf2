"""The application factory: the one place that knows every part."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

import jinja2
from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError
from sqlalchemy import event
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from app.auth import views as auth
from app.auth.guard import init_guard, preferred_language
from app.cli import register_commands
from app.config import ROOT, Settings
from app.cycles import views as cycles
from app.cycles.adopting import views as adopting
from app.cycles.publishing import views as publishing
from app.cycles.workdays import views as workdays
from app.db import db, json_text, set_up_engine
from app.errors import DomainError
from app.feedback import astray, visits
from app.feedback import views as feedback
from app.feedback.bouncing import views as bouncing
from app.feedback.cockpit import views as cockpit
from app.feedback.comparing import views as comparing
from app.feedback.consenting import views as consenting
from app.feedback.correcting import views as correcting
from app.feedback.entering import views as entering
from app.feedback.extending import views as extending
from app.feedback.hinting import views as hinting
from app.feedback.landing import views as landing
from app.feedback.launching import views as launching
from app.feedback.leaving import views as leaving
from app.feedback.measuring import views as measuring
from app.feedback.nominating import views as nominating
from app.feedback.opting_out import views as opting_out
from app.feedback.outbox import views as outbox
from app.feedback.previewing import views as previewing
from app.feedback.relations import views as relations
from app.feedback.replacing import views as replacing
from app.feedback.returned import views as returned
from app.feedback.settling import views as settling
from app.interviews import views as interviews
from app.jobs.queue import WakeUp
from app.kpi.imports import views as imports
from app.people import views as people
from app.plans import views as plans
from app.postgres import POSTGRES_OPTIONS
from app.questionnaires import views as questionnaires
from app.questionnaires.editing import views as editing
from app.questionnaires.exchange import views as exchange
from app.questionnaires.library import views as library
from app.questionnaires.starting import views as starting
from app.ratings import views as ratings
from app.ratings.hiding import views as hiding
from app.retention import views as retention
from app.second_step import views as second_step
from app.second_step.guard import init_second_step
from app.web import health
from app.web.compression import compress
from app.web.cookies import CookieRequest
from app.web.forms import FormGuard
from app.web.headers import GuardedResponse, add_security_headers, hide_secret_addresses
from app.web.language import init_languages
from app.web.limits import hold_link_bodies_small, limiter, where_to_count
from app.web.sessions import KeptSerializer
from app.worker import work_until_idle

log = logging.getLogger(__name__)

FIRST_ERROR = 400  # below are redirects
MAX_UPLOAD = 10 * 1024 * 1024
BLUEPRINTS = (
    health.bp,
    auth.bp,
    second_step.bp,
    landing.bp,
    entering.bp,
    feedback.bp,
    comparing.bp,
    correcting.bp,
    consenting.inside,
    consenting.by_link,
    measuring.bp,
    relations.bp,
    opting_out.bp,
    bouncing.bp,
    cycles.bp,
    workdays.bp,
    launching.bp,
    nominating.bp,
    cockpit.bp,
    replacing.bp,
    outbox.bp,
    extending.bp,
    leaving.bp,
    settling.bp,
    returned.bp,
    imports.bp,
    people.bp,
    questionnaires.bp,
    starting.bp,
    library.bp,
    editing.bp,
    exchange.bp,
    hinting.bp,
    previewing.bp,
    publishing.bp,
    adopting.bp,
    ratings.bp,
    hiding.bp,
    retention.bp,
    interviews.bp,
    plans.bp,
)
NUMBER_TOO_LARGE = "22003"  # PostgreSQL's code for it
csrf = FormGuard()


class SmallIntegerConverter(IntegerConverter):
    """Numbers in addresses are ids of rows: of those too long for any there is no page."""

    regex = r"\d{1,18}"


class Application(Flask):
    """Flask, told once that no function of ours is a coroutine: it looks at each, each time."""

    request_class = CookieRequest
    response_class = GuardedResponse

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def log_exception(self, exc_info: Any) -> None:
        """For what even the page of failures fails on. Flask would log the address, which holds a
        reviewer's link."""
        log.error("a failure could not be shown", exc_info=exc_info)


def create_app(settings: Settings | None = None) -> Flask:
    """A ready application. Reads the environment when no settings are given."""
    settings = settings or Settings.from_env()
    templates, static = str(ROOT / "templates"), str(ROOT / "static")
    app = Application("app", template_folder=templates, static_folder=static)
    app.session_interface = KeptSerializer()
    _configure(app, settings)
    db.init_app(app)
    with app.app_context():
        set_up_engine(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    app.before_request(hide_secret_addresses)  # before anything can go wrong
    app.before_request(hold_link_bodies_small)  # before the token check reads the form
    csrf.init_app(app)
    # A link page sets no cookie to hold a token, nor does a mail program; the guard is their check.
    csrf.exempt(landing.bp)
    csrf.exempt(entering.bp)
    csrf.exempt(consenting.by_link)
    csrf.exempt(opting_out.bp)
    csrf.exempt(bouncing.bp)
    limiter.init_app(app)
    init_languages(app, preferred_language)
    init_guard(app)
    init_second_step(app)
    _wire_queue(app, settings)
    _register(app)
    register_commands(app)
    app.after_request(add_security_headers)
    app.after_request(compress)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.extensions["settings"] = settings
    app.testing = settings.testing
    app.url_map.converters["int"] = SmallIntegerConverter
    secure, is_file = settings.secure_cookies, settings.database_url.startswith("sqlite:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # An error names its statement, never the answers or secrets that went with it.
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,
            "json_serializer": json_text,
            **({} if is_file else POSTGRES_OPTIONS),
        },
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a slow typist loses nothing
        WTF_CSRF_SSL_STRICT=False,  # the guard compares Origin; link pages send no Referer
        MAX_CONTENT_LENGTH=MAX_UPLOAD + 64 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        RATELIMIT_ENABLED=not settings.testing,
        # What could not be counted must not cost answers: Redis may be away.
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_STORAGE_OPTIONS={"wrap_exceptions": True},
        RATELIMIT_STORAGE_URI=where_to_count(settings.queue_url),
    )
    app.jinja_options = {
        **app.jinja_options,
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.globals["settings"] = settings


def _wire_queue(app: Flask, settings: Settings) -> None:
    wake_up = WakeUp(settings.queue_url)
    wake_up.call(lambda: work_until_idle(app))
    app.extensions["wake_up"] = wake_up


@event.listens_for(db.session, "after_commit")
def _wake_a_worker(session: Session) -> None:
    """After every commit that queued something."""
    if session.info.pop("wake", False):
        current_app.extensions["wake_up"].send()


@event.listens_for(db.session, "after_rollback")
def _let_sleep(session: Session) -> None:
    session.info.pop("wake", None)


def _register(app: Flask) -> None:
    for bp in BLUEPRINTS:
        app.register_blueprint(bp)
    app.register_error_handler(DomainError, show_refusal)
    app.register_error_handler(CSRFError, show_stale_page)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(OverflowError, show_no_such_number)
    app.register_error_handler(DataError, show_no_such_number)
    app.register_error_handler(Exception, show_failure)


def show_refusal(error: DomainError) -> ResponseReturnValue:
    """A rule said no: nothing was changed, and the page says why."""
    db.session.rollback()
    if astray.is_behind_link():
        return astray.show_astray(astray.REFUSED, message=str(error))
    return render_template("web/refused.html", message=str(error)), 409


def show_stale_page(error: CSRFError) -> ResponseReturnValue:
    """The page was open too long or the sign-in has ended."""
    db.session.rollback()
    log.info("stale page: %s", error.description)
    if astray.is_behind_link():
        return astray.show_again()
    return render_template("web/stale.html"), 400


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for 403, 404, 413, 429 and their like; `web/error.html` words each."""
    db.session.rollback()
    code = error.code or 500
    if code < FIRST_ERROR:
        return error.get_response()
    if isinstance(error, MethodNotAllowed) and astray.may_go_up():
        return astray.go_up()
    if astray.is_behind_link():
        return astray.show_astray(code)
    return render_template("web/error.html", code=code), code


def show_no_such_number(error: OverflowError | DataError) -> ResponseReturnValue:
    """404 for a number too large for the database: no row has it. Other errors are our own."""
    by_sqlite = isinstance(error, OverflowError) and "SQLite INTEGER" in str(error)
    by_postgres = getattr(getattr(error, "orig", None), "sqlstate", None) == NUMBER_TOO_LARGE
    return show_http_error(NotFound()) if by_sqlite or by_postgres else show_failure(error)


def show_failure(error: Exception) -> ResponseReturnValue:
    """Our own mistake: logged with a number that the page shows. A reviewer's form stays on it."""
    db.session.rollback()
    number = uuid.uuid4().hex[:12]
    log.exception("request %s failed", number, exc_info=error)
    typed = visits.carried_fields()
    if typed:
        return visits.page("again.html", 500, carried=typed, number=number)
    if astray.is_behind_link():
        return astray.show_astray(astray.FAILED, number=number)
    return render_template("web/failure.html", number=number), 500
