"""Buses of a training: kept, sent along on visits with groups, and never in two places at once."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.documents.reading import text_of
from tests.factories import (
    Cast,
    look_again,
    make_registration,
    make_session,
    make_site,
    make_training,
)
from tests.queries.counting import statements
from trainingmgr.domain.arrangement import ArrangementKind
from trainingmgr.domain.refusal import NotFound
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import SessionKind
from trainingmgr.models import Bus, Placement, SessionBus, SessionGroup, Training, TrainingSession, VisitStop
from trainingmgr.services import bus as bus_service
from trainingmgr.services import schedule as schedule_service
from trainingmgr.services.bus import BusDraft

Client = Callable[[str], FlaskClient]
START = datetime(2026, 5, 11, 14, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def _visit(session: Session, training: Training, title: str, hours: int = 0) -> TrainingSession:
    start = START + timedelta(hours=hours)
    return make_session(
        session, training, kind=SessionKind.SITE_VISIT, title_zh=title, title_en=title, start=start
    )


def _rides(session: Session) -> set[tuple[int, str]]:
    look_again(session)
    return set(session.execute(sa.select(SessionBus.bus_id, SessionBus.group_name)).tuples())


def test_a_bus_is_added_changed_and_removed(session: Session, training: Training, client_as: Client) -> None:
    leader = make_registration(session, training, "王小明", phone="+8613800138000")
    client = client_as("organiser")
    assert "No bus is noted yet" in client.get("/t/CLASS/visits").text
    filled = {
        "name": "1号车",
        "seats": "45",
        "plate": "川A12345",
        "driver": "张师傅",
        "driver_phone": "13900139000",
    }
    for field, wrong in (("seats", "0"), ("seats", ""), ("name", " ")):
        assert client.post("/t/CLASS/buses/new", data=filled | {field: wrong}).status_code == 422
    assert client.post("/t/CLASS/buses/new", data=filled | {"leader": "刘老师"}).status_code == 303
    assert "has a bus 1号车 already" in client.post("/t/CLASS/buses/new", data=filled).text
    look_again(session)
    bus = session.scalars(sa.select(Bus)).one()
    assert (bus.seats, bus.plate, bus.leader) == (45, "川A12345", "刘老师")
    address = f"/t/CLASS/buses/{bus.id}"
    assert (
        client.post(address, data=filled | {"leads": str(leader.id), "leader": "刘老师"}).status_code == 303
    )
    page = client.get("/t/CLASS/visits").text
    assert "王小明" in page
    assert "刘老师" not in page
    assert "13900139000" in page
    assert "13900139000" not in client_as("viewer").get("/t/CLASS/visits").text
    look_again(session)
    session.delete(leader)
    session.commit()
    assert client.get("/t/CLASS/visits").status_code == 200
    assert client.post(f"{address}/delete").status_code == 303
    assert "No bus is noted yet" in client.get("/t/CLASS/visits").text


def test_groups_ride_in_buses_and_a_full_bus_is_told(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    for group in ("第1组", "第1组", "第2组", "第10组"):
        make_registration(session, training, group_name=group)
    make_registration(session, training, group_name="第1组", status=RegistrationStatus.WITHDRAWN)
    visit = _visit(session, training, "新桥社区")
    small, large = (
        bus_service.save_bus(cast.actor(), training.id, BusDraft(name, seats))
        for name, seats in (("1号车", 1), ("2号车", 40))
    )
    client, address = client_as("organiser"), f"/t/CLASS/visits/{visit.id}/buses"
    ticked = [str(small), f"{small}:第1组", f"{large}:第2组"]
    assert client.post(address, data={"ride": ticked}).status_code == 303
    assert _rides(session) == {(small, "第1组"), (large, "第2组")}
    page = unescape(client.get("/t/CLASS/visits").text)
    assert "2 people, 1 seats" in page
    assert "ride in no bus yet: 第10组." in page
    assert client.post(address, data={"ride": f"{small}:没有这组"}).status_code == 404
    assert client.post(address, data={"ride": "x"}).status_code == 404
    elsewhere = make_training(session, cast.organisation)
    other = bus_service.save_bus(cast.actor(), elsewhere.id, BusDraft("别的车", 40))
    assert client.post(address, data={"ride": str(other)}).status_code == 404
    with pytest.raises(NotFound):
        bus_service.save_bus(
            cast.actor(),
            elsewhere.id,
            BusDraft("1号车", 4, leader_registration_id=make_registration(session, training).id),
        )
    assert client.post(address, data={"ride": str(large)}).status_code == 303
    assert _rides(session) == {(large, "")}


def test_a_visit_offers_its_buses_to_the_groups_that_it_is_for(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    for group in ("第1组", "第2组", "第10组"):
        make_registration(session, training, group_name=group)
    _visit(session, training, "全班")
    apart = _visit(session, training, "两组", 2)
    apart.groups = [SessionGroup(group_name=name) for name in ("第10组", "第1组")]
    session.commit()
    bus = bus_service.save_bus(cast.actor(), training.id, BusDraft("1号车", 40))
    page = client_as("organiser").get("/t/CLASS/visits").text
    offered = re.findall(rf'name="ride" value="{bus}:([^"]+)"', page)
    assert offered == ["第1组", "第2组", "第10组", "第1组", "第10组"]


def test_every_box_that_a_visit_offers_can_be_saved(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    leaving = make_registration(session, training, group_name="第1组")
    whole, apart = _visit(session, training, "全班"), _visit(session, training, "两组", 5)
    apart.groups = [SessionGroup(group_name=name) for name in ("第8组", "第9组")]
    session.commit()
    bus = bus_service.save_bus(cast.actor(), training.id, BusDraft("1号车", 40))
    bus_service.set_rides(cast.actor(), training.id, whole.id, {bus: ("第1组",)})
    session.delete(leaving)
    session.commit()
    client = client_as("organiser")
    forms = re.findall(
        r'<form method="post" action="([^"]+/buses)">(.*?)</form>',
        client.get("/t/CLASS/visits").text,
        re.DOTALL,
    )
    offered = {address: re.findall(r'name="ride" value="([^"]+)"', form) for address, form in forms}
    assert list(offered.values()) == [[f"{bus}", f"{bus}:第1组"], [f"{bus}", f"{bus}:第8组", f"{bus}:第9组"]]
    for address, boxes in offered.items():
        assert client.post(address, data={"ride": boxes}).status_code == 303
    assert _rides(session) == {(bus, "第1组"), (bus, "第8组"), (bus, "第9组")}
    address = f"/t/CLASS/visits/{apart.id}/buses"
    assert client.post(address, data={"ride": f"{bus}:第1组"}).status_code == 404


def test_buses_go_with_a_visit_that_is_copied_or_put_back(
    session: Session, cast: Cast, training: Training
) -> None:
    actor, visit = cast.actor(), _visit(session, training, "新桥社区")
    one, two = (bus_service.save_bus(actor, training.id, BusDraft(name, 40)) for name in ("1号车", "2号车"))
    bus_service.set_rides(actor, training.id, visit.id, {one: (), two: ()})
    schedule_service.copy_session(actor, training.id, visit.id, START.date(), START.time().replace(hour=17))
    deletion = schedule_service.delete_session(actor, training.id, visit.id)
    bus_service.delete_bus(actor, training.id, one)
    schedule_service.restore_session(actor, training.id, deletion)
    look_again(session)
    rows = session.execute(sa.select(SessionBus.session_id, SessionBus.bus_id)).tuples().all()
    assert [bus_id for _session_id, bus_id in rows] == [two, two]
    assert len({session_id for session_id, _bus_id in rows}) == 2


def test_a_bus_that_goes_two_ways_at_once_is_a_clash(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    early, late = _visit(session, training, "Xinqiao"), _visit(session, training, "Qingbo", hours=1)
    bus = bus_service.save_bus(cast.actor(), training.id, BusDraft("1号车", 40))
    bus_service.set_rides(cast.actor(), training.id, early.id, {bus: ()})
    client, said = client_as("organiser"), "1号车 goes two ways at once: “Xinqiao” and “Qingbo”."
    assert said not in unescape(client.get("/t/CLASS/schedule").text)
    bus_service.set_rides(cast.actor(), training.id, late.id, {bus: ()})
    assert said in unescape(client.get("/t/CLASS/schedule").text)


def test_the_list_of_buses_says_who_rides_where(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    make_registration(session, training, group_name="第1组")
    visit = _visit(session, training, "新桥社区")
    site = make_site(session, cast.organisation, name_zh="新桥社区")
    visit.stops.append(VisitStop(position=1, site_id=site.id))
    session.commit()
    draft = BusDraft("1号车", 40, "川A12345", "张师傅", "13900139000", leader="刘老师")
    bus = bus_service.save_bus(cast.actor(), training.id, draft)
    bus_service.set_rides(cast.actor(), training.id, visit.id, {bus: ("第1组",)})
    for who, phone in (("organiser", "13900139000"), ("viewer", "139****9000")):
        client = client_as(who)
        client.set_cookie("trainingmgr_language", "zh")
        read = text_of(client.get("/t/CLASS/visits/buses.pdf").data)
        for told in ("川A12345", "张师傅", "刘老师", "第1组", "1 / 40", "14:00–15:30", "新桥社区", phone):
            assert told in read
    assert "Bus list (PDF)" in client_as("viewer").get("/t/CLASS/visits").text


def test_the_page_of_visits_asks_as_often_for_many_as_for_one(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert client.get("/t/CLASS/visits").status_code == 200
        return len(sent)

    def add(number: int) -> None:
        visit = _visit(session, training, f"V{number}", hours=number)
        bus = bus_service.save_bus(cast.actor(), training.id, BusDraft(f"{number}号车", 40))
        bus_service.set_rides(cast.actor(), training.id, visit.id, {bus: ()})

    client = client_as("organiser")
    add(1)
    few = asked()
    for number in (2, 3):
        add(number)
    assert asked() == few


def test_the_page_of_buses_leads_to_putting_people_into_them(
    session: Session, training: Training, client_as: Client
) -> None:
    person, client = make_registration(session, training), client_as("organiser")
    assert "put people into the buses" not in client.get("/t/CLASS/visits").text
    bus = Bus(training_id=training.id, name="1号车", seats=45)
    session.add(bus)
    session.commit()
    told = client.get("/t/CLASS/visits").text
    assert 'href="/t/CLASS/arrangement/bus">Next: put people into the buses' in told
    assert "put people into the buses" not in client_as("viewer").get("/t/CLASS/visits").text
    session.add(
        Placement(training_id=training.id, registration_id=person.id, kind=ArrangementKind.BUS, bus_id=bus.id)
    )
    session.commit()
    told = client_as("organiser").get("/t/CLASS/visits").text
    assert "put people into the buses" not in told
    assert "See who rides in which bus" in told
