"""Calendar files read as strictly as the standard reads them (RFC 5545)."""

import re
from datetime import UTC, datetime
from typing import Any

import icalendar

_NAMES = re.compile(rb"[A-Z-]+(?:;[A-Z-]+=(?:\"[^\"]*\"|[^;:,\"]*))*:")


def strictly(body: bytes) -> list[Any]:
    """The events of a calendar file whose every line, name, zone and event is as the standard asks."""
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    lines = body.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in lines), "folded to 75 octets (3.1)"
    for line in lines:
        line.decode()  # no character is broken by a fold
    unfolded = body.replace(b"\r\n ", b"").split(b"\r\n")[:-1]
    assert all(_NAMES.match(line) for line in unfolded)
    assert unfolded[0] == b"BEGIN:VCALENDAR"
    assert unfolded[-1] == b"END:VCALENDAR"
    calendar = icalendar.Calendar.from_ical(body)
    assert isinstance(calendar, icalendar.Calendar)
    assert all(not part.errors for part in (calendar, *calendar.walk()))
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    zones = {str(one["TZID"]) for one in calendar.walk("VTIMEZONE")}
    events = calendar.walk("VEVENT")
    assert len({str(one["UID"]) for one in events}) == len(events)
    for one in events:
        assert one["DTSTART"].params["TZID"] in zones
        assert one["DTEND"].params["TZID"] in zones
        assert one.decoded("DTEND") > one.decoded("DTSTART")
        stamp = one.decoded("DTSTAMP")
        assert isinstance(stamp, datetime)
        assert stamp.tzinfo is UTC or stamp.utcoffset() == UTC.utcoffset(None)
        assert isinstance(one["SEQUENCE"], int)
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE"):
            assert not isinstance(one.get(name), list), f"{name} stands once (3.6.1)"
    return list(events)
