"""Argon2id hashing of passwords (19 MiB, two passes, one lane)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSES = 2
LANES = 1


@lru_cache(maxsize=4)
def _hasher(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=memory_kib, parallelism=LANES)


def hash_password(password: str, *, memory_kib: int) -> str:
    """An Argon2id hash with its own salt and parameters."""
    return _hasher(memory_kib).hash(password)


def password_fits(password: str, kept: str | None, *, memory_kib: int) -> bool:
    """Whether the password is the kept one; takes as long when there is none to compare with."""
    hasher = _hasher(memory_kib)
    try:
        hasher.verify(kept or _decoy(memory_kib), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@lru_cache(maxsize=4)
def _decoy(memory_kib: int) -> str:
    return _hasher(memory_kib).hash("nobody has this password")
