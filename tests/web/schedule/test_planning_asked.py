"""What is asked for when a timetable is to be laid, and who is heeded: wishes, frames, workers, lecturers."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_session, make_training
from tests.queries.counting import statements
from tests.web.schedule.planned import FRAME, ZONE, clock, proposal_page, talks, timed, work
from trainingmgr.domain.planning import Frame, Half, Status, WishKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.extensions import transaction
from trainingmgr.models import (
    Contribution,
    Job,
    JobItem,
    Lecturer,
    Planning,
    PlanningWish,
    SessionGroup,
    Site,
    Training,
    UnplacedSession,
)
from trainingmgr.queries import job as jobs
from trainingmgr.services import schedule as service
from trainingmgr.services.invitation import erase_lecturer
from trainingmgr.services.schedule import WishDraft

Client = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def test_the_first_choice_of_a_wish_is_one_that_can_hold(
    session: Session, training: Training, client_as: Client
) -> None:
    talks(session, training, 9, 10)
    page = proposal_page(client_as("organiser"), "plan")
    chosen = re.findall(r'<option selected value="([^"]+)"', page)
    assert "half:morning" in chosen
    assert not any(one.startswith("before:") for one in chosen)


def test_wishes_and_waiting_sessions_are_kept_and_taken_away(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    nine, _ten = talks(session, training, 9, 10)
    client, base = client_as("organiser"), "/t/CLASS/schedule/plan"
    assert "Line 2, “没有长度”: say how long" in unescape(
        client.post(f"{base}/sessions", data={"lines": "课; 90\n没有长度"}).text
    )
    client.post(f"{base}/sessions", data={"lines": "参观新桥; 60; 新桥社区\n课, 45, 王小明, 二号厅"})
    rows = session.scalars(sa.select(UnplacedSession).order_by(UnplacedSession.id)).all()
    assert [(row.kind, row.minutes) for row in rows] == [
        (SessionKind.SITE_VISIT, 60),
        (SessionKind.LECTURE, 45),
    ]
    assert rows[1].contributions[0].lecturer.name == "王小明"
    for name, delete, known in (
        ("lecturer", service.delete_lecturer, sa.select(Lecturer.id)),
        ("site", service.delete_site, sa.select(Site.id)),
    ):
        with pytest.raises(Refusal) as refused:
            delete(cast.actor(), cast.organisation.id, session.scalars(known).one())
        assert refused.value.code == f"{name}_in_use"
        look_again(session)
    for target in (f"before:{nine.id}", "day:2026-05-12", "half:evening"):
        data = {"task": str(rows[1].id), "target": target}
        assert client.post(f"{base}/wishes", data=data).status_code == 303
        assert client.post(f"{base}/wishes", data=data).status_code == 303
    page = proposal_page(client, "plan")
    assert "“课” before “Talk 9”" in page
    assert page.count("Take back:") == 3
    for wrong in ("day:2027-01-01", "before:999", "x"):
        assert client.post(f"{base}/wishes", data={"task": str(nine.id), "target": wrong}).status_code == 422
    same = client.post(f"{base}/wishes", data={"task": str(nine.id), "target": f"before:{nine.id}"})
    assert "cannot come before itself" in same.text
    look_again(session)
    wish = session.scalars(sa.select(PlanningWish.id).order_by(PlanningWish.id)).first()
    assert client.post(f"{base}/wishes/{wish}/remove").status_code == 303
    assert client.post(f"/t/CLASS/schedule/{rows[1].id}/delete").status_code == 303
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(PlanningWish)) == 0
    other = make_training(session, cast.organisation)
    with pytest.raises(NotFound):
        service.add_wish(cast.actor(), other.id, WishDraft(WishKind.HALF, nine.id, half=Half.MORNING))


def test_a_frame_out_of_order_is_said_beside_its_field(
    training: Training, client_as: Client, session: Session
) -> None:
    talks(session, training, 9)
    answer = client_as("organiser").post("/t/CLASS/schedule/plan", data=FRAME | {"lunch_ends": "11:00"})
    assert answer.status_code == 422
    assert "before the one above it" in answer.text


def test_a_worker_that_stops_leaves_the_search_to_the_next_one(
    session: Session, cast: Cast, training: Training
) -> None:
    talks(session, training, 9, 10)
    job = service.order_planning(cast.actor(), training.id, Frame(), [])
    assert service.order_planning(cast.actor(), training.id, Frame(), []).id == job.id
    service.work(job.id, "one", should_stop=lambda: True, optimise=True, seconds=1)
    look_again(session)
    assert session.scalars(sa.select(Planning.answer)).one() == ""
    assert session.scalars(sa.select(JobItem.status)).one() == "pending"
    work(session)
    row = session.scalars(sa.select(Planning)).one()
    answer = service.answer_in(row)
    assert answer is not None
    assert answer.status is Status.FEASIBLE


def test_a_search_that_is_let_go_of_ends_and_does_not_stand_in_the_way_of_the_next_one(
    session: Session, cast: Cast, training: Training
) -> None:
    talks(session, training, 9, 10)
    actor = cast.actor()
    first = service.order_planning(actor, training.id, Frame(), []).id
    with transaction() as held:
        jobs.claim(held, first, "one", 1)
    service.discard_planning(actor, training.id)
    assert service.running(session, training.id) is None
    assert service.order_planning(actor, training.id, Frame(), []).id != first
    work(session)
    row = session.scalars(sa.select(Planning)).one()
    assert service.answer_in(row) is not None
    assert set(session.scalars(sa.select(Job.active_key))) == {None}


def test_the_page_asks_as_often_for_many_sessions_as_for_few(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")

    def add(count: int) -> None:
        lines = "\n".join(
            f"参观{number}; 60; 社区{number}\n课{number}; 45; 李{'明' * number}" for number in range(count)
        )
        client.post("/t/CLASS/schedule/plan/sessions", data={"lines": lines})
        row = session.scalars(sa.select(UnplacedSession.id).order_by(UnplacedSession.id)).first() or 0
        service.add_wish(cast.actor(), training.id, WishDraft(WishKind.DAY, row, day=date(2026, 5, 12)))

    def asked(path: str) -> int:
        with statements() as sent:
            client.get(path)
        return len(sent)

    counts: list[Any] = []
    for count in (1, 5):
        add(count)
        client.post("/t/CLASS/schedule/plan", data=FRAME)
        work(session)
        counts.append([asked(f"/t/CLASS/schedule/{path}") for path in ("plan", "plan/proposal")])
        service.discard_planning(cast.actor(), training.id)
    assert counts[0] == counts[1]


def test_what_a_lecturer_says_and_does_elsewhere_is_heeded(
    session: Session, cast: Cast, training: Training
) -> None:
    (nine,) = talks(session, training, 9)
    who = Lecturer(organisation_id=cast.organisation.id, type="person", name="李明")
    session.add(who)
    session.flush()
    nine.contributions.append(Contribution(position=1, lecturer_id=who.id, role="lecture"))
    elsewhere = make_training(session, cast.organisation)
    other = make_session(session, elsewhere, start=datetime(2026, 5, 12, 8, 30, tzinfo=ZONE))
    other.contributions.append(Contribution(position=1, lecturer_id=who.id, role="lecture"))
    session.commit()
    draft = service.WindowDraft(date(2026, 5, 12), date(2026, 5, 12), time(9), time(12))
    service.add_windows(cast.actor(), cast.organisation.id, who.id, draft, "Asia/Shanghai")
    service.order_planning(cast.actor(), training.id, Frame(), [])
    work(session)
    service.accept_planning(cast.actor(), training.id)
    assert [clock(row) for row in timed(session) if row.id == nine.id] == ["12 10:00"]


@pytest.mark.parametrize("erases", [True, False])
def test_a_proposal_that_names_a_lecturer_goes_with_them(
    session: Session, cast: Cast, training: Training, erases: bool
) -> None:
    row, _other = talks(session, training, 9, 10)
    lecturer = Lecturer(organisation_id=cast.organisation.id, type="person", name="陈越良")
    session.add(lecturer)
    session.flush()
    part = Contribution(session_id=row.id, position=1, lecturer_id=lecturer.id, role="lecture")
    session.add(part)
    elsewhere = make_training(session, cast.organisation, code="OTHER")
    talks(session, elsewhere, 9, 10)
    for one in (training, elsewhere):
        service.order_planning(cast.actor(), one.id, Frame(), [])
    look_again(session)
    assert "陈越良" in session.get_one(Planning, training.id).problem
    if erases:
        erase_lecturer(cast.actor(), cast.organisation.id, lecturer.id)
    else:
        session.delete(part)
        session.commit()
        service.delete_lecturer(cast.actor(), cast.organisation.id, lecturer.id)
    look_again(session)
    gone = session.get_one(Planning, training.id)
    assert (gone.problem, gone.seen, gone.job_id) == ("", [], None)
    assert session.get_one(Planning, elsewhere.id).problem


def test_sessions_of_one_title_are_told_apart_where_one_is_wished_for(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    for hour, title in ((9, "讲座"), (14, "讲座"), (16, "讨论")):
        row = make_session(
            session, training, title_zh=title, title_en="", start=datetime(2026, 5, 11, hour, tzinfo=ZONE)
        )
        row.groups = [SessionGroup(group_name="一组")] if hour == 14 else []
    session.commit()
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/plan/sessions", data={"lines": "讲座; 60"})
    page = unescape(client.get("/t/CLASS/schedule/plan").text)
    found = re.search(r'<select[^>]*name="task".*?</select>', page, re.DOTALL)
    assert found
    assert re.findall(r">([^<]+)</option>", found[0]) == [
        "讲座 · 11 May Mon 09:00",
        "讲座 · 11 May Mon 14:00 · 一组",
        "讨论",
        "讲座 · without a time",
    ]
