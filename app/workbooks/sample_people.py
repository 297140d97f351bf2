"""The sample's organisation: who works there, who leads whom, and their customers' contacts."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from random import Random

from app.workbooks.sample_names import (
    ABROAD,
    CHINESE_COMPANIES,
    CHINESE_CONTACT_JOBS,
    COMPANY_DOMAIN,
    FOREIGN_COMPANIES,
    FOREIGN_CONTACT_JOBS,
    FOREIGN_GIVEN_NAMES,
    FOREIGN_SURNAMES,
    GIVEN_NAMES,
    REGIONS,
    SURNAMES,
    ZONES_ABROAD,
)

FIRST_NUMBER = 10_001
LARGE_COMPANY = 400
"""Above it a larger part of the staff works in support, and half instead of 65 % are in sales."""
KAM_JOB, KAM_JOB_ABROAD = "大客户经理", "Key Account Manager"
REP_JOB, REP_JOB_ABROAD = "区域销售代表", "Regional Sales Representative"


@dataclass(kw_only=True, slots=True)
class Employee:
    """One employee of the sample; `manager` is a staff number."""

    number: str
    name: str
    email: str
    department: str
    job: str
    level: str
    manager: str
    region: int
    zone: str
    locale: str
    joined_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A customer's contact and the employee who looks after them."""

    name: str
    email: str
    job: str
    company: str
    owner: str
    zone: str
    locale: str


@dataclass(kw_only=True)
class Sample:
    """The organisation: its posts by kind, its customers' contacts."""

    leaders: list[Employee] = field(default_factory=list)
    directors: list[Employee] = field(default_factory=list)
    account_managers: list[Employee] = field(default_factory=list)
    representatives: list[Employee] = field(default_factory=list)
    technicians: list[Employee] = field(default_factory=list)
    office: list[Employee] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def employees(self) -> list[Employee]:
        """Everybody on the payroll, from the top down."""
        return [
            *self.leaders,
            *self.directors,
            *self.account_managers,
            *self.representatives,
            *self.technicians,
            *self.office,
        ]


def make_organisation(*, people: int, seed: int) -> Sample:
    """All posts filled and all customers' contacts found; nobody rates anybody yet."""
    random = Random(seed)  # noqa: S311 names for show
    sample = Sample()
    _fill_posts(sample, _count_posts(people), _Hiring(random))
    _find_customers(sample, random)
    return sample


