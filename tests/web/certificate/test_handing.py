"""The collection desk and what is printed for it, on screen without scripts."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, look_again, make_unit
from trainingmgr.domain.certificate import CertificateKind, RevocationGround
from trainingmgr.models import CertificateOffer, Training
from trainingmgr.services import certificate as service

SignIn = Callable[[str], FlaskClient]
BASE = "/t/HAND/certificates"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_class(session, cast, 0, code="HAND")
    unit = make_unit(session, cast.organisation, "四川省民政厅")
    for name, group in (("王小明", "第10组"), ("李雷", "第2组")):
        add_person(session, training, name, unit_id=unit.id, post="处长", group_name=group)
    session.add(
        CertificateOffer(
            training_id=training.id,
            kind=CertificateKind.COMPLETION,
            handover_zh="一层会务组",
            handover_en="Ground floor, noon to two",
        )
    )
    session.commit()
    issue(cast, training)
    return training


def test_one_press_notes_the_holder_and_the_next_page_offers_to_take_it_back(
    session: Session, client_as: SignIn, training: Training
) -> None:
    client = client_as("front_desk")
    row = certificates(session, training)[0]
    answer = client.post(f"{BASE}/{row.id}/hand-over", data={"show": "open"})
    assert (answer.status_code, answer.location) == (303, f"{BASE}/desk?show=open")
    page = client.get(answer.location).text
    assert "HAND-0001 was collected by 王小明." in page
    assert f'action="{BASE}/{row.id}/take-back"' in page
    assert "李雷" in page
    assert "the holder" in page
    collected = client.get(f"{BASE}/desk?show=collected").text
    assert "handed over by front_desk" in collected
    assert "李雷" not in collected
    client.post(f"{BASE}/{row.id}/take-back")
    look_again(session)
    assert certificates(session, training)[0].collected_at is None


def test_somebody_else_is_named_and_a_second_press_is_answered_with_who_has_it(
    session: Session, client_as: SignIn, training: Training
) -> None:
    client = client_as("front_desk")
    row = certificates(session, training)[0]
    client.post(f"{BASE}/{row.id}/hand-over", data={"collector": "赵姐"})
    client.post(f"{BASE}/{row.id}/hand-over", data={"collector": "钱哥"})
    assert "HAND-0001 was collected already, by 赵姐." in client.get(f"{BASE}/desk").text


def test_the_desk_says_when_and_where_and_finds_by_what_a_scanner_reads(
    client_as: SignIn, training: Training
) -> None:
    client = client_as("front_desk")
    assert "Ground floor, noon to two" in client.get(f"{BASE}/desk").text
    page = client.get(
        f"{BASE}/desk", query_string={"q": "https://classes.example.org/v/HAND-0002?c=XYZ"}
    ).text
    assert "李雷" in page
    assert "王小明" not in page
    assert "No paper matches." in client.get(f"{BASE}/desk?q=nobody").text


def test_whoever_only_looks_may_print_but_not_hand_over(
    session: Session, client_as: SignIn, training: Training
) -> None:
    client = client_as("viewer")
    row = certificates(session, training)[0]
    assert client.get(f"{BASE}/desk").status_code == 403
    assert client.post(f"{BASE}/{row.id}/hand-over").status_code == 403
    assert client.get(f"{BASE}/signing").status_code == 200
    assert f"{BASE}/desk" not in client.get(BASE).text


def test_a_paper_of_another_training_is_not_here(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    other = make_class(session, cast, 1, code="OTHER")
    issue(cast, other)
    foreign = certificates(session, other)[0]
    assert client_as("front_desk").post(f"{BASE}/{foreign.id}/hand-over").status_code == 404


def test_the_list_for_signatures_has_a_line_a_paper_in_the_wished_order(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    service.hand_over(cast.actor(), certificates(session, training)[0], "赵姐")
    client = client_as("viewer")
    page = client.get(f"{BASE}/signing").text
    lines = re.findall(r"HAND-000\d", page)
    assert lines == ["HAND-0001", "HAND-0002"]
    assert "<tfoot>" in page
    assert "赵姐" in page
    assert "Ground floor, noon to two" in page
    assert re.findall(r"HAND-000\d", client.get(f"{BASE}/signing?order=group").text) == lines[::-1]
    assert client.get(f"{BASE}/signing?order=height").status_code == 404
    client.set_cookie("trainingmgr_language", "zh")
    assert "领证签收表" in client.get(f"{BASE}/signing").text


def test_labels_come_in_sheets_of_twenty_four(session: Session, cast: Cast, client_as: SignIn) -> None:
    training = make_class(session, cast, 25, code="LABEL")
    issue(cast, training)
    page = client_as("viewer").get("/t/LABEL/certificates/labels").text
    assert page.count('<ul class="label-sheet">') == 2
    assert page.count('class="label-name"') == 25


def test_labels_say_name_unit_post_and_serial(client_as: SignIn, training: Training) -> None:
    page = client_as("viewer").get(f"{BASE}/labels").text
    for word in ("王小明", "四川省民政厅", "处长", "HAND-0001"):
        assert word in page


def test_the_merged_file_is_had_in_the_order_of_the_select(client_as: SignIn, training: Training) -> None:
    client = client_as("viewer")
    assert '<option value="unit">' in client.get(BASE).text
    assert client.get(f"{BASE}/all.pdf?order=unit").data.startswith(b"%PDF")
    assert client.get(f"{BASE}/all.pdf?order=height").status_code == 404


def test_the_revocation_list_is_read_as_page_csv_and_json_and_names_nobody(
    session: Session, cast: Cast, client_as: SignIn, training: Training
) -> None:
    client = client_as("viewer")
    assert "No certificate of this training is revoked." in client.get(f"{BASE}/revoked").text
    service.revoke(cast.actor(), certificates(session, training)[0], "secret", RevocationGround.ERROR)
    page = client.get(f"{BASE}/revoked")
    table = list(csv.reader(io.StringIO(client.get(f"{BASE}/revoked.csv").data.decode("utf-8-sig"))))
    listed = json.loads(client.get(f"{BASE}/revoked.json").data)
    assert "HAND-0001" in page.text
    assert table[1][0] == "HAND-0001"
    assert listed["training"] == "HAND"
    assert [(one["serial"], one["ground"], one["replaced_by"]) for one in listed["revoked"]] == [
        ("HAND-0001", "error", None)
    ]
    for text in (page.text, str(table), str(listed)):
        assert "王小明" not in text
        assert "secret" not in text
    assert client.get(f"{BASE}/revoked.xml").status_code == 404
