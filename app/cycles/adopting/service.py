"""Let a scheme ask with another questionnaire, and with it the rounds that are not launched."""

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import update

from app.audit.service import record
from app.cycles.adopting.rules import Offered, adopted, problems_of
from app.cycles.models import Participant
from app.cycles.publishing.queries import lock_waiting, schemes_named
from app.cycles.publishing.rules import check_publishing
from app.cycles.publishing.service import asked_by_competency
from app.cycles.publishing.wording import finding_sentence
from app.db import db
from app.errors import DomainError
from app.questionnaires.models import Questionnaire
from app.questionnaires.rules import VersionState
from app.schemes.models import Scheme
from app.schemes.service import ask_with_rules, list_schemes


class AdoptError(DomainError):
    """A scheme that cannot ask with this questionnaire, or not so."""


def offered_by(questionnaire: Questionnaire) -> list[Offered]:
    """The competencies that have items."""
    return [
        Offered(code=row.code, name_zh=row.name_zh, name_en=row.name_en)
        for row in questionnaire.competencies
        if row.items
    ]


def adopt(
    questionnaire: Questionnaire,
    scheme: Scheme,
    chosen: Mapping[str, str],
    *,
    cycle_ids: Collection[int],
    account_id: int | None,
) -> int:
    """The scheme's next version asks with the questionnaire; gives how many rounds follow it.

    A round that was launched meanwhile keeps what its reviewers were told. Raises AdoptError for a
    draft, for a scheme that has a newer version, and where something could not be scored.
    """
    if questionnaire.state is VersionState.DRAFT:
        raise AdoptError(_("Publish this version first: a scheme asks only with what stays."))
    if scheme.id not in {row.id for row in list_schemes()}:
        raise AdoptError(
            _("Somebody else has changed this scheme meanwhile. Look at it once more.")
        )
    offered = offered_by(questionnaire)
    if problems_of(scheme.definition, chosen, [one.code for one in offered]):
        raise AdoptError(_("Choose a competency for each line, each only once."))
    definition = adopted(scheme.definition, chosen, offered)
    findings = check_publishing(asked_by_competency(questionnaire), [definition])
    if findings:
        raise AdoptError(" ".join(finding_sentence(row, [scheme]) for row in findings))
    made = ask_with_rules(questionnaire, scheme, definition)
    return len(_move(made, cycle_ids, account_id))


def _move(made: Scheme, cycle_ids: Collection[int], account_id: int | None) -> Sequence[int]:
    waiting = lock_waiting(cycle_ids)
    db.session.execute(
        update(Participant)
        .where(
            Participant.cycle_id.in_(waiting), Participant.scheme_id.in_(schemes_named([made.code]))
        )
        .values(scheme_id=made.id)
        .execution_options(synchronize_session=False)
    )
    detail = f"{made.code} {made.version}, questionnaire {made.questionnaire_id}"
    record(
        "scheme.questionnaire_changed", f"scheme:{made.id}", account_id=account_id, detail=detail
    )
    for cycle_id in waiting:
        record(
            "cycle.questionnaire_changed", f"cycle:{cycle_id}", account_id=account_id, detail=detail
        )
    return waiting