class _Names:
    """Hands out names; two people of one name get different addresses."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: dict[str, int] = defaultdict(int)

    def name(self, *, is_abroad: bool) -> tuple[str, str]:
        """A full name and the part before the @ of its address."""
        surnames = FOREIGN_SURNAMES if is_abroad else SURNAMES
        given_names = FOREIGN_GIVEN_NAMES if is_abroad else GIVEN_NAMES
        surname, surname_latin = self._random.choice(surnames)
        given, given_latin = self._random.choice(given_names)
        local = f"{given_latin}.{surname_latin}"
        self._used[local] += 1
        suffix = str(self._used[local]) if self._used[local] > 1 else ""
        return (f"{given} {surname}" if is_abroad else surname + given), local + suffix


class _Hiring:
    """Fills posts one after the other, with rising staff numbers."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._names = _Names(random)
        self._next = FIRST_NUMBER

    def fill(self, job: str, level: str, department: str, region: int, manager: str) -> Employee:
        """Hire somebody; abroad they have a name, a language and a time zone of the place."""
        is_abroad = region == ABROAD
        name, local = self._names.name(is_abroad=is_abroad)
        number = str(self._next)
        self._next += 1
        return Employee(
            number=number,
            name=name,
            email=f"{local}@{COMPANY_DOMAIN}",
            department=department,
            job=job,
            level=level,
            manager=manager,
            region=region,
            zone=self._random.choice(ZONES_ABROAD) if is_abroad else "Asia/Shanghai",
            locale="en" if is_abroad else "zh",
            joined_on=date(2012, 1, 4) + timedelta(days=self._random.randrange(4300)),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Posts:
    leaders: int
    directors: int
    account_managers: int
    representatives: int
    technicians: int
    office: int


def _count_posts(people: int) -> _Posts:
    is_large = people > LARGE_COMPANY
    account_managers = round(people * (0.15 if is_large else 0.2))
    representatives = round(people * (0.35 if is_large else 0.45))
    directors = ceil(account_managers / 3)
    leaders = ceil(directors / 8)
    rest = people - account_managers - representatives - directors - leaders
    technicians = ceil(rest * 0.6)
    return _Posts(
        leaders=leaders,
        directors=directors,
        account_managers=account_managers,
        representatives=representatives,
        technicians=technicians,
        office=rest - technicians,
    )


def _fill_posts(sample: Sample, posts: _Posts, hiring: _Hiring) -> None:
    for index in range(posts.leaders):
        top = sample.leaders[0].number if index else ""
        sample.leaders.append(hiring.fill("销售副总裁", "M5", "销售中心", 0, top))
    for index in range(posts.directors):
        region = index % len(REGIONS)
        boss = sample.leaders[index * posts.leaders // posts.directors].number
        sample.directors.append(hiring.fill("区域销售总监", "M4", REGIONS[region], region, boss))
    for index in range(posts.account_managers):
        lead = sample.directors[index * posts.directors // posts.account_managers]
        job = KAM_JOB_ABROAD if lead.region == ABROAD else KAM_JOB
        sample.account_managers.append(
            hiring.fill(job, "P6", lead.department, lead.region, lead.number)
        )
    for index in range(posts.representatives):
        lead = sample.account_managers[index * posts.account_managers // posts.representatives]
        job = REP_JOB_ABROAD if lead.region == ABROAD else REP_JOB
        sample.representatives.append(
            hiring.fill(job, "P4", lead.department, lead.region, lead.number)
        )
    _fill_support(sample, posts, hiring)


def _fill_support(sample: Sample, posts: _Posts, hiring: _Hiring) -> None:
    top = sample.leaders[0].number
    for index in range(posts.technicians):
        job = "技术支持工程师" if index else "技术支持经理"
        boss = sample.technicians[0].number if index else top
        sample.technicians.append(hiring.fill(job, "P5", "技术支持部", 0, boss))
    for index in range(posts.office):
        job, department = ("销售会计", "财务部") if index % 2 else ("销售运营专员", "销售运营部")
        sample.office.append(hiring.fill(job, "P4", department, 0, top))


def _find_customers(sample: Sample, random: Random) -> None:
    """Three or four contacts per account manager, two to four per representative."""
    names = _Names(random)
    owners = [(kam, 3, 4) for kam in sample.account_managers]
    owners += [(rep, 2, 4) for rep in sample.representatives]
    for place, (owner, fewest, most) in enumerate(owners):
        is_first = owner in (sample.account_managers[0], sample.representatives[0])
        count = fewest if is_first else random.randint(fewest, most)
        is_abroad = owner.region == ABROAD
        company, domain = _company(place, is_abroad=is_abroad)
        for _ in range(count):
            name, local = names.name(is_abroad=is_abroad)
            sample.contacts.append(
                Contact(
                    name=name,
                    email=f"{local}@{domain}",
                    job=random.choice(FOREIGN_CONTACT_JOBS if is_abroad else CHINESE_CONTACT_JOBS),
                    company=company,
                    owner=owner.number,
                    zone=owner.zone,
                    locale=owner.locale,
                )
            )


def _company(place: int, *, is_abroad: bool) -> tuple[str, str]:
    """A company's name and mail domain; beyond the list, branches are numbered."""
    companies = FOREIGN_COMPANIES if is_abroad else CHINESE_COMPANIES
    name, domain = companies[place % len(companies)]
    branch = place // len(companies)
    if branch == 0:
        return name, f"{domain}.example"
    shown = f"{name} {branch + 1}" if is_abroad else f"{name}{branch + 1}厂"
    return shown, f"{domain}{branch + 1}.example"
