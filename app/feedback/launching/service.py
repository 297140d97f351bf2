"""Change who rates whom, and launch a round: letters first, then everything in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select, text, update

from app.audit.service import record
from app.clock import now
from app.cycles.models import Cycle, Participant
from app.cycles.service import refuse_unless_draft
from app.db import ROWS_PER_INSERT, db, reading, writing
from app.errors import DomainError
from app.feedback.launching import emails
from app.feedback.launching.checks import gather_facts
from app.feedback.launching.emails import RoundCard, invitation, tasks_by_reviewer
from app.feedback.launching.queries import DraftRound, load_draft
from app.feedback.launching.quota import resting_contacts
from app.feedback.launching.rules import MOST_FORMS, check_launch
from app.feedback.launching.wording import enough_sentence, rest_sentence, sentence_of
from app.feedback.leaving.queries import INVITE, plan_departures
from app.feedback.leaving.rules import Departures, Leaving
from app.feedback.leaving.wording import plainly
from app.feedback.links import hash_token, make_token
from app.feedback.models import (
    AssignmentChange,
    FeedbackRequest,
    Invitation,
    RequestState,
    Reviewer,
)
from app.mail.opting_out import is_stopped
from app.mail.service import RenderedLetter, post_many
from app.people.groups import PersonKind, RaterGroup
from app.people.models import Person
from app.questionnaires.service import freeze


class LaunchRefusedError(DomainError):
    """A round that may not go out; the text says what to put right."""


class LaunchedAlreadyError(LaunchRefusedError):
    """A round that has gone out before."""


class AssignmentError(DomainError):
    """A pair of people that cannot be asked so; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedLaunch:
    """A launch with all letters written, one for each person in `reviewers`, not yet stored."""

    card: RoundCard
    draft: DraftRound
    reviewers: tuple[int, ...]
    letters: tuple[RenderedLetter, ...]
    overloaded: int  # reviewers with more forms than usual, which HR confirmed
    departures: Departures


@dataclass(frozen=True, kw_only=True, slots=True)
class Launched:
    """How much went out."""

    letters: int
    requests: int
    departures: Departures


def assign(
    cycle: Cycle,
    participant: Participant,
    person: Person,
    group: RaterGroup | None,
    *,
    account_id: int | None = None,
) -> None:
    """Have a person asked about a participant as one of a group, or not at all (None).

    Holds for this round alone. Raises AssignmentError for oneself in another group than `self`,
    and for the participant's manager in another than `supervisor`.
    """
    refuse_unless_draft(cycle)
    if group is not None:
        _refuse_wrong_pair(participant, person, group)
        _refuse_tired_customer(cycle, participant, person)
    change = db.session.get(AssignmentChange, (participant.id, person.id))
    if change is None:
        change = AssignmentChange(participant_id=participant.id, person_id=person.id)
        db.session.add(change)
    change.rater_group = group
    db.session.flush()
    detail = f"{person.id}: {group or 'left out'}"
    record(
        "assignment.changed", f"participant:{participant.id}", account_id=account_id, detail=detail
    )


def _refuse_wrong_pair(participant: Participant, person: Person, group: RaterGroup) -> None:
    if (person.id == participant.person_id) != (group is RaterGroup.SELF):
        raise AssignmentError(_("Nobody can be a colleague of themselves: choose another person."))
    is_manager = person.id == participant.person.manager_id
    if is_manager and group is not RaterGroup.SUPERVISOR:
        raise AssignmentError(
            _(
                "%(name)s is the manager of this participant and reads the result, so can only be "
                "asked as the supervisor.",
                name=person.name,
            )
        )
    if person.email and is_stopped(person.email):
        raise AssignmentError(
            _(
                "%(name)s asked for no more mails about feedback. Ask another person, or talk to "
                "them yourself.",
                name=person.name,
            )
        )
    known = {row["id"] for row in participant.scheme.definition["groups"]}
    if group not in known:
        raise AssignmentError(_("The scheme of this participant does not ask this group."))


