"""Settings, read once from the environment; a wrong value stops the start with a sentence."""

import base64
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
KEY_BYTES = 32


class SettingError(Exception):
    """A setting that cannot be used; the text names it and says what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All that differs between one installation and another. README lists each with its default."""

    instance_dir: Path
    database_url: str
    queue_url: str
    mail_url: str
    public_url: str
    secret_key: str = field(repr=False)
    link_key: bytes = field(repr=False)
    company: str = "Roundview"
    mail_from: str = "hr@roundview.example"
    mail_rate: int = 0
    bounce_mailbox: str = field(default="", repr=False)
    bounce_secret: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: int = 0
    argon2_memory_kib: int = 19 * 1024
    second_step: str = "optional"
    testing: bool = False

    @property
    def secure_cookies(self) -> bool:
        """Whether people reach us by https, so that cookies may be bound to it."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the environment; keys that are not given are made once and kept in INSTANCE_DIR."""
        env = os.environ if environ is None else environ
        instance_dir = Path(env.get("INSTANCE_DIR", str(ROOT / "instance"))).resolve()
        instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)  # answers lie in there
        host, port = env.get("HOST", "127.0.0.1"), _whole_number(env, "PORT", 8000)
        return cls(
            instance_dir=instance_dir,
            database_url=_database_url(env, instance_dir),
            queue_url=env.get("QUEUE_URL", f"sqlite:///{instance_dir / 'queue.sqlite'}"),
            mail_url=_mail_url(env),
            public_url=_public_url(env, host, port),
            secret_key=env.get("SECRET_KEY") or _kept_key(instance_dir / "secret.key"),
            link_key=(env.get("LINK_KEY") or _kept_key(instance_dir / "link.key")).encode(),
            company=env.get("COMPANY", "Roundview"),
            mail_from=env.get("MAIL_FROM", "hr@roundview.example"),
            mail_rate=_whole_number(env, "MAIL_RATE", 0),
            bounce_mailbox=_bounce_mailbox(env),
            bounce_secret=env.get("BOUNCE_SECRET", ""),
            host=host,
            port=port,
            trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0),
            argon2_memory_kib=_whole_number(env, "ARGON2_MEMORY_KIB", 19 * 1024),
            second_step=_second_step(env),
        )


def bench_database_url() -> str | None:
    """The empty PostgreSQL database that script/bench may use beside SQLite, if one is named."""
    url = os.environ.get("BENCH_DATABASE_URL")
    return _database_url({"DATABASE_URL": url}, ROOT) if url else None


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit():
        raise SettingError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _second_step(env: Mapping[str, str]) -> str:
    text = env.get("SECOND_STEP", "optional")
    if text not in {"optional", "required"}:
        raise SettingError(f"SECOND_STEP must be optional or required, not {text!r}.")
    return text


def _database_url(env: Mapping[str, str], instance_dir: Path) -> str:
    url = env.get("DATABASE_URL", f"sqlite:///{instance_dir / 'roundview.sqlite'}")
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = "postgresql+psycopg://" + url.removeprefix(short)
    if not url.startswith(("sqlite:", "postgresql+psycopg:")):
        raise SettingError("DATABASE_URL must begin with sqlite: or postgresql:.")
    return url


def _mail_url(env: Mapping[str, str]) -> str:
    url = env.get("MAIL_URL", "smtp://127.0.0.1:1025")
    if urlsplit(url).scheme not in {"smtp", "smtps"}:
        raise SettingError("MAIL_URL must look like smtp://user:password@host:port or smtps://…")
    return url


def _bounce_mailbox(env: Mapping[str, str]) -> str:
    url = env.get("IMAP_URL", "")
    if url and urlsplit(url).scheme not in {"imap", "imaps"}:
        raise SettingError("IMAP_URL must look like imaps://user:password@host/INBOX or imap://…")
    return url


def _public_url(env: Mapping[str, str], host: str, port: int) -> str:
    url = env.get("PUBLIC_URL", f"http://{host}:{port}").rstrip("/")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SettingError("PUBLIC_URL must begin with http:// or https://.")
    return url


def _kept_key(path: Path) -> str:
    """Read a key, or make it: never shorter than 256 bit, readable by the owner only.

    Several processes may start at once on a new installation. The file gets its name when the key
    is in it already, so that nobody reads half of it; whoever comes later finds that name taken.
    """
    if not path.exists():
        key = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as fresh:  # mode 600
            fresh.write(key)
            fresh.flush()
            os.fsync(fresh.fileno())
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    found = path.read_text(encoding="ascii").strip()
    if not found:
        raise SettingError(
            f"{path} is empty. Put its copy back. If there is none, delete it: a new one is made, "
            "people sign in again, and links that were mailed need to be mailed anew."
        )
    return found
