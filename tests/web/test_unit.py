"""The pages of units."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import Cast, look_again, make_registration, make_training, make_unit
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import ApartUnits, Unit, UnitAlias

Client = Callable[[str], FlaskClient]


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/o/{cast.organisation.id}/units"


def test_an_organiser_finds_the_units_from_the_trainings(client_as: Client, base: str) -> None:
    assert f'href="{base}"' in client_as("organiser").get("/").text
    empty = client_as("organiser").get(base).text
    assert f'href="{base}/divisions"' in empty
    assert f'href="{base}/divisions"' not in client_as("viewer").get(base).text


def test_a_unit_is_added_seen_and_changed(session: Session, cast: Cast, client_as: Client, base: str) -> None:
    client = client_as("organiser")
    sent = {"name": "民政部基层政权建设和社区治理司", "type": "department", "name_en": "Department of Governance",
            "contact_name": "张主任", "contact_phone": "13800138000",
            "aliases-0-name": "基层政权和社区建设司", "aliases-0-kind": "former", "aliases-0-until": "2018"}  # fmt: skip
    answer = client.post(f"{base}/new", data=sent)
    assert answer.status_code == 303
    look_again(session)
    unit = session.scalars(sa.select(Unit).where(Unit.name == sent["name"])).one()
    shown = client.get(answer.location).text
    for text in (
        "Department of Governance",
        "基层政权和社区建设司",
        "Old name",
        "until 2018",
        "138 0013 8000",
    ):
        assert text in shown, text
    assert "138 0013 8000" not in client_as("viewer").get(answer.location).text
    form = client.get(f"{answer.location}/edit").text
    assert 'value="基层政权和社区建设司"' in form
    stale = client.post(f"{answer.location}/edit", data=sent | {"version": "77"})
    assert stale.status_code == 409
    assert "张主任" in stale.text
    changed = client.post(
        f"{answer.location}/edit",
        data=sent | {"name": "民政部社区司", "version": unit.version, "keep_name": "y"},
    )
    assert changed.status_code == 303
    assert "Department of Governance" in client.get(f"{base}?q=jczqjs").text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    known = make_unit(session, cast.organisation, "民政部")
    client = client_as("organiser")
    for field, value, words in (
        ("uscc", "12", "18 characters"),
        ("name", "民政部", "merge them"),
        ("parent", "没有", "There is no unit"),
        ("contact_phone", "12", "phone"),
    ):
        answer = client.post(f"{base}/new", data={"name": "新单位", "region": "四川省", field: value})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text, field
        assert words in answer.text
        assert 'value="四川省"' in answer.text
        assert (f'href="{base}/{known.id}"' in answer.text) is (field == "name")


def test_the_page_of_a_unit_tells_who_came_and_what_it_held(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    unit = make_unit(session, cast.organisation, "民政部")
    training = make_training(session, cast.organisation, host=unit, title_en="Class one")
    row = make_registration(session, training, "王小明", unit_id=unit.id)
    shown = client_as("viewer").get(f"{base}/{unit.id}").text
    assert f"/t/{training.code}/roster/{row.id}" in shown
    assert shown.count("Class one") == 2
    organiser = client_as("organiser")
    assert "Trainings held: 1" in organiser.get(f"{base}/{unit.id}").text
    answer = organiser.post(f"{base}/{unit.id}/remove", follow_redirects=True)
    assert "3 records name it" in answer.text


def test_a_unit_is_moved_and_removed_without_scripts(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    top, low = (
        make_unit(session, cast.organisation, "民政部"),
        make_unit(session, cast.organisation, "社区司"),
    )
    client = client_as("organiser")
    client.post(f"{base}/{low.id}/move", data={"parent": "民政部"})
    assert "社区司" in client.get(f"{base}/tree").text
    assert (
        "stands under 民政部 itself"
        in client.post(f"{base}/{top.id}/move", data={"parent": "社区司"}, follow_redirects=True).text
    )
    answer = client.post(f"{base}/{low.id}/remove", follow_redirects=True)
    assert "社区司 was removed" in answer.text
    assert client.get(f"{base}/tree?under={low.id}").status_code == 404
    assert client.get(f"{base}/tree?under=x").status_code == 200


def test_every_province_is_one_look_and_one_press_away(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    make_unit(session, cast.organisation, "河北省民政厅")
    client = client_as("organiser")
    wish = {"group": "provinces", "provincial": "民政厅", "municipal": "民政局"}
    seen = client.get(f"{base}/divisions", query_string=wish).text
    assert "To be made: 30 of 31" in seen
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1
    answer = client.post(f"{base}/divisions", data=wish, follow_redirects=True)
    assert "Units made: 30; there before: 1." in answer.text
    change = answer.text.split('name="change" value="')[1].split('"')[0]
    gone = client.post(f"{base}/undo-divisions", data={"change": change}, follow_redirects=True)
    assert "Units removed again: 30." in gone.text
    wrong = client.get(f"{base}/divisions", query_string=wish | {"group": "cities_of_province"})
    assert wrong.status_code == 422
    assert 'id="province-error"' in wrong.text
    assert client.post(f"{base}/divisions", data=wish | {"provincial": ""}).status_code == 422


def test_two_that_are_one_are_found_compared_merged_and_taken_apart(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    staying = make_unit(session, cast.organisation, "四川省成都市民政局")
    going = make_unit(
        session, cast.organisation, "成都市民政局", uscc="91110000600037341L", name_en="Chengdu"
    )
    make_registration(session, make_training(session, cast.organisation), unit_id=going.id)
    client = client_as("organiser")
    offered = client.get(f"{base}/duplicates").text
    assert f"{base}/{going.id}/merge?other=" in offered
    seen = client.get(f"{base}/{staying.id}/merge", query_string={"other": "成都市民政局"}).text
    for text in (
        "Registrations, 1",
        "People on file, 1",
        "Unified social credit code",
        "also known as: 成都市民政局",
    ):
        assert text in seen, text
    page = client.post(f"{base}/{staying.id}/merge", data={"going": going.id}, follow_redirects=True).text
    assert "records moved: 2" in page
    assert "Name of a merged unit" in page
    change = page.split('name="change" value="')[1].split('"')[0]
    assert client.get(f"{base}/{going.id}").status_code == 404
    assert f'value="{change}"' in client.get(f"{base}/{staying.id}").text
    assert "/undo-merge" not in client_as("owner").get(f"{base}/{staying.id}").text
    back = client.post(f"{base}/undo-merge", data={"change": change}, follow_redirects=True)
    assert "everything is as it was" in back.text
    assert client.get(f"{base}/{going.id}").status_code == 200
    assert "/undo-merge" not in client.get(f"{base}/{staying.id}").text
    again = client.post(f"{base}/undo-merge", data={"change": change}, follow_redirects=True)
    assert "can no longer be taken back" in again.text


def test_a_merge_that_cannot_be_says_why(session: Session, cast: Cast, client_as: Client, base: str) -> None:
    unit = make_unit(session, cast.organisation, "民政部", uscc="91110000600037341L")
    other = make_unit(session, cast.organisation, "国家民政部", uscc="91350100M000100Y43")
    client = client_as("organiser")
    assert "legal persons" in client.get(f"{base}/{unit.id}/merge", query_string={"other": other.name}).text
    for typed, words in (("没有", "There is no unit"), ("民政部", "with itself")):
        answer = client.get(f"{base}/{unit.id}/merge", query_string={"other": typed})
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{typed}"' in answer.text
    assert client.post(f"{base}/{unit.id}/merge", data={"going": "x"}).status_code == 404
    taken = client.post(f"{base}/{unit.id}/edit", data={"name": other.name, "version": unit.version})
    assert f"{base}/{other.id}/merge?other=" in taken.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_read_again_changes_nothing_and_makes_the_same_elsewhere(
    session: Session, cast: Cast, client_as: Client, base: str, language: str, form: str
) -> None:
    top = make_unit(session, cast.organisation, "民政部", type=UnitType.MINISTRY, name_en="Ministry")
    for number, kind in enumerate(UnitType):
        make_unit(session, cast.organisation, f"第{number}司", type=kind, parent_id=top.id)
    low = make_unit(
        session, cast.organisation, "成都市民政局", type=UnitType.CITY, parent_id=top.id, region="四川省成都市",
        division_code="510100", uscc="91110000600037341L", contact_name="=张主任",
        contact_phone="+8613800138000", contact_email="a@example.org",
    )  # fmt: skip
    session.add_all([UnitAlias(unit_id=low.id, name=name) for name in ("蓉城民政", "四川省成都市民政局")])
    session.commit()
    client = client_as("organiser")
    client.set_cookie("trainingmgr_language", language)
    data = client.get(f"{base}/export.{form}").data

    def send(where: FlaskClient, address: str) -> str:
        sent = {"file": (io.BytesIO(data), f"units.{form}")}
        return where.post(f"{address}/import", data=sent, follow_redirects=True).text

    text = send(client, base)
    assert (
        "added: 0, changed: 0, unchanged: 12" if language == "en" else "新增0个单位，更新0个，不变12个"
    ) in text
    send(client_as("stranger"), f"/o/{cast.elsewhere.id}/units")
    look_again(session)
    kept = ("name", "name_en", "type", "region", "division_code", "uscc", "contact_name", "contact_phone",
            "contact_email", "search_text")  # fmt: skip
    here, there = (
        {
            one.name: [getattr(one, name) for name in kept]
            + [one.parent.name if one.parent else "", sorted(alias.name for alias in one.aliases)]
            for one in session.scalars(sa.select(Unit).where(Unit.organisation_id == organisation.id))
        }
        for organisation in (cast.organisation, cast.elsewhere)
    )
    here["成都市民政局"][kept.index("search_text")] = there["成都市民政局"][kept.index("search_text")]
    assert there == here


def test_a_faulty_list_is_shown_row_by_row_and_an_import_is_taken_back(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    client = client_as("organiser")

    def send(text: str) -> TestResponse:
        sent = {"file": (io.BytesIO(text.encode()), "units.csv")}
        return client.post(f"{base}/import", data=sent, follow_redirects=True)

    faulty = send("单位名称,统一社会信用代码\n甲,123\n乙,\n")
    assert faulty.status_code == 422
    assert "Row 2: “123” is no unified social credit code" in faulty.text
    assert "Rows to correct: 1" in faulty.text
    done = send("单位名称\n甲\n乙\n").text
    assert "Units added: 2" in done
    change = done.split('name="change" value="')[1].split('"')[0]
    back = client.post(f"{base}/undo-import", data={"change": change}, follow_redirects=True).text
    assert "The import is taken back." in back
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 0


def test_units_that_are_two_are_told_apart_and_not_pointed_out_again(
    session: Session, cast: Cast, client_as: Client, base: str
) -> None:
    names = ("成都市民政局", "成都市 民政局", "四川省成都市民政局")
    first, second, third = (make_unit(session, cast.organisation, name).id for name in names)
    client = client_as("organiser")

    def shown() -> list[str]:
        return re.findall(
            r'name="other" value="(\d+)"', client.get(f"{base}/duplicates").text.partition("alikes")[2]
        )

    assert shown() == [str(second), str(third)]
    client.post(f"{base}/apart", data={"one": second, "other": first})
    assert shown() == [str(second), str(third)], "both may yet be the third"
    client.post(f"{base}/apart", data={"one": second, "other": third})
    assert shown() == [str(third)]
    client.post(f"{base}/apart", data={"one": third, "other": second, "undo": "1"})
    assert shown() == [str(second), str(third)]
    theirs = make_unit(session, cast.elsewhere, "成都市民政局").id
    assert client.post(f"{base}/apart", data={"one": first, "other": theirs}).status_code == 404
    assert client.post(f"{base}/{first}/merge", data={"going": second}).status_code == 303
    assert session.scalars(sa.select(ApartUnits.id)).all() == []
