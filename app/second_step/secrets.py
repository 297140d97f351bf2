"""What is kept of secrets: sealed under a key from LINK_KEY, or only a slow hash."""

import secrets

import pyotp
from argon2.low_level import Type, hash_secret_raw

from app import sealing
from app.auth.passwords import LANES, PASSES
from app.second_step.rules import ALPHABET, DIGITS, RECOVERY_LENGTH, STEP_SECONDS

SALT_BYTES = 16
HASH_BYTES = 32


def make_secret() -> str:
    """A secret for an authenticator app: 160 bit, base32."""
    return pyotp.random_base32()


def code_of_step(secret: str, step: int) -> str:
    """The six digits that an app shows during one half minute."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step)


def address_for_app(secret: str, *, email: str, company: str) -> str:
    """The otpauth: address that an app reads from the picture."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    return totp.provisioning_uri(name=email, issuer_name=company)


def seal(secret: str, *, account_id: int, link_key: bytes) -> bytes:
    """Encrypt a secret so that it opens only with LINK_KEY, and only as this account's."""
    return sealing.seal(_key(link_key), secret.encode(), owner=account_id)


def unseal(sealed: bytes, *, account_id: int, link_key: bytes) -> str | None:
    """The secret, or None when it was sealed under another key or for another account."""
    plain = sealing.unseal(_key(link_key), sealed, owner=account_id)
    return None if plain is None else plain.decode()


def _key(link_key: bytes) -> bytes:
    return sealing.derive_key(link_key, "second step")


def make_recovery_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))


def hash_of_recovery_code(code: str, *, account_id: int, link_key: bytes, memory_kib: int) -> str:
    """What is kept of a recovery code: Argon2id, as of passwords.

    The salt is the account's own and follows from LINK_KEY, so that the one row that fits is found
    by one hash, and a copy of the database alone cannot be tried against.
    """
    salt = sealing.derive_key(link_key, f"recovery codes {account_id}", length=SALT_BYTES)
    return hash_secret_raw(
        code.encode(),
        salt,
        time_cost=PASSES,
        memory_cost=memory_kib,
        parallelism=LANES,
        hash_len=HASH_BYTES,
        type=Type.ID,
    ).hex()
