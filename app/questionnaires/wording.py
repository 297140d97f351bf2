"""Sentences for values: where a version stands, for whom a form is."""

from flask_babel import gettext as _

from app.questionnaires.rules import Audience, VersionState


def state_name(state: VersionState) -> str:
    names: dict[VersionState, str] = {
        VersionState.DRAFT: _("Draft"),
        VersionState.PUBLISHED: _("Published"),
        VersionState.FROZEN: _("In use, locked"),
    }
    return names[state]


def state_sentence(state: VersionState) -> str:
    """What the state means for somebody who would like to change the version."""
    sentences: dict[VersionState, str] = {
        VersionState.DRAFT: _(
            "This is a draft: reviewers see nothing of it, and no cycle uses it yet."
        ),
        VersionState.PUBLISHED: _(
            "This version is published: cycles that are launched now may use it. "
            "To change something, make a new version."
        ),
        VersionState.FROZEN: _(
            "People have been asked with this version, so it stays as it is. "
            "To change something, make a new version; cycles that are launched keep this one."
        ),
    }
    return sentences[state]


def audience_name(audience: Audience) -> str:
    """Who is asked, as HR speaks of them."""
    names: dict[Audience, str] = {
        Audience.INTERNAL: _("For colleagues"),
        Audience.CUSTOMER: _("For customers"),
    }
    return names[audience]
