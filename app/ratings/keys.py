"""Keys of their own for what ratings hide, derived from the installation's LINK_KEY."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal_key(link_key: bytes) -> bytes:
    """What the HMAC over a rating's inputs is made with."""
    return _derive(link_key, "rating seal")


def order_key(link_key: bytes, participant_id: int) -> bytes:
    """What comments about one participant are shuffled by: no order of arrival, no group."""
    return _derive(link_key, f"comment order {participant_id}")


def comment_key(link_key: bytes, participant_id: int) -> bytes:
    """What a comment about one participant is known by while HR looks it through."""
    return _derive(link_key, f"comment digest {participant_id}")


def _derive(link_key: bytes, purpose: str) -> bytes:
    info = f"roundview {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(link_key)
