"""The words that cells may hold, in Chinese and English, and the value each stands for."""

RELATION_WORDS: dict[str, str] = {
    **dict.fromkeys(("本人", "自评", "自己", "self"), "self"),
    **dict.fromkeys(
        ("上级", "直接上级", "上司", "主管", "上级主管", "supervisor", "manager", "boss"),
        "supervisor",
    ),
    **dict.fromkeys(("同级", "同事", "平级", "peer", "colleague"), "peer"),
    **dict.fromkeys(
        ("下级", "下属", "直接下级", "subordinate", "direct report", "report"), "subordinate"
    ),
    **dict.fromkeys(("客户", "外部客户", "customer", "client"), "customer"),
}
KIND_WORDS: dict[str, str] = {
    **dict.fromkeys(("员工", "职员", "内部", "employee", "internal", "staff"), "employee"),
    **dict.fromkeys(("客户", "外部", "外部客户", "customer", "client", "external"), "customer"),
}
LOCALE_WORDS: dict[str, str] = {
    **dict.fromkeys(("zh", "zh-cn", "zh_cn", "中文", "汉语", "简体中文", "chinese"), "zh"),
    **dict.fromkeys(("en", "en-us", "en-gb", "en_us", "英文", "英语", "english"), "en"),
}
AUDIENCE_WORDS: dict[str, str] = {
    **dict.fromkeys(("同事", "内部", "colleagues", "colleague", "internal"), "internal"),
    **dict.fromkeys(("客户", "外部客户", "customers", "customer"), "customer"),
}
ASKED_WORDS: dict[str, str] = {
    word: "customer" if audience == "customer" else "self supervisor peer subordinate"
    for word, audience in AUDIENCE_WORDS.items()
} | {word: group for word, group in RELATION_WORDS.items() if word not in AUDIENCE_WORDS}
"""Who is asked an item; several may stand in one cell, and colleagues are all but customers."""
YES_NO_WORDS: dict[str, str] = {
    **dict.fromkeys(("是", "yes", "y", "true", "1", "√"), "1"),
    **dict.fromkeys(("否", "no", "n", "false", "0"), ""),
}
EXAMPLE_MARKS = ("示例", "example")
"""A row whose first cell begins so belongs to the template and is not imported."""
