"""Publish a draft: its schemes ask with it from now on, and so do rounds that are not launched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from app.audit.service import record
from app.cycles.models import Participant
from app.cycles.publishing.queries import lock_waiting, schemes_named
from app.cycles.publishing.rules import PublishFinding, check_publishing
from app.cycles.publishing.wording import finding_sentence
from app.db import db
from app.people.groups import RaterGroup
from app.questionnaires.editing import service as editing
from app.questionnaires.models import Questionnaire
from app.schemes.models import Scheme
from app.schemes.service import ask_with


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What a publication has led to."""

    schemes: int
    cycles: int


def findings_of(draft: Questionnaire, schemes: Sequence[Scheme]) -> tuple[PublishFinding, ...]:
    """What stands in the way of publishing it for these schemes."""
    asked = asked_by_competency(draft)
    return check_publishing(asked, [scheme.definition for scheme in schemes])


def asked_by_competency(version: Questionnaire) -> dict[str, set[RaterGroup]]:
    """Code of a competency → the rater groups that are asked at least one of its items."""
    return {
        competency.code: {group for item in competency.items for group in item.groups}
        for competency in version.competencies
    }


def publish(
    draft: Questionnaire,
    schemes: Sequence[Scheme],
    *,
    revision: int,
    cycle_ids: Collection[int],
    account_id: int | None,
) -> Published:
    """Publish it; each scheme gets a version that asks with it, and so do these rounds.

    A round that was launched meanwhile keeps what its reviewers were told. Raises DraftError when
    something stands in the way, or somebody has changed or published the draft.
    """
    editing.refuse_unless_draft(draft)
    findings = findings_of(draft, schemes)
    if findings:
        raise editing.DraftError(" ".join(finding_sentence(row, schemes) for row in findings))
    editing.mark_published(draft, revision=revision, account_id=account_id)
    ask_with(draft, schemes)
    moved = _move(draft, [scheme.code for scheme in schemes], cycle_ids)
    for cycle_id in moved:
        record(
            "cycle.questionnaire_changed",
            f"cycle:{cycle_id}",
            account_id=account_id,
            detail=f"{draft.code} {draft.version}",
        )
    return Published(schemes=len(schemes), cycles=len(moved))


def _move(draft: Questionnaire, codes: Collection[str], cycle_ids: Collection[int]) -> list[int]:
    """Give the participants of these rounds the schemes that ask with the version."""
    waiting = lock_waiting(cycle_ids)
    old, new = aliased(Scheme), aliased(Scheme)
    same = select(new.id).join(old, old.code == new.code)
    present = same.where(old.id == Participant.scheme_id, new.questionnaire_id == draft.id)
    db.session.execute(
        update(Participant)
        .where(Participant.cycle_id.in_(waiting), Participant.scheme_id.in_(schemes_named(codes)))
        .values(scheme_id=present.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    return waiting
