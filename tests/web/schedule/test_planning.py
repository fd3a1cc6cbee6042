"""Having a timetable laid, from an empty grid to the accepted one and back."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import mark
from tests.factories import Cast, look_again, make_registration, make_session, make_site, make_training
from tests.timetables import invite
from tests.web.schedule.planned import FRAME, ZONE, clock, proposal_page, talks, timed, work
from trainingmgr.domain.planning import Frame, WishKind
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import (
    Attendance,
    Invitation,
    Lecturer,
    Planning,
    PlanningWish,
    Registration,
    SessionGroup,
    Training,
    TrainingSession,
    UnplacedSession,
    Venue,
    VisitStop,
)
from trainingmgr.services import schedule as service
from trainingmgr.services.schedule import WishDraft

Client = Callable[[str], FlaskClient]
CHENGDU = """开班式; 45; 陈越良
专题授课（一）; 90分钟; 中央组织部组织二局有关负责同志; 会议厅
专题授课（二）; 3学时; 民政部基层政权建设和社区治理司有关负责同志
专题授课（三）; 3学时; 全国基层政权建设和社区治理专家委员会有关专家
四川省成都市民政局经验交流; 25; 四川省成都市民政局
金牛区经验交流; 25; 四川省成都市金牛区
海淀区经验交流; 25; 北京市海淀区
太原市经验交流; 25; 山西省太原市
哈尔滨市经验交流; 25; 黑龙江省哈尔滨市
静安区经验交流; 25; 上海市静安区
杭州市经验交流; 25; 浙江省杭州市
香洲区经验交流; 25; 广东省珠海市香洲区
社区发展治理创享中心\t现场教学\t1小时\t社区发展治理创享中心
沙河源街道新桥社区\t现场教学\t1小时\t沙河源街道新桥社区
苏坡街道清波社区\t现场教学\t1小时\t苏坡街道清波社区
清源社区\t现场教学\t1小时\t清源社区
晋阳街道吉福社区\t现场教学\t1小时\t晋阳街道吉福社区
簇桥街道锦城社区\t现场教学\t1小时\t簇桥街道锦城社区
结业式; 45"""


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def test_chengdus_class_is_laid_from_an_empty_grid(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    for name, district in (("社区发展治理创享中心", "金牛区"), ("沙河源街道新桥社区", "金牛区")):
        make_site(session, cast.organisation, name_zh=name, district_zh=district)
    session.add(Lecturer(organisation_id=cast.organisation.id, type="person", name="陈越良", title_zh="司长"))
    session.commit()
    client = client_as("organiser")
    assert client.post("/t/CLASS/schedule/plan/sessions", data={"lines": CHENGDU}).status_code == 303
    assert client.post("/t/CLASS/schedule/plan", data=FRAME).status_code == 303
    assert "Times are being looked for" in proposal_page(client)
    assert "HX-Refresh" not in client.get("/t/CLASS/schedule/plan/proposal/bar").headers
    work(session)
    assert client.get("/t/CLASS/schedule/plan/proposal/bar").headers["HX-Refresh"] == "true"
    page = proposal_page(client)
    assert "Accept: 19 come in" in page
    assert "Laid one by one, not by the optimiser" in page
    assert timed(session) == []
    assert client.post("/t/CLASS/schedule/plan/proposal/accept").status_code == 303
    rows = timed(session)
    assert (rows[0].title_zh, rows[-1].title_zh) == ("开班式", "结业式")
    assert {row.starts_at.astimezone(ZONE).day for row in rows} == {11, 12, 13, 14}
    kinds = [row.kind for row in rows]
    assert [kinds.count(kind) for kind in (SessionKind.LECTURE, SessionKind.EXCHANGE, SessionKind.SITE_VISIT)] == [
        3, 8, 6,
    ]  # fmt: skip
    assert rows[0].contributions[0].lecturer.title_zh == "司长"
    assert [row.stops[0].site.district_zh for row in rows if row.title_zh == "沙河源街道新桥社区"] == [
        "金牛区"
    ]
    assert "in two places" not in client.get("/t/CLASS/schedule").text
    assert session.scalar(sa.select(sa.func.count()).select_from(UnplacedSession)) == 0


def test_a_proposal_is_accepted_as_a_whole_and_taken_back(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    nine, ten, noon = talks(session, training, 9, 10, 12)
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/plan/sessions", data={"lines": "讨论; 60; ; 一号厅"})
    unplaced = session.scalars(sa.select(UnplacedSession.id)).one()
    service.add_wish(cast.actor(), training.id, WishDraft(WishKind.BEFORE, unplaced, ten.id, must=True))
    answer = client.post("/t/CLASS/schedule/plan", data=FRAME | {"stays": [str(nine.id)], "keep": "y"})
    assert answer.status_code == 303
    work(session)
    page = proposal_page(client)
    assert "Accept: moves 2, adds 1" in page
    assert "12:00" in page
    before = {row.id: (clock(row), row.sequence) for row in timed(session)}
    assert client.post("/t/CLASS/schedule/plan/proposal/accept").status_code == 303
    rows = {row.title_zh: row for row in timed(session)}
    assert clock(rows["第9讲"]) == "11 09:00"
    assert clock(rows["讨论"]) < clock(rows["第10讲"])
    assert rows["第12讲"].sequence == before[noon.id][1] + 1
    assert rows["第12讲"].ends_at - rows["第12讲"].starts_at == timedelta(minutes=90)
    wish = session.scalars(sa.select(PlanningWish)).one()
    assert (wish.session_id, rows["讨论"].id) == (unplaced, unplaced)
    del rows
    page = unescape(client.get("/t/CLASS/schedule").text)
    address = page.split('undo-bar" method="post" action="')[1].split('"')[0]
    assert client.post(address).status_code == 303
    after = {row.id: (clock(row), row.sequence - 2) for row in timed(session)}
    assert {id_: at for id_, (at, _n) in after.items()} == {id_: at for id_, (at, _n) in before.items()}
    assert session.scalars(sa.select(UnplacedSession.title_zh)).all() == ["讨论"]
    assert session.scalars(sa.select(PlanningWish.session_id)).one() == unplaced
    assert client.post(address).status_code == 303
    assert {row.id: clock(row) for row in timed(session)} == {id_: at for id_, (at, _n) in after.items()}


def test_a_proposal_of_another_timetable_is_refused(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    nine, _ten = talks(session, training, 9, 10)
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/plan", data=FRAME)
    work(session)
    nine = session.get_one(TrainingSession, nine.id)
    nine.title_zh = "改过的题目"
    session.commit()
    assert "cannot be accepted any more" in proposal_page(client)
    answer = client.post("/t/CLASS/schedule/plan/proposal/accept", follow_redirects=True)
    assert "changed since this was proposed" in answer.text
    assert [clock(row) for row in timed(session)] == ["11 09:00", "11 10:00"]
    client.post("/t/CLASS/schedule/plan/proposal/discard")
    with pytest.raises(Refusal) as refused:
        service.accept_planning(cast.actor(), training.id)
    assert refused.value.code == "planning_none"
    assert session.scalars(sa.select(Planning.frame)).one()["starts"] == "08:30:00"


def test_a_session_at_which_somebody_was_marked_meanwhile_keeps_its_time(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    _nine, noon = talks(session, training, 9, 12)
    who = make_registration(session, training)
    service.order_planning(cast.actor(), training.id, Frame(), [])
    work(session)
    mark(session, who, noon.id)
    with pytest.raises(Refusal, match="planning_stale"):
        service.accept_planning(cast.actor(), training.id)
    look_again(session)
    session.execute(sa.delete(Attendance))
    session.commit()
    done = service.accept_planning(cast.actor(), training.id)
    moved = [clock(row) for row in timed(session)]
    assert "11 12:00" not in moved
    mark(session, session.get_one(Registration, who.id), noon.id)
    with pytest.raises(Refusal, match="undo_gone"):
        service.undo_planning(cast.actor(), training.id, done.undo)
    assert [clock(row) for row in timed(session)] == moved


def test_a_lecturer_who_was_asked_stays_asked_when_the_session_loses_its_time_again(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client_as("organiser").post("/t/CLASS/schedule/plan/sessions", data={"lines": "课; 45; 王小明"})
    service.order_planning(cast.actor(), training.id, Frame(), [])
    work(session)
    done = service.accept_planning(cast.actor(), training.id)
    (row,) = timed(session)
    row_id = row.id
    invite(session, row, row.contributions[0].lecturer_id)
    del row
    service.undo_planning(cast.actor(), training.id, done.undo)
    assert timed(session) == []
    assert session.scalars(sa.select(Invitation.session_id)).all() == [row_id]
    assert session.scalars(sa.select(UnplacedSession.id)).all() == [row_id]


def test_what_cannot_hold_is_named_with_remedies(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    nine, ten = talks(session, training, 9, 10)
    client = client_as("organiser")
    for must in (f"before:{ten.id}", "half:afternoon"):
        client.post("/t/CLASS/schedule/plan/wishes", data={"task": str(nine.id), "target": must, "must": "y"})
    client.post("/t/CLASS/schedule/plan", data=FRAME | {"stays": [str(ten.id)]})
    work(session, optimise=True)
    page = proposal_page(client)
    assert "no timetable in which all of this holds" in page
    assert "Wished: “Talk 9” in the afternoon." in page
    assert "Take the wish back, or let it be no must." in page
    assert "“Talk 10” stays where it stands." in page
    assert "Let it move: take the tick away." in page
    client.set_cookie("trainingmgr_language", "zh")
    assert "第9讲" in proposal_page(client)
    assert client.post("/t/CLASS/schedule/plan/proposal/accept", follow_redirects=True).status_code == 200
    assert [clock(row) for row in timed(session)] == ["11 09:00", "11 10:00"]


def test_against_a_wish_that_was_given_up_another_one_that_is_no_must_is_only_to_be_taken_back(
    session: Session, training: Training, client_as: Client
) -> None:
    nine, ten = talks(session, training, 9, 10)
    client = client_as("organiser")
    for one, other in ((nine, ten), (ten, nine)):
        client.post(
            "/t/CLASS/schedule/plan/wishes", data={"task": str(one.id), "target": f"before:{other.id}"}
        )
    client.post("/t/CLASS/schedule/plan", data=FRAME)
    work(session, optimise=True)
    page = proposal_page(client)
    assert "Wishes that were given up" in page
    assert "Take that wish back." in page
    assert "let it be no must" not in page


def test_what_the_days_cannot_hold_is_told_in_minutes_for_the_class_alone(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/plan/sessions", data={"lines": "\n".join(["课; 480"] * 5)})
    client.post("/t/CLASS/schedule/plan", data=FRAME)
    work(session)
    assert "The sessions take 2400 minutes, the days have 2280." in proposal_page(client)
    session.execute(sa.delete(UnplacedSession))
    for number in range(1, 6):
        row = make_session(
            session, training, title_zh="课", place_zh="一号厅", start=datetime(2026, 5, 11, 9, tzinfo=ZONE)
        )
        row.ends_at = row.starts_at + timedelta(hours=8)
        row.groups = [SessionGroup(group_name=f"第{number}组")]
    session.commit()
    client.post("/t/CLASS/schedule/plan", data=FRAME)
    work(session)
    page = proposal_page(client)
    assert "The sessions take" not in page
    assert "一号厅 is used by one session at a time." in page
    # Each demand leads to where it is changed.
    links = re.findall(r'<li><strong>[^<]*</strong> <a href="([^"]+)">', page)
    assert "/t/CLASS/schedule/plan#frame" in links
    assert {link for link in links if client.get(link).status_code != 200} == set()


def test_what_would_not_fit_is_told_of_sessions_that_come_in_too(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    session.add(Venue(organisation_id=cast.organisation.id, name_zh="小厅", name_en="Small hall", capacity=1))
    for name, group in (("王一", "一组"), ("王二", "一组"), ("王三", "二组")):
        make_registration(session, training, name, group_name=group)
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/plan/sessions", data={"lines": "讨论; 60; ; 小厅; 一组"})
    client.post("/t/CLASS/schedule/plan/sessions", data={"lines": "报告; 60; ; 小厅"})
    client.post("/t/CLASS/schedule/plan", data=FRAME)
    work(session)
    page = proposal_page(client)
    assert "Small hall holds 1 people; 2 come to “Discussion”." in page
    assert "Small hall holds 1 people; 3 come to “报告”." in page
    assert "一组" in page


def test_a_ride_goes_along_with_its_visit(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    site = make_site(session, cast.organisation, opens_at=time(13), closes_at=time(17))
    start = datetime(2026, 5, 11, 8, 30, tzinfo=ZONE)
    ride = make_session(session, training, kind=SessionKind.TRANSFER, title_zh="乘车", start=start)
    visit = make_session(
        session, training, kind=SessionKind.SITE_VISIT, title_zh="参观", start=start + timedelta(minutes=90)
    )
    visit.stops.append(VisitStop(position=1, site_id=site.id))
    session.commit()
    client_as("organiser").post("/t/CLASS/schedule/plan", data=FRAME)
    work(session)
    service.accept_planning(cast.actor(), training.id)
    moved_ride, moved_visit = timed(session)
    assert (moved_ride.id, moved_visit.id) == (ride.id, visit.id)
    assert moved_visit.starts_at - moved_ride.starts_at == timedelta(minutes=90)
    assert time(13) <= moved_visit.starts_at.astimezone(ZONE).time() <= time(15, 30)


def test_a_typed_title_that_says_its_kind_alone_has_the_english_of_the_kind(
    session: Session, training: Training, client_as: Client
) -> None:
    typed = "开班式; 30|开班仪式暨动员讲话; 30|结业式; 30|闭幕式; 30|现场教学; 120|午餐; 60|晚餐; 60|分组讨论; 60|社区治理; 90"
    lines = typed.replace("|", "\n")
    assert (
        client_as("organiser").post("/t/CLASS/schedule/plan/sessions", data={"lines": lines}).status_code
        == 303
    )
    rows = session.scalars(sa.select(UnplacedSession).order_by(UnplacedSession.id))
    assert [(one.title_zh, one.title_en) for one in rows] == [
        ("开班式", "Opening"),
        ("开班仪式暨动员讲话", ""),
        ("结业式", "Closing ceremony"),
        ("闭幕式", "Closing ceremony"),
        ("现场教学", "Site visit"),
        ("午餐", "Lunch"),
        ("晚餐", "Dinner"),
        ("分组讨论", "Discussion"),
        ("社区治理", ""),
    ]
