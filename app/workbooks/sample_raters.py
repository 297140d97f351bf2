"""Who rates whom in the sample: balanced, so that nobody is asked about too many people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from app.workbooks.sample_people import Employee, Sample

DEFAULT_REQUESTS = 9.2
MAX_FORMS = 8
CUSTOMER_SHARE = 0.42
REPORTS_COME_ON_TOP_FROM = 8
"""With few requests per person, direct reports take the place of peers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """How many raters of each kind somebody gets, beside themself and their manager."""

    peers: int
    reports: int
    customers: int


KAM_EXAMPLE = _Plan(peers=4, reports=2, customers=3)
REP_EXAMPLE = _Plan(peers=7, reports=0, customers=2)
"""The first of each job has as many raters as the published worked examples."""


def list_relations(
    sample: Sample, *, requests_per_person: float, seed: int
) -> list[tuple[str, str, str]]:
    """Subject, reviewer and relation of everybody who is reviewed."""
    random = Random(seed)  # noqa: S311 a choice for show
    contacts: dict[str, list[str]] = defaultdict(list)
    for contact in sample.contacts:
        contacts[contact.owner].append(contact.email)
    teams: dict[str, list[str]] = defaultdict(list)
    for employee in sample.employees:
        teams[employee.manager].append(employee.number)
    peers = _Peers(sample)
    jobs = ((sample.account_managers, KAM_EXAMPLE), (sample.representatives, REP_EXAMPLE))
    relations: list[tuple[str, str, str]] = []
    for colleagues, example in jobs:
        for place, subject in enumerate(colleagues):
            is_example = place == 0 and requests_per_person >= DEFAULT_REQUESTS
            reports = example.reports
            plan = example if is_example else _plan(requests_per_person, reports, random)
            relations += _rows(
                subject, plan, peers.of(colleagues, place, plan.peers), teams, contacts
            )
    return relations


def _rows(
    subject: Employee,
    plan: _Plan,
    peers: Sequence[str],
    teams: Mapping[str, Sequence[str]],
    contacts: Mapping[str, Sequence[str]],
) -> list[tuple[str, str, str]]:
    reports = teams.get(subject.number, ())[: plan.reports]
    customers = contacts.get(subject.number, ())[: plan.customers]
    return [
        (subject.number, subject.number, "本人"),
        (subject.number, subject.manager, "上级"),
        *((subject.number, number, "同级") for number in peers),
        *((subject.number, number, "下级") for number in reports),
        *((subject.number, email, "客户") for email in customers),
    ]


def _plan(requests_per_person: float, reports: int, random: Random) -> _Plan:
    wanted = int(requests_per_person + random.random()) - 2
    if requests_per_person < REPORTS_COME_ON_TOP_FROM:
        wanted -= reports
    customers = max(1, round(wanted * CUSTOMER_SHARE))
    return _Plan(peers=max(1, wanted - customers), reports=reports, customers=customers)


class _Peers:
    """Hands out peers in a ring, so that everybody rates about as many as rate them."""

    def __init__(self, sample: Sample) -> None:
        self._technicians = sample.technicians
        self._forms: dict[str, int] = defaultdict(int)

    def of(self, colleagues: Sequence[Employee], place: int, wanted: int) -> list[str]:
        """The next colleagues of the same job; for every third person technical support joins."""
        subject = colleagues[place]
        turn = place % len(self._technicians)
        helpers = [self._technicians[turn]] if place % 3 == 1 else []
        window = range(place + 1, place + min(len(colleagues), 3 * MAX_FORMS))
        ring = [colleagues[index % len(colleagues)] for index in window]
        chosen: list[str] = []
        for colleague in [*helpers, *ring, *self._technicians[turn:], *self._technicians[:turn]]:
            if len(chosen) == wanted:
                break
            is_free = self._forms[colleague.number] < MAX_FORMS
            if is_free and colleague.number not in (subject.manager, *chosen):
                chosen.append(colleague.number)
                self._forms[colleague.number] += 1
        return chosen
