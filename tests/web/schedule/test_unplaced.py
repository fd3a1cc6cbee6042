"""Sessions without a time: what they carry, where they do not appear, and how they get a time and lose it."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import mark
from tests.factories import (
    Cast,
    look_again,
    make_registration,
    make_session,
    make_site,
    make_training,
    make_unplaced,
)
from tests.queries.counting import statements
from tests.timetables import make_lecturers
from trainingmgr.domain.planning import Frame
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.timetable_version import fingerprint
from trainingmgr.models import (
    AnySession,
    Contribution,
    Lecturer,
    Registration,
    SessionGroup,
    Training,
    TrainingSession,
    UnplacedSession,
    VisitStop,
)
from trainingmgr.queries.eligibility import eligibility
from trainingmgr.queries.schedule import timetable, versions
from trainingmgr.queries.schedule.groups import offered
from trainingmgr.queries.session_group import following
from trainingmgr.services import schedule as service
from trainingmgr.services import training as trainings
from trainingmgr.services.schedule import placing

Client = Callable[[str], FlaskClient]
ZONE = ZoneInfo("Asia/Shanghai")
PAGE = "/t/CLASS/schedule"
FILLED = {
    "kind": "site_visit",
    "title_zh": "走访社区",
    "title_en": "Community visit",
    "minutes": "100",
    "compulsory": "y",
    "place_zh": "集合点",
    "description_zh": "带上胸牌",
    "contributors-0-lecturer": "",
    "contributors-0-role": "speech",
    "contributors-0-type": "unnamed",
    "contributors-0-unit": "中央组织部组织二局",
    "contributors-1-lecturer": "",
    "contributors-1-role": "lecture",
    "contributors-1-type": "person",
    "contributors-1-name": "王小明",
    "contributors-1-topic_zh": "院落自治",
    "stops-0-site": "",
    "stops-0-name_zh": "清源社区",
    "more_groups": "第2组、第1组",
}


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def _one(session: Session) -> AnySession:
    look_again(session)
    return session.scalars(sa.select(AnySession)).one()


def _carried(row: AnySession) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "kind": row.kind.value,
        "titles": (row.title_zh, row.title_en, row.description_zh, row.place_zh),
        "compulsory": row.compulsory,
        "hours": row.class_hours,
        "parts": [
            (part.role.value, part.lecturer.type.value, part.lecturer.name, part.topic_zh)
            for part in row.contributions
        ],
        "stops": [stop.site.name_zh for stop in row.stops],
        "groups": sorted(one.group_name for one in row.groups),
    }


def _act(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    answer = client.post(f"{PAGE}/editor", data=fields, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def test_all_that_a_session_carries_stays_with_it_from_the_form_to_the_grid_and_back(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    assert client.post(f"{PAGE}/new", data=FILLED).location == f"{PAGE}/plan#unplaced"
    row = _one(session)
    assert isinstance(row, UnplacedSession)
    carried, waiting = _carried(row), {"session": row.id, "version": row.version}
    assert row.minutes == 100
    assert carried["parts"] == [("speech", "unnamed", "", ""), ("lecture", "person", "王小明", "院落自治")]
    assert (carried["stops"], carried["groups"]) == (["清源社区"], ["第1组", "第2组"])
    del row

    done = _act(client, act="move", **waiting, day="2026-05-12", start="09:00")
    assert [one["title"] for one in done["state"]["sessions"]] == ["Community visit"]
    assert done["state"]["waiting"] == []
    row = _one(session)
    assert isinstance(row, TrainingSession)
    assert (row.starts_at.astimezone(ZONE).hour, row.ends_at - row.starts_at) == (9, timedelta(minutes=100))
    assert _carried(row) == carried
    seen = {"session": row.id, "version": row.version}
    del row

    aside = _act(client, act="aside", **seen)
    assert [one["minutes"] for one in aside["state"]["waiting"]] == [100]
    assert _carried(_one(session)) == carried
    back = _act(client, act="undo", entry=aside["entry"])
    assert [one["start"] for one in back["state"]["sessions"]] == [9 * 60]
    _act(client, act="undo", entry=back["entry"])
    row = _one(session)
    assert isinstance(row, UnplacedSession)
    assert (_carried(row), row.minutes) == (carried, 100)


def test_a_form_places_a_session_and_takes_its_time_away(
    session: Session, training: Training, client_as: Client
) -> None:
    client, waiting = client_as("organiser"), make_unplaced(session, training).id
    path = f"{PAGE}/{waiting}"
    assert "has no time yet" in client.get(path).text
    assert client.post(f"{path}/split", data={"version": 1, "at": "10:00"}).status_code == 404
    filled = {"kind": "lecture", "title_zh": "课", "version": "1"}
    placed = client.post(path, data=filled | {"day": "2026-05-12", "start": "14:00", "minutes": "45"})
    assert placed.location == f"{PAGE}#s{waiting}"
    row = _one(session)
    assert isinstance(row, TrainingSession)
    assert f"{row.ends_at.astimezone(ZONE):%d %H:%M}" == "12 14:45"
    version = {"version": str(row.version)}
    del row
    page = client.post(f"{path}/set-aside", data=version, follow_redirects=True)
    assert "The session waits for a time." in page.text
    assert isinstance(_one(session), UnplacedSession)
    client.post(unescape(page.text).split('undo-bar" method="post" action="')[1].split('"')[0])
    row = _one(session)
    assert isinstance(row, TrainingSession)
    version = {"version": str(row.version)}
    del row
    assert client.post(path, data=filled | version | {"minutes": "60"}).status_code == 303
    row = _one(session)
    assert isinstance(row, UnplacedSession)
    assert row.minutes == 60


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ({}, "say how long the session is to be"),
        ({"minutes": "3"}, "from 5 minutes to 12 hours"),
        ({"day": "2026-05-12", "minutes": "45"}, "This is needed."),
        ({"day": "2026-05-12", "start": "09:00"}, "This is needed."),
        ({"day": "2026-05-12", "start": "23:30", "minutes": "45"}, "run past midnight"),
    ],
)
def test_what_is_missing_of_a_time_is_said_beside_its_field(
    training: Training, client_as: Client, times: dict[str, str], told: str
) -> None:
    answer = client_as("organiser").post(f"{PAGE}/new", data={"kind": "lecture", "title_zh": "课"} | times)
    assert answer.status_code == 422
    assert told in answer.text


def test_it_stands_in_no_timetable_sheet_or_sum(
    session: Session, training: Training, client_as: Client
) -> None:
    make_session(session, training, compulsory=True)
    who = make_registration(session, training, status="arrived")
    before = eligibility(session, training)
    printed = fingerprint(versions.snapshot_of(timetable(session, training)))
    row = make_unplaced(session, training, title_zh="还没有时间", compulsory=True)
    assert eligibility(session, training) == before
    assert fingerprint(versions.snapshot_of(timetable(session, training))) == printed
    client = client_as("organiser")
    for path in ("schedule", "schedule/calendar.ics", "attendance", "visits", "certificates"):
        assert "还没有时间" not in client.get(f"/t/CLASS/{path}").text, path
    assert client.get(f"/t/CLASS/attendance/{row.id}").status_code == 404
    assert client.get(f"/t/CLASS/roster/{who.id}").text.count("还没有时间") == 0


def test_the_timetable_tells_those_who_edit_it_that_sessions_wait(
    session: Session, training: Training, client_as: Client
) -> None:
    make_session(session, training)
    client = client_as("organiser")
    assert "no time yet" not in client.get(PAGE).text
    make_unplaced(session, training)
    assert "One session has no time yet." in client.get(PAGE).text
    assert "no time yet" not in client_as("viewer").get(PAGE).text


def test_a_session_at_which_somebody_was_marked_keeps_its_time(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    row = make_session(session, training)
    session_id, version = row.id, row.version
    mark(session, make_registration(session, training), session_id)
    with pytest.raises(Refusal, match="session_has_attendance"):
        service.set_session_aside(cast.actor(), training.id, session_id, version=version)
    filled = {"kind": "lecture", "title_zh": "课", "minutes": "45", "version": str(version)}
    answer = client_as("organiser").post(f"{PAGE}/{session_id}", data=filled)
    assert "keeps its time and cannot be deleted" in answer.text
    assert isinstance(_one(session), TrainingSession)


def test_whoever_edits_what_somebody_placed_meanwhile_sees_both(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    waiting = make_unplaced(session, training, title_zh="课").id
    spot = service.Spot(date(2026, 5, 12), time(9))
    service.move_session(cast.actor(), training.id, waiting, spot, version=1)
    client = client_as("organiser")
    answer = client.post(
        f"{PAGE}/{waiting}", data={"kind": "lecture", "title_zh": "另一课", "minutes": "45", "version": "1"}
    )
    assert answer.status_code == 409
    assert "09:00" in answer.text
    again = client.post(
        f"{PAGE}/editor", data={"act": "move", "session": waiting, "version": 1, "day": "2026-05-13", "start": "10:00"}
    )  # fmt: skip
    assert again.status_code == 409
    assert "09:00–10:30" in again.get_json()["conflict"]["now"]


def test_a_deleted_one_is_put_back_without_a_time(
    session: Session, training: Training, client_as: Client
) -> None:
    make_unplaced(session, training, groups=[SessionGroup(group_name="一组")])
    client, carried = client_as("organiser"), _carried(_one(session))
    page = client.post(f"{PAGE}/{_one(session).id}/delete", follow_redirects=True)
    look_again(session)
    assert session.scalars(sa.select(AnySession)).all() == []
    client.post(unescape(page.text).split('undo-bar" method="post" action="')[1].split('"')[0])
    row = _one(session)
    assert isinstance(row, UnplacedSession)
    assert (_carried(row), row.minutes) == (carried, 90)


def test_only_so_many_may_wait(
    session: Session, cast: Cast, training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "MOST_UNPLACED", 1)
    placed = make_session(session, training)
    make_unplaced(session, training)
    with pytest.raises(Refusal, match="planning_too_many_unplaced"):
        service.set_session_aside(cast.actor(), training.id, placed.id, version=placed.version)
    draft = service.SessionDraft(placed.kind, "课", minutes=45)
    with pytest.raises(Refusal, match="planning_too_many_unplaced"):
        service.save_session(cast.actor(), training.id, draft)
    with pytest.raises(Refusal, match="session_without_length"):
        service.save_session(cast.actor(), training.id, service.SessionDraft(placed.kind, "课", minutes=2))


def test_whoever_takes_a_time_away_locks_the_training_before_the_session_as_those_do_who_lay_them_all(
    session: Session, cast: Cast, training: Training
) -> None:
    rows = [make_session(session, training) for _each in range(2)]
    one, other, actor, training_id = rows[0].id, rows[1].id, cast.actor(), training.id
    draft = service.SessionDraft(rows[0].kind, "课", minutes=45)
    session.rollback()
    for act in (
        lambda: service.set_session_aside(actor, training_id, one, version=1),
        lambda: service.save_session(actor, training_id, draft, session_id=other),
    ):
        with statements() as sent:
            act()
        # SQLite, where writers come one by one, has no locks of rows.
        locks = [
            found[1] for found in (re.search(r"FROM (\w+).* FOR ", text, re.DOTALL) for text in sent) if found
        ]
        assert locks[:2] in ([], ["training", "training_session"])


def test_another_trainings_session_is_not_found(session: Session, cast: Cast, training: Training) -> None:
    row = make_unplaced(session, make_training(session, cast.organisation))
    spot = service.Spot(date(2026, 5, 12), time(9))
    with pytest.raises(NotFound):
        service.move_session(cast.actor(), training.id, row.id, spot, version=1)
    with pytest.raises(NotFound):
        service.set_session_aside(cast.actor(), training.id, row.id, version=1)


def test_a_groups_new_name_goes_to_what_waits_too(session: Session, training: Training) -> None:
    make_unplaced(session, training, groups=[SessionGroup(group_name="一组")])
    who = make_registration(session, training, group_name="一组").id
    assert offered(session, training.id) == ["一组"]
    with following(session, training.id):
        session.execute(sa.update(Registration).where(Registration.id == who).values(group_name="甲组"))
    session.commit()
    assert [one.group_name for one in _one(session).groups] == ["甲组"]


def test_a_copy_of_the_training_takes_it_along_without_a_time(
    session: Session, cast: Cast, training: Training
) -> None:
    part = Contribution(
        position=1, lecturer_id=make_lecturers(session, cast.organisation)[0].id, role="speech"
    )
    row = make_unplaced(
        session, training, contributions=[part], groups=[SessionGroup(group_name="一组")],
        stops=[VisitStop(position=1, site_id=make_site(session, cast.organisation).id)],
    )  # fmt: skip
    session.expire_all()
    carried = _carried(row)
    new = trainings.copy(cast.actor(), training, "NEXT", date(2027, 5, 10))
    look_again(session)
    made = session.scalars(sa.select(UnplacedSession).where(UnplacedSession.training_id == new.id)).one()
    assert made.minutes == 90
    assert _carried(made) | {"uid": ""} == carried | {"uid": ""}


def test_the_planner_heeds_every_contributor_and_lays_groups_beside_each_other(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    lines = "甲; 180; 李明、王华; 一号厅; 第1组\n乙; 180; 张三丰、民政部有关专家; 二号厅; 第2组\n丙; 45; 李明"
    client_as("organiser").post(f"{PAGE}/plan/sessions", data={"lines": lines})
    look_again(session)
    free = {"李明": (8, 12), "王华": (9, 18), "张三丰": (9, 12)}
    for name, (first, last) in free.items():
        who = session.scalars(sa.select(Lecturer.id).where(Lecturer.name == name)).one()
        draft = service.WindowDraft(date(2026, 5, 12), date(2026, 5, 12), time(first), time(last))
        service.add_windows(cast.actor(), cast.organisation.id, who, draft, "Asia/Shanghai")
    frame = Frame(starts=time(8), lunch_starts=time(12), lunch_ends=time(14), ends=time(18), pause=0)
    for optimise in (False, True):
        job = service.order_planning(cast.actor(), training.id, frame, [])
        service.work(job.id, "test", seconds=1, optimise=optimise)
        done = service.accept_planning(cast.actor(), training.id)
        assert (done.moved, done.placed) == (0, 3)
        look_again(session)
        rows = session.scalars(sa.select(TrainingSession).order_by(TrainingSession.id)).all()
        assert [f"{row.starts_at.astimezone(ZONE):%d %H:%M}" for row in rows] == [
            "12 09:00", "12 09:00", "12 08:00",
        ]  # fmt: skip
        assert [len(row.contributions) for row in rows] == [2, 2, 1]
        assert [[one.group_name for one in row.groups] for row in rows] == [["第1组"], ["第2组"], []]
        del rows
        service.undo_planning(cast.actor(), training.id, done.undo)


def test_the_page_names_all_that_a_session_carries(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post(f"{PAGE}/new", data=FILLED)
    page = unescape(client.get(f"{PAGE}/plan").text)
    for told in ("Community visit", "100", "王小明", "第1组, 第2组", "清源社区"):
        assert told in page


def test_the_editor_without_scripts_leads_to_what_waits(
    session: Session, training: Training, client_as: Client
) -> None:
    row = make_unplaced(session, training, title_zh="待排")
    assert (
        f'href="{PAGE}/{row.id}?from=editor">without a time · 待排'
        in client_as("organiser").get(f"{PAGE}/editor").text
    )
