"""A new link in place of a reviewer's present one, which dies at once."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.feedback.drafts import seal_anew
from app.feedback.links import hash_token, make_token
from app.feedback.models import Reviewer
from app.people.models import Person


def locked_reviewer(reviewer_id: int) -> Reviewer:
    """A reviewer as the row stands now, with the person; nobody else makes a link meanwhile."""
    return db.session.scalars(
        select(Reviewer)
        .where(Reviewer.id == reviewer_id)
        .options(joinedload(Reviewer.person).joinedload(Person.department))
        .with_for_update(of=Reviewer)
        .execution_options(populate_existing=True)
    ).one()


def raise_generation(reviewer: Reviewer, link_key: bytes) -> None:
    """Make the new link and move the drafts to it. The caller has locked the reviewer."""
    old = make_token(link_key, reviewer.id, reviewer.generation)
    reviewer.generation += 1
    new = make_token(link_key, reviewer.id, reviewer.generation)
    reviewer.token_hash, reviewer.cut_off = hash_token(new), False
    db.session.flush()
    seal_anew(reviewer.id, old=old, new=new)
