"""One running server for all tests of a module, and what its database says afterwards."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import select
from werkzeug.serving import make_server

from app.db import db, writing
from app.factory import create_app
from app.feedback.drafts import read_draft
from app.feedback.models import FeedbackRequest, RequestState, Submission
from app.people.groups import RaterGroup
from tests.compiled_once import compile_once
from tests.conftest import make_settings
from tests.forms import make_scene
from tests.servers import START_SECONDS, free_port

POLL_SECONDS = 0.02  # how soon a server notices that it is to stop


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """A reviewer who has a link, and whom they are asked about."""

    link: str
    token: str
    request_ids: tuple[int, ...]
    participant_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A form as it lies in the database."""

    answers: Mapping[str, int | None]
    comments: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """`answered` has the paths of all requests in the order in which they were done with."""

    app: Flask
    address: str
    database: Path
    answered: list[str]

    def invite(self, *groups: RaterGroup, locale: str = "en") -> Invited:
        """A new reviewer, asked about one person for each group."""
        with self.app.app_context(), writing():
            scene = make_scene(groups=groups or (RaterGroup.CUSTOMER,), locale=locale)
            return Invited(
                link=f"{self.address}{scene.link}",
                token=scene.token,
                request_ids=tuple(request.id for request in scene.requests),
                participant_ids=tuple(row.id for row in scene.participants),
            )

    def kept(self, invited: Invited) -> list[Kept]:
        """All submissions about the people this reviewer was asked about; nobody else was."""
        with self.app.app_context():
            rows = db.session.scalars(
                select(Submission).where(Submission.participant_id.in_(invited.participant_ids))
            )
            return [Kept(answers=row.answers, comments=row.comments) for row in rows]

    def draft(self, invited: Invited) -> Mapping[str, str]:
        """What is saved and not sent, of the first form."""
        with self.app.app_context():
            return read_draft(invited.token, invited.request_ids[0]).values

    def state(self, invited: Invited) -> RequestState:
        with self.app.app_context():
            return db.session.get_one(FeedbackRequest, invited.request_ids[0]).state

    def wait_for_last_save(self) -> None:
        """Until the server is done with the save that a page sends while it makes room for another.

        The browser goes on before that, and tells nobody how it ends.
        """
        last_moment = monotonic() + START_SECONDS
        while not self.answered[-1].endswith("/save"):
            assert monotonic() < last_moment, self.answered
            sleep(POLL_SECONDS)

    @contextmanager
    def failing(self, table: str) -> Iterator[None]:
        """The database fails whoever needs this table; the server runs on."""
        self._rename(table, f"{table}_away")
        try:
            yield
        finally:
            self._rename(f"{table}_away", table)

    def _rename(self, table: str, name: str) -> None:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            connection.execute(f"ALTER TABLE {table} RENAME TO {name}")


@contextmanager
def installed(database: Path, folder: Path, **changes: Any) -> Iterator[Installation]:
    """The application on this migrated database, served in threads. CSRF protection is on."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = make_settings(
        folder, f"sqlite:///{database}", public_url=address, port=port, **changes
    )
    app = compile_once(create_app(settings))
    answered: list[str] = []

    @app.after_request
    def note(response: Response) -> Response:
        answered.append(request.path)
        return response

    web = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, args=[POLL_SECONDS])
    thread.start()
    yield Installation(app=app, address=address, database=database, answered=answered)
    web.shutdown()
    thread.join()
    web.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions["wake_up"].close()
