"""The public page: valid, revoked or unknown, and nothing more than that to whoever tries."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast
from trainingmgr.app import create_app
from trainingmgr.config import Settings
from trainingmgr.documents.token import REVOCATIONS, read_payload, read_token
from trainingmgr.domain.certificate import RevocationGround, group_code, new_code
from trainingmgr.extensions import db, keyring
from trainingmgr.http import kept
from trainingmgr.models import Certificate
from trainingmgr.services import certificate as service
from trainingmgr.services.certificate.reserving import reserve


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("trainingmgr_language", "en")
    return client


def one(session: Session, cast: Cast, name: str = "王小明", **values: Any) -> Certificate:
    training = make_class(session, cast, 0, **({"code": "CHECK"} | values))
    add_person(session, training, name, latin_name="Wang Xiaoming")
    issue(cast, training)
    return certificates(session, training)[0]


def word(page: str) -> str:
    found = re.search(r'<h1 class="proof-word">\s*(.*?)\s*</h1>', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_address_in_the_qr_says_valid_and_masks_the_name(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    address = row.snapshot["verify_url"]
    assert address.startswith("https://classes.example.org/v/CHECK-0001?c=")
    page = client.get(address.removeprefix("https://classes.example.org")).text
    assert word(page) == "Valid"
    assert "王*明" in page
    assert "王小明" not in page
    assert "Training class on community governance" in page
    assert "11 – 14 May 2026" in page


def test_a_revoked_one_says_so_and_keeps_the_reason_inside(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    service.revoke(cast.actor(), row, "冒名顶替", RevocationGround.MISUSED)
    page = client.get(f"/v/{row.serial}?c={row.code}").text
    assert word(page) == "Revoked"
    assert "Reason given: It was misused." in page
    assert "冒名顶替" not in page


def test_the_day_of_a_revocation_is_the_day_where_the_class_was(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    service.revoke(cast.actor(), row, "冒名顶替")
    row.ended_at = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    session.commit()
    assert "2 Jun 2026" in client.get(f"/v/{row.serial}?c={row.code}").text


def test_a_sample_says_that_it_certifies_nothing(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast, is_sample=True)
    page = client.get(f"/v/{row.serial}?c={row.code}").text
    assert word(page) == "Valid (sample)"
    assert "certifies nothing" in page


def test_a_wrong_code_and_a_serial_that_is_not_there_get_the_same_answer(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    wrong = client.get(f"/v/{row.serial}?c={new_code()}")
    absent = client.get(f"/v/CHECK-9999?c={new_code()}")
    assert (wrong.status_code, absent.status_code) == (404, 404)
    assert word(wrong.text) == "Unknown"

    def without_serial(answer: Any, serial: str) -> str:
        text = re.sub(r"nonce[^>]*", "", answer.text).replace(serial, "")
        # Both give back what was typed.
        text = re.sub(r'name="c" value="\w{26}"', "", text)
        return re.sub(r"next=[^\"]*", "", text)

    assert without_serial(wrong, row.serial) == without_serial(absent, "CHECK-9999")


@pytest.mark.parametrize("code", ["0" * 26, "", "%00", "é", "' OR 1=1 --", "x" * 5000])
def test_no_odd_code_opens_anything(session: Session, cast: Cast, client: FlaskClient, code: str) -> None:
    row = one(session, cast)
    answer = client.get(f"/v/{row.serial}", query_string={"c": code})
    assert "王" not in answer.text
    assert answer.status_code in {200, 404}


def test_what_was_typed_stands_in_the_form_to_be_put_right_and_a_scanned_token_does_not(
    client: FlaskClient,
) -> None:
    assert 'name="c" value="WR0NG-C0DE"' in client.get("/v/CHECK-1?c=WR0NG-C0DE").text
    assert 'name="c" value="WR0NG"' in client.get("/v?c=WR0NG").text
    assert 'name="c" value=""' in client.get("/v/CHECK-1?c=eyJhbGciOiJFZDI1NTE5In0.e30.c2ln").text


def test_every_page_leads_whoever_holds_a_paper_to_the_form(
    session: Session, cast: Cast, client: FlaskClient, client_as: Callable[[str], FlaskClient]
) -> None:
    one(session, cast)
    for page in (
        client.get("/login"),
        client.get("/nowhere"),
        client_as("viewer").get("/t/CHECK/certificates/register"),
    ):
        assert '<a href="/v">Check a certificate</a>' in page.text


def test_a_number_without_a_paper_is_unknown(session: Session, cast: Cast, client: FlaskClient) -> None:
    training = make_class(session, cast, 1, code="HALF")
    job = service.start_issue(cast.actor(), training)
    assert job is not None
    reserve(job.id, "dies", 25)
    (row,) = certificates(session, training)
    assert client.get(f"/v/{row.serial}?c={row.code}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("王小明", "The name matches"),
        (" 王 小明 ", "The name matches"),
        ("wang xiaoming", "The name matches"),
        ("王小红", "is not the one"),
        ("王", "is not the one"),
    ],
)
def test_a_full_name_is_compared(
    session: Session, cast: Cast, client: FlaskClient, typed: str, answer: str
) -> None:
    row = one(session, cast)
    page = client.post(f"/v/{row.serial}", data={"c": row.code, "name": typed}).text
    assert answer in page
    assert "王小明" not in page.replace(f'value="{typed}"', "")


@pytest.fixture
def guarded(app: Flask) -> Iterator[FlaskClient]:
    """A client of the application as it runs outside tests, with forms that have to be its own."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_visitor_reads_and_compares_without_a_cookie(
    session: Session, cast: Cast, guarded: FlaskClient
) -> None:
    row = one(session, cast)
    read = guarded.get(f"/v/{row.serial}?c={row.code}")
    compared = guarded.post(f"/v/{row.serial}", data={"c": row.code, "name": "王小明"})
    assert (read.status_code, compared.status_code) == (200, 200)
    assert "csrf_token" not in read.text
    assert "Set-Cookie" not in {**read.headers, **compared.headers}


