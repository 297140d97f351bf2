"""A questionnaire becomes a workbook, and a workbook becomes the content of a draft."""

from collections.abc import Sequence

from app.db import db
from app.questionnaires.editing import service as editing
from app.questionnaires.editing.rules import YES, fresh_code
from app.questionnaires.exchange.layout import (
    AUDIENCES_ZH,
    LEADS,
    NAME_ENTRY,
    lead_entry,
    level_entry,
)
from app.questionnaires.exchange.reading import KnownCodes
from app.questionnaires.exchange.rules import (
    BoxLine,
    CompetencyLine,
    Content,
    ItemLine,
    TextLine,
)
from app.questionnaires.models import Competency, Item, Questionnaire


def content_of(questionnaire: Questionnaire) -> Content:
    """All of a version, as it would be read from its own workbook."""
    return Content(
        competencies=tuple(_competency_line(row) for row in questionnaire.competencies),
        boxes=tuple(_box_line(box) for box in questionnaire.comment_boxes),
        texts=tuple(_text_lines(questionnaire)),
    )


def known_codes(draft: Questionnaire) -> KnownCodes:
    """Codes of every version: what was taken out may come back as what it was."""
    return KnownCodes(
        competencies=dict.fromkeys(editing.competency_codes(draft.code), "")
        | {row.code: row.name_zh for row in draft.competencies},
        items=editing.item_codes(draft.code),
        critical={item.code for row in draft.competencies for item in row.items if item.critical},
        boxes=editing.box_codes(draft.code),
        entries=[line.code for line in _text_lines(draft)],
    )


def take_over(
    draft: Questionnaire, content: Content, *, revision: int, account_id: int | None
) -> bool:
    """Give a draft this content; parts that it lacks stay. All of it or nothing.

    False when somebody else has saved the draft since; then nothing was changed. Raises DraftError
    for a version that is no draft.
    """
    editing.refuse_unless_draft(draft)
    if not editing.claim(draft, revision, account_id, detail="workbook"):
        return False
    if content.competencies is not None:
        _replace_competencies(draft, content.competencies)
    boxes = content.boxes
    texts = {line.code: line for line in (*_text_lines(draft), *(content.texts or ()))}
    if boxes is None:
        boxes = tuple(_box_line(box) for box in draft.comment_boxes)
    draft.comment_boxes = _boxes(draft, boxes, texts)
    name = texts[NAME_ENTRY]
    draft.name_zh, draft.name_en = name.zh, name.en
    draft.scale = [
        {**level, "zh": texts[entry].zh, "en": texts[entry].en}
        for level in draft.scale
        for entry in [level_entry(level["value"])]
    ]
    db.session.flush()
    return True


def _replace_competencies(draft: Questionnaire, lines: Sequence[CompetencyLine]) -> None:
    """Rows are made anew: items may have changed places, and two rows of one code may not meet."""
    competency_codes = editing.competency_codes(draft.code)
    item_codes = editing.item_codes(draft.code)
    draft.competencies = []
    db.session.flush()
    for position, line in enumerate(lines, start=1):
        code = line.code or fresh_code("C", competency_codes)
        competency_codes.add(code)
        competency = Competency(code=code, position=position, name_zh=line.zh, name_en=line.en)
        for number, item in enumerate(line.items, start=1):
            prefix = editing.item_prefix(draft.code, code)
            item_code = item.code or fresh_code(prefix, item_codes, digits=2)
            item_codes.add(item_code)
            competency.items.append(_item(item, item_code, number))
        draft.competencies.append(competency)
    db.session.flush()


def _item(line: ItemLine, code: str, position: int) -> Item:
    return Item(
        code=code,
        position=position,
        asked=line.groups,
        text_zh=line.zh,
        text_en=line.en,
        weight=int(line.weight),
        reverse=line.reverse == YES,
        critical=line.critical == YES,
    )


def _boxes(
    draft: Questionnaire, lines: Sequence[BoxLine], texts: dict[str, TextLine]
) -> list[dict[str, str]]:
    taken = editing.box_codes(draft.code)
    boxes = []
    for line in lines:
        code = line.code or fresh_code("box", taken)
        taken.add(code)
        boxes.append(
            {
                "code": code,
                "audience": line.audience,
                "zh": line.zh,
                "en": line.en,
                "prompt_zh": line.prompt_zh,
                "prompt_en": line.prompt_en,
                **{
                    f"{name}_{lang}": getattr(texts[lead_entry(name, line.audience)], lang)
                    for name in LEADS
                    for lang in ("zh", "en")
                },
            }
        )
    return boxes


def _competency_line(row: Competency) -> CompetencyLine:
    items = tuple(
        ItemLine(
            code=item.code,
            zh=item.text_zh,
            en=item.text_en,
            groups=item.asked,
            weight=str(item.weight),
            reverse=YES if item.reverse else "",
            critical=YES if item.critical else "",
            competency=row.name_zh,
        )
        for item in row.items
    )
    return CompetencyLine(code=row.code, zh=row.name_zh, en=row.name_en, items=items)


def _box_line(box: dict[str, str]) -> BoxLine:
    return BoxLine(
        code=box["code"],
        zh=box["zh"],
        en=box["en"],
        prompt_zh=box.get("prompt_zh", ""),
        prompt_en=box.get("prompt_en", ""),
        audience=box["audience"],
    )


def _text_lines(questionnaire: Questionnaire) -> list[TextLine]:
    """The name, the levels, and what stands above the boxes of each audience."""
    names = TextLine(code=NAME_ENTRY, zh=questionnaire.name_zh, en=questionnaire.name_en)
    levels = [
        TextLine(code=level_entry(level["value"]), zh=level["zh"], en=level["en"])
        for level in questionnaire.scale
    ]
    leads = []
    for audience in AUDIENCES_ZH:
        boxes = [box for box in questionnaire.comment_boxes if box["audience"] == audience]
        first: dict[str, str] = boxes[0] if boxes else {}
        leads += [
            TextLine(
                code=lead_entry(name, audience),
                zh=first.get(f"{name}_zh", ""),
                en=first.get(f"{name}_en", ""),
            )
            for name in LEADS
        ]
    return [names, *levels, *leads]
