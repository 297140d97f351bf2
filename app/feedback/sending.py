"""What a browser says about the form that it sends, beside the answers."""

from collections.abc import Iterable

from flask import request

from app.feedback.models import DeclineReason

COPY_CHARACTERS = 12


def sent_fields() -> tuple[Iterable[tuple[str, str]], int, str] | None:
    """The changed fields, the revision their page knew and its name, from a form or from JSON.

    None for JSON of another shape than `{"fields": {name: text}, "revision": number}`.
    """
    if not request.is_json:
        return request.form.items(), base_sent(), copy_sent()
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # a list in a list in a list, and so on
        return None
    if not isinstance(sent, dict):
        return None
    fields, revision = sent.get("fields", {}), sent.get("revision", 0)
    if not isinstance(fields, dict) or not isinstance(revision, int):
        return None
    if not all(isinstance(text, str) for text in fields.values()):
        return None
    return fields.items(), revision, ""


def base_sent() -> int:
    """The revision of the draft that the page sent knew."""
    return request.form.get("revision", 0, type=int)


def copy_sent() -> str:
    """Which copy of the form was sent."""
    return request.form.get("copy", "")[:COPY_CHARACTERS]


def opened_sent() -> int:
    """When the form sent was first shown, in seconds; 0 where it was not filled in at one go."""
    return request.form.get("opened", 0, type=int)


def reason_sent() -> DeclineReason | None:
    """Why the reviewer declines; None where they chose nothing that is a reason."""
    reason = request.form.get("reason", "")
    return DeclineReason(reason) if reason in list(DeclineReason) else None
