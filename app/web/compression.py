"""Smaller pages for phones: gzip for the reviewers' pages and for static text.

Pages behind a sign-in are left as they are: they repeat what was searched for beside a secret, and
the length of a compressed page would then tell about the secret (BREACH). A reviewer's page repeats
nothing that another site could choose.
"""

import gzip

from flask import Response, current_app, request

from app.web.policy import Policy, policy_of

WORTH_IT = 1_000  # bytes
TEXT = ("text/", "application/javascript", "image/svg+xml")
LEVEL = 6


def compress(response: Response) -> Response:
    """Applied to every response; leaves what is small, binary, partial or behind a sign-in."""
    if not _may_be_compressed(response):
        return response
    response.direct_passthrough = False
    packed = gzip.compress(response.get_data(), compresslevel=LEVEL, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    response.headers.pop("ETag", None)  # it named the bytes as they were
    return response


def _may_be_compressed(response: Response) -> bool:
    if response.status_code != 200 or "Content-Encoding" in response.headers:  # noqa: PLR2004
        return False
    if not request.accept_encodings.quality("gzip"):
        return False
    if not (response.mimetype or "").startswith(TEXT):
        return False
    return _is_open() and (response.content_length or WORTH_IT) >= WORTH_IT


def _is_open() -> bool:
    if request.endpoint is None or request.endpoint == "static":
        return request.endpoint == "static"
    return policy_of(current_app.view_functions[request.endpoint]) is Policy.LINK
