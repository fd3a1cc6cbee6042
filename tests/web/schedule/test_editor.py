"""The grid on which sessions are dragged, as its script asks of it; split and swap by plain forms."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_session, make_training
from tests.queries.counting import statements
from tests.timetables import make_timetable
from trainingmgr.models import SessionGroup, Training, TrainingSession, Venue
from trainingmgr.queries.schedule import timetable

Client = Callable[[str], FlaskClient]
PLACE = "/t/CLASS/schedule/editor"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """A lecture at nine, one for the second group at eleven; two groups."""
    training = make_training(session, cast.organisation, code="CLASS")
    make_session(session, training, title_zh="甲", title_en="", place_zh="报告厅")
    start = datetime(2026, 5, 11, 11, tzinfo=SHANGHAI)
    make_session(session, training, title_zh="乙", title_en="", start=start).groups = [
        SessionGroup(group_name="二组")
    ]
    for group in ("一组", "二组"):
        make_registration(session, training, group_name=group)
    return training


def _state(client: FlaskClient, query: str = "") -> dict[str, Any]:
    page = client.get(PLACE + query).text
    found = re.search(r'id="editor-state">(.+?)</script>', page)
    assert found
    state: dict[str, Any] = json.loads(found[1])
    return state


def _act(client: FlaskClient, query: str = "", **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(PLACE + query, data=fields, headers={"Accept": "application/json"})
    return answer.status_code, answer.get_json()


def _seen(state: dict[str, Any], title: str) -> dict[str, Any]:
    one = next(one for one in state["sessions"] if one["title"] == title)
    return {"session": one["id"], "version": one["version"]}


def test_grid_and_versions_take_as_many_statements_for_60_sessions_as_for_10(
    session: Session, cast: Cast, client_as: Client
) -> None:
    counts = []
    for code, organisation, size, who in (
        ("SMALL", cast.organisation, 10, "owner"),
        ("LARGE", cast.elsewhere, 60, "stranger"),
    ):
        end = date(2026, 5, 10 + size // 10)
        make_timetable(
            session, make_training(session, organisation, code=code, end_date=end), organisation, size
        )
        client = client_as(who)
        client.get(f"/t/{code}/schedule/versions")
        with statements() as seen:
            page = client.get(f"/t/{code}/schedule/editor").text
            assert len(re.findall(r'"version": \d', page)) == size
            assert client.get(f"/t/{code}/schedule/versions").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_act_is_answered_with_the_grid_as_it_stands_then_and_its_clashes(
    training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    state = _state(client)
    assert [one["day"] for one in state["columns"]] == [
        "2026-05-11",
        "2026-05-12",
        "2026-05-13",
        "2026-05-14",
    ]
    assert (state["sessions"][0]["start"], state["sessions"][0]["end"], state["clashes"]) == (540, 630, [])
    status, answer = _act(client, act="move", **_seen(state, "甲"), day="2026-05-11", start="11:30")
    assert status == 200
    assert [(one["title"], one["start"]) for one in answer["state"]["sessions"]] == [("乙", 660), ("甲", 690)]
    assert "two sessions at once" in answer["state"]["clashes"][0]["text"]
    status, answer = _act(client, act="undo", entry=answer["entry"])
    assert (status, answer["state"]["sessions"][0]["title"]) == (200, "甲")
    status, answer = _act(client, act="move", **_seen(answer["state"], "甲"), day="2026-05-20", start="9:00")
    assert status == 422
    assert "is not a day of this training" in answer["message"]
    assert len(answer["state"]["sessions"]) == 2
    for odd in ({"session": 1}, {"session": 10**30}, {"grouped": "y", "groups": "组" * 41}):
        assert _act(client, act="move", **(_seen(state, "甲") | {"start": "9:00"} | odd))[0] == 422


def test_of_two_who_move_one_session_the_later_sees_both_versions_and_chooses(
    training: Training, client_as: Client
) -> None:
    first, second = client_as("organiser"), client_as("owner")
    state = _state(first)
    _act(first, act="move", **_seen(state, "甲"), day="2026-05-12", start="14:00")
    status, answer = _act(second, act="move", **_seen(state, "甲"), day="2026-05-13", start="10:00")
    assert status == 409
    conflict = answer["conflict"]
    assert "12 May 2026 14:00–15:30 · 报告厅" in conflict["now"]
    assert "13 May 2026 10:00" in conflict["mine"]
    assert conflict["by"].startswith("organiser")
    _status, other = _act(second, act="remove", **_seen(state, "甲"))
    assert other["conflict"]["mine"] == "Delete"
    seen = {"session": _seen(state, "甲")["session"], "version": conflict["version"]}
    assert _act(second, act="move", **seen, day="2026-05-13", start="10:00")[0] == 200


def test_a_conflict_is_told_in_the_language_of_the_page(
    session: Session, training: Training, client_as: Client
) -> None:
    row = session.scalars(sa.select(TrainingSession).where(TrainingSession.title_zh == "甲")).one()
    row.title_en, row.place_en = "First Talk", "Lecture Hall"
    session.commit()
    client = client_as("organiser")
    before = _state(client)
    seen: dict[str, Any] = {
        "session": row.id,
        "version": row.version - 1,
        "day": "2026-05-12",
        "start": "10:00",
    }
    assert before["sessions"][0]["title"] == "First Talk"
    for language, title, place in (("en", "First Talk", "Lecture Hall"), ("zh", "甲", "报告厅")):
        client.set_cookie("trainingmgr_language", language)
        status, answer = _act(client, act="move", **seen)
        assert status == 409
        assert title in answer["message"]
        assert all(answer["conflict"][whose].endswith(f" · {place}") for whose in ("now", "mine"))


def test_one_day_stands_by_rooms_and_by_groups(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    rooms = _state(client, "?by=place&day=2026-05-11")
    assert [one["place_zh"] for one in rooms["columns"]] == ["", "报告厅"]
    _act(
        client, "?by=place&day=2026-05-11",
        act="move", **_seen(rooms, "乙"), day="2026-05-11", start="11:00", placed="y", place_zh="报告厅", place_en="",
    )  # fmt: skip
    groups = _state(client, "?by=group&day=2026-05-11")
    assert [one["group"] for one in groups["columns"]] == ["一组", "二组"]
    status, _answer = _act(
        client, "?by=group&day=2026-05-11",
        act="copy", **_seen(groups, "乙"), day="2026-05-11", start="14:00", grouped="y", groups="一组",
    )  # fmt: skip
    assert status == 200
    look_again(session)
    told = [(one.start, one.place_zh, one.groups) for one in timetable(session, training).entries]
    assert told == [("09:00", "报告厅", ()), ("11:00", "报告厅", ("二组",)), ("14:00", "报告厅", ("一组",))]


def test_split_and_swap_go_by_forms_and_are_taken_back(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    one, two = (entry.id for entry in timetable(session, training).entries)

    def told() -> list[str]:
        look_again(session)
        return [
            f"{entry.title_zh} {entry.start}–{entry.end}" for entry in timetable(session, training).entries
        ]

    page = client.get(f"/t/CLASS/schedule/{one}").text
    assert 'value="09:45"' in page
    done = client.post(
        f"/t/CLASS/schedule/{one}/split", data={"version": 1, "at": "09:45"}, follow_redirects=True
    )
    assert told() == ["甲 09:00–09:45", "甲 09:45–10:30", "乙 11:00–12:30"]
    again = re.search(r'action="([^"]+/acts/\d+/undo)"', done.text)
    assert again
    client.post(again[1])
    assert told() == ["甲 09:00–10:30", "乙 11:00–12:30"]
    answer = client.post(
        f"/t/CLASS/schedule/{two}/swap", data={"version": 1, "other": one}, follow_redirects=True
    )
    assert "have changed their times" in answer.text
    assert told() == ["乙 09:00–10:30", "甲 11:00–12:30"]
    stale = client.post(
        f"/t/CLASS/schedule/{two}/split", data={"version": 1, "at": "10:00"}, follow_redirects=True
    )
    assert "somebody else" in stale.text.lower() or "changed" in stale.text
    assert len(told()) == 2


def test_a_place_that_is_named_in_one_language_stands_in_the_column_of_its_room(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    session.add(Venue(organisation_id=cast.organisation.id, name_zh="报告厅", name_en="Hall"))
    session.commit()
    state = _state(client_as("organiser"), "?by=place&day=2026-05-11")
    assert [(one["place_zh"], one["place_en"]) for one in state["columns"]] == [("", ""), ("报告厅", "Hall")]
    assert [(one["place_zh"], one["place_en"]) for one in state["sessions"]] == [("报告厅", "Hall"), ("", "")]
