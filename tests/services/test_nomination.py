"""What units do under their addresses, and what becomes of the people whom they name."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    at_once,
    look_again,
    make_category,
    make_line,
    make_registration,
    make_training,
    make_unit,
)
from tests.mails import as_read
from tests.nominations import entry_of, name_person, offered, picture, statuses, token_of, typed
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.nomination import LinkState
from trainingmgr.domain.person import IdType, name_key, pinyin_key
from trainingmgr.domain.quota import OverQuota, QuotaInput, UnitPlaces
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.extensions import db, storage
from trainingmgr.models import (
    AuditEntry,
    MailMessage,
    Nomination,
    NominationLink,
    Person,
    Registration,
    Training,
    Unit,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.person import open_id, seal_id
from trainingmgr.queries.registration_answer import forget as forget_answers
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.services import nomination as service
from trainingmgr.services import quota as quotas
from trainingmgr.services import rights
from trainingmgr.services import training as trainings

ID_NUMBER = "11010519491231002X"
OTHER_ID = "510104199003076412"
FUTURE = date(2099, 1, 1)
PAST = date(2020, 1, 1)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def known(session: Session, training: Training, name: str, number: str = "", **values: object) -> Person:
    """Somebody whom the organisation knows from elsewhere."""
    person = Person(
        organisation_id=training.organisation_id,
        name=name,
        name_key=name_key(name),
        pinyin=pinyin_key(name),
        **values,
    )
    session.add(person)
    session.flush()
    if number:
        for column, value in seal_id(
            person.uid, training.organisation_id, IdType.RESIDENT_ID, number
        ).items():
            setattr(person, column, value)
    session.commit()
    return person


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_somebody_named_waits_on_the_roster_for_the_organisers_word(
    session: Session, cast: Cast, training: Training
) -> None:
    category = make_category(session, training, "处长")
    _line, unit = offered(session, cast, training, category_id=category.id)
    entry = entry_of(session, cast, training, unit)
    done = name_person(
        entry, typed("王芳", sex="female", id_number=ID_NUMBER, note="回民", email="W@EXAMPLE.ORG")
    )
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    person = session.get_one(Person, row.person_id)
    assert done.status is row.status is S.NOMINATED
    assert (row.category_id, row.unit_id, row.post, row.note) == (category.id, unit.id, "处长", "回民")
    assert (person.name, person.phone, person.sex, person.email) == (
        "王芳", "+8613800138000", "female", "W@example.org",
    )  # fmt: skip
    assert person.id_masked
    assert "wangfang" in row.search_text
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "nomination.sent")).all()
    assert [(one.actor, one.user_id, one.details["unit_id"]) for one in entries] == [
        (unit.name, None, unit.id)
    ]


@pytest.mark.parametrize(("over", "last"), [(OverQuota.WAITLIST, S.WAITLISTED), (OverQuota.REFUSE, None)])
def test_beyond_the_places_the_line_says_what_happens(
    session: Session, cast: Cast, training: Training, over: OverQuota, last: S | None
) -> None:
    _line, unit = offered(session, cast, training, 2, over=over)
    entry = entry_of(session, cast, training, unit)
    for name in ("王芳", "李雷"):
        name_person(entry, typed(name))
    third = service.save(entry, typed("韩梅梅"), None)
    if last is None:
        assert refusal(lambda: service.send(entry, third)) == "nomination.full"
        assert statuses(session, training) == [S.NOMINATED] * 2
        assert [
            one.reading.nominee.name for one in queries.drafts(session, training.id, unit.id, FUTURE)
        ] == ["韩梅梅"]
    else:
        assert service.send(entry, third).status is last
        assert statuses(session, training) == [S.NOMINATED, S.NOMINATED, last]


@pytest.mark.parametrize("over", list(OverQuota))
def test_fifty_who_race_for_the_last_place_never_get_it_twice(
    app: Flask, session: Session, cast: Cast, training: Training, over: OverQuota
) -> None:
    _line, unit = offered(session, cast, training, 2, over=over)
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed("第一人"))
    drafts = [
        service.save(entry, typed(f"人选{number}", phone=f"138001380{number:02}"), None)
        for number in range(50)
    ]
    session.rollback()
    raised = at_once(app, *[partial(service.send, entry, one) for one in drafts])
    got = statuses(session, training)
    assert got.count(S.NOMINATED) == 2
    if over is OverQuota.REFUSE:
        assert len(got) == 2
        assert [getattr(one, "code", one) for one in raised] == ["nomination.full"] * 49
    else:
        assert not raised
        assert got.count(S.WAITLISTED) == 49


def test_units_race_each_for_its_own_places(
    app: Flask, session: Session, cast: Cast, training: Training
) -> None:
    units = [make_unit(session, cast.organisation) for _ in range(5)]
    make_line(session, training, dict.fromkeys(units, 1))
    work, lock, sent = [], threading.Lock(), []

    def race(entry: queries.Entry, draft: int) -> None:
        outcome = service.send(entry, draft)
        with lock:
            sent.append((entry.unit_id, outcome.status))

    for unit in units:
        entry = entry_of(session, cast, training, unit)
        for number in range(4):
            draft = service.save(entry, typed(f"{unit.name}{number}", phone=""), None)
            draft = service.save(
                entry, typed(f"人{unit.id}第{number}", phone=f"1380013{unit.id:03}{number}"), None, draft
            )
            work.append(partial(race, entry, draft))
    session.rollback()
    raised = at_once(app, *work)
    assert sorted(sent) == [(unit.id, S.NOMINATED) for unit in units]
    assert len(raised) == 15


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"phone": ""}, "nomination.incomplete"),
        ({"post": ""}, "nomination.incomplete"),
        ({"name": ""}, "nomination.incomplete"),
        ({"id_number": "123"}, "nomination.incomplete"),
        ({"phone": "12"}, "nomination.incomplete"),
    ],
)
def test_a_draft_is_kept_as_typed_and_sent_only_when_it_is_complete(
    session: Session, cast: Cast, training: Training, values: dict[str, str], code: str
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    draft = service.save(entry, typed(**values), None)
    assert refusal(lambda: service.send(entry, draft)) == code
    (kept,) = queries.drafts(session, training.id, unit.id, FUTURE)
    for name, value in values.items():
        assert getattr(kept.reading.nominee, name) == value
    service.save(entry, typed(), None, draft)
    assert service.send(entry, draft).status is S.NOMINATED
    assert not queries.drafts(session, training.id, unit.id, FUTURE)


def test_an_id_number_that_a_draft_has_is_kept_until_another_is_typed(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    draft = service.save(entry, typed(id_number=ID_NUMBER), None)
    service.save(entry, typed(post="局长"), None, draft)
    service.send(entry, draft)
    (sent,) = queries.sent(session, training.id, unit.id)
    assert (sent.nominee.id_number, sent.nominee.post) == (ID_NUMBER, "局长")


def test_nothing_typed_makes_no_draft(session: Session, cast: Cast, training: Training) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    assert (
        refusal(lambda: service.save(entry, {"unit": unit.name, "sex": "male"}, None))
        == "nomination.nothing_typed"
    )


def test_the_category_has_to_be_chosen_where_there_are_several(
    session: Session, cast: Cast, training: Training
) -> None:
    unit = make_unit(session, cast.organisation)
    first, second = (make_line(session, training, {unit: 1}) for _ in range(2))
    other, _ = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    draft = service.save(entry, typed(), None)
    assert refusal(lambda: service.send(entry, draft)) == "nomination.no_line"
    assert refusal(lambda: service.save(entry, typed(), other.id)) == "nomination.line_unknown"
    service.save(entry, typed(), second.id, draft)
    service.send(entry, draft)
    (sent,) = queries.sent(session, training.id, unit.id)
    assert sent.line_id == second.id != first.id


def test_after_the_last_day_nobody_is_named_and_people_are_replaced_only_where_that_is_allowed(
    session: Session, cast: Cast, training: Training
) -> None:
    line, unit = offered(session, cast, training, deadline=FUTURE)
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry)
    draft = service.save(entry, typed("李雷"), None)
    line.deadline = PAST
    session.commit()
    assert refusal(lambda: service.send(entry, draft)) == "nomination.closed"

    def swap() -> service.Outcome:
        return service.replace(entry, sent.nomination_id, typed("韩梅梅"), "调离")

    assert refusal(swap) == "nomination.closed"
    service.set_notice(cast.actor(), training, "通知", "", late_replacement=True)
    swap()
    assert statuses(session, training) == [S.WITHDRAWN, S.NOMINATED]


def test_who_is_replaced_leaves_with_a_reason_and_hands_the_place_on(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training, over=OverQuota.WAITLIST)
    entry = entry_of(session, cast, training, unit)
    first = name_person(entry, typed("王芳"))
    name_person(entry, typed("李雷"))
    session.execute(
        sa.update(Registration).where(Registration.status == S.NOMINATED).values(status=S.CONFIRMED)
    )
    session.commit()
    assert (
        refusal(lambda: service.replace(entry, first.nomination_id, typed("韩梅梅"), " "))
        == "nomination.reason_missing"
    )
    done = service.replace(entry, first.nomination_id, typed("韩梅梅"), "岗位调整")
    assert done.status is S.NOMINATED
    assert statuses(session, training) == [S.WITHDRAWN, S.WAITLISTED, S.NOMINATED]
    gone, _waiting, new = queries.sent(session, training.id, unit.id)
    assert (gone.reason, new.replaces) == ("岗位调整", "王芳")


def test_nobody_is_replaced_by_somebody_faulty_or_by_themselves(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry, typed("王芳"))

    def swap(person: dict[str, str]) -> str:
        return refusal(lambda: service.replace(entry, sent.nomination_id, person, "原因"))

    assert swap(typed("李雷", phone="")) == "nomination.incomplete"
    assert swap(typed("王芳")) == "nomination.already_sent"
    assert statuses(session, training) == [S.NOMINATED]
    assert session.scalar(sa.select(sa.func.count()).select_from(Nomination)) == 1


def test_a_place_is_free_again_after_a_withdrawal_and_may_go_to_the_same_person(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry, typed("王芳"))
    assert refusal(lambda: name_person(entry, typed("王芳"))) == "nomination.full"
    service.withdraw(entry, sent.nomination_id, "因公出差")
    assert statuses(session, training) == [S.WITHDRAWN]
    (draft,) = queries.drafts(session, training.id, unit.id, FUTURE)
    service.send(entry, draft.id)
    assert statuses(session, training) == [S.NOMINATED]
    (again,) = queries.sent(session, training.id, unit.id)
    assert again.reason == ""


def test_whoever_has_come_is_no_longer_the_units_to_take_back(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    sent = name_person(entry)
    session.execute(sa.update(Registration).values(status=S.ARRIVED))
    session.commit()
    assert refusal(lambda: service.withdraw(entry, sent.nomination_id)) == "nomination.cannot_leave"


def test_what_is_known_of_a_person_stays_and_is_not_told(
    session: Session, cast: Cast, training: Training
) -> None:
    person = known(
        session,
        training,
        "王芳",
        ID_NUMBER,
        phone="+8613900139000",
        phone_tail="9000",
        email="known@example.org",
    )
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed("王芳", id_number=ID_NUMBER, sex="female"))
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert row.person_id == person.id
    person = session.get_one(Person, person.id)
    assert (person.phone, person.email, person.sex) == ("+8613900139000", "known@example.org", "female")
    (sent,) = queries.sent(session, training.id, unit.id)
    assert (sent.nominee.phone, sent.nominee.email) == ("+8613800138000", "")


def test_the_id_number_that_a_unit_gives_of_somebody_known_is_not_theirs_and_goes_with_its_consent(
    session: Session, cast: Cast, training: Training
) -> None:
    elsewhere = make_registration(
        session, make_training(session, cast.organisation), "王芳", phone="+8613800138000"
    )
    _line, unit = offered(session, cast, training)
    name_person(entry_of(session, cast, training, unit), typed("王芳", id_number=ID_NUMBER))
    look_again(session)
    row = session.scalars(sa.select(Registration).where(Registration.training_id == training.id)).one()
    person = session.get_one(Person, elsewhere.person_id)
    assert (row.person_id, person.id_sealed) == (person.id, None)
    session.delete(session.get_one(Registration, elsewhere.id))
    for column, value in seal_id(person.uid, person.organisation_id, "resident_id", OTHER_ID).items():
        setattr(person, column, value)
    session.flush()
    assert queries.sent(session, training.id, unit.id)[0].nominee.id_number == ID_NUMBER
    forget_answers(session, row.id, ["id_number"])
    session.commit()
    assert queries.sent(session, training.id, unit.id)[0].nominee.id_number == ""
    assert open_id(person.uid, person.id_sealed) == OTHER_ID


def test_an_id_number_of_somebody_else_is_taken_without_a_word_and_left_to_the_organiser(
    session: Session, cast: Cast, training: Training
) -> None:
    owner = known(session, training, "李雷", ID_NUMBER)
    _line, unit = offered(session, cast, training)
    name_person(entry_of(session, cast, training, unit), typed("王芳", id_number=ID_NUMBER))
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert row.person_id != owner.id
    assert session.get_one(Person, row.person_id).id_index is None


def test_one_person_named_by_two_units_is_on_twice_and_pointed_out(
    session: Session, cast: Cast, training: Training
) -> None:
    entries = []
    for _ in range(2):
        _line, unit = offered(session, cast, training)
        entries.append(entry_of(session, cast, training, unit))
    for entry in entries:
        assert name_person(entry, typed("王芳", id_number=ID_NUMBER)).status is S.NOMINATED
    first, second = session.scalars(sa.select(Registration).order_by(Registration.id)).all()
    (found,) = queries.twins(session, training).values()
    assert [(one.registration_id, one.same_training) for one in found] == [(first.id, True)]
    assert queries.twins(session, training, entries[0].unit_id) == {}
    assert second.person_id != first.person_id


def test_somebody_on_another_class_of_the_same_days_is_pointed_out(
    session: Session, cast: Cast, training: Training
) -> None:
    other = make_training(session, cast.organisation, code="OTHER")
    away = make_training(session, cast.organisation, start_date=date(2026, 8, 1), end_date=date(2026, 8, 2))
    _line, unit = offered(session, cast, training)
    for one in (other, away):
        make_registration(session, one, "王芳", phone="+8613800138000", unit_id=unit.id)
        break
    name_person(entry_of(session, cast, training, unit))
    (found,) = queries.twins(session, training).values()
    assert [(one.code, one.same_training) for one in found] == [("OTHER", False)]


def test_an_address_ends_and_is_replaced(session: Session, cast: Cast, training: Training) -> None:
    _line, unit = offered(session, cast, training)
    old = token_of(session, cast, training, unit)
    entry = entry_of(session, cast, training, unit)
    service.renew(cast.actor(), training, unit.id)
    new = token_of(session, cast, training, unit)
    assert new != old
    look_again(session)
    before, after = queries.entry(session, old), queries.entry(session, new)
    assert before is not None
    assert after is not None
    assert (before.state, after.state) == (LinkState.REVOKED, LinkState.IN_FORCE)
    assert refusal(lambda: service.save(entry, typed(), None)) == "nomination.link_ended"
    service.revoke(cast.actor(), training, unit.id)
    assert queries.link_in_force(session, training.id, unit.id) is None


def test_an_address_past_its_time_lets_nobody_in(session: Session, cast: Cast, training: Training) -> None:
    _line, unit = offered(session, cast, training)
    token = token_of(session, cast, training, unit)
    entry = entry_of(session, cast, training, unit)
    session.execute(sa.update(NominationLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    session.commit()
    found = queries.entry(session, token)
    assert found is not None
    assert found.state is LinkState.EXPIRED
    assert refusal(lambda: service.save(entry, typed(), None)) == "nomination.link_ended"
    assert service.make_links(cast.actor(), training) == 1


def test_addresses_are_made_for_those_without_one_and_sent_to_those_with_a_mail_address(
    session: Session, cast: Cast, training: Training
) -> None:
    category = make_category(session, training, "处长", name_en="Heads")
    units = [
        make_unit(session, cast.organisation, "甲厅", contact_email="a@example.org", contact_name="张科长"),
        make_unit(session, cast.organisation, "乙厅"),
    ]
    make_line(session, training, dict.fromkeys(units, 2), category_id=category.id, deadline=date(2026, 4, 20))
    ids = [unit.id for unit in units]
    done = service.send_links(
        cast.actor(), training, ids, language="zh", address="https://x.example.org/n/{token}"
    )
    assert (done.mails, done.without_address) == (1, ("乙厅",))
    look_again(session)
    mail = session.scalars(sa.select(MailMessage)).one()
    token = token_of(session, cast, training, session.get_one(Unit, ids[0]))
    assert mail.kind is MailKind.NOMINATION_INVITATION
    assert (mail.to_name, mail.to_address, mail.unit_id) == ("张科长", "a@example.org", ids[0])
    for text in (f"https://x.example.org/n/{token}", "处长：2名", "2026年4月20日", "甲厅"):
        assert text in as_read(session, mail)
    assert token not in mail.body
    assert service.make_links(cast.actor(), training) == 1
    assert service.make_links(cast.actor(), training) == 0


def test_no_address_is_made_for_a_unit_that_is_offered_nothing(
    session: Session, cast: Cast, training: Training
) -> None:
    stranger = make_unit(session, cast.organisation)
    offered(session, cast, training)
    with pytest.raises(NotFound):
        service.make_links(cast.actor(), training, [stranger.id])


def test_fewer_places_than_people_are_refused(session: Session, cast: Cast, training: Training) -> None:
    line, unit = offered(session, cast, training, 2)
    entry = entry_of(session, cast, training, unit)
    for name in ("王芳", "李雷"):
        name_person(entry, typed(name))

    def offer(name: str) -> str:
        given = QuotaInput(units=(UnitPlaces(name, 1),))
        return refusal(lambda: quotas.change(cast.actor(), training, line.id, given))

    assert [offer(name) for name in (unit.name, "别的单位")] == ["quota.places_taken"] * 2
    assert refusal(lambda: quotas.remove(cast.actor(), training, line.id)) == "quota.line_in_use"


def test_an_archived_training_takes_nothing_any_more(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    trainings.archive(cast.actor(), training)
    assert refusal(lambda: service.save(entry, typed(), None)) == "nomination.archived"
    assert refusal(lambda: service.make_links(cast.actor(), training)) == "nomination.archived"


def filled_in(*rows: list[object]) -> bytes:
    book, out = openpyxl.Workbook(), BytesIO()
    page = book.create_sheet("回执", 0)
    page.append(["2026年培训班报名回执"])
    page.append(["推荐单位：甲厅"])
    page.append(["序号", "姓名", "性别", "工作单位", "职务", "手机号码", "证件号码", "类别", "备注"])
    for row in rows:
        page.append(row)
    book.save(out)
    return out.getvalue()


def test_a_file_makes_drafts_of_all_rows_and_a_second_time_only_of_new_ones(
    session: Session, cast: Cast, training: Training
) -> None:
    heads, chiefs = (make_category(session, training, name) for name in ("处长", "局长"))
    unit = make_unit(session, cast.organisation, "甲厅")
    first, second = (make_line(session, training, {unit: 5}, category_id=one.id) for one in (heads, chiefs))
    entry = entry_of(session, cast, training, unit)
    rows: list[list[object]] = [
        [1, "王芳", "女", "甲厅", "处长", "13800138000", ID_NUMBER, "处长", ""],
        [2, "李雷", "男", "甲厅基层处", "副处长", "1380013", "", "局长", "回民"],
        [3, "韩梅梅", "", "", "局长", "13800138002", "", "", ""],
    ]
    taken = service.take_file(entry, "回执.xlsx", filled_in(*rows))
    assert (taken.drafts, taken.known) == (3, ())
    good, faulty, open_ = queries.drafts(session, training.id, unit.id, FUTURE)
    assert (good.line_id, good.reading.complete, good.reading.nominee.id_number) == (
        first.id,
        True,
        ID_NUMBER,
    )
    assert (faulty.line_id, list(faulty.reading.wrong)) == (second.id, ["phone"])
    assert (faulty.reading.nominee.phone, faulty.reading.nominee.unit) == ("1380013", "甲厅基层处")
    assert (open_.line_id, open_.source) == (None, "6\t回执.xlsx")
    assert open_.reading.nominee.unit == "甲厅", "left empty it is their own"
    service.send(entry, good.id)
    again = service.take_file(
        entry, "回执.xlsx", filled_in(*rows, [4, "林涛", "", "", "处长", "13800138003", "", "处长", ""])
    )
    assert (again.drafts, again.known) == (1, ((4, "王芳"), (5, "李雷"), (6, "韩梅梅")))


def test_a_file_that_is_no_list_of_people_is_refused_as_a_whole(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    assert refusal(lambda: service.take_file(entry, "a.csv", "甲,乙\n1,2\n".encode())) == "roster_no_header"


def test_a_stamped_receipt_is_kept_and_goes_for_good(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    data = picture()
    receipt_id = service.attach(entry, "C:\\扫描\\回执.exe", data)
    (scan,) = queries.scans(session, training.id, unit.id)
    assert (scan.file_name, scan.media_type) == ("回执.png", "image/png")
    assert service.kept_bytes(scan.file_key) == data
    service.remove_scan(cast.actor(), training, receipt_id)
    assert not storage.exists(scan.file_key)
    look_again(session)
    assert not queries.scans(session, training.id, unit.id)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "attachment.empty"), (b"MZ executable", "attachment.kind"), (b"%PDF-1.7 nothing", "attachment.broken"),
     (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "attachment.broken")],
)  # fmt: skip
def test_what_is_no_sound_pdf_or_picture_is_refused(
    session: Session, cast: Cast, training: Training, data: bytes, code: str
) -> None:
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    assert refusal(lambda: service.attach(entry, "a.pdf", data)) == code


def test_the_file_of_a_notice_takes_the_place_of_the_one_before(
    session: Session, cast: Cast, training: Training
) -> None:
    keys = []
    for _ in range(2):
        service.set_notice(
            cast.actor(), training, "", "", late_replacement=False, file=("通知.png", picture())
        )
        db.session().rollback()
        keys.append(queries.notice_of(session, training.id).file_key)
    assert [storage.exists(key or "") for key in keys] == [False, True]
    service.drop_file(cast.actor(), training)
    assert not storage.exists(keys[1] or "")


def test_what_a_unit_said_is_told_to_the_person_and_goes_with_them(
    session: Session, cast: Cast, training: Training
) -> None:
    _line, unit = offered(session, cast, training, name="甲厅")
    name_person(entry_of(session, cast, training, unit), typed("王芳", id_number=ID_NUMBER))
    person_id = session.scalars(sa.select(Person.id)).one()
    (part,) = dossier(session, person_id).trainings
    assert [(one.unit, one.phone, one.id_masked[-4:]) for one in part.nominations] == [
        ("甲厅", "+8613800138000", "002X")
    ]
    rights.erase(cast.actor("owner"), cast.organisation.id, person_id)
    look_again(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(Nomination)) == 0


def test_a_place_on_the_class_that_a_unit_gives_back_goes_to_whoever_waits_longest(
    session: Session, cast: Cast, training: Training
) -> None:
    training.capacity, training.promotes_waiting = 1, True
    _line, unit = offered(session, cast, training, 1, over=OverQuota.WAITLIST)
    entry = entry_of(session, cast, training, unit)
    first = name_person(entry, typed("王芳"))
    name_person(entry, typed("李雷"))
    session.execute(sa.update(Registration).where(Registration.id == 1).values(status=S.CONFIRMED))
    session.commit()
    service.withdraw(entry, first.nomination_id)
    assert statuses(session, training) == [S.WITHDRAWN, S.CONFIRMED]
