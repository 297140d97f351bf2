"""The signs in words, and counts that say no more than they may."""

from flask_babel import gettext as _

from app.feedback.quality.rules import Band, SignCount
from app.scoring.statistics.raters.quality import RaterFlag


def sign_names() -> dict[RaterFlag, str]:
    """What each sign is, in the order in which they are kept."""
    return {
        RaterFlag.STRAIGHT_LINE: _("The same answer over and over on one form"),
        RaterFlag.DUPLICATE: _("The very same answers about two people"),
        RaterFlag.CENTRAL_TENDENCY: _("Nearly always the middle of the scale"),
        RaterFlag.HALO: _("All competencies alike, where others see differences"),
        RaterFlag.SEVERITY: _("Always higher, or always lower, than others of the same group"),
        RaterFlag.OUTLIER: _("Far from the others of the same group in one competency"),
    }


def count_in_words(count: SignCount, *, k: int) -> str:
    """“12 of 40”, or the band that is told instead."""
    if count.band is Band.FEW:
        return str(_("fewer than %(count)s of %(all)s", count=k, all=count.judged))
    if count.band is Band.MANY:
        return str(_("%(count)s or more of %(all)s", count=count.judged - k, all=count.judged))
    return str(_("%(count)s of %(all)s", count=count.flagged, all=count.judged))
