"""What a report of non-delivery says."""

import pytest

from app.mail.bounces import read_report
from tests.bounced import recipient, report

ID = "0123456789abcdef0123456789abcdef@roundview"


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_tells_of_which_letter_and_of_whom(kind: str) -> None:
    found = read_report(report(ID, kind=kind))

    assert found is not None
    [one] = found.recipients
    assert found.message_id == ID
    assert one.addresses == {"zhang@example.com"}
    assert one.is_permanent
    assert one.answer == "550 5.1.1 no such user"


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
    ],
)
def test_what_is_no_report_on_a_letter_of_ours_says_nothing(raw: bytes) -> None:
    assert read_report(raw) is None
