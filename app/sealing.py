"""Keys of their own for each purpose, and texts that open only with the right one."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12


def derive_key(secret: bytes, purpose: str, *, length: int = KEY_BYTES) -> bytes:
    """A key that tells nothing of the secret or of other purposes (HKDF, RFC 5869)."""
    info = f"roundview {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def seal(key: bytes, plain: bytes, *, owner: int) -> bytes:
    """Encrypt so that it opens only with this key, and only as this owner's (AES-GCM)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, str(owner).encode())


def unseal(key: bytes, sealed: bytes, *, owner: int) -> bytes | None:
    """What was sealed, or None: under another key, for another owner, or not sealed at all."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, str(owner).encode())
    except (InvalidTag, ValueError):
        return None
