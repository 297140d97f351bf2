from typing import Any

from app.interviews.models import Interview, RecordVersion
from app.mail.rendering import render_letter
from app.mail.service import post


def tell_shared(interview: Interview, *, public_url: str) -> None:
    """The employee may read the manager's draft and add to their own part."""
    _post(interview, "record_shared", public_url=public_url)


def ask_to_sign(interview: Interview, version: RecordVersion, *, public_url: str) -> None:
    """The record stands; the employee is asked for an answer."""
    _post(
        interview,
        "record_to_sign",
        public_url=public_url,
        version=version.version,
        check_code=version.check_code,
        reason=version.reason,
    )


def _post(interview: Interview, letter: str, *, public_url: str, **facts: Any) -> None:
    person, cycle = interview.participant.person, interview.participant.cycle
    if person.email is None:
        return
    post(
        render_letter(
            letter,
            to_name=person.name,
            to_address=person.email,
            locale=person.locale,
            url=f"{public_url}/me/record/{interview.participant_id}",
            interviewer=interview.interviewer.name,
            cycle=cycle.name,
            number=interview.number,
            contact=cycle.contact_name,
            **facts,
        )
    )
