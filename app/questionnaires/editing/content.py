"""What is stored, as the rows of the editor's pages."""

from collections.abc import Sequence

from app.questionnaires.editing.rules import FIELDS, NEW, YES, Kind, Row
from app.questionnaires.models import Competency, Item, Questionnaire
from app.questionnaires.rules import Audience, asked_text, groups_of

NAMES = "names"


def rows_of_competency(competency: Competency) -> list[Row]:
    """Its name, then its items."""
    name = {"zh": competency.name_zh, "en": competency.name_en}
    return [
        Row(kind=Kind.NAME, key=NAMES, values=name),
        *(_row_of_item(item) for item in competency.items),
    ]


def rows_of_scale(questionnaire: Questionnaire) -> list[Row]:
    """The questionnaire's name, then the levels of its scale."""
    name = {"zh": questionnaire.name_zh, "en": questionnaire.name_en}
    levels = [
        Row(
            kind=Kind.LEVEL,
            key=f"level{level['value']}",
            values={"zh": level["zh"], "en": level["en"]},
        )
        for level in questionnaire.scale
    ]
    return [Row(kind=Kind.NAME, key=NAMES, values=name), *levels]


def rows_of_comments(questionnaire: Questionnaire) -> list[Row]:
    """What stands above the boxes of each audience, then the boxes."""
    boxes = questionnaire.comment_boxes
    return [*(_row_of_lead(audience, boxes) for audience in Audience), *map(_row_of_box, boxes)]


def lead_key(audience: Audience) -> str:
    return f"lead-{audience}"


def usual_audience(questionnaire: Questionnaire) -> Audience:
    """For whom something new is likely to be: customers, where only they have comment boxes."""
    audiences = {box["audience"] for box in questionnaire.comment_boxes}
    return Audience.CUSTOMER if audiences == {Audience.CUSTOMER} else Audience.INTERNAL


def blank_row(kind: Kind, audience: Audience = Audience.INTERNAL) -> Row:
    """A row in which something new can be written."""
    texts = dict.fromkeys((rule.name for rule in FIELDS[kind]), "")
    preset = {
        "weight": "1",
        "audience": audience.value,
        "groups": asked_text(groups_of(audience)),
    }
    values = {name: preset.get(name, "") for name in texts}
    return Row(kind=kind, key=NEW, values=values)


def _row_of_item(item: Item) -> Row:
    return Row(
        kind=Kind.ITEM,
        key=str(item.id),
        values={
            "zh": item.text_zh,
            "en": item.text_en,
            "groups": item.asked,
            "weight": str(item.weight),
            "reverse": YES if item.reverse else "",
            "critical": YES if item.critical else "",
        },
    )


def _row_of_lead(audience: Audience, boxes: Sequence[dict[str, str]]) -> Row:
    first: dict[str, str] = next((box for box in boxes if box["audience"] == audience), {})
    names = [rule.name for rule in FIELDS[Kind.LEAD]]
    return Row(
        kind=Kind.LEAD,
        key=lead_key(audience),
        values={name: first.get(name, "") for name in names},
    )


def _row_of_box(box: dict[str, str]) -> Row:
    names = [rule.name for rule in FIELDS[Kind.BOX]]
    return Row(
        kind=Kind.BOX,
        key=f"box-{box['code']}",
        values={name: box.get(name, "") for name in names},
    )
