"""What a report of non-delivery says."""

import re
from base64 import b64encode
from collections.abc import Callable

import pytest

from app.mail.bounces import read_report
from tests.bounced import notice, recipient, report

ID = "0123456789abcdef0123456789abcdef@feedback.example.com"
OLD_ID = "0123456789abcdef0123456789abcdef@roundview"


@pytest.mark.parametrize("message_id", [ID, OLD_ID])
@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_tells_of_which_letter_and_of_whom(kind: str, message_id: str) -> None:
    found = read_report(report(message_id, kind=kind))

    assert found is not None
    [one] = found.recipients
    assert found.message_ids == (message_id,)
    assert one.addresses == {"zhang@example.com"}
    assert one.is_permanent
    assert one.answer == "550 5.1.1 no such user"


def quoted(said: bytes) -> bytes:
    """In signs that every mail server lets through; the ends of lines stay."""
    return re.sub(rb"[^A-Za-z\r\n]", lambda sign: b"=%02X" % ord(sign[0]), said)


def in_base64(raw: bytes) -> bytes:
    """The report with its machine-readable part encoded, which the standard forbids."""
    return with_part(raw, b"base64", b64encode)


def in_quoted_printable(raw: bytes) -> bytes:
    """The same in the other encoding that mail has."""
    return with_part(raw, b"quoted-printable", quoted)


def with_part(raw: bytes, encoding: bytes, encode: Callable[[bytes], bytes]) -> bytes:
    kind = b"Content-Type: message/delivery-status\r\n"
    before, _kind, rest = raw.partition(kind + b"\r\n")
    said, mark, after = rest.partition(b"\r\n--b")
    head = kind + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n"
    return before + head + encode(said) + mark + after


def notice_in_quoted_printable(raw: bytes) -> bytes:
    head, gap, text = raw.partition(b"\r\n\r\n")
    return head + b"\r\nContent-Transfer-Encoding: quoted-printable" + gap + quoted(text)


def without_enclosure(raw: bytes) -> bytes:
    """The report as a reply to the letter, with nothing of the letter in it."""
    bare = raw.replace(f"Message-ID: <{ID}>\r\n".encode(), b"")
    return f"In-Reply-To: <{ID}>\r\n".encode() + bare


@pytest.mark.parametrize(
    "raw",
    [
        in_base64(report(ID)),
        in_quoted_printable(report(ID)),
        notice_in_quoted_printable(notice(ID, "550 5.1.1 no such user")),
        without_enclosure(report(ID)),
        report(ID, kind="message/global").replace(b"/delivery-", b"/global-delivery-"),
        notice(ID, "550 5.1.1 no such user"),
        notice(ID, "Remote host said: 550 5.1.1 no such user", sender="Postmaster@163.example"),
    ],
)
def test_reports_of_odd_forms_are_understood(raw: bytes) -> None:
    found = read_report(raw)

    assert found is not None
    [one] = found.recipients
    assert found.message_ids == (ID,)
    assert "zhang@example.com" in one.addresses
    assert (one.is_permanent, one.answer) == (True, "550 5.1.1 no such user")


def test_the_names_that_mail_systems_give_hide_none_of_ours() -> None:
    own = "f" * 32 + "@mx.example.com"
    words = f"550 5.1.1 no such user; see {own}. It was {OLD_ID}."
    found = read_report(notice(ID, words))

    assert found is not None
    assert found.message_ids == (own, OLD_ID, ID)


def test_no_report_names_more_than_twenty_letters() -> None:
    many = [f"{number:032x}@roundview" for number in range(50)]
    found = read_report(notice(ID, "550 5.1.1 no such user " + " ".join(many)))

    assert found is not None
    assert list(found.message_ids) == many[:20]


def test_a_plain_notice_without_an_smtp_code_is_led_by_its_status() -> None:
    found = read_report(notice(ID, "Sorry, no mailbox here by that name. (#5.1.1)"))

    assert found is not None
    said = "550 5.1.1 Sorry, no mailbox here by that name. (#5.1.1)"
    assert found.recipients[0].answer == said


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "is_permanent", "answer"),
    [
        ("failed", "5.2.2", "552 mailbox full", True, "552 mailbox full"),
        ("failed", "5.1.10 (bad)", "unknown recipient", True, "550 5.1.10 unknown recipient"),
        ("failed", "", "", True, "550 5.0.0"),
        ("failed", "4.4.7", "", False, "450 4.4.7"),
        ("delayed", "4.4.1", "no answer", False, "450 4.4.1 no answer"),
    ],
)
def test_what_is_final_is_told_from_what_may_pass(
    action: str, status: str, diagnostic: str, is_permanent: bool, answer: str
) -> None:
    said = recipient(action=action, status=status, diagnostic=diagnostic)
    found = read_report(report(ID, said))

    assert found is not None
    assert (found.recipients[0].is_permanent, found.recipients[0].answer) == (is_permanent, answer)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe not a message",
        b"Subject: I am on holiday\r\n\r\nBack on Monday.",
        report("somebody-elses@example.com"),
        report(ID, recipient(action="delivered", status="2.0.0", diagnostic="250 ok")),
        report(ID).replace(b"message/delivery-status", b"text/plain"),
        report(ID).replace(b"multipart/report", b"multipart/mixed"),
        notice(ID, "I will keep trying for 4 days. (#4.4.1)"),
        notice(ID, "550 5.1.1 no such user", sender="Postmann <li@example.com>"),
        notice(ID, "I am away. Tel: 550 1234", sender="li@example.com"),
        notice(ID, "550 no").replace(
            b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=x\r\n\r\n", 1
        ),
        notice("somebody-elses@example.com", "550 5.1.1 no such user"),
        in_base64(report(ID)).replace(b"base64\r\n\r\n", b"base64\r\n\r\nA"),
    ],
)
def test_what_is_no_report_on_a_letter_of_ours_says_nothing(raw: bytes) -> None:
    assert read_report(raw) is None
