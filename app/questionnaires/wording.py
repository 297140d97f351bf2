"""Sentences for values: where a version stands, for whom a form is, what to improve in an item."""

from collections import Counter
from collections.abc import Collection, Iterable

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from app.people.groups import RaterGroup
from app.people.wording import group_names
from app.questionnaires.coverage import Coverage, FormFinding, FormProblem, check_forms
from app.questionnaires.models import Competency, Questionnaire
from app.questionnaires.rules import (
    Audience,
    ItemFinding,
    ItemProblem,
    ItemText,
    Language,
    VersionState,
    check_items,
    groups_of,
)
from app.questionnaires.scales import Preset

HTML_LANG = {Language.ZH: "zh-CN", Language.EN: "en"}


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


def form_name(groups: Collection[RaterGroup]) -> str:
    """Which rater groups are asked, in as few words as say it."""
    names = [audience_name(one) for one in Audience if set(groups) == set(groups_of(one))]
    return names[0] if names else group_names(groups)


def advice(finding: ItemFinding) -> Markup:
    """What to improve in an item's text, and why; with the words that it is about marked."""
    sentences: dict[ItemProblem, str] = {
        ItemProblem.MISSING_TEXT: _("There is no text yet."),
        ItemProblem.TOO_LONG: _too_long(finding),
        ItemProblem.JOINS_TWO: _(
            "%(found)s joins two behaviours. Make two items of it, so that each can be answered."
        ),
        ItemProblem.DOUBLE_NEGATIVE: _(
            "%(found)s: two negatives are easily misread. Say what the person does."
        ),
        ItemProblem.NEGATED: _(
            "%(found)s turns into a riddle together with the answer “Never”. Say what the person "
            "does instead."
        ),
        ItemProblem.FREQUENCY_WORD: _(
            "%(found)s: how often is what the answers say. Leave it out of the item."
        ),
        ItemProblem.FIRST_PERSON: _(
            "%(found)s speaks of whoever reads it. Begin with what the person does."
        ),
        ItemProblem.VERB_FORM: _(
            "%(found)s: begin with a verb that describes the person, such as “Listens”."
        ),
        ItemProblem.CLOSING_PUNCTUATION: _("Leave out %(found)s at the end."),
        ItemProblem.HALF_WIDTH_PUNCTUATION: _("Use full-width punctuation in place of %(found)s."),
        ItemProblem.DUPLICATE: _("Another item has the same text."),
    }
    found = Markup('<q lang="{}">{}</q>').format(
        HTML_LANG[finding.language], finding.params.get("found", "")
    )
    sentence = escape(sentences[finding.problem]) % {"found": found}
    return Markup('<span class="quiet">{}</span> {}').format(
        language_name(finding.language), sentence
    )


def advice_on(competencies: Iterable[Competency]) -> dict[str, list[Markup]]:
    """Code of an item → what to improve in its texts; items with nothing to improve are absent."""
    texts = [
        ItemText(code=item.code, text_zh=item.text_zh, text_en=item.text_en)
        for competency in competencies
        for item in competency.items
    ]
    found: dict[str, list[Markup]] = {}
    for finding in check_items(texts):
        found.setdefault(finding.code, []).append(advice(finding))
    return found


def advice_on_forms(questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Code of a competency → what to improve in who is asked it; empty code: in whole forms."""
    rows = [
        Coverage(
            code=row.code,
            counts=asked_of(row),
            critical=Counter(group for item in row.items if item.critical for group in item.groups),
        )
        for row in questionnaire.competencies
    ]
    boxes = {Audience(box["audience"]) for box in questionnaire.comment_boxes}
    found: dict[str, list[str]] = {}
    for finding in check_forms(rows, boxes):
        found.setdefault(finding.competency, []).append(_advice_on_form(finding))
    return found


def asked_of(competency: Competency) -> Counter[RaterGroup]:
    """How many of its items each rater group is asked."""
    return Counter(group for item in competency.items for group in item.groups)


def _advice_on_form(finding: FormFinding) -> str:
    facts = {
        "groups": group_names(finding.groups),
        "items": finding.items,
        "limit": finding.limit,
    }
    sentences: dict[FormProblem, str] = {
        FormProblem.NOT_ASKED: _(
            "%(groups)s: asked nothing about this, so the report lacks their view of it. "
            "Leave it so only where they cannot know.",
            **facts,
        ),
        FormProblem.FEW_ITEMS: ngettext(
            "%(groups)s: asked only %(num)s item about this. With %(limit)s or more, one that is "
            "misread decides less.",
            "%(groups)s: asked only %(num)s items about this. With %(limit)s or more, one that is "
            "misread decides less.",
            finding.items,
            **facts,
        ),
        FormProblem.LONG_FORM: _(
            "%(groups)s: %(items)s items are more than most people answer with care. "
            "Keep to %(limit)s.",
            **facts,
        ),
        FormProblem.MANY_CRITICAL: _(
            "%(groups)s: %(items)s critical items may ask for as many examples. Keep to %(limit)s.",
            **facts,
        ),
        FormProblem.NO_BOX: _(
            "%(groups)s: the form has no comment box, so critical items ask for no example. "
            "An example that stands alone would tell how its writer answered.",
            **facts,
        ),
    }
    return str(sentences[finding.problem])


def preset_name(preset: Preset) -> str:
    names: dict[Preset, str] = {
        Preset.FREQUENCY: _("How often"),
        Preset.PROFICIENCY: _("How well"),
    }
    return names[preset]


def _too_long(finding: ItemFinding) -> str:
    limits = {key: finding.params.get(key, "") for key in ("found", "limit")}
    if finding.language is Language.ZH:
        sentence = _(
            "%(found)s characters. Up to %(limit)s are understood at one glance.", **limits
        )
    else:
        sentence = _("%(found)s words. Up to %(limit)s are understood at one glance.", **limits)
    return str(sentence)


def language_name(lang: Language) -> str:
    """Which of the two texts is meant."""
    names: dict[Language, str] = {Language.ZH: _("Chinese text:"), Language.EN: _("English text:")}
    return names[lang]
