"""Doing something at the very moment when a function of ours begins, without changing it."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import Any

from flask import Flask
from sqlalchemy.engine import make_url


@contextmanager
def when_entered(function: Callable[..., Any], action: Callable[[], object]) -> Iterator[None]:
    """Call `action` each time `function` is entered in this thread."""

    def watch(frame: FrameType, event: str, _given: object) -> None:
        if event == "call" and frame.f_code is function.__code__:
            action()

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)


def may_others_write(app: Flask) -> bool:
    """Whether another program could take SQLite's write lock at once."""
    path = make_url(app.extensions["settings"].database_url).database or ""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.rollback()
        return True
