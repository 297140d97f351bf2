"""When the people and relations of a workbook may be imported. Pure; every finding is reported."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.people.groups import PersonKind, RaterGroup
from app.people.likeness import Suggestions
from app.people.rows import Directory, KnownPerson, PersonRow, RelationRow
from app.workbooks.problems import RowError, RowProblem
from app.workbooks.tables import Row, Table

GROUP_MINIMUM = 3
MAX_SUBJECTS = 8
PROTECTED = (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.CUSTOMER)
KNOWN_DOMAINS = (
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "qq.com",
    "163.com",
    "126.com",
    "sina.com",
    "foxmail.com",
)
DOMAIN_IS_COMMON_FROM = 5


def check_people(
    table: Table,
    rows: Sequence[PersonRow],
    *,
    known: Iterable[KnownPerson],
    directory: Directory,
    reviewers: frozenset[str],
) -> list[RowError]:
    """All findings about the people sheet, in the order of its rows.

    `known` is who is in the database, `directory` who will be after the import, and `reviewers`
    holds the staff numbers and addresses that the relations name.
    """
    domains = Suggestions(_common_domains(rows))
    numbers = Suggestions(directory.numbers())
    findings = [
        *_duplicates(table, rows),
        *_taken_emails(table, rows, known),
        *_loops(table, rows, directory),
    ]
    for row in rows:
        findings += _check_identity(table, row)
        findings += _check_email(table, row, domains=domains, reviewers=reviewers)
        findings += _check_references(table, row, directory=directory, numbers=numbers)
    return sorted(findings, key=lambda finding: finding.row)


def _check_identity(table: Table, row: PersonRow) -> Iterator[RowError]:
    source = row.source
    if row.kind is None and "kind" not in source.bad:
        yield table.error(source, "kind", RowProblem.BAD_KIND)
    if row.kind is PersonKind.EMPLOYEE and not source.get("staff_number"):
        yield table.error(source, "staff_number", RowProblem.REQUIRED)
    if row.kind is not PersonKind.CUSTOMER:
        return
    if source.get("staff_number"):
        yield table.error(source, "staff_number", RowProblem.CUSTOMER_WITH_NUMBER)
    for key in ("company", "owner_number"):
        if not source.get(key):
            yield table.error(source, key, RowProblem.REQUIRED)


def _check_email(
    table: Table, row: PersonRow, *, domains: Suggestions, reviewers: frozenset[str]
) -> Iterator[RowError]:
    source = row.source
    if "email" in source.bad:
        return
    if not row.email:
        if row.kind is PersonKind.CUSTOMER:
            yield table.error(source, "email", RowProblem.REQUIRED)
        elif row.staff_number in reviewers:
            yield table.error(
                source, "email", RowProblem.EMAIL_MISSING_FOR_REVIEWER, found=row.staff_number
            )
        elif row.kind is PersonKind.EMPLOYEE:
            yield table.error(source, "email", RowProblem.EMAIL_MISSING, found=row.staff_number)
        return
    local, _, domain = row.email.partition("@")
    likely = domains.near(domain)
    if likely:
        suggestion = f"{local}@{likely}"
        yield table.error(source, "email", RowProblem.EMAIL_TYPO, suggestion=suggestion)


def _common_domains(rows: Iterable[PersonRow]) -> set[str]:
    """The public mail domains and those that many people of the file have."""
    counts = Counter(row.email.partition("@")[2] for row in rows if row.email)
    common = {domain for domain, count in counts.items() if count >= DOMAIN_IS_COMMON_FROM}
    return common | set(KNOWN_DOMAINS)


def _check_references(
    table: Table, row: PersonRow, *, directory: Directory, numbers: Suggestions
) -> Iterator[RowError]:
    for key, number in (("manager_number", row.manager_number), ("owner_number", row.owner_number)):
        if number and number == row.staff_number and key == "manager_number":
            yield table.error(row.source, key, RowProblem.OWN_SUPERVISOR)
        elif number:
            yield from check_employee(table, row.source, key, directory=directory, numbers=numbers)


def check_employee(
    table: Table, source: Row, key: str, *, directory: Directory, numbers: Suggestions
) -> Iterator[RowError]:
    """The finding if the staff number in this cell is nobody's."""
    number = source.good(key)
    if number and number not in directory.by_key:
        yield table.error(source, key, RowProblem.UNKNOWN_STAFF_NO, suggestion=numbers.near(number))


