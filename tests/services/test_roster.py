"""Who comes onto a roster, what is changed there, who leaves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_counter, make_registration, make_session, make_training
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import IdDocument, IdType, read_id_number
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Certificate,
    Person,
    Registration,
    Training,
    Unit,
    UnitAlias,
)
from trainingmgr.queries import audit
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import Filters
from trainingmgr.services import roster

NUMBER = "11010519491231002X"


def document(number: str = NUMBER) -> IdDocument:
    found = read_id_number(number, today=date(2026, 1, 1)) if number == NUMBER else None
    return found or IdDocument(IdType.PASSPORT, number)


def add(cast: Cast, training: Training, name: str, same_as: int | None = None, **facts: Any) -> roster.Added:
    return roster.add(cast.actor(), training.id, Facts(name=name, **facts), same_as)


def person_of(session: Session, registration_id: int) -> Person:
    session.expire_all()
    return session.get_one(Registration, registration_id).person


def actions(session: Session) -> Sequence[str]:
    return session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()


def refused(code: str, cast: Cast, training: Training, *args: Any, **facts: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        add(cast, training, *args, **facts)
    assert found.value.code == code
    return found.value


def test_somebody_new_is_added_with_every_fact(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    added = add(
        cast, training, "单小明", unit="成都市民政局", post="处长", phone="+8613800138000", group="第1组",
        document=document(), sex="male", latin_name="Shan Xiaoming", note="素食",
    )  # fmt: skip
    assert (added.known, added.over, added.missing) == (False, 0, ())
    row = session.get_one(Registration, added.registration_id)
    person = row.person
    assert (row.post, row.group_name, row.latin_name, row.note) == ("处长", "第1组", "Shan Xiaoming", "素食")
    assert row.unit is not None
    assert row.unit.name == "成都市民政局"
    assert row.sort_key == person.pinyin == "shan xiao ming"
    assert all(word in row.search_text for word in ("单小明", "shanxiaoming", "sxm", "成都市民政局", "8000"))
    assert person.id_masked == "110***********002X"
    assert person.id_sealed is not None
    assert NUMBER.encode() not in person.id_sealed
    assert actions(session) == ["roster.add"]


def test_a_person_is_known_by_the_id_document_on_another_training(session: Session, cast: Cast) -> None:
    first, second = make_training(session, cast.organisation), make_training(session, cast.organisation)
    before = add(cast, first, "王小明", unit="甲单位", document=document())
    again = add(cast, second, "王小明", unit="乙单位", document=document())
    assert again.known
    assert person_of(session, before.registration_id).id == person_of(session, again.registration_id).id


def test_one_id_document_has_one_name(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    add(cast, training, "王小明", document=document())
    assert (
        refused("roster.id_of_another", cast, training, "李华", document=document()).values["name"]
        == "王小明"
    )


@pytest.mark.parametrize("second", [{"unit": "甲单位"}, {"phone": "+8613800138000", "unit": "乙单位"}])
def test_a_person_is_known_by_name_with_unit_or_phone(
    session: Session, cast: Cast, second: dict[str, Any]
) -> None:
    first, later = make_training(session, cast.organisation), make_training(session, cast.organisation)
    before = add(cast, first, "王小明", unit="甲单位", phone="+8613800138000")
    assert (
        person_of(session, before.registration_id).id
        == person_of(session, add(cast, later, "王小明", **second).registration_id).id
    )
    refusal = refused("roster.already_on", cast, later, "王 小明".replace(" ", ""), **second)
    assert refusal.values["registration_id"]


def test_a_namesake_is_asked_about_and_both_answers_count(session: Session, cast: Cast) -> None:
    first, later = make_training(session, cast.organisation), make_training(session, cast.organisation)
    known = person_of(session, add(cast, first, "王小明", unit="甲单位").registration_id).id
    refused("roster.alike_known", cast, later, "王小明", unit="乙单位")
    new = add(cast, later, "王小明", roster.SOMEBODY_NEW, unit="乙单位")
    assert not new.known
    assert person_of(session, new.registration_id).id != known
    third = make_training(session, cast.organisation)
    same = add(cast, third, "王小明", known, unit="丙单位")
    assert same.known
    assert person_of(session, same.registration_id).id == known


def test_namesakes_of_one_unit_are_told_apart_by_two_documents_alone(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    add(cast, training, "王小明", unit="甲单位", document=document())
    refused("roster.namesake_needs_document", cast, training, "王小明", roster.SOMEBODY_NEW, unit="甲单位")
    second = add(cast, training, "王小明", unit="甲单位", document=document("E12345678"))
    assert not second.known


def test_a_person_without_document_gains_it_when_known_by_unit(session: Session, cast: Cast) -> None:
    first, later = make_training(session, cast.organisation), make_training(session, cast.organisation)
    before = add(cast, first, "王小明", unit="甲单位")
    again = add(cast, later, "王小明", unit="甲单位", document=document())
    assert again.known
    assert person_of(session, before.registration_id).id_masked == "110***********002X"


def test_of_two_who_add_one_person_at_once_one_is_told_so(app: Flask, session: Session, cast: Cast) -> None:
    training_id, actor = make_training(session, cast.organisation).id, cast.actor()
    session.rollback()
    start = Barrier(2)

    def once(_number: int) -> str:
        with app.app_context():
            start.wait(10)
            try:
                roster.add(actor, training_id, Facts(name="王小明", unit="甲单位", document=document()))
            except Refusal as refusal:
                return refusal.code
            return "added"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == ["added", "roster.already_on"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_another_organisation_knows_nobody_of_ours(session: Session, cast: Cast) -> None:
    ours, theirs = make_training(session, cast.organisation), make_training(session, cast.elsewhere)
    add(cast, ours, "王小明", unit="甲单位", document=document())
    assert not add(cast, theirs, "王小明", unit="甲单位", document=document()).known


def test_an_alias_names_the_same_unit(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    unit = session.get_one(
        Registration, add(cast, training, "王小明", unit="社区治理司").registration_id
    ).unit
    assert unit is not None
    session.add(UnitAlias(unit_id=unit.id, name="社区建设司"))
    session.commit()
    add(cast, training, "李华", unit="社区建设司")
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit).where(Unit.name.like("社区%"))) == 1


def test_going_over_the_capacity_and_a_missing_character_are_told(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, capacity=1)
    assert add(cast, training, "李华").over == 0
    refused("places.beyond_capacity", cast, training, "王\U000323af明")
    refused("places.beyond_capacity", cast, training, "王明", status=RegistrationStatus.ARRIVED)
    assert add(cast, training, "王明", status=RegistrationStatus.WAITLISTED).over == 0
    facts = Facts(name="王\U000323af明")
    added = roster.add(cast.actor(), training.id, facts, beyond=True)
    assert added.over == 1
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.subject_id == added.registration_id)).one()
    assert entry.details["beyond"] == 1
    assert added.missing == ("\U000323af",)


def test_whoever_stands_at_the_desk_is_there_and_noted_beyond_the_capacity(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation, capacity=1)
    confirmed = make_registration(session, training, "李华")
    nominated = make_registration(session, training, "王明", status=RegistrationStatus.NOMINATED)
    roster.arrive(cast.actor("front_desk"), training.id, confirmed.id)
    roster.arrive(cast.actor("front_desk"), training.id, nominated.id)
    entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.details.get("beyond") for one in entries] == [None, 1]


def test_a_category_of_another_training_is_refused(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    refused("roster.category_unknown", cast, training, "李华", category_id=999)
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def update(cast: Cast, row: Registration, facts: Facts, **how: Any) -> tuple[str, ...]:
    return roster.update(cast.actor(), row.training_id, row.id, facts, **how)


def version(session: Session, row: Registration) -> str:
    session.rollback()
    found = roster_queries.participant(session, row.training_id, row.id)
    assert found is not None
    return found.version


@pytest.fixture
def row(session: Session, cast: Cast) -> Registration:
    training = make_training(session, cast.organisation)
    return session.get_one(
        Registration, add(cast, training, "王小明", unit="甲单位", phone="+8613800138000").registration_id
    )


def test_a_new_name_and_unit_reach_the_order_and_the_search(
    session: Session, cast: Cast, row: Registration
) -> None:
    assert set(update(cast, row, Facts(name="仇华", unit="乙单位", post=""))) == {"name", "unit"}
    session.expire_all()
    assert row.sort_key == "qiu hua"
    assert all(word in row.search_text for word in ("仇华", "qiuhua", "qh", "乙单位", "8000"))
    assert "王" not in row.search_text
    assert row.person.unit_id == row.unit_id
    assert session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first().details == {  # type: ignore[union-attr]
        "fields": ["name", "unit"]
    }


def test_a_sorting_key_of_ones_own_outlives_a_new_name_until_it_is_emptied(
    session: Session, cast: Cast, row: Registration
) -> None:
    update(cast, row, Facts(pinyin="aa"))
    update(cast, row, Facts(name="王明"))
    session.expire_all()
    assert row.sort_key == "aa"
    update(cast, row, Facts(pinyin=""))
    session.expire_all()
    assert row.sort_key == "wang ming"


def test_an_edit_from_an_old_state_is_refused_and_changes_nothing(
    session: Session, cast: Cast, row: Registration
) -> None:
    old = version(session, row)
    update(cast, row, Facts(post="处长"))
    with pytest.raises(Refusal) as stale:
        update(cast, row, Facts(post="局长"), version=old)
    assert stale.value.code == "stale"
    with pytest.raises(Refusal):
        update(cast, row, Facts(post="局长"), version=old, was={"post": ""})
    session.expire_all()
    assert row.post == "处长"


def test_an_edit_of_another_field_meanwhile_is_no_conflict(
    session: Session, cast: Cast, row: Registration
) -> None:
    old = version(session, row)
    update(cast, row, Facts(post="处长"))
    assert update(cast, row, Facts(group="第1组"), version=old, was={"group": ""}) == ("group",)


def test_the_same_values_again_change_nothing_and_leave_no_trace(
    session: Session, cast: Cast, row: Registration
) -> None:
    update(cast, row, Facts(document=document()))
    before = actions(session)
    assert update(cast, row, Facts(name="王小明", post="", document=document())) == ()
    assert actions(session) == before


def test_an_id_number_of_somebody_else_is_refused_and_a_known_one_can_go(
    session: Session, cast: Cast, row: Registration
) -> None:
    add(cast, row.training, "李华", document=document())
    with pytest.raises(Refusal) as found:
        update(cast, row, Facts(document=document()))
    assert found.value.code == "roster.id_of_another"
    update(cast, row, Facts(document=document("E12345678")))
    session.expire_all()
    assert row.person.id_type == "passport"
    assert update(cast, row, Facts(no_document=True)) == ("document",)
    session.expire_all()
    assert (row.person.id_type, row.person.id_sealed, row.person.id_masked) == ("", None, "")


def test_a_status_goes_by_its_steps(session: Session, cast: Cast, row: Registration) -> None:
    with pytest.raises(Refusal) as found:
        update(cast, row, Facts(status=RegistrationStatus.COMPLETED))
    assert found.value.code == "roster.status_step"
    update(cast, row, Facts(status=RegistrationStatus.WITHDRAWN))
    session.expire_all()
    assert row.status is RegistrationStatus.WITHDRAWN


def test_arrival_is_noted_once_with_its_moment_and_can_be_taken_back(
    session: Session, cast: Cast, row: Registration
) -> None:
    def state() -> tuple[str, bool]:
        session.expire_all()
        return row.status.value, row.arrived_at is not None

    for _ in range(2):
        roster.arrive(cast.actor("front_desk"), row.training_id, row.id)
    assert state() == ("arrived", True)
    roster.arrive(cast.actor("front_desk"), row.training_id, row.id, arrived=False)
    assert state() == ("confirmed", False)
    assert actions(session)[1:] == ["roster.arrive", "roster.arrive_undone"]


def test_many_are_moved_at_once_and_who_may_not_is_left(session: Session, cast: Cast) -> None:
    training, elsewhere = make_training(session, cast.organisation), make_training(session, cast.organisation)
    states = ("nominated", "confirmed", "arrived", "withdrawn")
    rows = [make_registration(session, training, status=RegistrationStatus(one)) for one in states]
    stranger = make_registration(session, elsewhere)
    chosen = [one.id for one in (*rows, stranger)]
    done = roster.set_status(cast.actor(), training.id, chosen, RegistrationStatus.ARRIVED)
    assert (done.changed, done.unchanged, done.refused) == (2, 1, 1)
    session.expire_all()
    assert [one.status.value for one in rows] == ["arrived", "arrived", "arrived", "withdrawn"]
    assert rows[0].arrived_at is not None
    assert stranger.status is RegistrationStatus.CONFIRMED


def test_all_that_a_filter_leaves_get_a_group(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    rows = [make_registration(session, training, group_name=one) for one in ("", "", "第2组")]
    done = roster.set_group(cast.actor(), training.id, Filters(group=""), "第1组")
    assert done.changed == 2
    session.expire_all()
    assert [one.group_name for one in rows] == ["第1组", "第1组", "第2组"]


def test_whoever_leaves_takes_attendance_along_and_the_person_if_on_no_other_training(
    session: Session, cast: Cast
) -> None:
    training, later = make_training(session, cast.organisation), make_training(session, cast.organisation)
    stays = add(cast, training, "王小明", unit="甲单位")
    add(cast, later, "王小明", unit="甲单位")
    goes = add(cast, training, "李华")
    day = make_session(session, training)
    for one in (stays, goes):
        session.add(
            Attendance(
                training_id=training.id,
                session_id=day.id,
                registration_id=one.registration_id,
                mark=AttendanceMark.PRESENT,
            )
        )
    session.commit()
    first = roster.remove(cast.actor(), training.id, stays.registration_id)
    second = roster.remove(cast.actor(), training.id, goes.registration_id)
    assert (first.name, first.marks, first.person_too) == ("王小明", 1, False)
    assert (second.marks, second.person_too) == (1, True)
    assert session.scalars(sa.select(Person.name)).all() == ["王小明"]
    assert not session.scalars(sa.select(Attendance)).all()


def test_somebody_is_found_by_the_latin_name_that_they_were_given_last(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    row_id = add(cast, training, "穆勒", latin_name="Hans Mueller").registration_id

    def found(text: str) -> list[int]:
        session.expire_all()
        return [row.id for row in roster_queries.page(session, training.id, Filters(text=text)).rows]

    assert found("mueller") == [row_id]
    roster.update(cast.actor(), training.id, row_id, Facts(latin_name="Hans Müller"))
    assert (found("mueller"), found("Müller"), found("muller")) == ([], [row_id], [row_id])


def test_nobody_gets_the_number_of_who_was_removed(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    gone = add(cast, training, "王错").registration_id
    roster.remove(cast.actor(), training.id, gone)
    right = add(cast, training, "李对").registration_id
    assert right != gone
    change = audit.latest_of(session, training.id, "registration", right)
    assert change
    assert change.action == "roster.add"


def test_a_certificate_number_keeps_its_holder_on_the_roster(
    session: Session, cast: Cast, row: Registration
) -> None:
    session.add(
        Certificate(
            training_id=row.training_id,
            counter_id=make_counter(session, row.training_id),
            registration_id=row.id,
            number=1,
            serial="T-1",
            code="X",
            status=CertificateStatus.RESERVED,
            snapshot={},
            issue_date=date(2026, 5, 14),
        )
    )
    session.commit()
    with pytest.raises(Refusal) as found:
        roster.remove(cast.actor(), row.training_id, row.id)
    assert found.value.code == "roster.has_certificate"


def test_a_revealed_number_is_right_and_noted_without_itself(
    session: Session, cast: Cast, row: Registration
) -> None:
    with pytest.raises(Refusal) as found:
        roster.reveal(cast.actor(), row.training_id, row.id)
    assert found.value.code == "roster.no_id"
    update(cast, row, Facts(document=document()))
    assert roster.reveal(cast.actor(), row.training_id, row.id) == NUMBER
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor, entry.subject_id) == ("roster.reveal_id", "organiser", row.id)
    assert NUMBER not in str(entry.details)


def test_an_export_in_clear_is_noted_before_it_is_read(
    session: Session, cast: Cast, row: Registration
) -> None:
    update(cast, row, Facts(document=document()))
    masked = list(roster_queries.export_rows(session, row.training_id))
    assert [one.id_number for one in masked] == ["110***********002X"]
    rows = roster.reveal_whole(cast.actor(), row.training_id, Filters())
    assert actions(session)[-1] == "roster.export_in_clear"
    assert [one.id_number for one in rows] == [NUMBER]


def test_another_trainings_registration_does_not_exist(
    session: Session, cast: Cast, row: Registration
) -> None:
    other = make_training(session, cast.organisation)
    for act in (
        lambda: roster.update(cast.actor(), other.id, row.id, Facts(post="x")),
        lambda: roster.remove(cast.actor(), other.id, row.id),
        lambda: roster.reveal(cast.actor(), other.id, row.id),
        lambda: roster.arrive(cast.actor(), other.id, row.id),
    ):
        with pytest.raises(NotFound):
            act()
