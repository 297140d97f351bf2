"""Which comments of protected raters may be shown, and under which headings."""

from collections.abc import Mapping

from app.scoring.disclosure.thresholds import Thresholds


def may_show_comments(protected_raters: int, thresholds: Thresholds) -> bool:
    """Whether the pooled, shuffled comments of all protected groups may be shown.

    Counts those who answered, whether or not they wrote a comment.
    """
    return protected_raters >= thresholds.k_comment


def comment_headings(raters: Mapping[str, int], thresholds: Thresholds) -> frozenset[str]:
    """The protected groups that may stand as headings over their own comments.

    ``raters`` counts those who answered, per group. Only groups of at least ``k_comment``; and
    since a heading sets all others apart, those left without one must be nobody or as many again,
    else headings go, the smallest group's first.
    """
    headed = sorted(
        (group for group, n in raters.items() if n >= thresholds.k_comment),
        key=lambda group: (-raters[group], group),
    )
    while headed:
        rest = sum(n for group, n in raters.items() if group not in headed)
        if rest == 0 or rest >= thresholds.k_comment:
            break
        headed.pop()
    return frozenset(headed)
