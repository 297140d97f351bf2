"""The secret of a reviewer's link, and the key that seals their drafts (decision 0004).

Nothing here is stored but the hash. The secret follows from LINK_KEY, the reviewer's row and its
generation, so a reminder carries the same link and a raised generation makes a new one.
"""

import base64
import hashlib
import hmac

from sqlalchemy import String, cast, literal, select, update

from app import sealing
from app.config import Settings
from app.db import db
from app.feedback.models import Reviewer

GONE = "gone:"  # stands before what is kept in place of a hash; no hash begins so


def make_token(link_key: bytes, reviewer_id: int, generation: int) -> str:
    """256 bit, base64url without padding."""
    message = f"reviewer:{reviewer_id}:{generation}".encode()
    digest = hmac.new(link_key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_replaced(token: str, link_key: bytes) -> int | None:
    """The reviewer whose link this was before it was replaced; None when it never was one.

    Old hashes are not kept. Few links are ever replaced, so their old secrets are made again.
    """
    rows = db.session.execute(
        select(Reviewer.id, Reviewer.generation).where(
            Reviewer.generation > 1, ~Reviewer.token_hash.startswith(GONE)
        )
    )
    for row in rows:
        earlier = (make_token(link_key, row.id, number) for number in range(1, row.generation))
        if any(hmac.compare_digest(one.encode(), token.encode()) for one in earlier):
            return int(row.id)
    return None


def forget_links(cycle_id: int) -> int:
    """Delete the hashes of a round's links, so that none opens anything; gives how many there were.

    Links that were replaced before are not known any more either.
    """
    done = db.session.execute(
        update(Reviewer)
        .where(Reviewer.cycle_id == cycle_id, ~Reviewer.token_hash.startswith(GONE))
        .values(token_hash=literal(GONE) + cast(Reviewer.id, String)),
        execution_options={"synchronize_session": False},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def link_of_reviewer(reviewer_id: int, settings: Settings) -> str:
    """The address to mail; the worker asks for it at the moment of sending."""
    reviewer = db.session.get_one(Reviewer, reviewer_id)
    token = make_token(settings.link_key, reviewer.id, reviewer.generation)
    return f"{settings.public_url}/i/{token}"


def seal(token: str, request_id: int, plain: bytes) -> bytes:
    """Encrypt a draft so that it opens only with the token, and only as this request's."""
    return sealing.seal(_draft_key(token), plain, owner=request_id)


def unseal(token: str, request_id: int, sealed: bytes) -> bytes | None:
    """The draft, or None when it was sealed under another token."""
    return sealing.unseal(_draft_key(token), sealed, owner=request_id)


def _draft_key(token: str) -> bytes:
    return sealing.derive_key(token.encode(), "draft")
