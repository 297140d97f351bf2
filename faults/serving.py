"""The product served by gunicorn as script/server does it, and browsers that speak to it."""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from app.demo.instance import Instance, start, stop, wait_for
from tests.servers import free_port

WORKERS, THREADS = 2, 4
PATIENCE_SECONDS = 60
SEE_OTHER = 303
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Served(Instance):
    """An installation in a scratch folder whose database may lie elsewhere."""

    database_url: str
    trusted_proxies: int = 0

    def environment(self) -> dict[str, str]:
        return {
            **Instance.environment(self),
            "DATABASE_URL": self.database_url,
            "TRUSTED_PROXIES": str(self.trusted_proxies),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where it is served, and the process that all the others come from."""

    port: int
    pid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back. ``location`` is empty where the answer led nowhere else."""

    status: int
    location: str
    text: str


@dataclass(kw_only=True)
class Browser:
    """Keeps cookies and follows nothing by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Reply:
        return self.ask("GET", address)

    def post(
        self, address: str, fields: Mapping[str, str], *, ready: Callable[[], object]
    ) -> Reply:
        """Send a form; ``ready`` is called when the line is open and nothing has been said yet."""
        return self.ask("POST", address, urlencode(fields), ready=ready)

    def ask(
        self,
        method: str,
        address: str,
        body: str = "",
        *,
        ready: Callable[[], object] = lambda: None,
    ) -> Reply:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            line.connect()
            ready()
            line.request(method, address, body, {"Cookie": jar, "Content-Type": FORM})
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({key: one.value for key, one in SimpleCookie(header).items()})
        return Reply(status=answer.status, location=answer.headers.get("Location", ""), text=text)

    def twin(self) -> "Browser":
        """Another window of the same browser, with a line of its own."""
        return Browser(port=self.port, cookies=dict(self.cookies))


@contextmanager
def served(
    folder: Path,
    database_url: str,
    *,
    link_key: bytes,
    application: str = "wsgi:app",
    trusted_proxies: int = 0,
) -> Iterator[Site]:
    """Serve a migrated database with the processes of script/server."""
    (folder / "link.key").write_bytes(link_key)
    instance = Served(
        folder=folder,
        web_port=free_port(),
        smtp_port=9,
        mailbox_port=9,
        database_url=database_url,
        trusted_proxies=trusted_proxies,
    )
    # Not /readyz: nothing is mailed here, so no mail server runs.
    program = start(instance, "web", _command(application, instance.web_port))
    try:
        wait_for(f"{instance.site}/healthz", [program])
        yield Site(port=instance.web_port, pid=program.pid)
    finally:
        program.send_signal(signal.SIGTERM)
        stop(program)


def _command(application: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)),
        *("--no-control-socket", "--logger-class", "app.logs.ServerLogger"),
    ]
