from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar

from trainingmgr.documents.calendar import Calendar, Event, render

_STAMP = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _render(zone: str, *events: Event) -> tuple[bytes, icalendar.Calendar]:
    body = render(Calendar("社区治理培训班", zone, "zh", _STAMP, events))
    parsed = icalendar.Calendar.from_ical(body)
    assert isinstance(parsed, icalendar.Calendar)
    assert not parsed.errors
    assert all(not part.errors for part in parsed.walk())
    return body, parsed


def test_each_session_is_an_event_with_its_name_sequence_and_stamp() -> None:
    event = Event(
        "abc",
        3,
        datetime(2026, 5, 11, 1, tzinfo=UTC),
        datetime(2026, 5, 11, 2, 30, tzinfo=UTC),
        "专题授课；一, 二",
        "三楼会议室",
        "第一行\n第二行",
        "专题授课",
    )
    _body, calendar = _render("Asia/Shanghai", event)
    (found,) = calendar.walk("VEVENT")
    assert found["UID"] == "abc@trainingmgr.invalid"
    assert found["SEQUENCE"] == 3
    assert found.decoded("DTSTAMP") == _STAMP
    assert found["SUMMARY"] == "专题授课；一, 二"
    assert found["DESCRIPTION"] == "第一行\n第二行"
    assert found.decoded("DTSTART").isoformat() == "2026-05-11T09:00:00+08:00"
    assert found["DTSTART"].params["TZID"] == "Asia/Shanghai"


def test_the_rules_of_the_zone_travel_with_times_before_and_after_the_change_of_clocks() -> None:
    zone = ZoneInfo("Europe/Berlin")
    events = [
        Event(
            f"e{day}",
            0,
            datetime(2026, 10, day, 9, tzinfo=zone),
            datetime(2026, 10, day, 10, tzinfo=zone),
            "x",
        )
        for day in (24, 26)
    ]
    _body, calendar = _render("Europe/Berlin", *events)
    (rules,) = calendar.walk("VTIMEZONE")
    assert rules["TZID"] == "Europe/Berlin"
    starts = [event.decoded("DTSTART") for event in calendar.walk("VEVENT")]
    assert [start.astimezone(UTC).hour for start in starts] == [7, 8]


def test_lines_are_folded_as_the_standard_asks() -> None:
    event = Event(
        "abc",
        0,
        datetime(2026, 5, 11, 1, tzinfo=UTC),
        datetime(2026, 5, 11, 2, tzinfo=UTC),
        "很长的标题" * 40,
    )
    body, calendar = _render("Asia/Shanghai", event)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert calendar.walk("VEVENT")[0]["SUMMARY"] == "很长的标题" * 40


def test_an_empty_timetable_is_a_calendar_too() -> None:
    _body, calendar = _render("Asia/Shanghai")
    assert calendar.walk("VEVENT") == []