def _duplicates(table: Table, rows: Iterable[PersonRow]) -> Iterator[RowError]:
    first: dict[tuple[str, str], int] = {}
    problems = {
        "staff_number": RowProblem.DUPLICATE_STAFF_NO,
        "email": RowProblem.DUPLICATE_EMAIL,
    }
    for row in rows:
        for key, problem in problems.items():
            text = row.source.good(key)
            earlier = first.setdefault((key, text), row.source.number) if text else 0
            if text and earlier != row.source.number:
                yield table.error(row.source, key, problem, first=str(earlier))


def _taken_emails(
    table: Table, rows: Sequence[PersonRow], known: Iterable[KnownPerson]
) -> Iterator[RowError]:
    """Addresses of people whom the file does not move to another address."""
    in_file = {row.staff_number for row in rows if row.kind is PersonKind.EMPLOYEE}
    staying = {
        person.email: person for person in known if person.email and person.key not in in_file
    }
    for row in rows:
        holder = staying.get(row.email)
        own_key = row.email if row.kind is PersonKind.CUSTOMER else row.staff_number
        if holder is not None and row.kind is not None and holder.key != own_key:
            yield table.error(row.source, "email", RowProblem.EMAIL_TAKEN, holder=holder.name)


def check_addresses_of_accounts(
    table: Table, rows: Iterable[PersonRow], *, held: frozenset[str], with_account: frozenset[str]
) -> Iterator[RowError]:
    """Employees who have an account and would move to the address of another that is nobody's.

    `held` are the addresses of accounts that belong to no person, `with_account` staff numbers.
    """
    for row in rows:
        if row.email in held and row.staff_number in with_account:
            yield table.error(row.source, "email", RowProblem.EMAIL_OF_ACCOUNT)


def _loops(table: Table, rows: Sequence[PersonRow], directory: Directory) -> Iterator[RowError]:
    """Each circle of managers once, at its first row in the file, with everybody's name."""
    managers = {
        number: person.manager_number
        for number, person in directory.by_key.items()
        if person.manager_number and person.manager_number != number
    }
    reported: set[str] = set()
    for row in rows:
        loop = find_loop(row.staff_number, managers)
        if loop and reported.isdisjoint(loop):
            reported.update(loop)
            names = [directory.by_key[number].name for number in (*loop, loop[0])]
            yield table.error(
                row.source, "manager_number", RowProblem.REPORTING_LOOP, loop=" → ".join(names)
            )


def find_loop(start: str, managers: Mapping[str, str]) -> tuple[str, ...]:
    """The circle of managers that `start` is part of; empty if the line upwards ends."""
    path = [start]
    seen = {start}
    number = managers.get(start)
    while number is not None and number not in seen:
        path.append(number)
        seen.add(number)
        number = managers.get(number)
    return tuple(path) if number == start else ()


def check_relations(
    table: Table, rows: Sequence[RelationRow], *, directory: Directory
) -> list[RowError]:
    """All findings about who rates whom, in the order of the sheet's rows."""
    numbers = Suggestions(directory.numbers())
    emails = Suggestions(directory.by_email)
    findings = [
        *_repeated(table, rows, directory),
        *_small_groups(table, rows, directory),
        *_busy_reviewers(table, rows, directory),
    ]
    for row in rows:
        findings += _check_subject(table, row, directory=directory, numbers=numbers)
        reviewer = directory.find(row.reviewer) if row.reviewer else None
        if reviewer is None:
            findings += _unknown_reviewer(table, row, numbers=numbers, emails=emails)
        else:
            subject = directory.by_key.get(row.subject_number)
            findings += _check_reviewer(table, row, reviewer, subject)
    return sorted(findings, key=lambda finding: finding.row)


def _check_subject(
    table: Table, row: RelationRow, *, directory: Directory, numbers: Suggestions
) -> Iterator[RowError]:
    subject = directory.by_key.get(row.subject_number)
    if subject is not None and subject.kind is not PersonKind.EMPLOYEE:
        yield table.error(row.source, "subject_number", RowProblem.NOT_AN_EMPLOYEE)
    else:
        yield from check_employee(
            table, row.source, "subject_number", directory=directory, numbers=numbers
        )


