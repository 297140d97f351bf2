"""Why a paper could not be printed."""

from flask_babel import lazy_gettext as _

from app.errors import DomainError


class PdfTooLongError(DomainError):
    """The content would take too many pages, too much memory or too much time to print."""

    def __init__(self) -> None:
        super().__init__(_("This document is too long to print. Shorten the texts and try again."))


class PdfFailedError(RuntimeError):
    """The printing process broke for a reason that is not the paper's; another try may succeed."""