def _refuse_tired_customer(cycle: Cycle, participant: Participant, person: Person) -> None:
    """Leave customers in peace who were asked not long ago, or are asked about enough people."""
    if person.kind is not PersonKind.CUSTOMER:
        return
    again_on = resting_contacts(cycle).get(person.id)
    if again_on is not None:
        raise AssignmentError(rest_sentence(person.name, again_on))
    forms = [row for row in load_draft(cycle).assignments if row.person_id == person.id]
    is_new = participant.id not in {row.participant_id for row in forms}
    if is_new and len(forms) >= cycle.customer_most_forms:
        raise AssignmentError(enough_sentence(person.name, len(forms)))


def launch_cycle(
    cycle_id: int,
    *,
    link_key: bytes,
    company: str,
    confirms_load: bool = False,
    leaving: Leaving = Leaving.AT_ONCE,
    account_id: int | None = None,
) -> Launched:
    """Send a round out. The caller commits, before and afterwards; nothing is sent without it.

    `confirms_load` says that reviewers with more than 15 forms are meant to have them, `leaving`
    when the letters leave.

    Letters are rendered first, while nobody is kept from writing; then all rows are written in one
    transaction. Raises LaunchRefusedError when something stands in the way, when the round is
    launched already, or when the draft was changed while the letters were being written.
    """
    db.session.rollback()  # whatever was read so far: it may hold the write lock
    with reading():
        cycle = db.session.get_one(Cycle, cycle_id)
        prepared = prepare_launch(
            cycle, company=company, confirms_load=confirms_load, leaving=leaving
        )
    db.session.rollback()
    with writing():
        return write_launch(prepared, link_key=link_key, account_id=account_id)


def prepare_launch(
    cycle: Cycle,
    *,
    company: str,
    confirms_load: bool = False,
    leaving: Leaving = Leaving.AT_ONCE,
) -> PreparedLaunch:
    """Check a draft and write all its letters; nothing is stored."""
    if cycle.launched_at is not None:
        raise LaunchedAlreadyError(_("“%(cycle)s” has been launched already.", cycle=cycle.name))
    draft = load_draft(cycle)
    departures = plan_departures(cycle, draft)[leaving]
    facts = gather_facts(cycle, draft, working_days=departures.working_days, mail_is_up=True)
    findings = check_launch(facts)
    in_the_way = [row for row in findings if row.blocks or (row.asks and not confirms_load)]
    if in_the_way:
        raise LaunchRefusedError(" ".join(sentence_of(finding) for finding in in_the_way))
    card = RoundCard.of(cycle, company)
    tasks = tasks_by_reviewer(draft, card)
    return PreparedLaunch(
        card=card,
        draft=draft,
        reviewers=tuple(tasks),
        letters=tuple(
            replace(
                invitation(card, draft.people[person_id], asked),
                send_at=departures.of(person_id),
            )
            for person_id, asked in tasks.items()
        ),
        overloaded=sum(finding.count for finding in findings if finding.asks),
        departures=departures,
    )


def write_launch(
    prepared: PreparedLaunch, *, link_key: bytes, account_id: int | None = None
) -> Launched:
    """Store reviewers, requests, letters, invitations and jobs in the caller's transaction."""
    moment = now()
    cycle = _claim(prepared, moment)
    reviewers = _insert_reviewers(prepared, link_key)
    _insert_requests(prepared, reviewers)
    _post_letters(prepared, reviewers)
    managers = select(Person.manager_id).where(Person.id == Participant.person_id).scalar_subquery()
    db.session.execute(
        update(Participant)
        .where(Participant.cycle_id == cycle.id)
        .values(manager_id=managers)
        .execution_options(synchronize_session=False)
    )
    freeze({scheme.questionnaire_id for scheme in prepared.draft.schemes.values()}, moment)
    launched = Launched(
        letters=len(prepared.letters),
        requests=len(prepared.draft.assignments),
        departures=prepared.departures,
    )
    detail = f"{launched.letters} letters, {launched.requests} requests"
    detail += f", leaving {plainly(prepared.departures, prepared.card.time_zone)}"
    if prepared.overloaded:
        detail += f", more than {MOST_FORMS} forms confirmed for {prepared.overloaded} reviewers"
    record("cycle.launched", f"cycle:{cycle.id}", account_id=account_id, detail=detail)
    return launched


