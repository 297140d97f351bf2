"""From answers to the points of a competency: the tables of the guide."""

from fractions import Fraction

from app.scoring.example import SELF, Element, Item, Rater
from app.scoring.feedback import rater_views
from app.scoring.numbers import decimal_text
from app.scoring.results import ElementResult
from app.scoring.trace import percent_text
from tests.documents.blocks import table
from tests.documents.guide_example import Worked, fine

NOTHING = "—"


def groups(worked: Worked) -> str:
    """The rater groups of the scheme, their weights and minimums."""
    say = worked.say
    return table(
        [say("评价人类别", "Rater group"), say("权重", "Weight"), say("最少人数", "Minimum")],
        [
            [worked.names[one.id], percent_text(one.weight), str(one.k_min)]
            for one in worked.example.groups
        ],
    )


def answers(worked: Worked) -> str:
    """Every answer as it was given, not observed as a dash."""
    head = [_item_head(worked, one, item) for one in worked.competencies for item in one.items]
    return table(
        [worked.say("评价人", "Rater"), *head],
        [[_rater_name(worked, rater), *_given(worked, rater)] for rater in worked.example.raters],
    )


def _item_head(worked: Worked, competency: Element, item: Item) -> str:
    marks = f"{item.id} ({competency.id})"
    if item.reverse:
        marks += worked.say(" 反向", " reversed")
    if item.weight != 1:
        marks += f" ×{decimal_text(item.weight)}"
    return marks


def _rater_name(worked: Worked, rater: Rater) -> str:
    return f"{rater.id} {worked.names[rater.group]}"


def _given(worked: Worked, rater: Rater) -> list[str]:
    items = [item for one in worked.competencies for item in one.items]
    found = [rater.answers.get(item.id) for item in items]
    return [NOTHING if answer is None else decimal_text(answer) for answer in found]


def rater_points(worked: Worked) -> str:
    """What each rater's answers are worth in each competency, with the sum to check it by."""
    head = [worked.label(one.id) for one in worked.competencies]
    return table(
        [worked.say("评价人", "Rater"), *head],
        [
            [
                _rater_name(worked, rater),
                *(_one_view(worked, rater, one) for one in worked.competencies),
            ]
            for rater in worked.example.raters
        ],
    )


def _one_view(worked: Worked, rater: Rater, competency: Element) -> str:
    views = {one.id: view for one, view in rater_views(worked.example, competency.items)}
    if rater.id not in views:
        return NOTHING
    total, weight = _weighed_points(worked, rater, competency)
    mean = views[rater.id].points
    return f"{decimal_text(total)} ÷ {decimal_text(weight)} = {fine(mean)}"


def _weighed_points(worked: Worked, rater: Rater, competency: Element) -> tuple[Fraction, Fraction]:
    """The points of the answers, each by its item's weight, and those weights together."""
    scale, total, weights = worked.example.scale, Fraction(), Fraction()
    for item in competency.items:
        answer = rater.answers.get(item.id)
        if answer is not None:
            turned = scale.reversed_answer(answer) if item.reverse else answer
            total += item.weight * scale.points(turned)
            weights += item.weight
    return total, weights


def competencies(worked: Worked) -> str:
    """The lines of each competency, their weights and the score that they make."""
    say = worked.say
    return table(
        [
            say("能力项", "Competency"),
            say("评价人类别", "Rater group"),
            say("人数", "Raters"),
            say("平均分", "Mean points"),
            say("原权重", "Weight"),
            say("有效权重", "Effective weight"),
            say("有效权重 × 平均分", "Effective weight × mean"),
        ],
        [row for result in worked.results if result.groups for row in _lines(worked, result)],
    )


def _lines(worked: Worked, result: ElementResult) -> list[list[str]]:
    weights = {group.id: group.weight for group in worked.example.groups}
    rows = [
        [
            worked.label(result.id),
            worked.say("＋", " + ").join(worked.names[member] for member in line.members),
            str(line.n),
            fine(line.score),
            percent_text(sum((weights[member] for member in line.members), start=Fraction())),
            f"{fine(line.weight)}%",
            fine(line.weight * line.score / 100),
        ]
        for line in result.groups
        if SELF not in line.members
    ]
    score = result.score or Fraction()
    name = worked.say("得分", "score")
    return [*rows, [f"**{result.id} {name}**", "", "", "", "", "", f"**{fine(score)}**"]]
