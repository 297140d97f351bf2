"""A fresh demo installation: its folder, its settings, and the programs that run it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.config import ROOT

PATIENCE_SECONDS = 180
STOP_SECONDS = 15
OWNER_ONLY = 0o077  # umask: an installation holds answers and mailed links
COMPANY = "联盛工业 Liansheng Industrial"


class DemoError(Exception):
    """The demo could not go on; the text says at which stage and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """Where the demo lives and how its parts are reached."""

    folder: Path
    web_port: int
    smtp_port: int
    mailbox_port: int

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def mailbox_site(self) -> str:
        return f"http://127.0.0.1:{self.mailbox_port}"

    @property
    def letters(self) -> Path:
        return self.folder / "mailbox"

    @property
    def database(self) -> Path:
        return self.folder / "roundview.sqlite"

    def environment(self) -> dict[str, str]:
        """The settings of every program of this installation."""
        inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        return {
            **inherited,
            "INSTANCE_DIR": str(self.folder),
            "MAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "PUBLIC_URL": self.site,
            "HOST": "127.0.0.1",
            "PORT": str(self.web_port),
            "COMPANY": COMPANY,
            "MAIL_FROM": "hr@liansheng.example",
            # Forty people sign in within seconds: a demo's passwords are printed anyway.
            "ARGON2_MEMORY_KIB": "1024",
            "PYTHONUNBUFFERED": "1",
        }

    def flask(self, *arguments: str, stdin: str | None = None) -> str:
        """Run a `flask` command of this installation; gives what it printed."""
        ran = subprocess.run(  # noqa: S603 - our own interpreter and our own commands
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            umask=OWNER_ONLY,
        )
        if ran.returncode != 0:
            raise DemoError(f"flask {' '.join(arguments)}: {ran.stderr.strip()[-2000:]}")
        return ran.stdout


OWN_SETTINGS = frozenset(
    {
        "DATABASE_URL",
        "QUEUE_URL",
        "MAIL_URL",
        "PUBLIC_URL",
        "SECRET_KEY",
        "LINK_KEY",
        "INSTANCE_DIR",
        "SECOND_STEP",  # its sign-ins are printed, with a password alone
    }
)


def make_instance(folder: Path, *, ports: Sequence[int]) -> Instance:
    """Clear the folder of an earlier demo and choose free ports, the wanted ones if they are."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    web, smtp, mailbox = (free_port(wanted) for wanted in ports)
    return Instance(folder=folder, web_port=web, smtp_port=smtp, mailbox_port=mailbox)


@contextmanager
def running(instance: Instance) -> Iterator[None]:
    """The web server, the worker and the mailbox, each a process of its own; stopped afterwards."""
    programs = [
        start(instance, "mailbox", _mailbox_command(instance)),
        start(instance, "web", _web_command(instance)),
        start(instance, "worker", [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]),
    ]
    try:
        wait_for(f"{instance.site}/readyz", programs)
        wait_for(instance.mailbox_site, programs)
        yield
    finally:
        for program in programs:
            program.send_signal(signal.SIGTERM)
        for program in programs:
            stop(program)


def start(instance: Instance, name: str, command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start one program; what it says goes to a log in the instance folder."""
    with (instance.folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=ROOT,
            env=instance.environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=OWNER_ONLY,
        )


def stop(program: "subprocess.Popen[bytes]") -> None:
    """Wait for a program that was told to end; kill it when it does not."""
    try:
        program.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def wait_for(address: str, programs: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Until the address answers. Raises DemoError when a program ends or patience does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if any(program.poll() is not None for program in programs):
            raise DemoError("A program of the demo ended at once; see the logs in its folder.")
        try:
            if httpx.get(address, timeout=2).is_success:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.1)
    raise DemoError(f"{address} did not answer within {PATIENCE_SECONDS} seconds.")


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("There is no free port on this machine.")


def _web_command(instance: Instance) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{instance.web_port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket"),
        *("--logger-class", "app.logs.ServerLogger"),
    ]


def _mailbox_command(instance: Instance) -> list[str]:
    return [
        *(sys.executable, "-m", "app.demo.mailbox", str(instance.letters)),
        *("--smtp-port", str(instance.smtp_port), "--web-port", str(instance.mailbox_port)),
    ]
