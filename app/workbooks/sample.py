"""A realistic workbook of any size for demo, tests and load: a sales organisation and its reviews.

The same number of people and seed always give the same bytes.
"""

from collections.abc import Iterator
from random import Random

from app.workbooks.layout import KPI, PEOPLE, RELATIONS
from app.workbooks.sample_kpis import KAM_KPIS, REP_KPIS, SampleKpi, vary_figures
from app.workbooks.sample_people import Employee, Sample, make_organisation
from app.workbooks.sample_raters import DEFAULT_REQUESTS, list_relations
from app.workbooks.writing import SheetContent, write_workbook

FEWEST_PEOPLE = 20
FEWEST_REQUESTS = 4


def write_sample(
    *, people: int = 40, seed: int = 1, requests_per_person: float = DEFAULT_REQUESTS
) -> bytes:
    """The sample workbook as XLSX, with `people` employees and their customers' contacts.

    About 65 % of the employees are reviewed, 50 % in companies above 400, by about
    `requests_per_person` raters each. Raises ValueError below 20 people or 4 requests.
    """
    if people < FEWEST_PEOPLE or requests_per_person < FEWEST_REQUESTS:
        raise ValueError(
            f"a sample needs {FEWEST_PEOPLE} people and {FEWEST_REQUESTS} requests each"
        )
    sample = make_organisation(people=people, seed=seed)
    relations = list_relations(sample, requests_per_person=requests_per_person, seed=seed)
    sheets = (
        (PEOPLE, list(_people_rows(sample))),
        (RELATIONS, relations),
        (KPI, list(_kpi_rows(sample, Random(seed)))),  # noqa: S311 figures for show
    )
    return write_workbook(
        SheetContent(name=layout.zh, header=[c.zh for c in layout.columns], rows=rows)
        for layout, rows in sheets
    )


def _people_rows(sample: Sample) -> Iterator[tuple[str, ...]]:
    for person in sample.employees:
        yield (
            person.number,
            person.name,
            person.email,
            person.department,
            person.manager,
            person.job,
            person.level,
            person.locale,
            person.zone,
            person.joined_on.isoformat(),
            "员工",
            "",
            "",
        )
    for contact in sample.contacts:
        yield (
            "",
            contact.name,
            contact.email,
            "",
            "",
            contact.job,
            "",
            contact.locale,
            contact.zone,
            "",
            "客户",
            contact.company,
            contact.owner,
        )


def _kpi_rows(sample: Sample, random: Random) -> Iterator[tuple[str | int, ...]]:
    for people, kpis in ((sample.account_managers, KAM_KPIS), (sample.representatives, REP_KPIS)):
        for place, person in enumerate(people):
            year = random.randrange(1001)
            for kpi in kpis:
                varied = vary_figures(kpi, random, good_year=year)
                figures = varied if place else (kpi.parameters, kpi.actual)
                yield _kpi_row(person, kpi, *figures)


def _kpi_row(
    person: Employee, kpi: SampleKpi, parameters: str, actual: str
) -> tuple[str | int, ...]:
    return (
        person.number,
        kpi.dimension,
        kpi.name,
        kpi.target,
        actual,
        kpi.weight,
        kpi.method,
        parameters,
        kpi.source,
        kpi.evidence,
    )
