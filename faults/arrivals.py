"""What arrived against what the outbox says. Knows neither database nor product code."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faults.post_office import Taken

MAY_GO_TWICE = frozenset({"invite_internal", "invite_customer", "fresh_link", "set_password"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the outbox says about one letter. `kills`: workers killed while they had it in hand."""

    message_id: str
    kind: str
    state: str
    error: str
    kills: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """`lost`: gone, and nobody is told. `dup`: copies that nothing excuses. `partial`: the outbox
    says the contrary of what arrived."""

    lost: int
    dup: int
    partial: int
    strangers: int

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.dup or self.partial or self.strangers)


def judge(outcomes: Sequence[Outcome], taken: Iterable[Taken]) -> Verdict:
    """Compare letter by letter; a copy of no letter at all is a stranger."""
    copies, cuts = Counter[str](), Counter[str]()
    for one in taken:
        copies[one.message_id] += 1
        cuts[one.message_id] += one.is_cut
    known = {letter.message_id for letter in outcomes}
    return Verdict(
        lost=sum(not copies[one.message_id] and not _is_told(one) for one in outcomes),
        dup=sum(_unexcused(one, copies[one.message_id], cuts[one.message_id]) for one in outcomes),
        partial=sum(_is_untrue(one, copies[one.message_id]) for one in outcomes),
        strangers=len(set(copies) - known),
    )


def _is_told(letter: Outcome) -> bool:
    """Whether HR can see that the letter did not arrive, with the server's reason."""
    return letter.state in {"failed", "uncertain", "queued"} and bool(letter.error)


def _unexcused(letter: Outcome, copies: int, cuts: int) -> int:
    """Extra copies beyond those whose sender was never told, by a cut or by being killed."""
    excused = cuts + letter.kills if letter.kind in MAY_GO_TWICE else 0
    return max(0, copies - 1 - excused)


def _is_untrue(letter: Outcome, copies: int) -> bool:
    if letter.state == "sent":
        return not copies
    return letter.state == "failed" and bool(copies)