def states(session: Session, cast: Cast) -> list[Certificate]:
    """Certificates of every state that a page may show, with words that HTML and addresses would mind."""
    odd = make_class(
        session, cast, 0, code="ODD", title_zh='<b>"培训" & 班</b>', title_en="A & B’s <i>100%</i>"
    )
    for name in ("王小明", "O'Brien <b>", "迪丽热巴·迪力木拉提"):
        add_person(session, odd, name)
    issue(cast, odd)
    first, second, _third = certificates(session, odd)
    service.revoke(cast.actor(), second, "内部", RevocationGround.MISUSED)
    job = service.reissue(cast.actor(), first, "姓名有误", RevocationGround.ERROR)
    service.work(job.id, "test")
    sample = make_class(session, cast, 1, code="SAMPLE", is_sample=True)
    issue(cast, sample)
    return [*certificates(session, odd), *certificates(session, sample)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_that_was_laid_out_for_another_certificate_is_the_very_page_of_this_one(
    session: Session, cast: Cast, client: FlaskClient, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.set_cookie("trainingmgr_language", language)
    addresses = [f"/v/{row.serial}?c={row.code}" for row in states(session, cast)]
    addresses += [f"/v/file/{row.sha256}" for row in session.scalars(sa.select(Certificate))]
    assert len(addresses) == 10
    alone = []
    for address in addresses:
        monkeypatch.setattr(kept, "_shelf", kept._Shelf())
        alone.append(client.get(address).text)
    assert len(set(alone)) == len(alone)
    for _twice in range(2):
        assert [client.get(address).text for address in addresses] == alone


def test_what_becomes_of_a_certificate_is_on_the_next_page(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    address = path_of(row)
    assert word(client.get(address).text) == "Valid"
    service.revoke(cast.actor(), row, "姓名有误", RevocationGround.ERROR)
    assert word(client.get(address).text) == "Revoked"
    session.refresh(row)
    service.erase(cast.actor(), row)
    page = client.get(address).text
    assert (word(page), "王" in page) == ("Revoked", False)
    assert "erased at the holder" in page


def test_each_reader_sees_their_own_head_over_the_same_certificate(
    session: Session, cast: Cast, client_as: Callable[[str], FlaskClient]
) -> None:
    row = one(session, cast)
    for who in ("owner", "viewer", "owner"):
        page = client_as(who).get(f"/v/{row.serial}?c={row.code}").text
        assert f"<summary>{cast.users[who].name}</summary>" in page


def test_comparing_needs_the_code_too(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast)
    assert client.post(f"/v/{row.serial}", data={"name": "王小明"}).status_code == 404
    assert client.post(f"/v/{row.serial}", data={"c": row.code, "name": ""}).status_code == 422


def test_serial_and_code_may_be_typed_from_the_paper(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    assert "Serial number" in client.get("/v").text
    typed = group_code(row.code).lower()
    page = client.get("/v", query_string={"serial": f" {row.serial} ", "c": typed}, follow_redirects=True)
    assert word(page.text) == "Valid"
    assert "Both the serial number and the code" in client.get(f"/v?serial={row.serial}").text
    assert "Verification code" in client.get(f"/v/{row.serial}").text


def test_the_page_speaks_both_languages(session: Session, cast: Cast, app: Flask) -> None:
    row = one(session, cast)
    client = app.test_client()
    page = client.get(f"/v/{row.serial}?c={row.code}", headers={"Accept-Language": "zh-CN"}).text
    assert '<html lang="zh-Hans">' in page
    assert "社区治理培训班" in page


@pytest.fixture
def throttled(app: Flask, run_settings: Settings) -> Iterator[FlaskClient]:
    """A client of an application that limits how often one may ask, as a served one does."""
    limited = create_app(
        run_settings,
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": True,
            "RATELIMIT_STORAGE_URI": "",
        },
    )
    yield limited.test_client()
    with limited.app_context():
        db.session.remove()
        db.engine.dispose()


def test_asking_again_and_again_is_stopped(session: Session, cast: Cast, throttled: FlaskClient) -> None:
    row = one(session, cast)
    statuses = [
        throttled.post(f"/v/{row.serial}", data={"c": row.code, "name": "猜"}).status_code for _ in range(25)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def offline_facts(client: FlaskClient) -> dict[str, Any]:
    page = client.get("/v/offline.html").text
    found = re.search(r'<script type="application/json" id="facts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def path_of(row: Certificate) -> str:
    address: str = row.snapshot["verify_url"]
    return address.removeprefix("https://classes.example.org")


def test_the_qr_holds_a_signed_token_and_the_typed_code_leads_to_the_same_answer(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    claims = read_token(path_of(row).partition("c=")[2], keyring.token_keys.public_keys)
    assert (claims.serial, claims.code, claims.masked_name) == (row.serial, row.code, "王*明")
    assert word(client.get(f"/v/{row.serial}?c={row.code}").text) == "Valid"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda token: token[:-4] + "AAAA", "The signature does not fit"),
        (lambda token: "eyJhbGciOiJub25lIn0" + token[token.index(".") :], "another way of signing"),
    ],
)
def test_an_altered_token_is_said_to_be_one(
    session: Session, cast: Cast, client: FlaskClient, change: Any, said: str
) -> None:
    address, _, token = path_of(one(session, cast)).partition("c=")
    answer = client.get(f"{address}c={change(token)}")
    assert answer.status_code == 404
    assert word(answer.text) == "Altered"
    assert said in answer.text


def test_a_token_put_behind_another_serial_is_altered(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    token = path_of(one(session, cast)).partition("c=")[2]
    assert "belongs to another certificate" in client.get(f"/v/CHECK-0002?c={token}").text


def test_a_file_is_known_by_its_fingerprint_alone(session: Session, cast: Cast, client: FlaskClient) -> None:
    row = one(session, cast)
    answer = client.get(f"/v/file/{row.sha256}")
    assert word(answer.text) == "Valid"
    assert "exactly the one that was issued" in answer.text
    assert "王小明" not in answer.text


def test_a_changed_file_that_says_whose_it_was_is_altered_and_any_other_unknown(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    query = {"serial": row.serial, "c": path_of(row).partition("c=")[2]}
    assert word(client.get(f"/v/file/{'0' * 64}", query_string=query).text) == "Altered"
    assert word(client.get(f"/v/file/{'0' * 64}").text) == "Unknown"
    without = {"serial": row.serial, "c": new_code()}
    assert word(client.get(f"/v/file/{'0' * 64}", query_string=without).text) == "Unknown"
    for nonsense in ("0" * 63, "../etc", "Z" * 64):
        assert client.get(f"/v/file/{nonsense}").status_code == 404


def test_the_chain_of_a_replaced_certificate_is_told_from_either_end(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    old = one(session, cast)
    job = service.reissue(cast.actor(), old, "姓名有误", RevocationGround.ERROR)
    service.work(job.id, "test")
    session.rollback()
    new = session.scalars(sa.select(Certificate).where(Certificate.replaces_id == old.id)).one()
    before, after = (client.get(path_of(row)).text for row in (old, new))
    assert word(before) == "Revoked"
    assert "It held an error" in before
    assert f"Certificate {new.serial} was issued in its place." in before
    assert "姓名有误" not in before
    assert f"Issued in place of {old.serial}" in after


def test_the_page_for_away_has_the_keys_and_the_revoked_and_nothing_of_those_not_revoked(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    row = one(session, cast)
    facts = offline_facts(client)
    payload = read_payload(facts["revocations"], keyring.token_keys.public_keys, REVOCATIONS)
    assert payload["revoked"] == {}
    service.revoke(cast.actor(), row, "内部原因", RevocationGround.MISUSED)
    facts = offline_facts(client)
    payload = read_payload(facts["revocations"], keyring.token_keys.public_keys, REVOCATIONS)
    (mark,) = payload["revoked"]
    assert payload["revoked"][mark][1] == "misused"
    assert row.serial not in client.get("/v/revoked.jwt").text
    assert client.get("/v/keys.json").json == {"keys": facts["keys"]}
    assert "内部原因" not in client.get("/v/offline.html").text


def test_the_page_for_away_asks_no_server_for_anything(client: FlaskClient) -> None:
    page = client.get("/v/offline.html")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert not re.findall(r'(?:src|href)="(?!data:)', page.text)
