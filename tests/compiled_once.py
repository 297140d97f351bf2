"""What every application of a test run would compile anew: its templates and its addresses.

Each test has an application of its own. Both depend on nothing but their text, so the first
application of a run compiles them for all.
"""

from collections.abc import Callable

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
BUILDERS: dict[str, Builder] = {}


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
    """An address; the function that builds it from its arguments is compiled once."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        place = (self.host, self.subdomain, self.rule, self.merge_slashes)
        text = repr((place, self.defaults, append_unknown))
        if text not in BUILDERS:
            BUILDERS[text] = super()._compile_builder(append_unknown)
        return BUILDERS[text]


TEMPLATES = KeptTemplates()
Flask.url_rule_class = KeptRule


def compile_once(app: Flask) -> Flask:
    """Give the application the compiled templates of all others."""
    app.jinja_env.bytecode_cache = TEMPLATES
    return app
