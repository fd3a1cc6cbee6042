"""A roster with every kind of row that offices get wrong, judged on screen and then imported."""

import html
import io
import re
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.dirty_roster import CASES, NEW, PASSED_OVER, TO_CORRECT, row_of, workbook
from tests.factories import Cast, make_registration, make_training, make_unit
from trainingmgr.models import Person, Registration, Unit

ADDRESS = "/t/IMP/roster/import"


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def upload(client: FlaskClient, data: bytes) -> tuple[str, str]:
    """The preview's address, and the page with every row on it."""
    sent = client.post(
        ADDRESS, data={"file": (io.BytesIO(data), "名册.xlsx")}, content_type="multipart/form-data"
    )
    assert sent.status_code == 303
    assert sent.location is not None
    return sent.location, client.get(f"{sent.location}?show=").get_data(as_text=True)


def lines(page: str) -> dict[int, str]:
    """What the preview says of each row, by the row's number."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    parts = re.split(r'<td[^>]*data-label="Row">(\d+)</td>', body)[1:]
    return {int(number): words(text) for number, text in zip(parts[::2], parts[1::2], strict=True)}


def test_each_kind_of_dirty_row_ends_with_the_right_verdict(
    session: Session, cast: Cast, client_as: Callable[[str], FlaskClient]
) -> None:
    assert len({case.kind for case in CASES}) == len(CASES) >= 25
    training = make_training(session, cast.organisation, code="IMP")
    unit = make_unit(session, cast.organisation, "甲市民政局")
    known = make_registration(session, training, "吕在", unit=unit, post="科员")
    known.person.unit_id, known.person.phone = unit.id, "+8613800139999"
    known.note = "素食"
    session.commit()
    client = client_as("organiser")

    _, page = upload(client, workbook())
    judged = lines(page)
    passed_over = dict(re.findall(r"Row (\d+), ([^:]+):", words(page)))
    for case in CASES:
        row = row_of(case)
        if case.verdict == PASSED_OVER:
            assert row not in judged, case.kind
            assert case.said == ((passed_over[str(row)],) if case.cells else ()), case.kind
            continue
        text = judged[row]
        assert text.startswith(case.verdict), (case.kind, text)
        for said in case.said:
            assert said.format(next=row + 1, before=row - 1) in text, (case.kind, text)
        if case.verdict == NEW:
            assert ("Please check" in text) == case.doubtful, (case.kind, text)
    assert len(judged) == sum(case.verdict != PASSED_OVER for case in CASES)
    assert "Upload the corrected file" in page

    # Without the rows to correct, all of it goes in, and reads as the preview said.
    good = [case for case in CASES if case.verdict != TO_CORRECT]
    address, page = upload(client, workbook(good))
    figures = {"new": sum(one.verdict == NEW for one in good), "update": 1}
    assert client.post(f"{address}/confirm", data=figures).status_code == 303
    session.rollback()
    found = session.execute(
        sa.select(Person.name, Unit.name, Registration.post, Person.phone, Registration.note)
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
    )
    people = {(row[0], row[1]): tuple(row[2:]) for row in found}
    assert len(people) == figures["new"] + 1
    assert people["褚双", "甲市民政局"] == ("处长", "+8613800138012", "028 8661 2346")
    assert people["卫名", "甲市民政局"] == ("处长", "", "")
    assert people["蒋队", "甲市民政局"] == ("科员", "", "领队")
    assert people["吕在", "甲市民政局"] == ("局长", "+8613800138027", "素食")
    assert people["严同", "丙省民政厅"] == ("处长", "", "")
    assert people["何同", "甲市民政局"][1] == "+8613800138025"
    assert people["何同", "乙市民政局"][1] == "+8613800138026"
