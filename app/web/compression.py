"""Smaller pages for phones: gzip for the reviewers' pages and for static text.

Pages behind a sign-in are left as they are: they repeat what was searched for beside a secret, and
the length of a compressed page would then tell about the secret (BREACH). A reviewer's page repeats
nothing that another site could choose.

Long texts that stand in many pages are compressed once. A stream of deflate may be put together
from parts that refer to nothing before them; that costs about one byte in fifty.
"""

import gzip
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache

from flask import Response, g, request
from werkzeug.http import parse_accept_header

from app.web.policy import Policy, policy_asked_for

WORTH_IT = 1_000  # bytes
TEXT = ("text/", "application/javascript", "image/svg+xml")
LEVEL = 6
BEGINNING = 60  # bytes
KEPT_TEXTS = 300  # in each process, of some 30 kB
HEAD = gzip.compress(b"", compresslevel=LEVEL, mtime=0)[:10]


def stands_often(*texts: str) -> None:
    """Tell of long texts in this answer, in their order, that other answers have too."""
    g.standing_texts = texts


def compress(response: Response) -> Response:
    """Applied to every response; leaves what is small, binary, partial or behind a sign-in."""
    if not _may_be_compressed(response):
        return response
    response.direct_passthrough = False
    response.set_data(packed(response.get_data(), g.get("standing_texts", ())))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    response.headers.pop("ETag", None)  # it named the bytes as they were
    return response


def packed(content: bytes, standing: Iterable[str]) -> bytes:
    """`content` as gzip; texts of `standing` that are not in it, in this order, change nothing."""
    stream = _stream()
    parts, done = [HEAD], 0
    for text in standing:
        plain, small = _packed_once(text)
        # Looking for all of a long text takes longer than for how it begins.
        at = content.find(plain[:BEGINNING], done)
        if at >= 0 and content.startswith(plain, at):
            parts += [stream.compress(content[done:at]), stream.flush(zlib.Z_FULL_FLUSH), small]
            done = at + len(plain)
    parts += [stream.compress(content[done:]), stream.flush()]
    check = struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return b"".join([*parts, check])


@lru_cache(KEPT_TEXTS)
def _packed_once(text: str) -> tuple[bytes, bytes]:
    """A text as bytes, and as part of a stream."""
    plain, stream = text.encode(), _stream()
    return plain, stream.compress(plain) + stream.flush(zlib.Z_FULL_FLUSH)


def _stream() -> "zlib._Compress":
    return zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)


def _may_be_compressed(response: Response) -> bool:
    if response.status_code != 200 or "Content-Encoding" in response.headers:  # noqa: PLR2004
        return False
    if not _understands_gzip(request.headers.get("Accept-Encoding", "")):
        return False
    if not (response.mimetype or "").startswith(TEXT):
        return False
    return _is_open() and (response.content_length or WORTH_IT) >= WORTH_IT


@lru_cache(KEPT_TEXTS)
def _understands_gzip(accepted: str) -> bool:
    return bool(parse_accept_header(accepted).quality("gzip"))


def _is_open() -> bool:
    return request.endpoint == "static" or policy_asked_for() is Policy.LINK
