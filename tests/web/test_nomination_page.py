"""A unit's page: what it shows and does, and that it reaches nobody else's records."""

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_category, make_line, make_training, make_unit
from tests.nominations import entry_of, name_person, offered, page_of, picture, statuses, typed
from tests.queries.counting import statements
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.domain.registration_form import Mode, Modes
from trainingmgr.models import (
    AuditEntry,
    Nomination,
    NominationLink,
    Person,
    Training,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.services import nomination as service
from trainingmgr.services import registration_form as forms

SignIn = Callable[[str], FlaskClient]
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="NOMI")


def test_a_unit_reads_the_notice_names_a_person_and_sees_them_sent(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    category = make_category(session, training, "处长", name_en="Heads", post_en="Head of division")
    _line, unit = offered(session, cast, training, 2, "甲厅", category_id=category.id)
    service.set_notice(
        cast.actor(),
        training,
        "请推荐",
        "Please <nominate>",
        late_replacement=False,
        file=("通知.png", picture()),
    )
    page = page_of(session, cast, training, unit)
    text = stranger.get(page).text
    for said in ("Please &lt;nominate&gt;", "Heads", "Head of division", "<b>0</b> / 2", "通知.png"):
        assert said in text
    assert stranger.get(f"{page}/notice").data == picture()
    answer = stranger.post(
        f"{page}/people/new", data={**typed("王芳", id_number=ID_NUMBER), "unit": "甲厅", "do": "send"}
    )
    assert (answer.status_code, answer.location) == (303, page)
    text = stranger.get(page).text
    for said in ("Sent: 王芳.", "Nominated", "138 0013 8000", "110***********002X", "<b>1</b> / 2"):
        assert said in text
    assert ID_NUMBER not in text
    assert statuses(session, training) == [S.NOMINATED]


@pytest.mark.parametrize(("language", "word"), [("zh", "学员"), ("en", "Participants")])
@pytest.mark.parametrize("designed", [False, True])
def test_places_of_a_training_without_categories_are_called_participants_and_never_by_a_number(
    session: Session,
    cast: Cast,
    training: Training,
    stranger: FlaskClient,
    client_as: SignIn,
    language: str,
    word: str,
    designed: bool,
) -> None:
    if designed:
        forms.set_modes(cast.actor(), training.id, {"health": Modes(Mode.OPTIONAL)}, version=0)
    line, unit = offered(session, cast, training)
    page = page_of(session, cast, training, unit)
    stranger.set_cookie("trainingmgr_language", language)
    choice = rf'<option (?:selected )?value="{line.id}">{word}</option>'
    assert re.search(choice, stranger.get(f"{page}/people/new").text)
    organiser = client_as("organiser")
    organiser.set_cookie("trainingmgr_language", language)
    assert f"<strong>{word}</strong>" in organiser.get(f"/t/NOMI/nominations/units/{unit.id}").text
    assert f'<h2 id="line{line.id}">{word}</h2>' in organiser.get("/t/NOMI/quotas").text
    second = make_line(session, training, {unit: 1}, post="处长")
    text = stranger.get(f"{page}/people/new").text
    assert re.search(choice, text)
    assert f'<option value="{second.id}">{word} · 处长</option>' in text


def test_what_is_missing_is_named_and_what_was_typed_stays(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    page = page_of(session, cast, training, unit)
    answer = stranger.post(
        f"{page}/people/new", data={"name": "王芳", "phone": "12", "note": "回民", "do": "send"}
    )
    assert answer.status_code == 422
    assert "needed before the person can be sent" in answer.text
    assert "2 fields need a correction" in answer.text
    assert 'value="王芳"' in answer.text
    assert "回民</textarea>" in answer.text
    assert statuses(session, training) == []
    stranger.post(f"{page}/people/new", data={"name": "王芳", "phone": "12", "note": "回民", "do": "save"})
    text = stranger.get(page).text
    assert "Saved as a draft. It was not sent." in text
    assert "To complete" in text


def test_ticked_drafts_are_sent_and_what_has_no_place_stays(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    ids = [service.save(entry, typed(name), None) for name in ("王芳", "李雷")]
    page = page_of(session, cast, training, unit)
    assert "Tick at least one draft." in stranger.post(f"{page}/send", follow_redirects=True).text
    crafted = {"id": ["9" * 25, "-1", "x"]}
    assert (
        "Tick at least one draft." in stranger.post(f"{page}/send", data=crafted, follow_redirects=True).text
    )
    text = stranger.post(f"{page}/send", data={"id": ids}, follow_redirects=True).text
    assert "Sent: 王芳." in text
    assert "All your places (1) are taken, so 李雷 was not sent." in text
    assert statuses(session, training) == [S.NOMINATED]
    assert f'value="{ids[1]}"' in text


def test_a_person_is_replaced_withdrawn_and_a_draft_deleted(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training, over=OverQuota.WAITLIST)
    entry = entry_of(session, cast, training, unit)
    first, draft = name_person(entry).nomination_id, service.save(entry, typed("草稿"), None)
    page = page_of(session, cast, training, unit)
    lacking = stranger.post(f"{page}/people/{first}/replace", data=typed("李雷"))
    assert (lacking.status_code, "Say why the person is replaced." in lacking.text) == (422, True)
    data = {**typed("李雷"), "reason": "岗位调整"}
    text = stranger.post(f"{page}/people/{first}/replace", data=data, follow_redirects=True).text
    assert "李雷 takes the place of 王芳." in text
    assert "Reason: 岗位调整" in text
    look_again(session)
    second = next(one.id for one in queries.sent(session, training.id, unit.id) if one.nominee.name == "李雷")
    stranger.post(f"{page}/people/{second}/withdraw", data={"reason": ""})
    stranger.post(f"{page}/people/{draft}/discard")
    assert statuses(session, training) == [S.WITHDRAWN, S.WITHDRAWN]
    assert session.get(Nomination, draft) is None


def test_the_form_to_fill_in_is_headed_and_read_back(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    heads, chiefs = (make_category(session, training, name) for name in ("处长", "局长"))
    unit = make_unit(session, cast.organisation, "甲厅")
    lines = [make_line(session, training, {unit: 3}, category_id=one.id) for one in (heads, chiefs)]
    page = page_of(session, cast, training, unit)
    stranger.set_cookie("trainingmgr_language", "zh")
    answer = stranger.get(f"{page}/template.xlsx")
    assert "filename*=UTF-8''NOMI-%E7%94%B2%E5%8E%85.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.data))
    sheet = book.worksheets[0]
    head = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert "推荐单位：甲厅" in head
    assert any("局长 · 名额 3 个" in str(text) for text in head)
    titles = [cell.value for cell in sheet[sheet.max_row]]
    values = {"姓名": "王芳", "工作单位": "甲厅", "职务": "处长", "手机号码": "13800138000", "类别": "局长"}
    sheet.append([values.get(str(title)) for title in titles])
    out = BytesIO()
    book.save(out)
    answer = stranger.post(f"{page}/upload", data={"file": (BytesIO(out.getvalue()), "甲.xlsx")})
    assert answer.location == f"{page}#drafts"
    assert "从文件读入 1 人" in stranger.get(page).text
    look_again(session)
    (draft,) = queries.drafts(session, training.id, unit.id, training.start_date)
    assert draft.reading.complete
    assert draft.line_id == lines[1].id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_receipt_lists_who_was_sent_with_masked_numbers(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient, tmp_path: Path, language: str
) -> None:
    _line, unit = offered(session, cast, training, 2, "甲厅", over=OverQuota.WAITLIST)
    entry = entry_of(session, cast, training, unit)
    sent = [
        name_person(entry, typed(name, phone=f"1380013800{number}", id_number="" if number else ID_NUMBER))
        for number, name in enumerate(("王芳", "李雷", "韩梅梅"))
    ]
    service.withdraw(entry, sent[1].nomination_id)
    service.replace(entry, sent[0].nomination_id, typed("周八", unit="", id_number=ID_NUMBER), "病假")
    stranger.set_cookie("trainingmgr_language", language)
    answer = stranger.get(f"{page_of(session, cast, training, unit)}/receipt.pdf")
    assert answer.mimetype == "application/pdf"
    (tmp_path / "a.pdf").write_bytes(answer.data)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for said in (
        "周八",
        "韩梅梅",
        "甲厅",
        "110***********002X",
        *(("报名回执", "盖章", "候补") if language == "zh" else ("Stamp of the unit", "Waitlisted")),
    ):
        assert said in text
    assert not {"王芳", "李雷", ID_NUMBER} & {*text.split()}
    # Who waits comes last, a unit left empty is their own, and its only category is told above.
    lines = {row[1]: row for line in text.splitlines() if (row := line.split()) and row[0] in {"1", "2"}}
    assert (lines["周八"][0], lines["周八"][2], lines["韩梅梅"][0]) == ("1", "甲厅", "2")
    assert ("类别" if language == "zh" else "Category") not in text


def test_a_stamped_scan_goes_to_the_organiser_and_to_this_unit_alone(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient, client_as: SignIn
) -> None:
    units = [offered(session, cast, training)[1] for _ in range(2)]
    pages = [page_of(session, cast, training, unit) for unit in units]
    data = {"scan": (BytesIO(picture()), "回执.png")}
    assert "was attached" in stranger.post(f"{pages[0]}/scans", data=data, follow_redirects=True).text
    look_again(session)
    (scan,) = queries.scans(session, training.id, units[0].id)
    answer = stranger.get(f"{pages[0]}/scans/{scan.id}")
    assert answer.data == picture()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert stranger.get(f"{pages[1]}/scans/{scan.id}").status_code == 404
    organiser = client_as("organiser")
    assert organiser.get(f"/t/NOMI/nominations/scans/{scan.id}").data == picture()
    assert client_as("viewer").get(f"/t/NOMI/nominations/scans/{scan.id}").status_code == 403


def test_no_route_of_one_unit_reaches_anothers_records(
    app: Flask, session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    """Walks every route under a unit's address with another unit's records, in the same and in another training."""
    elsewhere = make_training(session, cast.organisation)
    _line, mine = offered(session, cast, training)
    page = page_of(session, cast, training, mine)
    ids: dict[str, list[int]] = {"nomination_id": [], "receipt_id": []}
    for other in (training, elsewhere):
        entry = entry_of(session, cast, other, offered(session, cast, other, 2)[1])
        ids["nomination_id"] += [
            name_person(entry, typed("隐秘人")).nomination_id,
            service.save(entry, typed("隐秘稿", phone="13900139000"), None),
        ]
        ids["receipt_id"].append(service.attach(entry, "秘.png", picture()))
    before = [statuses(session, one) for one in (training, elsewhere)]
    walked = 0
    for rule in app.url_map.iter_rules():
        arguments = [name for name in ids if name in rule.arguments]
        if not rule.rule.startswith("/n/<token>") or not arguments:
            continue
        for foreign in ids[arguments[0]]:
            path = rule.rule.replace("<token>", page.removeprefix("/n/"))
            path = re.sub(r"<int:\w+>", str(foreign), path)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = stranger.open(
                    path, method=method, data={**typed("甲"), "do": "send", "reason": "理由"}
                )
                assert answer.status_code == 404, f"{method} {path}"
                assert "隐秘" not in answer.text
                walked += 1
    assert walked > 20
    answer = stranger.post(f"{page}/send", data={"id": ids["nomination_id"]}, follow_redirects=True)
    assert "隐秘" not in answer.text + stranger.get(page).text
    assert [statuses(session, one) for one in (training, elsewhere)] == before


def test_each_look_is_noted_once_in_a_while_and_the_first_in_the_audit_trail(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    page = page_of(session, cast, training, unit)
    for _ in range(3):
        stranger.get(page)
    look_again(session)
    opened = session.scalars(
        sa.select(AuditEntry.actor).where(AuditEntry.action == "nomination.opened")
    ).all()
    assert opened == [unit.name]
    assert session.scalars(sa.select(NominationLink.last_used_at)).one() is not None


def test_a_page_costs_the_same_for_one_person_and_for_many(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training, 9)
    entry = entry_of(session, cast, training, unit)
    page, counted = page_of(session, cast, training, unit), []
    stranger.get(page)
    for start in (0, 3):
        for number in range(start, start + 3):
            name_person(entry, typed(f"人选{number}", phone=f"1380013800{number}"))
            service.save(entry, typed(f"草稿{number}", phone=f"1390013900{number}"), None)
        with statements() as sent:
            assert stranger.get(page).status_code == 200
        counted.append(len(sent))
    assert counted[0] == counted[1]


def test_what_is_known_of_somebody_appears_nowhere_on_the_page(
    session: Session, cast: Cast, training: Training, stranger: FlaskClient
) -> None:
    _line, unit = offered(session, cast, training)
    session.add(
        Person(
            organisation_id=cast.organisation.id, name="王芳", name_key="王芳", pinyin="wang fang", unit_id=unit.id,
            email="known@example.org", phone="+8613911112222", phone_tail="2222",
        )
    )  # fmt: skip
    session.commit()
    page = page_of(session, cast, training, unit)
    stranger.post(f"{page}/people/new", data={**typed("王芳"), "do": "send"})
    look_again(session)
    nomination = session.scalars(sa.select(Nomination.id)).one()
    for path in ("", f"/people/{nomination}/replace", f"/people/{nomination}/withdraw"):
        text = stranger.get(page + path).text
        assert "王芳" in text
        assert "known@example.org" not in text
        assert "1391111" not in text.replace(" ", "")


@pytest.fixture
def organiser(client_as: SignIn) -> FlaskClient:
    return client_as("organiser")
