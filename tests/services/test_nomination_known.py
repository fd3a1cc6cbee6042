"""What units say of people who are known already, or named twice."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    look_again,
    make_registration,
    make_training,
)
from tests.nominations import entry_of, name_person, offered, typed
from trainingmgr.domain.person import IdType, name_key, pinyin_key
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.models import (
    Nomination,
    Person,
    Registration,
    Training,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.person import open_id, seal_id
from trainingmgr.queries.registration_answer import forget as forget_answers
from trainingmgr.queries.rights.dossier import dossier
from trainingmgr.services import rights

ID_NUMBER = "11010519491231002X"


OTHER_ID = "510104199003076412"


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
