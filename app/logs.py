"""One line of JSON for each event, whoever writes it: we, a library or the web server.

A break of line within a message is escaped, so nobody can forge an event with what they send. Which
page was asked for, by whom and when is not logged: it would tell who answered when.
"""

import logging
from typing import Any

from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

# What the web server would follow by an address, which holds a reviewer's link, or by a line of a
# request that it could not read.
BEFORE_ADDRESSES = ("Error handling request", "Invalid request")
NAMES = {"levelname": "level", "name": "logger", "message": "event", "exc_info": "problem"}


def set_up_logging() -> None:
    """Write events to standard error: ours from INFO on, those of libraries from WARNING on."""
    root = logging.getLogger()
    root.handlers = [_to_standard_error()]
    root.setLevel(logging.WARNING)
    logging.getLogger("app").setLevel(logging.INFO)


class ServerLogger(Logger):  # type: ignore[misc]
    """What gunicorn is told by `--logger-class`, so that its own lines look like ours."""

    def setup(self, cfg: Any) -> None:
        """Called by gunicorn once, before it loads the application."""
        super().setup(cfg)
        set_up_logging()
        self.error_log.handlers = [_to_standard_error()]
        self.error_log.handlers[0].addFilter(_leave_address_out)


def _leave_address_out(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    for words in BEFORE_ADDRESSES:
        if said.startswith(words):
            record.msg, record.args = words, ()
    return True


def _to_standard_error() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "{levelname}{name}{message}", style="{", rename_fields=NAMES, timestamp="time"
        )
    )
    return handler
