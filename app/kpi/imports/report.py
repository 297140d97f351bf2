"""What the check of a workbook found and what its import would change."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.workbooks.changes import Change, Counts
from app.workbooks.layout import Part
from app.workbooks.problems import Adjustment, RowError, RowProblem


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """Findings and changes of one workbook."""

    counts: Mapping[Part, Counts]
    """Per sheet that was read; empty while there are errors."""
    changes: Sequence[tuple[Part, Change]]
    findings: Sequence[RowError]
    adjusted: Mapping[Adjustment, int]
    ignored: Mapping[str, Sequence[str]]
    """Per sheet the headers of columns that were left out."""

    @property
    def errors(self) -> list[RowError]:
        """What stops the import."""
        return [finding for finding in self.findings if not finding.is_warning]

    @property
    def warnings(self) -> list[RowError]:
        """What should be looked at, but stops nothing."""
        return [finding for finding in self.findings if finding.is_warning]

    @property
    def total(self) -> Counts:
        """The counts of all sheets together."""
        return Counts(
            added=sum(counts.added for counts in self.counts.values()),
            changed=sum(counts.changed for counts in self.counts.values()),
            removed=sum(counts.removed for counts in self.counts.values()),
            unchanged=sum(counts.unchanged for counts in self.counts.values()),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FixGroup:
    """Findings that ask for the same to be done: how many there are, and those that are shown."""

    problem: RowProblem
    count: int
    shown: Sequence[RowError]


def shown_by_fix(findings: Sequence[RowError], limit: int) -> list[FixGroup]:
    """The findings grouped by what is to be done, the most frequent first, `limit` in all."""
    groups: dict[RowProblem, list[RowError]] = defaultdict(list)
    for finding in findings:
        groups[finding.problem].append(finding)
    shown: list[FixGroup] = []
    for problem, found in sorted(groups.items(), key=lambda group: -len(group[1])):
        left = limit - sum(len(group.shown) for group in shown)
        shown.append(FixGroup(problem=problem, count=len(found), shown=found[:left]))
    return shown


def sum_adjustments(counters: Sequence[Counter[Adjustment]]) -> Counter[Adjustment]:
    """All tidying up, by kind."""
    total: Counter[Adjustment] = Counter()
    for counter in counters:
        total.update(counter)
    return total
