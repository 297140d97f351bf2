"""How a figure was worked out, kept as figures and put into words only when somebody asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from app.scoring.numbers import decimal_text, fixed_text

MINUS = "−"


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One sentence in both languages."""

    zh: str
    en: str

    def filled(self, **facts: object) -> "Explanation":
        """The sentence with its ``{names}`` in braces filled in."""
        return Explanation(zh=self.zh.format(**facts), en=self.en.format(**facts))


def _sum(text: str) -> tuple[bool, Explanation]:
    """Arithmetic, which reads the same in every language."""
    return True, Explanation(zh=text, en=text)


def _words(*, zh: str, en: str) -> tuple[bool, Explanation]:
    return False, Explanation(zh=zh, en=en)


class Formula(Enum):
    """Whether it is plain arithmetic, and its sentence; ``{names}`` are facts of the working."""

    RATIO = _sum("100 × {actual} ÷ {target}")
    RATIO_SIGNED = _sum("100 × (1 + ({actual} − {target}) ÷ {size})")
    MIRROR = _sum("100 × (2 − {actual} ÷ {target})")
    INVERSE = _sum("100 × {target} ÷ {actual}")
    BETWEEN_KNOTS = _sum(
        "{low_points} + ({actual} − {low}) ÷ ({high} − {low}) × ({high_points} − {low_points})"
    )
    OUTSIDE_KNOTS = _words(
        zh="实际值 {actual} 在节点范围 {low}–{high} 之外，计 {points} 分",
        en="the actual figure {actual} lies outside the knots {low} to {high}: {points} points",
    )
    BAND = _words(
        zh="实际值 {actual} 落在区间 {band} 内，计 {points} 分",
        en="the actual figure {actual} lies in the band {band}: {points} points",
    )
    STEPS = _words(
        zh="偏差 {deviation}，每 {unit} 计 {per} 分，计 {count} 次：{base} + {earned}",
        en="deviation {deviation}, steps of {unit}: {count} × {per}; {base} + {earned}",
    )
    DEDUCTION = _sum("{base} − ({costs})")
    REACHED = _words(
        zh="实际值 {actual} 达到目标 {target}，计 {points} 分",
        en="the actual figure {actual} reaches the target {target}: {points} points",
    )
    MISSED = _words(
        zh="实际值 {actual} 未达到目标 {target}，计 {points} 分",
        en="the actual figure {actual} misses the target {target}: {points} points",
    )
    MANUAL = _words(
        zh="评分 {answer} 对应 {points} 分；理由：{reason}",
        en="the rating {answer} is worth {points} points; reason: {reason}",
    )
    PROGRESS = _words(zh="完成度 {progress}%", en="{progress}% done")
    RATED = _words(
        zh="评分 {answer} 对应 {points} 分", en="the rating {answer} is worth {points} points"
    )
    SURVEY = _words(
        zh="类别 {group} 的作答平均分：({means}) ÷ {count}",
        en="the mean points of the answers of {group}: ({means}) ÷ {count}",
    )
    COEFFICIENT = _sum("({coefficient} − 1) × {plain}")
    ADJUSTMENT = _sum("{points}")
    ADJUSTMENT_CAPPED = _words(
        zh="{points}，上下最多 {cap}", en="{points}, at most {cap} either way"
    )
    LIMIT = _sum("{limit} − {total}")
    VETO = _sum("{ceiling} − {total}")

    @property
    def is_arithmetic(self) -> bool:
        return self.value[0]

    @property
    def sentence(self) -> Explanation:
        return self.value[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Working:
    """A formula and what stands in it, as figures or, where it is a list, as text."""

    formula: Formula
    facts: tuple[tuple[str, Fraction | str], ...]

    def text(self) -> Explanation:
        facts = {name: fact_text(value) for name, value in self.facts}
        return self.formula.sentence.filled(**facts)


def working(formula: Formula, **facts: Fraction | str) -> Working:
    return Working(formula=formula, facts=tuple(facts.items()))


def fact_text(value: Fraction | str) -> str:
    """Text as it is, a figure in decimals; a negative one in brackets, since a sign precedes it."""
    if isinstance(value, str):
        return value
    text = decimal_text(abs(value))
    return f"({MINUS}{text})" if value < 0 else text


def rounded_text(value: Fraction, places: int) -> str:
    """So many decimals; a negative figure in brackets."""
    text = signed_text(value, places)
    return f"({text})" if text.startswith(MINUS) else text


def signed_text(value: Fraction, places: int) -> str:
    """So many decimals, with the minus of print."""
    return fixed_text(value, places).replace("-", MINUS)


def sum_text(terms: Iterable[tuple[str, Fraction]]) -> str:
    """``a + b − c`` of texts, each with the figure whose sign it takes."""
    text = ""
    for term, figure in terms:
        text += f" {MINUS if figure < 0 else '+'} {term}"
    return text.removeprefix(" + ").strip()
