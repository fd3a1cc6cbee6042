"""Who comes onto a roster, and who they are taken to be."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.services.participants import NUMBER, add, document
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import (
    AuditEntry,
    Person,
    Registration,
    Training,
    Unit,
    UnitAlias,
)
from trainingmgr.services import roster


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


@pytest.fixture
def row(session: Session, cast: Cast) -> Registration:
    training = make_training(session, cast.organisation)
    return session.get_one(
        Registration, add(cast, training, "王小明", unit="甲单位", phone="+8613800138000").registration_id
    )
