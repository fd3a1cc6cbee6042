"""Groups, buses, rooms and tables on screen, without scripts."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.documents.reading import joined, text_of
from tests.factories import Cast, look_again, make_registration, make_training
from trainingmgr.models import Bus, Job, LodgingRoom, Registration, Training
from trainingmgr.services import arrangement

Client = Callable[[str], FlaskClient]
ROOMS = "/t/CLASS/arrangement/room"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="CLASS")
    for number in range(4):
        make_registration(session, training, f"学员{number}", sex=("female", "male")[number % 2])
    return training


def work(session: Session) -> None:
    look_again(session)
    for job in session.scalars(sa.select(Job)):
        arrangement.work(job.id, "worker")
    look_again(session)


def test_rooms_are_set_up_proposed_and_accepted(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    told = client.get(ROOMS).text
    assert "Name of the first room" in told
    assert "Make a proposal" not in told, "nothing can be proposed before there is a room"
    assert "学员0" not in told
    told = client.post(
        f"{ROOMS}/containers",
        data={"do": "add", "name": "301", "number": "2", "places": "2", "note": "3F"},
        follow_redirects=True,
    ).text
    assert "2 rooms were added." in told
    assert "4 people have no room" not in told, "nobody was placed yet, so nobody is missed"
    told = client.post(f"{ROOMS}/arrange", data={"gather": "region"}, follow_redirects=True).text
    assert "People are being arranged" in told
    assert client.get(f"{ROOMS}/proposal/bar").headers.get("HX-Refresh") is None
    work(session)
    assert client.get(f"{ROOMS}/proposal/bar").headers["HX-Refresh"] == "true"
    told = client.get(f"{ROOMS}/proposal").text
    assert "This is the best there is" in told
    assert "Nobody moves who was somewhere already." not in told, "nobody was anywhere"
    told = client.post(f"{ROOMS}/proposal", data={"do": "accept"}, follow_redirects=True).text
    assert "4 people were placed." in told
    address = re.search(r'action="(/t/CLASS/arrangement/undo/\d+)"', told)
    assert address is not None
    make_registration(session, training, "后来者", sex="female")
    told = client.get(ROOMS).text
    assert "One person has no room." in told
    assert "Undo" not in told
    told = client.post(address[1], follow_redirects=True).text
    assert "4 people are where they were before." in told


def test_people_are_moved_held_and_parted_by_ticks(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post(f"{ROOMS}/containers", data={"do": "add", "name": "301", "number": "2", "places": "2"})
    look_again(session)
    room = session.scalars(sa.select(LodgingRoom.id).order_by(LodgingRoom.id)).first()
    women = session.scalars(sa.select(Registration.id).order_by(Registration.id)).all()[::2]

    def act(do: str, **data: object) -> str:
        filled = {"do": do, "id": women, **data}
        return str(client.post(f"{ROOMS}/people", data=filled, follow_redirects=True).text)

    assert "2 people were placed." in act("move", to=room)
    assert "They are there already." in act("move", to=room)
    assert "2 people are held." in act("hold")
    assert ">held<" in client.get(ROOMS).text
    told = act("part")
    assert "The demand is noted" in told
    assert "<strong>Keep apart</strong> 学员0, 学员2" in told
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    told = client.get(f"{ROOMS}/proposal").text
    assert (
        "People who are to be apart are held in 301. Let go of one of them. <strong>学员0, 学员2</strong>"
        in told
    )
    client.post(f"{ROOMS}/proposal", data={"do": "discard"})
    refused = client.post(f"{ROOMS}/people", data={"do": "move", "to": room})
    assert (refused.status_code, "Tick at least one person" in refused.text) == (422, True)
    wish = re.search(r'name="wish" value="(\d+)"', client.get(ROOMS).text)
    assert wish is not None
    assert (
        "The demand is dropped."
        in client.post(f"{ROOMS}/wishes", data={"wish": wish[1]}, follow_redirects=True).text
    )


def test_numbers_that_no_page_sends_are_no_numbers(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post(f"{ROOMS}/containers", data={"do": "add", "name": "301", "number": "2", "places": "2"})
    told = client.post(f"{ROOMS}/wishes", data={"wish": "9" * 30}, follow_redirects=True).text
    assert "It is dropped already." in told
    for alone_to in ("001", "1" + "0" * 5_000):
        assert client.post(f"{ROOMS}/arrange", data={"alone_to": alone_to}).status_code == 303


def test_containers_are_changed_and_removed_and_refusals_stand_beside_them(
    session: Session, training: Training, client_as: Client
) -> None:
    client, groups = client_as("organiser"), "/t/CLASS/arrangement/group"
    client.post(f"{groups}/containers", data={"do": "add", "name": "第1组", "number": "2", "places": ""})
    refused = client.post(
        f"{groups}/containers",
        data={"do": "change", "key": "第1组", "name": "第2组", "places": "5"},
    )
    assert (refused.status_code, "第2组 is there already." in refused.text) == (422, True)
    client.post(f"{groups}/containers", data={"do": "change", "key": "第1组", "name": "甲组", "places": "5"})
    client.post(f"{groups}/containers", data={"do": "remove", "key": "第2组"})
    told = client.get(groups).text
    assert "甲组" in told
    assert "第2组" not in told.replace("第2组, 第3组", "")
    none = client.post(f"{ROOMS}/containers", data={"do": "add", "name": "", "number": "0", "places": "99"})
    assert (none.status_code, none.text.count('class="error"')) == (422, 3)
    told = client.post("/t/CLASS/arrangement/ranks", data={"ranks": "厅长\n处长"}, follow_redirects=True).text
    assert "Put the usual ones back" in told


def test_a_viewer_reads_and_changes_nothing(session: Session, training: Training, client_as: Client) -> None:
    viewer = client_as("viewer")
    told = viewer.get(ROOMS).text
    assert "Nobody has set this up yet." in told
    assert "Make a proposal" not in told
    assert viewer.post(f"{ROOMS}/people", data={"do": "move"}).status_code == 403
    assert viewer.get("/t/CLASS/arrangement/cellar").status_code == 404


def test_lists_and_cards_hold_who_is_where_and_hide_phones_from_viewers(
    session: Session, training: Training, client_as: Client
) -> None:
    client, tables = client_as("organiser"), "/t/CLASS/arrangement/table"
    client.post(f"{tables}/containers", data={"do": "add", "name": "1", "number": "1", "places": "9"})
    make_registration(session, training, "有电话", phone="+8613800138000", post="厅长")
    people = session.scalars(sa.select(Registration.id)).all()
    look_again(session)
    key = re.search(r'data-key="(\d+)"', client.get(tables).text)
    assert key is not None
    client.post(f"{tables}/people", data={"do": "move", "id": people, "to": key[1]})
    assert ">presides<" in client.get(tables).text
    for who, phone in (("organiser", "138 0013 8000"), ("viewer", "138****8000")):
        got = client_as(who).get(f"{tables}/list.xlsx").data
        rows = list(load_workbook(BytesIO(got)).worksheets[0].iter_rows(values_only=True))
        assert [row[8] for row in rows if row[3] == "有电话"] == [phone]
    cards = client.get(f"{tables}/cards.pdf").data
    assert text_of(cards).count("\f") == 5
    listed = joined(client.get(f"{tables}/list.pdf").data)
    assert "有电话(presides)" in listed
    assert listed.index("有电话") < listed.index("学员0")
    assert client.get(f"{ROOMS}/cards.pdf").status_code == 404


def test_without_a_bus_the_page_sends_to_where_buses_are_added(
    session: Session, training: Training, client_as: Client
) -> None:
    address, add = "/t/CLASS/arrangement/bus", "/t/CLASS/buses/new"
    told = client_as("organiser").get(address).text
    assert "There is no bus yet." in told
    assert f'href="{add}"' in told
    assert "Make a proposal" not in told
    session.add(Bus(training_id=training.id, name="1号车", seats=45))
    session.commit()
    told = client_as("organiser").get(address).text
    assert "There is no bus yet." not in told
    assert f'href="{add}"' not in told
    assert told.count('href="/t/CLASS/visits"') == 1


def test_a_proposal_says_of_each_group_how_it_is_made_up(
    session: Session, training: Training, client_as: Client
) -> None:
    client, groups = client_as("organiser"), "/t/CLASS/arrangement/group"
    client.post(f"{groups}/containers", data={"do": "add", "name": "第1组", "number": "2", "places": ""})
    client.post(f"{groups}/arrange", data={"spread": "sex"})
    work(session)
    assert client.get(f"{groups}/proposal").text.count("Female 1 · Male 1") == 2


def test_a_proposal_waits_for_a_word_only_while_one_can_be_given(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    waits, another, failed = (
        "A proposal waits for your word.",
        "Have another made.",
        "could not be placed as asked",
    )

    def told() -> list[str]:
        page = client.get(ROOMS).text
        return [one for one in (waits, another, failed) if one in page]

    client.post(f"{ROOMS}/containers", data={"do": "add", "name": "301", "number": "1", "places": "2"})
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    assert told() == [failed], "four people and two beds"
    client.post(f"{ROOMS}/containers", data={"do": "add", "name": "302", "number": "1", "places": "2"})
    assert told() == [], "what could not be is another question by now"
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    assert told() == [waits]
    make_registration(session, training, "后来者", sex="female")
    assert told() == [another]
    client.post(f"{ROOMS}/containers", data={"do": "add", "name": "303", "number": "1", "places": "2"})
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    client.post(f"{ROOMS}/proposal", data={"do": "accept"})
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    assert told() == [], "nobody would be moved"


def test_a_proposal_names_whoever_has_no_room_for_want_of_their_sex_and_leads_there(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post(f"{ROOMS}/containers", data={"do": "add", "name": "301", "number": "3", "places": "2"})
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    client.post(f"{ROOMS}/proposal", data={"do": "accept"})
    nobody_knows = make_registration(session, training, "罗小敏")
    client.post(f"{ROOMS}/arrange", data={})
    work(session)
    told = client.get(f"{ROOMS}/proposal").text
    assert "罗小敏 has no room: the sex is not filled in." in told
    assert f'href="/t/CLASS/roster/{nobody_knows.id}/edit"' in told
    assert "One person has no room; everybody else can stay." in told
    assert "Everybody can stay where they are." not in told
