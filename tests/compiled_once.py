"""What every application of a test run would compile anew: templates, addresses and statements.

Each test has an application and a database of its own. What is compiled depends on nothing but its
text and the kind of database, so the first application of a run compiles it for all.
"""

from collections.abc import Callable
from types import MethodType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.db import db

Builder = Callable[..., tuple[str, str]]
MADE_OF_TEXT = ("_parts", "_trace", "_converters", "arguments")
RULES: dict[tuple[Any, ...], tuple[dict[str, Any], tuple[Builder, Builder]]] = {}


class KeptTemplates(BytecodeCache):
    """Jinja's own way to keep compiled templates, here in memory. Jinja compares the sources."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class KeptRule(Rule):
    """An address; what is made of its text is made once."""

    def compile(self) -> None:
        assert self.map is not None
        place = (self.host, self.subdomain, self.rule, self.merge_slashes, repr(self.defaults))
        key = (*place, frozenset(self.map.converters.items()))
        if key not in RULES:
            super().compile()
            kept = {name: vars(self)[name] for name in MADE_OF_TEXT}
            builders = (self._build.__func__, self._build_unknown.__func__)  # type: ignore[attr-defined]
            RULES[key] = (kept, builders)
        kept, (build, build_unknown) = RULES[key]
        vars(self).update(kept)
        self._build, self._build_unknown = MethodType(build, self), MethodType(build_unknown, self)


TEMPLATES = KeptTemplates()
DIALECTS: dict[str, Dialect] = {}
STATEMENTS: LRUCache[Any, Any] = LRUCache(4_000)
Flask.url_rule_class = KeptRule


def compile_once(app: Flask) -> Flask:
    """Give the application the compiled templates and statements of all others."""
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        _share_statements(db.engine)
        _write_fast(db.engine)
    return app


def _share_statements(engine: Engine) -> None:
    """A compiled statement is found again by its dialect: one for all engines of a kind."""
    name = engine.dialect.name
    if name not in DIALECTS:
        engine.connect().close()  # lets the dialect learn which version it talks to
        DIALECTS[name] = engine.dialect
    engine.dialect = DIALECTS[name]
    engine.update_execution_options(compiled_cache=STATEMENTS)


def _write_fast(engine: Engine) -> None:
    """A test's database need not outlive a loss of power: SQLite does not wait for the disk."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_waiting)


def _without_waiting(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