def _unknown_reviewer(
    table: Table, row: RelationRow, *, numbers: Suggestions, emails: Suggestions
) -> Iterator[RowError]:
    if not row.reviewer:
        return
    is_email = "@" in row.reviewer
    yield table.error(
        row.source,
        "reviewer",
        RowProblem.UNKNOWN_EMAIL if is_email else RowProblem.UNKNOWN_STAFF_NO,
        suggestion=(emails if is_email else numbers).near(row.reviewer),
    )


def _check_reviewer(
    table: Table, row: RelationRow, reviewer: KnownPerson, subject: KnownPerson | None
) -> Iterator[RowError]:
    if not reviewer.email and not reviewer.is_in_file:
        yield table.error(row.source, "reviewer", RowProblem.EMAIL_MISSING_FOR_REVIEWER)
    if row.group is None or not row.subject_number:
        return
    problem = refusal_of_group(
        group=row.group,
        is_oneself=reviewer.key == row.subject_number,
        is_customer=reviewer.kind is PersonKind.CUSTOMER,
        is_manager=subject is not None and reviewer.key == subject.manager_number,
    )
    if problem is not None:
        yield table.error(row.source, "relation", problem, name=reviewer.name)


def refusal_of_group(
    *, group: RaterGroup, is_oneself: bool, is_customer: bool, is_manager: bool
) -> RowProblem | None:
    """Why this reviewer cannot stand in this group, or None.

    The manager reads the result: among the protected they could subtract their own answers from it.
    """
    if group is RaterGroup.SELF:
        return None if is_oneself else RowProblem.SELF_BY_ANOTHER
    if is_oneself:
        return RowProblem.REVIEWS_ONESELF
    if is_customer and group is not RaterGroup.CUSTOMER:
        return RowProblem.CUSTOMER_RELATION
    if group is RaterGroup.CUSTOMER and not is_customer:
        return RowProblem.EMPLOYEE_AS_CUSTOMER
    if is_manager and group is not RaterGroup.SUPERVISOR:
        return RowProblem.MANAGER_NOT_SUPERVISOR
    return None


def _repeated(
    table: Table, rows: Iterable[RelationRow], directory: Directory
) -> Iterator[RowError]:
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        if not row.subject_number or not row.reviewer:
            continue
        reviewer = directory.find(row.reviewer)
        pair = (row.subject_number, reviewer.key if reviewer else row.reviewer)
        earlier = first.setdefault(pair, row.source.number)
        if earlier != row.source.number:
            yield table.error(
                row.source, "reviewer", RowProblem.DUPLICATE_RELATION, first=str(earlier)
            )


def _small_groups(
    table: Table, rows: Iterable[RelationRow], directory: Directory
) -> Iterator[RowError]:
    """Protected groups with one or two raters: their answers will be pooled or left out."""
    groups: dict[tuple[str, RaterGroup], list[RelationRow]] = defaultdict(list)
    for row in rows:
        if row.group in PROTECTED and row.subject_number:
            groups[row.subject_number, row.group].append(row)
    for (number, _), members in groups.items():
        subject = directory.by_key.get(number)
        if len(members) < GROUP_MINIMUM and subject is not None:
            yield table.error(
                members[0].source,
                "relation",
                RowProblem.SMALL_GROUP,
                subject=f"{subject.name} {number}",
                count=str(len(members)),
                minimum=str(GROUP_MINIMUM),
            )


def _busy_reviewers(
    table: Table, rows: Iterable[RelationRow], directory: Directory
) -> Iterator[RowError]:
    tasks: dict[str, list[RelationRow]] = defaultdict(list)
    for row in rows:
        reviewer = directory.find(row.reviewer) if row.reviewer else None
        if reviewer is not None and row.group is not RaterGroup.SELF:
            tasks[reviewer.key].append(row)
    for forms in tasks.values():
        if len(forms) > MAX_SUBJECTS:
            yield table.error(
                forms[0].source,
                "reviewer",
                RowProblem.BUSY_REVIEWER,
                count=str(len(forms)),
                maximum=str(MAX_SUBJECTS),
            )
