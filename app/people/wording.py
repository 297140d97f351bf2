"""What people call each other."""

from collections.abc import Collection

from app.people.groups import RaterGroup
from app.web.language import gettext as _
from app.web.language import pgettext


def group_name(group: RaterGroup) -> str:
    """What a reviewer of this group is to the person reviewed."""
    match group:
        case RaterGroup.SELF:
            name = pgettext("rater group", "Self")
        case RaterGroup.SUPERVISOR:
            name = pgettext("rater group", "Manager")
        case RaterGroup.PEER:
            name = pgettext("rater group", "Peer")
        case RaterGroup.SUBORDINATE:
            name = pgettext("rater group", "Direct report")
        case RaterGroup.CUSTOMER:
            name = pgettext("rater group", "Customer")
    return str(name)


def group_names(groups: Collection[RaterGroup]) -> str:
    """Several of them in the order that they always have."""
    return str(_(", ")).join(group_name(group) for group in RaterGroup if group in groups)
