"""Keys of their own for what ratings hide, derived from the installation's LINK_KEY."""

from app.sealing import derive_key


def seal_key(link_key: bytes) -> bytes:
    """What the HMAC over a rating's inputs is made with."""
    return derive_key(link_key, "rating seal")


def order_key(link_key: bytes, participant_id: int) -> bytes:
    """What comments about one participant are shuffled by: no order of arrival, no group."""
    return derive_key(link_key, f"comment order {participant_id}")


def comment_key(link_key: bytes, participant_id: int) -> bytes:
    """What a comment about one participant is known by while HR looks it through."""
    return derive_key(link_key, f"comment digest {participant_id}")
