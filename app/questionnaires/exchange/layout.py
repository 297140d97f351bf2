"""The workbook of a questionnaire: items with their competencies, comment boxes, names and scale.

Everything that has a code keeps it: by it an item is the same item in the next version.
"""

from dataclasses import replace
from enum import StrEnum

from app.people.groups import RaterGroup
from app.questionnaires.editing.rules import LONGEST_NAME, LONGEST_TEXT
from app.questionnaires.rules import COLLEAGUES, asked_groups
from app.workbooks.layout import CellKind, Column, SheetLayout
from app.workbooks.words import ASKED_WORDS, AUDIENCE_WORDS, YES_NO_WORDS

LONGEST_CODE = 40


class Sheets(StrEnum):
    ITEMS = "items"
    BOXES = "boxes"
    TEXTS = "texts"


AUDIENCE = Column(
    key="audience",
    zh="谁来填",
    en="asked",
    aliases=("填写人", "who is asked"),
    kind=CellKind.CHOICE,
    is_header_required=True,
    choices=AUDIENCE_WORDS,
    shown_choices=("同事", "客户"),
    note_zh="同事或客户",
    note_en="同事 (colleagues) or 客户 (customers)",
)
GROUPS = replace(
    AUDIENCE,
    key="groups",
    kind=CellKind.CHOICES,
    choices=ASKED_WORDS,
    shown_choices=("同事", "客户", "同事、客户", "上级、同级、下级", "本人、上级", "同级", "下级"),
    note_zh="同事（本人、上级、同级、下级都答）、客户，或只写其中几种，用顿号隔开，如：上级、同级",
    note_en="同事 (all colleagues), 客户 (customers), or some of 本人、上级、同级、下级",
)
CODE_NOTE_ZH = "请勿修改；新增时留空"
CODE_NOTE_EN = "Do not change; empty for what is new"

ITEMS = SheetLayout(
    part=Sheets.ITEMS,
    zh="题目",
    en="items",
    aliases=("问题", "questions"),
    has_examples=False,
    columns=(
        Column(
            key="competency",
            zh="能力项编号",
            en="competency_code",
            kind=CellKind.CODE,
            max_length=LONGEST_CODE,
            note_zh=CODE_NOTE_ZH,
            note_en=CODE_NOTE_EN,
        ),
        Column(
            key="competency_zh",
            zh="能力项（中文）",
            en="competency_zh",
            is_header_required=True,
            is_required=True,
            max_length=LONGEST_NAME,
            note_zh="同一能力项的各行写同样的名称",
            note_en="The same name in all rows of one competency",
        ),
        Column(
            key="competency_en",
            zh="能力项（英文）",
            en="competency_en",
            is_header_required=True,
            is_required=True,
            max_length=LONGEST_NAME,
        ),
        Column(
            key="item",
            zh="题目编号",
            en="item_code",
            kind=CellKind.CODE,
            max_length=LONGEST_CODE,
            note_zh=CODE_NOTE_ZH,
            note_en=CODE_NOTE_EN,
        ),
        Column(
            key="zh",
            zh="题目（中文）",
            en="item_zh",
            is_header_required=True,
            max_length=LONGEST_TEXT,
            note_zh="一题一个行为，最多 24 个汉字",
            note_en="One behaviour, up to 24 Chinese characters",
        ),
        Column(
            key="en",
            zh="题目（英文）",
            en="item_en",
            is_header_required=True,
            max_length=LONGEST_TEXT,
            note_zh="最多 14 个单词",
            note_en="Up to 14 words",
        ),
        GROUPS,
        Column(
            key="weight",
            zh="权重",
            en="weight",
            kind=CellKind.NUMBER,
            note_zh="1 到 100 的整数，留空为 1",
            note_en="A whole number from 1 to 100; empty means 1",
        ),
        Column(
            key="reverse",
            zh="反向题",
            en="reversed",
            kind=CellKind.CHOICE,
            choices=YES_NO_WORDS,
            shown_choices=("是", "否"),
            note_zh="“是”表示选最低档最好，留空为否",
            note_en="是 (yes): the lowest answer is the best; empty means no",
        ),
        Column(
            key="critical",
            zh="关键题",
            en="critical",
            kind=CellKind.CHOICE,
            choices=YES_NO_WORDS,
            shown_choices=("是", "否"),
            note_zh="“是”表示选最差一档时请举一例，留空为否",
            note_en="是 (yes): the worst answer asks for an example; empty means no",
        ),
    ),
)

BOXES = SheetLayout(
    part=Sheets.BOXES,
    zh="评语框",
    en="comment boxes",
    aliases=("comments",),
    has_examples=False,
    columns=(
        Column(
            key="box",
            zh="评语框编号",
            en="box_code",
            kind=CellKind.CODE,
            max_length=LONGEST_CODE,
            note_zh=CODE_NOTE_ZH,
            note_en=CODE_NOTE_EN,
        ),
        Column(
            key="zh",
            zh="标题（中文）",
            en="heading_zh",
            is_header_required=True,
            is_required=True,
            max_length=LONGEST_NAME,
        ),
        Column(
            key="en",
            zh="标题（英文）",
            en="heading_en",
            is_header_required=True,
            is_required=True,
            max_length=LONGEST_NAME,
        ),
        Column(key="prompt_zh", zh="提问（中文）", en="question_zh", max_length=LONGEST_TEXT),
        Column(key="prompt_en", zh="提问（英文）", en="question_en", max_length=LONGEST_TEXT),
        replace(AUDIENCE, is_required=True),
    ),
)

TEXTS = SheetLayout(
    part=Sheets.TEXTS,
    zh="名称和量表",
    en="name and scale",
    aliases=("量表", "scale"),
    has_examples=False,
    columns=(
        Column(
            key="entry",
            zh="项目",
            en="entry",
            is_header_required=True,
            is_required=True,
            note_zh="请勿修改",
            note_en="Do not change",
        ),
        Column(key="zh", zh="中文", en="chinese", is_header_required=True, max_length=LONGEST_TEXT),
        Column(key="en", zh="英文", en="english", is_header_required=True, max_length=LONGEST_TEXT),
    ),
)
SHEETS = (ITEMS, BOXES, TEXTS)
LEADS = {"lead": "评语框上方的话", "hint": "评语示例"}
AUDIENCES_ZH = {"internal": "同事", "customer": "客户"}


GROUPS_ZH = {
    RaterGroup.SELF: "本人",
    RaterGroup.SUPERVISOR: "上级",
    RaterGroup.PEER: "同级",
    RaterGroup.SUBORDINATE: "下级",
    RaterGroup.CUSTOMER: "客户",
}


def groups_entry(asked: str) -> str:
    """What the sheet calls the rater groups that are asked an item."""
    groups = asked_groups(asked)
    everybody = set(COLLEAGUES) <= set(groups)
    named = [group for group in groups if not (everybody and group in COLLEAGUES)]
    return "、".join([*(["同事"] if everybody else []), *(GROUPS_ZH[group] for group in named)])


def level_entry(value: object) -> str:
    """What the sheet calls a level of the scale."""
    return f"量表第 {value} 档"


def lead_entry(name: str, audience: str) -> str:
    """What it calls a text above the comment boxes of one audience."""
    return f"{LEADS[name]}（{AUDIENCES_ZH[audience]}）"


NAME_ENTRY = "问卷名称"
