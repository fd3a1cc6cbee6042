"""How far a training is filled, by region, category and unit; reminders to units without an answer."""

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import Cast, make_line, make_registration, make_training, make_unit
from tests.mails import as_read
from tests.queries.counting import statements
from trainingmgr.domain.coverage import CoverageBy, Share, bars, total
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.extensions import now
from trainingmgr.models import Category, MailMessage, Nomination, Training, Unit
from trainingmgr.queries.coverage import coverage
from trainingmgr.services import nomination

ClientAs = Callable[[str], FlaskClient]
COVERAGE = "/t/CD2026/coverage"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """Three units: one of Sichuan by its code, one by its name, one that nobody can place."""
    training = make_training(session, cast.organisation, code="CD2026")
    heads = Category(training_id=training.id, position=1, name_zh="处长", name_en="Heads")
    session.add(heads)
    session.commit()
    city = make_unit(
        session, cast.organisation, "某市民政局", division_code="510100", contact_email="cd@example.org"
    )
    province = make_unit(session, cast.organisation, "四川省民政厅")
    body = make_unit(session, cast.organisation, "中国矿业联合会")
    make_line(session, training, {city: 3, province: 2}, category_id=heads.id, deadline=date(2026, 4, 20))
    make_line(session, training, {body: 1})
    return training


def unit(session: Session, name: str) -> Unit:
    return session.scalars(sa.select(Unit).where(Unit.name == name)).one()


def name_people(session: Session, training: Training) -> None:
    """One confirmed, named by the city for another unit's person; one named, one waiting, one gone; one at large."""
    city, heads = unit(session, "某市民政局"), session.scalars(sa.select(Category)).one()
    elsewhere = unit(session, "中国矿业联合会")
    line = session.scalar(sa.text("SELECT min(id) FROM quota_line"))
    for status, unit_id in (
        (S.CONFIRMED, elsewhere.id),
        (S.NOMINATED, city.id),
        (S.WAITLISTED, city.id),
        (S.DECLINED, city.id),
    ):
        row = make_registration(session, training, status=status, unit_id=unit_id, category_id=heads.id)
        session.add(
            Nomination(
                training_id=training.id, unit_id=city.id, line_id=line, registration_id=row.id,
                content_sealed=b"x", sent_at=now(),
            )
        )  # fmt: skip
    make_registration(session, training, status=S.ARRIVED)
    session.commit()


def test_places_and_people_are_added_up_in_three_ways(session: Session, training: Training) -> None:
    name_people(session, training)
    found = coverage(session, training.id)
    assert found[CoverageBy.REGION] == [
        Share("四川省", "Sichuan Province", 5, 2, 1, 1),
        Share("", "", 1, 1, 1, 0),
    ]
    assert found[CoverageBy.CATEGORY] == [Share("处长", "Heads", 5, 2, 1, 1), Share("", "", 1, 1, 1, 0)]
    assert found[CoverageBy.UNIT] == [
        Share("某市民政局", "", 3, 2, 1, 1),
        Share("四川省民政厅", "", 2, 0, 0, 0),
        Share("中国矿业联合会", "", 1, 0, 0, 0),
        Share("", "", 0, 1, 1, 0),
    ]


def test_units_with_as_many_places_come_in_the_order_of_their_names(
    session: Session, cast: Cast, training: Training
) -> None:
    names = ("北京市民政局", "重庆市民政局", "安徽省民政厅")
    make_line(session, training, {make_unit(session, cast.organisation, name): 9 for name in names})
    found = coverage(session, training.id)[CoverageBy.UNIT]
    assert [one.name_zh for one in found][:3] == ["安徽省民政厅", "北京市民政局", "重庆市民政局"]


numbers = st.integers(0, 500)


@given(st.lists(st.builds(Share, st.just("甲"), st.just(""), numbers, numbers, numbers, numbers), max_size=6))
def test_bars_are_on_one_scale_and_the_total_is_of_all_rows(shares: list[Share]) -> None:
    made = bars(shares)
    assert all(0 <= width <= 100 for one in made for width in (one.places, one.named))
    if any(one.places or one.named for one in shares):
        assert max(max(one.places, one.named) for one in made) == 100
    assert total(shares).places == sum(one.places for one in shares)


def test_the_page_shows_figures_with_bars_and_the_workbook_all_tables(
    session: Session, client_as: ClientAs, training: Training
) -> None:
    name_people(session, training)
    page = unescape(client_as("viewer").get(f"{COVERAGE}?by=unit").text)
    row = re.search(r"<tr[^>]*>\s*<th scope=\"row\">某市民政局</th>.*?</tr>", page, re.S)
    assert row is not None
    assert re.findall(r'<td class="num"[^>]*>(\d*)</td>', row[0]) == ["3", "2", "1", "1"]
    assert re.findall(r'class="(\w+)" x="0" y="[\d.]+" width="([\d.]+)"', row[0]) == [
        ("offered", "100.0"), ("named", "66.67"), ("confirmed", "33.33"),
    ]  # fmt: skip
    assert "Remind them by mail" not in page
    book = openpyxl.load_workbook(io.BytesIO(client_as("viewer").get(f"{COVERAGE}/export.xlsx").get_data()))
    assert book.sheetnames == ["Region", "Category", "Unit"]
    assert [cell.value for cell in list(book["Unit"].iter_rows())[-1]] == ["Total", 6, 3, 2, 1]


def test_units_without_an_answer_are_reminded_by_mail_and_by_texts_to_copy(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    client = client_as("organiser")
    nomination.make_links(cast.actor(), training, [unit(session, "某市民政局").id])
    page = unescape(client.get(COVERAGE).text)
    assert "3 units have not answered" in page
    sent = {"all": "1", "show": "unanswered", "do": "remind", "language": "zh"}
    client.post("/t/CD2026/nominations/links", data=sent)
    mail = session.scalars(sa.select(MailMessage)).one()
    assert (mail.kind, mail.to_address) == ("nomination_reminder", "cd@example.org")
    texts = unescape(client.get(f"{COVERAGE}/reminders?language=zh").text)
    # What is copied is what the mail says, its address with it.
    assert as_read(session, mail) in texts
    assert "名额：处长：2名" in texts
    assert "以下单位尚未报送“社区治理培训班”参训人员名单：" in texts
    assert "请于2026年4月20日前报送。" in texts
    assert texts.count("/n/") == 1
    assert client_as("front_desk").get(f"{COVERAGE}/reminders").status_code == 403
    name_people(session, training)
    assert "某市民政局" not in unescape(client.get(f"{COVERAGE}/reminders?language=en").text)


def test_the_page_takes_the_same_statements_for_few_and_for_many(
    session: Session, cast: Cast, client_as: ClientAs, training: Training
) -> None:
    client, costs = client_as("organiser"), []
    for number in (1, 40):
        make_line(session, training, {make_unit(session, cast.organisation): 1 for _each in range(number)})
        with statements() as seen:
            assert client.get(COVERAGE).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
