"""Reports of non-delivery as mail servers write them."""

REPORT = """\
From: MAILER-DAEMON@mx.example.com
To: hr@roundview.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.example.com.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 30 Nov 2026 09:30:00 +0800

{recipients}
--b
Content-Type: {kind}

From: hr@roundview.example
Message-ID: <{message_id}>
Subject: =?utf-8?b?6K+3?=

--b--
"""
RECIPIENT = """\
Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}
"""


NOTICE = """\
From: {sender}
To: hr@roundview.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message of 530 bytes to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<zhang@example.com>:
{words}

--- Below this line is a copy of the message.

Return-Path: <hr@roundview.example>
Message-Id: <{message_id}>
Subject: 555 5.5.5
"""


def recipient(
    address: str = "zhang@example.com",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "550 5.1.1 no such user",
) -> str:
    return RECIPIENT.format(address=address, action=action, status=status, diagnostic=diagnostic)


def report(message_id: str, *recipients: str, kind: str = "text/rfc822-headers") -> bytes:
    """A report on a letter; of one recipient who does not exist when none are given."""
    text = REPORT.format(
        message_id=message_id, recipients="\n".join(recipients or [recipient()]), kind=kind
    )
    return text.replace("\n", "\r\n").encode()


def notice(message_id: str, words: str, *, sender: str = "MAILER-DAEMON@mx.example.com") -> bytes:
    """What a mail system writes that knows no reports."""
    text = NOTICE.format(message_id=message_id, words=words, sender=sender)
    return text.replace("\n", "\r\n").encode()
