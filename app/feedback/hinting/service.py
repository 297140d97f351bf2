"""The hint beside a comment that could tell who wrote it.

The text is compared in memory: it is put into no statement, no log and no row.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, insert, or_, select

from app.audit.service import record
from app.cycles.models import Participant
from app.db import db
from app.driver import DriverSelect
from app.feedback.answers import comments_of
from app.feedback.callers import Asked
from app.feedback.hinting.models import TellingWord
from app.feedback.hinting.rules import telling_words
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


def hints_for(
    visit: Visit, asked: Asked, form: FormPage, values: Mapping[str, str]
) -> dict[str, str]:
    """Box field → the words that could identify. Empty where the writer is named anyway."""
    texts = {f"c-{code}": text for code, text in comments_of(form.shape, values).items()}
    if not texts or not form.promise.protected:
        return {}
    names = _names_and_words(visit, asked)
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