def _claim(prepared: PreparedLaunch, moment: datetime) -> Cycle:
    """Mark the round launched, which only one can, and see that the letters still fit it."""
    claimed = db.session.execute(
        update(Cycle)
        .where(Cycle.id == prepared.draft.cycle_id, Cycle.launched_at.is_(None))
        .values(launched_at=moment)
    )
    cycle = db.session.get_one(Cycle, prepared.draft.cycle_id, populate_existing=True)
    if not claimed.rowcount:  # type: ignore[attr-defined]
        raise LaunchedAlreadyError(_("“%(cycle)s” has been launched already.", cycle=cycle.name))
    as_written = RoundCard.of(cycle, prepared.card.company)
    if as_written != prepared.card or load_draft(cycle) != prepared.draft:
        raise LaunchRefusedError(
            _("The draft was changed while its letters were written. Check it and launch again.")
        )
    return cycle


def _insert_reviewers(prepared: PreparedLaunch, link_key: bytes) -> dict[int, int]:
    """Gives person → reviewer. Ids are taken beforehand: the hash of a link depends on them."""
    ids = dict(zip(prepared.reviewers, _reserve_ids(len(prepared.reviewers)), strict=True))
    rows = [
        {
            "id": reviewer_id,
            "cycle_id": prepared.draft.cycle_id,
            "person_id": person_id,
            "generation": 1,
            "token_hash": hash_token(make_token(link_key, reviewer_id, 1)),
            "declined": False,
            "cut_off": False,
        }
        for person_id, reviewer_id in ids.items()
    ]
    _insert(Reviewer, rows)
    return ids


def _reserve_ids(count: int) -> list[int]:
    """Ids that no reviewer has or ever had."""
    if db.session.get_bind().dialect.name == "postgresql":
        taken = text(
            "SELECT nextval(pg_get_serial_sequence('reviewers', 'id'))"
            " FROM generate_series(1, :count)"
        )
        return sorted(db.session.scalars(taken, {"count": count}))
    last = db.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'reviewers'")) or 0
    return list(range(last + 1, last + 1 + count))


def _insert_requests(prepared: PreparedLaunch, reviewers: dict[int, int]) -> None:
    rows = [
        {
            "participant_id": row.participant_id,
            "reviewer_id": reviewers[row.person_id],
            "rater_group": row.group,
            "state": RequestState.OPEN,
        }
        for row in prepared.draft.assignments
    ]
    _insert(FeedbackRequest, rows)


def _post_letters(prepared: PreparedLaunch, reviewers: dict[int, int]) -> None:
    owners = [reviewers[person_id] for person_id in prepared.reviewers]
    letters = [
        emails.with_link_of(letter, owner)
        for letter, owner in zip(prepared.letters, owners, strict=True)
    ]
    ids = post_many(letters)
    rows = [
        {"letter_id": letter_id, "reviewer_id": owner, "kind": INVITE}
        for letter_id, owner in zip(ids, owners, strict=True)
    ]
    _insert(Invitation, rows)


def _insert(
    table: type[Reviewer | FeedbackRequest | Invitation], rows: list[dict[str, object]]
) -> None:
    for start in range(0, len(rows), ROWS_PER_INSERT):
        db.session.execute(insert(table), rows[start : start + ROWS_PER_INSERT])
