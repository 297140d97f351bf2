"""The code in a letter, and what is kept of it. Neither says anything without LINK_KEY."""

import hashlib
import hmac

from app.feedback.entering.rules import DIGITS


def code_of_letter(message_id: str, link_key: bytes) -> str:
    """The code in one letter, from LINK_KEY and the letter's own random number.

    The worker asks for it at the moment of sending, so that it lies nowhere in clear.
    """
    digest = hmac.digest(link_key, f"entry code:{message_id}".encode(), "sha256")
    return f"{int.from_bytes(digest, 'big') % 10**DIGITS:0{DIGITS}}"


def hash_of_code(code: str, *, reviewer_id: int, generation: int, link_key: bytes) -> str:
    """What the database keeps: a million codes are soon tried, so the hash needs the key."""
    message = f"entered:{reviewer_id}:{generation}:{code}".encode()
    return hmac.new(link_key, message, hashlib.sha256).hexdigest()
