"""The demo's catch-all mailbox: a real SMTP server on loopback that keeps every letter, and a page.

Run by itself: `python -m app.demo.mailbox FOLDER --smtp-port 1025 --web-port 8025`. Letters are
kept as .eml files, so anybody can look at what really went over the wire.
"""

import argparse
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask, Response, abort, render_template
from markupsafe import Markup, escape
from werkzeug.serving import make_server

from app.config import ROOT
from app.web.headers import add_security_headers

PAGE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One letter as it arrived."""

    number: int
    to: str
    subject: str
    sender: str
    text: str
    html: str


class Mailbox:
    """A folder of letters: 000001.eml, 000002.eml …"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._last = max((int(path.stem) for path in folder.glob("*.eml")), default=0)
        self._lock = threading.Lock()

    def keep(self, content: bytes) -> None:
        """Store a letter; it is whole before its name can be seen."""
        with self._lock:
            self._last += 1
            number = self._last
        fresh = self.folder / f"{number:06}.new"
        fresh.write_bytes(content)
        fresh.rename(self.folder / f"{number:06}.eml")

    def numbers(self) -> list[int]:
        """All letters, newest first."""
        return sorted((int(path.stem) for path in self.folder.glob("*.eml")), reverse=True)

    def read(self, number: int) -> Received | None:
        """One letter, or None when there is no such number."""
        path = self.folder / f"{number:06}.eml"
        if not path.exists():
            return None
        message = message_from_bytes(path.read_bytes(), policy=default)
        return Received(
            number=number,
            to=str(message["To"]),
            subject=str(message["Subject"]),
            sender=str(message["From"]),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )

    def read_all(self) -> list[Received]:
        """Every letter, oldest first."""
        letters = (self.read(number) for number in reversed(self.numbers()))
        return [letter for letter in letters if letter is not None]


class _CatchAll:
    """What the SMTP server does with a letter: keep it, whoever it is for."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self._mailbox.keep(envelope.original_content)
        return "250 kept"


def create_mailbox_page(mailbox: Mailbox) -> Flask:
    """The web view: a list of letters, and each letter as text and as it looks."""
    app = Flask(
        "mailbox", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )

    @app.get("/")
    def inbox() -> str:
        numbers = mailbox.numbers()
        letters = [mailbox.read(number) for number in numbers[:PAGE]]
        return render_template("demo/inbox.html", letters=letters, total=len(numbers))

    @app.get("/<int:number>")
    def letter(number: int) -> str:
        found = mailbox.read(number) or abort(404)
        return render_template("demo/letter.html", letter=found, text=_with_links(found.text))

    @app.get("/<int:number>/html")
    def look(number: int) -> Response:
        found = mailbox.read(number) or abort(404)
        response = Response(found.html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups "
            "allow-top-navigation-by-user-activation"
        )
        return response

    @app.after_request
    def protect(response: Response) -> Response:
        if "Content-Security-Policy" in response.headers:
            return response
        response = add_security_headers(response)
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy + "; frame-src 'self'"
        return response

    return app


def _with_links(text: str) -> Markup:
    lines = []
    for line in text.splitlines():
        if line.startswith(("http://", "https://")):
            address = escape(line.strip())
            lines.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address))
        else:
            lines.append(escape(line))
    return Markup("\n").join(lines)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve both until told to stop."""
    parser = argparse.ArgumentParser(description="Keep every letter and show it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--web-port", type=int, default=8025)
    given = parser.parse_args(arguments)
    mailbox = Mailbox(given.folder)
    smtp = Controller(_CatchAll(mailbox), hostname="127.0.0.1", port=given.smtp_port)
    smtp.start()
    web = make_server("127.0.0.1", given.web_port, create_mailbox_page(mailbox), threaded=True)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=web.shutdown).start())
    try:
        web.serve_forever()
    finally:
        smtp.stop()


if __name__ == "__main__":
    main()
