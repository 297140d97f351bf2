"""The launch checklist in sentences."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.feedback.assigning.rules import Limits
from app.feedback.launching.rules import Check, Finding, Survey
from app.feedback.wording import groups_in_row, names_in_row
from app.people.groups import RaterGroup
from app.people.wording import group_name
from app.web.language import show_day


def limits_in_words(limits: Limits, groups: Sequence[RaterGroup], k_min: int) -> str:
    """What holds for these groups and for each reviewer, on one line."""
    parts = [_limit_in_words(limits, group, k_min) for group in groups]
    parts.append(
        ngettext(
            "up to %(num)d form for each reviewer",
            "up to %(num)d forms for each reviewer",
            limits.load_cap,
        )
    )
    return " · ".join(parts)


def _limit_in_words(limits: Limits, group: RaterGroup, k_min: int) -> str:
    decided = limits.groups.get(group)
    least, most = decided.least if decided else k_min, limits.most(group)
    name = group_name(group)
    if most is None:
        return str(_("%(group)s: %(least)s or more", group=name, least=least))
    return str(_("%(group)s: %(least)s to %(most)s", group=name, least=least, most=most))


def sentence_of(finding: Finding) -> str:
    """What is the matter and what to do about it."""
    names = names_in_row(finding.names)
    if finding.survey is not None:
        return _lost_kpi(finding.survey, names, finding.count)
    words = _obstacle if finding.blocks else _load if finding.asks else _remark
    return words(finding.check, names, finding.count)


def _lost_kpi(survey: Survey, names: str, count: int) -> str:
    sentence: str = ngettext(
        "Fewer than %(needed)s %(group)s are asked about %(num)d participant, so the KPI "
        "“%(kpi)s” will not apply, and everything else weighs more: %(names)s.",
        "Fewer than %(needed)s %(group)s are asked about %(num)d participants, so the KPI "
        "“%(kpi)s” will not apply, and everything else weighs more: %(names)s.",
        count,
        kpi=survey.kpi,
        group=groups_in_row([survey.group]),
        needed=survey.needed,
        names=names,
    )
    return sentence


def _obstacle(check: Check, names: str, _count: int) -> str:
    sentences: dict[Check, str] = {
        Check.NO_PARTICIPANTS: _("Nobody is reviewed yet. Choose the participants."),
        Check.NOT_RATED: _(
            "Nobody but themselves is asked about %(names)s. Add at least one person who knows "
            "their work.",
            names=names,
        ),
        Check.MANAGER_PROTECTED: _(
            "The manager of %(names)s reads the result and would be asked as somebody else than "
            "the supervisor. Change that first.",
            names=names,
        ),
        Check.NO_EMAIL: _(
            "There is no e-mail address for %(names)s. Add it to the workbook and import again.",
            names=names,
        ),
        Check.NO_LETTER: _(
            "The invitation does not exist in the language “%(names)s”. Add the missing text "
            "or change the person's language.",
            names=names,
        ),
        Check.GROUP_MINIMUM: _("The group minimum cannot be below 3."),
        Check.SCHEME_FAULTY: _(
            "The weights of %(names)s do not add up, or a protected group would be averaged so "
            "that single answers show. Correct the scheme first.",
            names=names,
        ),
        Check.DEADLINE_PAST: _("The last day is over. Choose a later one."),
    }
    return sentences[check]


def _load(_check: Check, names: str, count: int) -> str:
    words = ngettext(
        "%(num)d reviewer is asked for more than 15 forms: %(names)s. Ask somebody else for some "
        "of them, or confirm beside the launch button that it is to be so.",
        "%(num)d reviewers are asked for more than 15 forms: %(names)s. Ask others for some of "
        "them, or confirm beside the launch button that it is to be so.",
        count,
        names=names,
    )
    return str(words)


def _remark(check: Check, names: str, count: int) -> str:
    sentences: dict[Check, str] = {
        **_remarks_on_people(names, count),
        **_remarks_on_customers(names, count),
        **_remarks_on_pairs(names, count),
        Check.MAIL_DOWN: _(
            "The mail server cannot be reached at the moment. You can launch all the same: the "
            "letters wait for up to four days and leave within half an hour of its answer."
        ),
        Check.SHORT_WINDOW: ngettext(
            "Only %(num)d working day is left to answer. Ten are usual, five the least.",
            "Only %(num)d working days are left to answer. Ten are usual, five the least.",
            count,
        ),
        Check.HOLIDAY: _("Public holidays fall into these days: %(names)s.", names=names),
    }
    return sentences[check]


def _remarks_on_people(names: str, count: int) -> dict[Check, str]:
    return {
        Check.NOT_NOMINATED: ngettext(
            "No list of reviewers was approved for %(num)d participant, so the proposal is used: "
            "%(names)s.",
            "No list of reviewers was approved for %(num)d participants, so the proposal is used: "
            "%(names)s.",
            count,
            names=names,
        ),
        Check.MERGED: ngettext(
            "%(num)d participant has a group that is too small and will be combined with another: "
            "%(names)s.",
            "%(num)d participants have groups that are too small and will be combined with "
            "another: %(names)s.",
            count,
            names=names,
        ),
        Check.LEFT_OUT: ngettext(
            "%(num)d participant has a group that is too small and will enter no result: "
            "%(names)s.",
            "%(num)d participants have groups that are too small and will enter no result: "
            "%(names)s.",
            count,
            names=names,
        ),
    }


def _remarks_on_customers(names: str, count: int) -> dict[Check, str]:
    return {
        Check.OPTED_OUT: ngettext(
            "%(num)d customer asked for no more mails and is left out: %(names)s.",
            "%(num)d customers asked for no more mails and are left out: %(names)s.",
            count,
            names=names,
        ),
        Check.RESTING: ngettext(
            "%(num)d customer was asked not long ago and is left in peace until the day given: "
            "%(names)s. How long, the basics of the cycle say.",
            "%(num)d customers were asked not long ago and are left in peace until the day given: "
            "%(names)s. How long, the basics of the cycle say.",
            count,
            names=names,
        ),
        Check.CROWDED: ngettext(
            "%(num)d customer would be asked about more people than the basics of the cycle allow, "
            "and is asked about fewer: %(names)s.",
            "%(num)d customers would be asked about more people than the basics of the cycle "
            "allow, and are asked about fewer: %(names)s.",
            count,
            names=names,
        ),
    }


def _remarks_on_pairs(names: str, count: int) -> dict[Check, str]:
    return {
        Check.BELOW_LEAST: ngettext(
            "%(num)d participant has a group with fewer people than this cycle wants: %(names)s.",
            "%(num)d participants have groups with fewer people than this cycle wants: %(names)s.",
            count,
            names=names,
        ),
        Check.ABOVE_MOST: ngettext(
            "%(num)d participant has a group with more people than this cycle wants: %(names)s.",
            "%(num)d participants have groups with more people than this cycle wants: %(names)s.",
            count,
            names=names,
        ),
        Check.DOUBLE_ROLE: ngettext(
            "%(num)d reviewer stands in two groups of one participant and is asked in one of them: "
            "%(names)s. Choose the group on the participant's page.",
            "%(num)d reviewers stand in two groups of one participant and are asked in one of "
            "them: %(names)s. Choose the group on the participant's page.",
            count,
            names=names,
        ),
        Check.RECIPROCAL: ngettext(
            "%(num)d pair of peers rate each other, which can make both kinder: %(names)s. It is "
            "usual in small teams.",
            "%(num)d pairs of peers rate each other, which can make both kinder: %(names)s. It is "
            "usual in small teams.",
            count,
            names=names,
        ),
        Check.MANY_FORMS: ngettext(
            "%(num)d reviewer is asked for more than 8 forms: %(names)s.",
            "%(num)d reviewers are asked for more than 8 forms: %(names)s.",
            count,
            names=names,
        ),
    }


def rest_sentence(name: str, again_on: date) -> str:
    """Why a customer cannot be asked yet."""
    sentence: str = _(
        "%(name)s was asked in another cycle not long ago and may be asked again from %(day)s. "
        "Ask another customer, or change in the basics how long customers are left in peace.",
        name=name,
        day=show_day(again_on),
    )
    return sentence


def enough_sentence(name: str, forms: int) -> str:
    """Why a customer cannot be asked about one more."""
    sentence: str = ngettext(
        "%(name)s is asked about %(num)d person in this cycle already. Ask another customer, or "
        "change in the basics how many forms one customer may get.",
        "%(name)s is asked about %(num)d people in this cycle already. Ask another customer, or "
        "change in the basics how many forms one customer may get.",
        forms,
        name=name,
    )
    return sentence
