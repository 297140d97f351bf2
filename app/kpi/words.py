"""The words that the workbook's columns 计分方法, 参数 and 实际 understand, in Chinese and English.

Of several words for one thing the first is the one that is written.
"""

import re
import unicodedata
from enum import StrEnum

from app.schemes.rules import Method
from app.scoring.kpi import KpiStatus

DASHES = str.maketrans({"−": "-", "–": "-", "—": "-", "〜": "~", "×": "x", "✕": "x", "*": "x"})


class Wording(StrEnum):
    """The language in which parameters are written; both are read."""

    ZH = "zh"
    EN = "en"


class Key(StrEnum):
    """The named parts of a parameter text, as the KPI object of a scoring file calls them."""

    BELOW = "below"
    ABOVE = "above"
    BASE = "base"
    UNIT = "unit"
    PER = "per"
    CAP_UP = "cap_up"
    CAP_DOWN = "cap_down"
    FLOOR = "floor"
    REASON = "reason"


METHODS: dict[Method, dict[Wording, tuple[str, ...]]] = {
    Method.RATIO: {Wording.ZH: ("比率法", "完成率法"), Wording.EN: ("ratio",)},
    Method.RATIO_SIGNED: {
        Wording.ZH: ("带符号比率法", "减亏法"),
        Wording.EN: ("ratio_signed", "signed ratio"),
    },
    Method.MIRROR: {Wording.ZH: ("反向线性", "反向线性法"), Wording.EN: ("mirror",)},
    Method.INVERSE: {Wording.ZH: ("反比", "反比法"), Wording.EN: ("inverse",)},
    Method.INTERPOLATE: {
        Wording.ZH: ("线性插值", "线性插值法", "插值法"),
        Wording.EN: ("interpolate", "interpolation"),
    },
    Method.BAND: {Wording.ZH: ("层差法", "分档法"), Wording.EN: ("band", "bands")},
    Method.STEP_DELTA: {
        Wording.ZH: ("加减分", "加减分法"),
        Wording.EN: ("step_delta", "steps"),
    },
    Method.DEDUCT: {Wording.ZH: ("扣分法", "减分法"), Wording.EN: ("deduct", "deduction")},
    Method.ALL_OR_NOTHING: {
        Wording.ZH: ("非此即彼", "非此即彼法", "否决计分"),
        Wording.EN: ("all_or_nothing", "all or nothing"),
    },
    Method.MANUAL: {Wording.ZH: ("说明法",), Wording.EN: ("manual",)},
}
COMPETENCY = ("360", "360评价", "360度评价")

KEYS: dict[Key, dict[Wording, tuple[str, ...]]] = {
    Key.BELOW: {Wording.ZH: ("低于",), Wording.EN: ("below",)},
    Key.ABOVE: {Wording.ZH: ("高于",), Wording.EN: ("above",)},
    Key.BASE: {Wording.ZH: ("基本分", "基准分", "基础分"), Wording.EN: ("base",)},
    Key.UNIT: {Wording.ZH: ("每", "步长"), Wording.EN: ("unit",)},
    Key.PER: {Wording.ZH: ("加扣", "加扣分"), Wording.EN: ("per",)},
    Key.CAP_UP: {Wording.ZH: ("最多加", "加分上限"), Wording.EN: ("up", "cap_up")},
    Key.CAP_DOWN: {Wording.ZH: ("最多扣", "扣分上限"), Wording.EN: ("down", "cap_down")},
    Key.FLOOR: {Wording.ZH: ("最低分", "保底"), Wording.EN: ("floor",)},
    Key.REASON: {Wording.ZH: ("理由", "原因"), Wording.EN: ("reason",)},
}
FULL_STEPS: dict[bool, dict[Wording, tuple[str, ...]]] = {
    True: {Wording.ZH: ("整步", "整档"), Wording.EN: ("full",)},
    False: {Wording.ZH: ("按比例",), Wording.EN: ("proportional",)},
}
DELTA_POINTS: dict[Wording, tuple[str, ...]] = {
    Wording.ZH: ("按百分点", "按点数"),
    Wording.EN: ("points", "pp"),
}
STATUSES: dict[KpiStatus, dict[Wording, tuple[str, ...]]] = {
    KpiStatus.NOT_APPLICABLE: {
        Wording.ZH: ("不适用",),
        Wording.EN: ("not applicable", "not_applicable", "n/a", "na"),
    },
    KpiStatus.PENDING: {Wording.ZH: ("待定",), Wording.EN: ("pending", "tbd")},
}


def plain(text: str) -> str:
    """Half-width, lower case and without spaces, so that ＝, × and 全角 digits are all one."""
    narrow = unicodedata.normalize("NFKC", text.translate(DASHES))
    return re.sub(r"\s+", "", narrow.translate(DASHES)).lower()


METHOD_OF = {
    plain(word): method
    for method, wordings in METHODS.items()
    for words in wordings.values()
    for word in words
}
KEY_OF = {
    plain(word): key
    for key, wordings in KEYS.items()
    for words in wordings.values()
    for word in words
}
FULL_STEPS_OF = {
    plain(word): full
    for full, wordings in FULL_STEPS.items()
    for words in wordings.values()
    for word in words
}
DELTA_POINTS_WORDS = {plain(word) for words in DELTA_POINTS.values() for word in words}
STATUS_OF = {
    plain(word): status
    for status, wordings in STATUSES.items()
    for words in wordings.values()
    for word in words
}
