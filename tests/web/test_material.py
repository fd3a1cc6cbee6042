from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.queries.counting import statements
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import AuditEntry, Handout, Material, Training

ClientAs = Callable[[str], FlaskClient]
JSON = {"Accept": "application/json"}
BOOK = "《社会组织新闻发言人工作指南》"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="BJ")


@pytest.fixture
def book(session: Session, training: Training) -> Material:
    row = Material(training_id=training.id, title_zh=BOOK)
    session.add(row)
    session.commit()
    return row


def holders(session: Session) -> set[int]:
    session.rollback()
    return set(session.scalars(sa.select(Handout.registration_id)))


def test_a_material_is_added_changed_and_removed(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    client = client_as("organiser")
    answer = client.post("/t/BJ/materials/new", data={"kind": "book", "title_zh": f" {BOOK} "})
    assert (answer.status_code, answer.location) == (303, "/t/BJ/materials")
    row = session.scalars(sa.select(Material)).one()
    assert (row.title_zh, row.kind.value) == (BOOK, "book")
    client.post(
        f"/t/BJ/materials/{row.id}/edit", data={"kind": "handout", "title_zh": BOOK, "title_en": "Guide"}
    )
    assert "Guide" in client.get("/t/BJ/materials").text
    client.post(f"/t/BJ/materials/{row.id}/remove")
    session.rollback()
    assert session.scalars(sa.select(Material)).all() == []
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions) == ["material.created", "material.changed", "material.removed"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "book", "title_zh": "  "}, "Give the material a title."),
        ({"kind": "book", "title_zh": BOOK}, "already"),
        ({"kind": "car", "title_zh": "x"}, "Not a valid choice"),
        ({"kind": "book", "title_zh": "长" * 121}, "120"),
    ],
)
def test_a_form_with_a_fault_says_so_beside_the_field_and_keeps_what_was_typed(
    session: Session, client_as: ClientAs, book: Material, data: dict[str, str], words: str
) -> None:
    answer = client_as("organiser").post("/t/BJ/materials/new", data=data | {"title_en": "Typed"})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Typed"' in answer.text
    session.rollback()
    assert len(session.scalars(sa.select(Material)).all()) == 1


def test_a_material_that_somebody_has_is_not_removed(
    session: Session, client_as: ClientAs, training: Training, book: Material
) -> None:
    who = make_registration(session, training)
    client = client_as("organiser")
    client.post(f"/t/BJ/materials/{book.id}", data={f"m{who.id}": "given"}, headers=JSON)
    answer = client.post(f"/t/BJ/materials/{book.id}/remove")
    assert "Participants have this in hand (1)" in client.get(answer.location).text
    assert holders(session) == {who.id}


def test_handing_out_is_one_tap_and_taken_back_with_another(
    session: Session, client_as: ClientAs, training: Training, book: Material
) -> None:
    who = make_registration(session, training)
    client = client_as("front_desk")
    address = f"/t/BJ/materials/{book.id}"
    answer = client.post(address, data={f"m{who.id}": "given"}, headers=JSON)
    assert answer.json is not None
    assert answer.json["stamp"].startswith("front_desk ")
    assert holders(session) == {who.id}
    state = client.get(f"{address}/state").json
    assert state is not None
    assert state["ticks"][str(who.id)][0] == "given"
    client.post(address, data={f"m{who.id}": "", f"w{who.id}": "given"})
    assert holders(session) == set()


def test_everybody_gets_one_in_one_press_and_an_undo_spares_those_before(
    session: Session, client_as: ClientAs, training: Training, book: Material
) -> None:
    people = [make_registration(session, training) for _ in range(3)]
    make_registration(session, training, status=RegistrationStatus.WITHDRAWN)
    client = client_as("front_desk")
    address = f"/t/BJ/materials/{book.id}"
    client.post(address, data={f"m{people[0].id}": "given"}, headers=JSON)
    answer = client.post(f"{address}/rest")
    page = client.get(answer.location).text
    assert "2 people were ticked." in page
    assert holders(session) == {one.id for one in people}
    assert "All 3" in client.get("/t/BJ/materials").text
    pressed = page.split('name="pressed" value="')[1].split('"')[0]
    client.post(f"{address}/undo", data={"pressed": pressed})
    assert holders(session) == {people[0].id}


def test_somebody_who_withdrew_is_given_nothing(
    session: Session, client_as: ClientAs, training: Training, book: Material
) -> None:
    gone = make_registration(session, training, "王芳", status=RegistrationStatus.WITHDRAWN)
    answer = client_as("front_desk").post(
        f"/t/BJ/materials/{book.id}", data={f"m{gone.id}": "given"}, headers=JSON
    )
    assert answer.status_code == 422
    assert holders(session) == set()


def test_the_desk_hands_out_and_changes_no_material(client_as: ClientAs, book: Material) -> None:
    client = client_as("front_desk")
    assert client.get(f"/t/BJ/materials/{book.id}").status_code == 200
    assert client.post(f"/t/BJ/materials/{book.id}/remove").status_code == 403
    assert "/edit" not in client.get("/t/BJ/materials").text


def test_materials_of_another_training_do_not_exist(
    session: Session, cast: Cast, client_as: ClientAs, book: Material
) -> None:
    make_training(session, cast.organisation, code="OTHER")
    client = client_as("organiser")
    for tail in ("", "/edit", "/state"):
        assert client.get(f"/t/OTHER/materials/{book.id}{tail}").status_code == 404
    assert client.post(f"/t/OTHER/materials/{book.id}/remove").status_code == 404


def test_the_list_costs_the_same_number_of_statements_for_few_and_many(
    session: Session, client_as: ClientAs, training: Training, book: Material
) -> None:
    client = client_as("viewer")

    def cost() -> int:
        with statements() as sent:
            assert client.get("/t/BJ/materials").status_code == 200
        return len(sent)

    few = cost()
    session.add_all(Material(training_id=training.id, title_zh=f"资料{number}") for number in range(9))
    session.commit()
    assert cost() == few
