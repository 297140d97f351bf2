"""The name that a letter has for mail programs and in reports of non-delivery (RFC 5322, 3.6.4)."""

from flask import current_app

from app.config import Settings
from app.db import random_id
from app.mail.rules import host_of_ids


def fresh_message_id() -> str:
    """A new Message-ID, without its angle brackets; a letter keeps it for ever.

    A change of PUBLIC_URL renames no letter: reports and copies carry the name it left under.
    """
    settings: Settings = current_app.extensions["settings"]
    return f"{random_id()}@{host_of_ids(settings.public_url)}"
