"""Whether somebody may be asked during collection, and how they learn of it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from app.people.groups import RaterGroup


class Refusal(StrEnum):
    """Why somebody is not asked; in the order in which it is looked for."""

    CLOSED = "closed"
    GIVEN_AWAY = "given_away"  # the form to be given away is another's already
    SUBMITTED = "submitted"  # the form to be given away has arrived
    OWN_FORM = "own_form"
    THE_PARTICIPANT = "the_participant"
    ALREADY_ASKED = "already_asked"
    GROUP_NOT_ASKED = "group_not_asked"
    MANAGER = "manager"  # who reads the result and would hide among the raters
    OPTED_OUT = "opted_out"
    NO_EMAIL = "no_email"
    LINK_PAUSED = "link_paused"
    NO_LETTER_IN_TIME = "no_letter_in_time"
    OVERLOADED = "overloaded"  # has as many forms as anybody gets without HR's confirmation


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One person who is to be asked about one participant."""

    group: RaterGroup
    asked_groups: frozenset[RaterGroup]  # of the participant's scheme
    is_collecting: bool
    is_submitted: bool = False
    is_participant: bool = False
    is_asked: bool = False
    is_manager: bool = False
    has_opted_out: bool = False
    has_email: bool = True
    is_cut_off: bool = False
    needs_letter: bool = True  # has no link yet
    has_letter: bool = True  # a letter may leave before the last day is over
    is_overloaded: bool = False  # and HR has not said that it is to be so


def refusal_of(case: Case) -> Refusal | None:
    """Why this person cannot be asked; None when they can."""
    checks = (
        (not case.is_collecting, Refusal.CLOSED),
        (case.is_submitted, Refusal.SUBMITTED),
        (case.group is RaterGroup.SELF, Refusal.OWN_FORM),
        (case.is_participant, Refusal.THE_PARTICIPANT),
        (case.is_asked, Refusal.ALREADY_ASKED),
        (case.group not in case.asked_groups, Refusal.GROUP_NOT_ASKED),
        (case.is_manager and case.group is not RaterGroup.SUPERVISOR, Refusal.MANAGER),
        (case.has_opted_out, Refusal.OPTED_OUT),
        (not case.has_email, Refusal.NO_EMAIL),
        (case.is_cut_off, Refusal.LINK_PAUSED),
        (case.needs_letter and not case.has_letter, Refusal.NO_LETTER_IN_TIME),
        (case.is_overloaded, Refusal.OVERLOADED),
    )
    return next((refusal for met, refusal in checks if met), None)


class Telling(StrEnum):
    """How somebody learns of a form."""

    INVITATION = "invitation"  # their first letter in this round
    OF_ONE_MORE = "of_one_more"  # a letter about this form
    IN_INVITATION = "in_invitation"  # the invitation has not left and names the form
    NONE = "none"  # no letter may leave in time


def telling_of(*, is_new: bool, in_invitation: bool, has_letter: bool) -> Telling:
    """By which letter; whoever is new has one, or is not asked."""
    if in_invitation:
        return Telling.IN_INVITATION
    if is_new:
        return Telling.INVITATION
    return Telling.OF_ONE_MORE if has_letter else Telling.NONE
