"""Sentences for what stands in the way of a publication."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.cycles.publishing.rules import PublishFinding, PublishProblem
from app.schemes.models import Scheme
from app.web.language import language


def finding_sentence(finding: PublishFinding, schemes: Sequence[Scheme]) -> str:
    """What is missing, for which scheme, and what to do."""
    if finding.problem is PublishProblem.NO_ITEMS:
        return str(_("There are no items yet. Add some before you publish."))
    scheme, in_chinese = schemes[finding.scheme], language() == "zh"
    words = {
        "scheme": scheme.name_zh if in_chinese else scheme.name_en,
        "name": finding.name_zh if in_chinese else finding.name_en,
        "weight": finding.weight,
        "needed": finding.needed,
    }
    sentences: dict[PublishProblem, str] = {
        PublishProblem.GROUP_WITHOUT_ITEMS: _(
            "The scheme “%(scheme)s” counts the group “%(name)s”, and no item is asked of it. "
            "Add an item for it.",
            **words,
        ),
        PublishProblem.COMPETENCY_WITHOUT_ITEMS: _(
            "The scheme “%(scheme)s” scores the competency “%(name)s”, and nobody is asked about "
            "it. Give it items; if it was removed, delete this draft and begin anew.",
            **words,
        ),
        PublishProblem.COMPETENCY_TOO_LIGHT: _(
            "The scheme “%(scheme)s” scores the competency “%(name)s”, but the groups that are "
            "asked about it weigh only %(weight)s%% together; a score needs %(needed)s%%. Ask "
            "another group about it.",
            **words,
        ),
        PublishProblem.KPI_WITHOUT_ITEMS: _(
            "The scheme “%(scheme)s” reads the KPI “%(name)s” from answers, and nobody would be "
            "asked for them. Add an item for that group.",
            **words,
        ),
    }
    return sentences[finding.problem]
