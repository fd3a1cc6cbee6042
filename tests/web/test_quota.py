"""The quota table as an organiser sees and fills it."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_category, make_line, make_training, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import Training
from trainingmgr.queries import quota as queries

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation, code="OFFER", capacity=3)
    make_category(session, training, "处长", name_en="Heads", post_en="Head of division")
    return training


def field(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_group_is_put_into_the_list_and_the_line_is_saved(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    make_unit(session, cast.organisation, "甲市民政局", type=UnitType.CITY)
    make_unit(session, cast.organisation, "乙市民政局", type=UnitType.CITY)
    client, category = client_as("organiser"), str(training.categories[0].id)
    typed = {
        "category": category,
        "over": "waitlist",
        "places": "2",
        "units": "甲市民政局 5",
        "deadline": "2026-04-20",
    }
    page = client.post("/t/OFFER/quotas/new", data={**typed, "group": "kind:city", "do": "fill"}).text
    filled = field(page, "units")
    assert filled.split("\n") == ["甲市民政局 5", "乙市民政局 2"]
    answer = client.post("/t/OFFER/quotas/new", data={**typed, "units": filled})
    assert (answer.status_code, answer.location) == (303, "/t/OFFER/quotas")
    page = client.get("/t/OFFER/quotas").text
    way = '<a href="/t/OFFER/nominations">Next: addresses for the units</a>'
    assert f"Offered: 7 places to 2 units. {way}" in page
    for text in ("Heads", "Head of division", "20 Apr 2026", "0 / 5", "4 places more are offered"):
        assert text in page


def test_places_of_a_training_without_categories_ask_for_none_and_can_be_taken_back(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    training, client = make_training(session, cast.organisation, code="PLAIN"), client_as("organiser")
    base = "/t/PLAIN/quotas"
    assert "Offer places" in client.get(base).text
    page = client.get(f"{base}/new").text
    assert 'name="category"' not in page
    assert "of the category" not in page
    assert '<a href="/t/PLAIN/settings">Make categories in the settings</a>' in page
    typed = {"over": "refuse", "places": "1", "units": "甲厅"}
    page = client.post(f"{base}/new", data=typed, follow_redirects=True).text
    assert "Offered: one place to one unit." in page
    assert "Offer more places" in page
    look_again(session)
    (line,) = queries.table(session, training).lines
    assert (line.category_id, line.places) == (None, 1)
    client.post(f"{base}/{line.id}", data=typed | {"units": "甲厅 3", "version": str(line.version)})
    assert "Saved. <a" in client.get(base).text
    page = client.post(f"{base}/{line.id}/remove", follow_redirects=True).text
    assert "These places are no longer offered." in page
    look_again(session)
    assert queries.table(session, training).lines == ()


def test_a_group_of_divisions_is_made_where_units_are_missing(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    data = {
        "category": str(training.categories[0].id),
        "over": "refuse",
        "group": "division:separately_planned",
        "do": "fill",
    }
    page = client_as("organiser").post("/t/OFFER/quotas/new", data=data).text
    listed = field(page, "units").split("\n")
    assert sorted(listed) == sorted(f"{city}市民政局 1" for city in ("大连", "宁波", "厦门", "青岛", "深圳"))


def test_what_was_typed_stays_beside_what_is_wrong_with_it(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    answer = client_as("organiser").post(
        "/t/OFFER/quotas/new",
        data={
            "category": str(training.categories[0].id),
            "over": "refuse",
            "units": "甲厅 1\n甲厅 2",
            "note": "说明",
        },
    )
    assert answer.status_code == 422
    assert field(answer.text, "units") == "甲厅 1\n甲厅 2"
    assert "stands in the list twice" in answer.text
    assert 'value="说明"' in answer.text


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_exported_table_is_imported_without_a_change(
    session: Session, cast: Cast, client_as: SignIn, training: Training, form: str, language: str
) -> None:
    category_id = training.categories[0].id
    make_line(
        session, training, {make_unit(session, cast.organisation): 2}, category_id=category_id, note="=1+1"
    )
    client = client_as("organiser")
    client.set_cookie("trainingmgr_language", language)
    data = client.get(f"/t/OFFER/quotas/export.{form}").data
    answer = client.post("/t/OFFER/quotas/import", data={"file": (BytesIO(data), f"a.{form}")})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert ("the table stands like this already" in page) or ("名额分配表已是如此" in page)


def test_units_known_from_samples_alone_are_put_into_lists_of_samples_alone(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    make_unit(session, cast.organisation, "甲市民政局", type=UnitType.CITY)
    make_unit(session, cast.organisation, "示例市民政局", type=UnitType.CITY, is_sample=True)
    make_training(session, cast.organisation, code="TRY", is_sample=True)
    for code, listed in (("OFFER", "甲市民政局 1"), ("TRY", "甲市民政局 1\n示例市民政局 1")):
        page = client_as("organiser").post(
            f"/t/{code}/quotas/new", data={"do": "fill", "group": "kind:city", "places": "1"}
        )
        assert field(page.text, "units").replace("\r", "") == listed


def test_a_file_is_imported_after_a_look_at_it(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    client = client_as("organiser")
    data = "类别,单位,名额\n处长,甲厅,2\n处长,乙厅,1\n".encode()
    where = client.post("/t/OFFER/quotas/import", data={"file": (BytesIO(data), "a.csv")}).location
    assert "Import 2 rows" in client.get(where).text
    client.post(f"{where}/confirm", data={"new": "2", "update": "0"})
    page = client.get("/t/OFFER/quotas").text
    assert "Next: addresses for the units</a>" in page
    look_again(session)
    assert queries.table(session, training).places == 3
    take_back = re.search(r'action="(/t/OFFER/quotas/import/undo/\d+)"', page)
    assert take_back
    assert "The import is taken back." in client.post(take_back[1], follow_redirects=True).text
    look_again(session)
    assert queries.table(session, training).places == 0
    assert "can no longer be taken back" in client.post(take_back[1], follow_redirects=True).text
    assert "no longer kept" in client.get(where, follow_redirects=True).text


def test_a_page_costs_the_same_for_one_line_and_for_many(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    client, counted = client_as("viewer"), []
    for _ in range(2):
        for _ in range(3):
            make_line(session, training, {make_unit(session, cast.organisation): 1})
        with statements() as sent:
            assert client.get("/t/OFFER/quotas").status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1]
