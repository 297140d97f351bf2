"""The people of the demo who give feedback: each opens the mailed link and fills in the forms."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from app.demo.mailbox import Received
from app.demo.visitor import PageForm, Visitor

LINK = re.compile(r"https?://\S+/i/[\w-]+")
AT_A_TIME = 4
SOME_DECLINE = 0.02
SOME_STAY_AWAY = 0.05
NOT_OBSERVED = 0.06
WRITES_A_COMMENT = 0.45
SOME_WRITE_ENGLISH = 0.2
STEPS = ((0.06, -2), (0.26, -1), (0.72, 0), (1.0, 1))

COMMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "start": {
        "zh": (
            "报价有变更时，请提前一天告诉技术支持，我们才来得及核对图纸。",
            "拜访后两天内把纪要发到项目群，大家不用再问客户第二遍。",
            "希望每月固定一次，把重点客户的风险清单和大家过一遍。",
            "新产品资料可以先给服务同事讲一次，再去见客户。",
        ),
        "en": (
            "Please share visit notes within two days; customers told us of changes first.",
            "A monthly look at the risk list of key accounts would help us plan.",
        ),
    },
    "stop": {
        "zh": (
            "周会上有时打断别人，建议等对方说完再补充。",
            "月底最后一天才催合同盖章，容易出错。",
            "少在群里逐条追问，列成一张表会更快。",
        ),
        "en": (
            "Could let others finish before answering in the weekly call.",
            "Fewer last-minute requests on the final day of the month.",
        ),
    },
    "continue": {
        "zh": (
            "季度复盘会上先复述客户的话再提方案，大家少争了半小时。",
            "客户投诉后两小时内到现场，并把处理结果写给所有人。",
            "交接新客户时把联系人和承诺写得很清楚，接手很顺。",
            "主动把竞争对手的价格变化整理成表，分享给团队。",
            "合同条款解释得很耐心，法务的问题都逐条回复。",
        ),
        "en": (
            "Repeats the request in their own words first; it saved us half an hour.",
            "Told us about the delay a week ahead, so we could move the installation.",
            "Keeps the CRM up to date, so handover during holidays simply works.",
        ),
    },
    "customer": {
        "zh": (
            "报价和交期说到做到，有变化会提前打电话。",
            "希望售后响应再快一些，上次备件等了五天。",
            "每次来访都带着上次问题的结果，很放心。",
        ),
        "en": (
            "Keeps what was agreed, and calls ahead when something changes.",
            "Spare parts took five days last time; please look into it.",
        ),
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledIn:
    """What one reviewer entered in one form, as an outsider would note it."""

    reviewer: str
    subject: str
    answers: dict[str, str]
    comments: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What came of one letter."""

    to: str
    forms: tuple[FilledIn, ...]
    declined: int
    stayed_away: bool


def link_in(letter: Received) -> str | None:
    """The reviewer's link in a letter, or None in a letter of another kind."""
    found = LINK.search(letter.text)
    return found.group() if found else None


def answer_letters(
    site: str, letters: Sequence[Received], *, seed: int, done: Callable[[], None]
) -> Iterator[Visit]:
    """Every addressee follows their link, a few at a time; `done` is called after each."""

    def follow(letter: Received) -> Visit:
        visit = follow_letter(site, letter, random.Random(f"{seed}:{letter.to}"))  # noqa: S311
        done()
        return visit

    with ThreadPoolExecutor(AT_A_TIME) as people:
        yield from people.map(follow, letters)


def follow_letter(site: str, letter: Received, mood: random.Random) -> Visit:
    """Open the link, press Start, and fill in one form after the other."""
    link = link_in(letter)
    if link is None or mood.random() < SOME_STAY_AWAY:
        return Visit(to=letter.to, forms=(), declined=0, stayed_away=True)
    with Visitor(site, language="zh") as visitor:
        visitor.open(link)
        visitor.send(visitor.form(action="/start"))
        forms, declined = _fill_in_all(visitor, letter.to, mood)
    return Visit(to=letter.to, forms=tuple(forms), declined=declined, stayed_away=False)


def _fill_in_all(
    visitor: Visitor, reviewer: str, mood: random.Random
) -> tuple[list[FilledIn], int]:
    filled, declined = [], 0
    for address in _open_forms(visitor):
        visitor.open(address)
        subject = _subject(visitor)
        if mood.random() < SOME_DECLINE:
            visitor.open(f"{address}/decline")
            visitor.send(visitor.form(action="/decline"))
            declined += 1
            continue
        form = visitor.form(having="csrf_token")
        answers, comments = _answers(form, mood), _comments(form, mood)
        visitor.send(form, {**answers, **comments, "action": "submit"})
        filled.append(
            FilledIn(reviewer=reviewer, subject=subject, answers=answers, comments=comments)
        )
    return filled, declined


def _open_forms(visitor: Visitor) -> list[str]:
    visitor.open("/r")
    found = {
        str(link["href"]).split("?")[0]
        for link in visitor.page.find_all("a", href=re.compile(r"^/r/p/\d+$"))
    }
    if not found and re.search(r"/r/p/\d+$", visitor.address):
        return [visitor.address.removeprefix(visitor.site)]
    return sorted(found, key=lambda address: int(address.rsplit("/", 1)[1]))


def _subject(visitor: Visitor) -> str:
    heading = visitor.page.find("h1")
    return heading.get_text(" ", strip=True) if heading else ""


def _answers(form: PageForm, mood: random.Random) -> dict[str, str]:
    leaning = mood.choice((2, 3, 3, 4, 4, 5))
    answers = {}
    for name, values in form.choices.items():
        levels = sorted(value for value in values if value.isdigit())
        if not name.startswith("a-"):
            continue
        others = [value for value in values if not value.isdigit()]
        if others and mood.random() < NOT_OBSERVED:
            answers[name] = others[0]
        else:
            answers[name] = _near(leaning, levels, mood.random())
    return answers


def _near(leaning: int, levels: Sequence[str], throw: float) -> str:
    step = next(step for limit, step in STEPS if throw <= limit)
    return str(min(max(leaning + step, int(levels[0])), int(levels[-1])))


def _comments(form: PageForm, mood: random.Random) -> dict[str, str]:
    language = "en" if mood.random() < SOME_WRITE_ENGLISH else "zh"
    # Examples that critical items ask for are left out, as they may be.
    boxes = [name for name in form.values if name.removeprefix("c-") in COMMENTS]
    return {
        name: mood.choice(COMMENTS[name.removeprefix("c-")][language])
        for name in boxes
        if mood.random() < WRITES_A_COMMENT
    }
