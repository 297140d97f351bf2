"""Who is asked about a participant, group by group, with what becomes of a group that is small."""

from collections import Counter
from dataclasses import dataclass

from app.cycles.models import Cycle, Participant
from app.feedback.assigning.queries import load_limits
from app.feedback.assigning.rules import GroupLimit, Misfit, misfit_of
from app.feedback.launching.queries import load_schemes
from app.feedback.launching.rules import GroupFate, fate_of_groups
from app.feedback.models import RequestState
from app.feedback.replacing.queries import AskedForm, forms_about
from app.people.groups import RaterGroup


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupOfForms:
    """One group of a participant. Whoever declined counts for nothing; all others may answer."""

    group: RaterGroup
    forms: list[AskedForm]
    needed: int  # answers, for the group to be shown alone
    fate: GroupFate  # if everybody answers who can; once closed, by what has come
    limit: GroupLimit
    misfit: Misfit | None


def groups_about(cycle: Cycle, participant: Participant) -> list[GroupOfForms]:
    """The groups of the participant's scheme, empty ones too."""
    forms, limits = forms_about(participant.id), load_limits(cycle.id)
    rules = load_schemes(cycle.id)[participant.scheme_id].groups()
    able = Counter(form.group for form in forms if form.state is not RequestState.DECLINED)
    came = Counter(form.group for form in forms if form.state is RequestState.SUBMITTED)
    fates = fate_of_groups(came if cycle.closed_at else able, rules, cycle.k_min)
    return [
        GroupOfForms(
            group=rule.group,
            forms=[form for form in forms if form.group is rule.group],
            needed=rule.needed(cycle.k_min),
            fate=fates[rule.group],
            limit=limits.of(rule, cycle.k_min),
            misfit=misfit_of(able[rule.group], rule, limits, cycle.k_min),
        )
        for rule in rules
    ]
