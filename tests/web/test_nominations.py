"""Nominations as the organiser sees them: how far units are, their addresses, mails to them."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_line, make_training, make_unit
from tests.mails import set_server
from tests.nominations import entry_of, name_person, offered, token_of, typed
from tests.queries.counting import statements
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.models import (
    MailMessage,
    Registration,
    Training,
    Unit,
)
from trainingmgr.queries import nomination as queries

SignIn = Callable[[str], FlaskClient]


ID_NUMBER = "11010519491231002X"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="NOMI")


def notices(page: str) -> list[str]:
    return re.findall(r'<div class="notice[^>]*>(.*?)</div>', page, re.DOTALL)


@pytest.fixture
def organiser(client_as: SignIn) -> FlaskClient:
    return client_as("organiser")


def test_the_organiser_makes_copies_renews_and_takes_back_addresses(
    session: Session, cast: Cast, training: Training, organiser: FlaskClient, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training, name="甲厅")
    base = "/t/NOMI/nominations"
    assert "No address yet" in organiser.get(base).text
    made = organiser.post(f"{base}/links", data={"do": "make"}, follow_redirects=True).text
    way = f'<a href="{base}/links">See the addresses</a>'
    assert notices(made)[0] == f"One address was made. {way}"
    assert "works until" in organiser.get(f"{base}/units/{unit.id}").text
    listed = re.findall(
        r"甲厅\thttps://classes\.example\.org(/n/[\w-]{44})", organiser.get(f"{base}/links").text
    )
    assert len(listed) == 1
    assert stranger.get(listed[0]).status_code == 200
    organiser.post(f"{base}/units/{unit.id}/renew")
    found = re.search(
        r'href="https://classes\.example\.org(/n/[\w-]{44})"', organiser.get(f"{base}/units/{unit.id}").text
    )
    assert found is not None
    assert [stranger.get(path).status_code for path in (listed[0], found[1])] == [410, 200]
    organiser.post(f"{base}/units/{unit.id}/revoke")
    assert stranger.get(found[1]).status_code == 410


def test_whoever_may_not_edit_sees_how_far_units_are_and_no_address(
    session: Session, cast: Cast, training: Training, client_as: SignIn
) -> None:
    _line, unit = offered(session, cast, training, name="甲厅")
    token = token_of(session, cast, training, unit)
    for who in ("viewer", "front_desk"):
        client = client_as(who)
        for path in ("", f"/units/{unit.id}"):
            text = client.get(f"/t/NOMI/nominations{path}").text
            assert "甲厅" in text
            assert token not in text
        assert client.get("/t/NOMI/nominations/links").status_code == 403


def test_mails_go_to_those_ticked_or_to_all_that_the_filter_leaves(
    session: Session, cast: Cast, training: Training, organiser: FlaskClient
) -> None:
    for number in range(3):
        unit = make_unit(session, cast.organisation, contact_email=f"u{number}@example.org")
        make_line(session, training, {unit: 1})
        if not number:
            name_person(entry_of(session, cast, training, unit))
    base = "/t/NOMI/nominations"
    assert (
        "Tick at least one unit."
        in organiser.post(f"{base}/links", data={"do": "send"}, follow_redirects=True).text
    )
    data = {"do": "remind", "all": "1", "show": "unanswered", "language": "en"}
    assert (
        "2 mails lie in the outbox." in organiser.post(f"{base}/links", data=data, follow_redirects=True).text
    )


def test_whoever_writes_to_units_is_told_before_and_after_whether_the_mails_leave(
    session: Session, cast: Cast, training: Training, client_as: SignIn
) -> None:
    unit = make_unit(session, cast.organisation, contact_email="u@example.org")
    make_line(session, training, {unit: 1})
    base, data = "/t/NOMI/nominations", {"do": "send", "id": unit.id, "language": "en"}
    way = f'href="/o/{cast.organisation.id}/mail/server">Set the mail server</a>'
    ways = {"owner": way, "organiser": "An owner of the organisation sets it."}
    before = "No mail server is set, so mails are kept in the outbox and not sent. "
    for who, remedy in ways.items():
        client = client_as(who)
        assert before in (page := client.get(base).text)
        assert remedy in page
        client.post(f"{base}/links", data=data)
        reply = notices(client.get(base).text)[0]
        assert "One mail lies in the outbox. Nothing is sent, since no mail server is set. " in reply
        assert remedy in reply
    training.is_sample = True
    session.commit()
    page = client.post(f"{base}/links", data=data, follow_redirects=True).text
    assert "One mail lies in the outbox. Mails of samples are never sent." in page
    assert "Mails of samples are kept in the outbox to be read. They are never sent." in page
    training.is_sample = False
    set_server(session, cast.organisation)
    page = client.post(f"{base}/links", data=data, follow_redirects=True).text
    assert notices(page)[0].endswith("One mail is on its way.")
    assert "No mail server" not in page


def test_a_mail_address_that_is_written_beside_a_unit_is_used_and_stays_with_the_unit(
    session: Session, cast: Cast, client_as: SignIn
) -> None:
    units = [make_unit(session, cast.organisation, name) for name in ("甲厅", "乙厅", "丙厅")]
    known = make_unit(session, cast.organisation, "丁厅", contact_email="d@example.org")
    elsewhere = make_unit(session, cast.organisation, "戊厅")
    training = make_training(session, cast.organisation, code="MAILS")
    make_line(session, training, dict.fromkeys([*units, known], 1))
    client, page = client_as("organiser"), "/t/MAILS/nominations"
    assert f'name="email{units[0].id}"' in client.get(page).text
    assert f'name="email{known.id}"' not in client.get(page).text
    assert 'name="email' not in client_as("viewer").get(page).text
    typed = {
        f"email{units[0].id}": " a@Example.org",
        f"email{units[1].id}": "b at example",
        f"email{known.id}": "other@example.org",
        f"email{elsewhere.id}": "e@example.org",
    }
    sent = {"do": "send", "language": "en", "all": "1"}
    told = client.post(f"{page}/links", data=typed | sent, follow_redirects=True).text
    assert "“b at example” is no mail address." in told
    mails = session.scalars(sa.select(MailMessage.to_address).order_by(MailMessage.to_address)).all()
    assert mails == ["a@example.org", "d@example.org"]
    client.post(f"{page}/links", data={"do": "keep", f"email{units[2].id}": "c@example.org"})
    look_again(session)
    kept = sa.select(Unit.name, Unit.contact_email).where(
        Unit.name.in_(["甲厅", "乙厅", "丙厅", "丁厅", "戊厅"])
    )
    assert dict(session.execute(kept).tuples().all()) == {
        "甲厅": "a@example.org", "乙厅": "", "丙厅": "c@example.org", "丁厅": "d@example.org", "戊厅": "",
    }  # fmt: skip


def test_it_is_said_how_many_mail_addresses_were_kept_and_refused_text_stays_in_its_field(
    session: Session, cast: Cast, training: Training, organiser: FlaskClient
) -> None:
    first, second = (make_unit(session, cast.organisation, name) for name in ("甲厅", "乙厅"))
    make_line(session, training, {first: 1, second: 1})

    def kept(**typed: str) -> tuple[int, str]:
        answer = organiser.post(
            "/t/NOMI/nominations/links", data={"do": "keep", **typed}, follow_redirects=True
        )
        return answer.status_code, answer.text

    status, page = kept(**{f"email{first.id}": "not a mail"})
    assert status == 422
    assert "Saved." not in page
    assert "were kept" not in page
    assert 'value="not a mail" aria-invalid="true"' in page
    status, page = kept(**{f"email{first.id}": "a@example.org", f"email{second.id}": "b at example"})
    assert (status, notices(page)[:2]) == (
        422,
        ["“b at example” is no mail address. Write it like name@example.org.", "One mail address was kept."],
    )
    assert 'value="b at example"' in page
    status, page = kept(**{f"email{second.id}": "b@example.org"})
    assert (status, notices(page)[0]) == (200, "One mail address was kept.")
    assert notices(kept()[1])[0] == "No new mail address was typed."


def test_units_without_a_mail_address_are_named_and_of_many_it_is_said_how_many_they_are(
    session: Session, cast: Cast, training: Training, organiser: FlaskClient
) -> None:
    units = [make_unit(session, cast.organisation, name) for name in "甲乙丙丁戊己庚"]
    make_line(session, training, dict.fromkeys(units, 1))
    data: dict[str, object] = {"do": "send", "id": [unit.id for unit in units]}
    base = "/t/NOMI/nominations"
    text = organiser.post(f"{base}/links", data=data, follow_redirects=True).text
    assert "so nothing was sent: 甲, 乙, 丙, 丁, 戊 and 2 more. Write one" in text
    data["id"] = [units[0].id]
    text = organiser.post(f"{base}/links", data=data, follow_redirects=True).text
    assert "so nothing was sent: 甲. Write one" in text
    own = organiser.get(f"{base}/units/{units[0].id}").text
    assert f"/o/{cast.organisation.id}/units/{units[0].id}/edit" in own


def test_nominations_lead_whoever_may_decide_to_those_who_wait_on_the_board(
    session: Session, cast: Cast, training: Training, organiser: FlaskClient, client_as: SignIn
) -> None:
    _line, unit = offered(session, cast, training, 2, over=OverQuota.WAITLIST)
    pages = ["/t/NOMI/nominations", f"/t/NOMI/nominations/units/{unit.id}"]
    assert all("/roster/board#" not in organiser.get(page).text for page in pages)
    for number, name in enumerate(("王芳", "李雷", "韩梅梅")):
        name_person(entry_of(session, cast, training, unit), typed(name, phone=f"1380013800{number}"))
    way = 'href="/t/NOMI/roster/board#nominated">'
    texts = [organiser.get(page).text for page in pages]
    assert f"{way}Decide on 3 people</a>" in texts[0]
    assert f"{way}Decide on the board</a>" in texts[1]
    assert 'id="nominated"' in organiser.get("/t/NOMI/roster/board").text
    viewer = client_as("viewer")
    assert all("/roster/board#" not in viewer.get(page).text for page in pages)
    registrations = session.query(Registration).filter_by(status=S.NOMINATED)
    registrations.update({"status": S.CONFIRMED})
    session.commit()
    text = organiser.get(pages[0]).text
    assert 'href="/t/NOMI/roster/board#waitlisted">Decide on one person</a>' in text


def test_the_overview_counts_and_points_out_and_costs_the_same_for_many_units(
    session: Session, cast: Cast, training: Training, organiser: FlaskClient
) -> None:
    first, second = (offered(session, cast, training)[1] for _ in range(2))
    for unit in (first, second):
        name_person(entry_of(session, cast, training, unit), typed("王芳", id_number=ID_NUMBER))
    page = organiser.get(f"/t/NOMI/nominations/units/{second.id}").text
    assert "Seems to be on this training twice:" in page
    assert first.name in page
    look_again(session)
    (named,) = queries.sent(session, training.id, second.id)
    theirs = organiser.get(f"/t/NOMI/roster/{named.registration_id}").text
    assert f'/t/NOMI/nominations/units/{second.id}">{second.name}' in theirs
    assert "Seems to be on this training twice:" in theirs
    assert "Please check" in organiser.get("/t/NOMI/nominations?show=doubtful").text
    counted = []
    for _ in range(2):
        for _ in range(3):
            offered(session, cast, training)
        with statements() as sent:
            assert organiser.get("/t/NOMI/nominations").status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1]
    assert "6" in organiser.get("/t/NOMI/nominations?show=unanswered").text
