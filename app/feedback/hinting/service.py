"""The hint beside a comment that could tell who wrote it.

The text is compared in memory: it is put into no statement, no log and no row.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, delete, insert, literal_column, or_, select
from sqlalchemy.orm import aliased

from app.audit.service import record
from app.cycles.models import Participant
from app.db import db
from app.driver import DriverSelect
from app.feedback.answers import comments_of
from app.feedback.callers import Asked
from app.feedback.hinting.models import TellingWord
from app.feedback.hinting.rules import telling_words
from app.feedback.models import FeedbackRequest
from app.feedback.pages import FormPage, Visit
from app.people.groups import PersonKind
from app.people.models import Person

_THEIR_DEPARTMENT = (
    select(Person.department_id)
    .join(Participant, Participant.person_id == Person.id)
    .where(Participant.id == bindparam("participant_id"))
)
_WORDS = select(TellingWord.word)
_LIST = DriverSelect(_WORDS)
_OWN_DEPARTMENT = select(Person.department_id).where(Person.id == bindparam("person_id"))
_COLLEAGUES = select(Person.name).where(
    Person.kind == PersonKind.EMPLOYEE,
    or_(Person.department_id.in_(_THEIR_DEPARTMENT), Person.department_id.in_(_OWN_DEPARTMENT)),
)
_COLLEAGUES_AND_WORDS = DriverSelect(_COLLEAGUES.union_all(_WORDS))
_Reviewed = aliased(Person)
_OF_EVERYBODY: ColumnElement[int] = literal_column("0")
# Names known about each of a reviewer's people, and beside 0 what is known about all of them: no
# statement more for more people.
_ALL_COLLEAGUES_AND_WORDS = DriverSelect(
    select(FeedbackRequest.participant_id, Person.name)
    .join(Participant, Participant.id == FeedbackRequest.participant_id)
    .join(_Reviewed, _Reviewed.id == Participant.person_id)
    .join(Person, Person.department_id == _Reviewed.department_id)
    .where(
        FeedbackRequest.reviewer_id == bindparam("reviewer_id"),
        Person.kind == PersonKind.EMPLOYEE,
    )
    .union_all(
        select(_OF_EVERYBODY, Person.name).where(
            Person.kind == PersonKind.EMPLOYEE, Person.department_id.in_(_OWN_DEPARTMENT)
        ),
        select(_OF_EVERYBODY, TellingWord.word),
    )
)


def hints_for(
    visit: Visit, asked: Asked, form: FormPage, values: Mapping[str, str]
) -> dict[str, str]:
    """Box field → the words that could identify. Empty where the writer is named anyway."""
    texts = _texts_of(form, values)
    return _hits(texts, asked, _names_and_words(visit, asked)) if texts else {}


def hints_for_all(
    visit: Visit, forms: Sequence[tuple[Asked, FormPage, Mapping[str, str]]]
) -> dict[int, dict[str, str]]:
    """The same for several forms, by request; one statement, where any has a comment."""
    texts = {asked.id: _texts_of(form, values) for asked, form, values in forms}
    if not any(texts.values()):
        return {}
    names = _all_names_and_words(visit)
    everybody = names.get(0, [])
    return {
        asked.id: _hits(texts[asked.id], asked, [*everybody, *names.get(asked.participant_id, [])])
        for asked, _form, _values in forms
    }


def _texts_of(form: FormPage, values: Mapping[str, str]) -> dict[str, str]:
    """Box field → comment that would be submitted, where its writer is protected."""
    if not form.promise.protected:
        return {}
    return {f"c-{code}": text for code, text in comments_of(form.shape, values).items()}


def _hits(texts: Mapping[str, str], asked: Asked, names: Collection[str]) -> dict[str, str]:
    hits = {
        name: telling_words(text, names=names, about=asked.name) for name, text in texts.items()
    }
    return {name: hit for name, hit in hits.items() if hit}


def list_words() -> list[str]:
    """HR's own list, in alphabetic order."""
    return sorted((word for (word,) in _LIST.rows()), key=str.casefold)


def keep_words(words: Sequence[str], *, account_id: int | None = None) -> None:
    """Make exactly these the list. They have been looked at: each once, none too long."""
    db.session.execute(delete(TellingWord))
    if words:
        db.session.execute(insert(TellingWord), [{"word": word} for word in words])
    record("hints.words", "hints", account_id=account_id, detail=str(len(words)))


def _names_and_words(visit: Visit, asked: Asked) -> list[str]:
    """Whom a writer could name, from what the writer knows without us, and HR's own list.

    A hint that knew who else was asked would tell it. So it knows the two departments concerned,
    and of a customer only the customer and the customer's company.
    """
    person = visit.reviewer
    if person.kind is PersonKind.CUSTOMER:
        return [person.name, person.company, *list_words()]
    found = _COLLEAGUES_AND_WORDS.rows(
        participant_id=asked.participant_id, person_id=person.person_id
    )
    return [person.name, *(word for (word,) in found)]


def _all_names_and_words(visit: Visit) -> dict[int, list[str]]:
    """Participant → names known about them; 0 → what is known whomever a comment is about."""
    person = visit.reviewer
    if person.kind is PersonKind.CUSTOMER:
        return {0: [person.name, person.company, *list_words()]}
    found = _ALL_COLLEAGUES_AND_WORDS.rows(reviewer_id=person.id, person_id=person.person_id)
    names: dict[int, list[str]] = {0: [person.name]}
    for participant_id, word in found:
        names.setdefault(participant_id, []).append(word)
    return names
