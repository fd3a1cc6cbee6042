"""Messages as mail servers of several makes send them back."""

UID = "0123456789abcdef01234567"
OURS = f"<tm.{UID}@example.org>"


def message(headers: str, body: str) -> bytes:
    """A message of these headers and this body, lines ended as in a mailbox."""
    lines = (headers.strip() + "\n\n" + body.strip("\n") + "\n").splitlines()
    return "\r\n".join(lines).encode() + b"\r\n"


def report(
    fields: str,
    *,
    headers: str = "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)",
    original: str = f"Message-ID: {OURS}\nSubject: =?utf-8?B?6K+B5Lmm?=\n",
    original_type: str = "text/rfc822-headers",
    status_headers: str = "Content-Type: message/delivery-status",
) -> bytes:
    """A report in three parts (RFC 3464): words, fields, and what came back of the mail."""
    return message(
        f"""{headers}
To: office@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_parts\"""",
        f"""This is a MIME-encapsulated message.

--=_parts
Content-Type: text/plain; charset=us-ascii

The mail could not be delivered.

--=_parts
{status_headers}

{fields}

--=_parts
Content-Type: {original_type}

{original}

--=_parts--""",
    )


PER_MESSAGE = "Reporting-MTA: dns; mx.example.net\nArrival-Date: Thu, 14 May 2026 09:00:00 +0800\n"


def per_recipient(action: str = "failed", diagnosis: str = "smtp; 550 5.1.1 User unknown") -> str:
    """The fields of one recipient."""
    return f"""Final-Recipient: rfc822; wang@example.net
Original-Recipient: rfc822;wang@example.net
Action: {action}
Status: 5.1.1
Remote-MTA: dns; in.example.net
Diagnostic-Code: {diagnosis}
"""


def failed(diagnosis: str = "smtp; 550 5.1.1 User unknown") -> bytes:
    """What Postfix and most others send."""
    return report(f"{PER_MESSAGE}\n{per_recipient(diagnosis=diagnosis)}")
