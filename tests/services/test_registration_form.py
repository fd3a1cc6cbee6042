"""What is answered, consented to and forgotten."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration_form import (
    AnswerKind,
    Condition,
    FieldKey,
    Mode,
    Modes,
    QuestionInput,
    Sensitive,
    check,
)
from trainingmgr.domain.training import CategoryInput, TrainingInput
from trainingmgr.extensions import keyring
from trainingmgr.models import (
    AuditEntry,
    Category,
    Consent,
    Person,
    Registration,
    RegistrationAnswer,
    Training,
)
from trainingmgr.queries import registration_answer as queries
from trainingmgr.queries.own_registration import content_of, new_own, seal_content
from trainingmgr.queries.person import seal_id
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services import registration_form as service
from trainingmgr.services import roster
from trainingmgr.services import training as trainings

TODAY = date(2026, 5, 1)
OPTIONAL = Modes(Mode.OPTIONAL)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """A training that asks for lodging, diet and health, and whether somebody needs a lift."""
    training = make_training(session, cast.organisation)
    modes = dict.fromkeys(("lodging", "diet", "health", "document"), OPTIONAL)
    service.set_modes(cast.actor(), training.id, modes, version=0)
    lift = QuestionInput(
        kind=AnswerKind.SHORT_TEXT, label_zh="接站地点", condition=Condition("lodging", "single")
    )
    service.add_question(cast.actor(), training.id, lift, version=1)
    return training


def _answer(
    session: Session, cast: Cast, row: Registration, consents: dict[str, str] | None = None, **typed: str
) -> list[str]:
    form = form_of(session, row.training_id)
    known = queries.answers_of(session, row.id)
    return service.answer(
        cast.actor(),
        session.get_one(Training, row.training_id),
        row.id,
        check(form.definition, row.category_id, {"name": "王小明"} | typed, today=TODAY, lenient=True),
        consents=consents or {},
        form_version=form.version,
        version=known.version,
    )


def _code(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_sensitive_answers_are_sealed_dated_and_opened_with_a_note(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    assert _answer(session, cast, row, lodging="single", q1="东站", diet="halal", health="哮喘") == [
        "diet",
        "health",
        "lodging",
        "q1",
    ]
    kept = queries.answers_of(session, row.id)
    assert kept.plain() == {"lodging": "single", "q1": "东站"}
    assert kept.sealed() == {"diet", "health"}
    assert kept.kept["health"].keep_until == training.end_date + timedelta(days=180)
    stored = session.execute(sa.select(RegistrationAnswer.__table__)).all()
    assert "哮喘".encode() not in repr(stored).encode()
    opened = service.reveal(cast.actor(), training, row.id)
    assert opened == {"lodging": "single", "q1": "东站", "diet": "halal", "health": "哮喘"}
    last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.subject_id) == ("registration.answers_revealed", row.id)
    assert "哮喘" not in str([one.details for one in session.scalars(sa.select(AuditEntry))])


def test_what_is_not_asked_any_more_is_not_kept_and_equal_answers_change_nothing(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    _answer(session, cast, row, lodging="single", q1="东站", diet="halal")
    assert _answer(session, cast, row, lodging="single", q1="东站", diet="halal") == []
    assert _answer(session, cast, row, lodging="none", q1="东站", diet="halal") == ["lodging", "q1"]
    assert set(queries.answers_of(session, row.id).kept) == {"lodging", "diet"}


def test_answers_begun_from_another_state_are_refused(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    form = form_of(session, training.id)
    checked = check(form.definition, None, {"lodging": "any"}, today=TODAY, lenient=True)
    before = queries.answers_of(session, row.id).version
    _answer(session, cast, row, lodging="single")
    act: dict[str, Any] = {"consents": {}, "form_version": form.version}
    common = (service.answer, cast.actor(), training, row.id, checked)
    assert _code(*common, **act, version=before) == "stale"
    now = queries.answers_of(session, row.id).version
    assert _code(*common, **act | {"form_version": 1}, version=now) == "registration_form.changed"
    elsewhere = make_registration(session, make_training(session, cast.elsewhere))
    with pytest.raises(NotFound):
        service.reveal(cast.actor(), training, elsewhere.id)


def test_a_consent_taken_back_deletes_what_it_covered_and_stays_on_record(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    _answer(session, cast, row, {"diet": "我同意"}, diet="halal", diet_note="不吃牛肉", lodging="any")
    _answer(session, cast, row, {"diet": "我再次同意"}, diet="halal", lodging="any")
    service.withdraw(cast.actor(), training, row.id, "diet")
    assert queries.answers_of(session, row.id).plain() == {"lodging": "any"}
    (line,) = queries.consents_of(session, row.id)
    assert (line.text, line.withdrawn_at is None) == ("我同意", False)
    _answer(session, cast, row, {"diet": "我重新同意"}, diet="halal")
    assert [one.withdrawn_at is None for one in queries.consents_of(session, row.id)] == [False, True]


def test_an_id_document_is_forgotten_with_its_consent_unless_another_class_knows_the_person(
    session: Session, cast: Cast, training: Training
) -> None:
    rows = [make_registration(session, training) for _ in range(2)]
    for number, row in zip(("11010519491231002X", "110105194912310011"), rows, strict=True):
        person = session.get_one(Person, row.person_id)
        for column, value in seal_id(person.uid, training.organisation_id, "resident_id", number).items():
            setattr(person, column, value)
        session.add(
            Consent(
                training_id=training.id,
                registration_id=row.id,
                key="document",
                text="我同意",
                given_by="person",
                keep_until=TODAY,
            )
        )
    other = make_training(session, cast.organisation)
    session.add(
        Registration(training_id=other.id, person_id=rows[1].person_id, sort_key="x", search_text="x")
    )
    session.commit()
    late = datetime(2026, 6, 1, tzinfo=UTC)
    assert [one[1:3] for one in queries.expired_answers(session, late)] == [
        (row.id, "id_number") for row in rows
    ]
    for row in rows:
        service.withdraw(cast.actor(), training, row.id, "document")
    session.expire_all()
    assert [session.get_one(Person, row.person_id).id_masked != "" for row in rows] == [False, True]


def test_an_id_document_is_kept_for_its_last_consent_and_no_longer(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    other = make_training(session, cast.organisation)
    second = Registration(training_id=other.id, person_id=row.person_id, sort_key="x", search_text="x")
    session.add(second)
    session.flush()
    for one, keep_until in ((row, date(2026, 5, 31)), (second, date(2026, 6, 30))):
        session.add(
            Consent(
                training_id=one.training_id,
                registration_id=one.id,
                key="document",
                text="我同意",
                given_by="person",
                keep_until=keep_until,
            )
        )
    own = new_own(session, second, by_form=False)
    seal_content(own, {"id_number": "110105194912310011", "unit": "某单位"})
    person = session.get_one(Person, row.person_id)

    def type_document() -> None:
        number = "11010519491231002X"
        for column, value in seal_id(person.uid, person.organisation_id, "resident_id", number).items():
            setattr(person, column, value)
        session.commit()

    def known_on(day: date) -> bool:
        with time_machine.travel(datetime.combine(day, time(8), UTC), tick=False):
            service.forget_expired()
        session.expire_all()
        return person.id_sealed is not None

    type_document()
    assert known_on(date(2026, 6, 1))
    assert content_of(own).keys() == {"id_number", "unit"}
    assert not known_on(date(2026, 7, 1))
    assert content_of(own).keys() == {"unit"}
    type_document()
    assert known_on(date(2026, 7, 2))


def test_dates_of_keeping_follow_the_class_and_the_form_and_tell_what_is_expired(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    _answer(
        session, cast, row, {"health": "我同意"}, health="哮喘", diet="halal", lodging="single", q1="东站"
    )
    given = TrainingInput(
        code=training.code, title_zh="x", start_date=training.start_date, end_date=date(2026, 5, 20)
    )
    trainings.update(cast.actor(), training, given)
    kept = queries.answers_of(session, row.id).kept
    # What was consented to names its day, and is not kept longer.
    assert kept["health"].keep_until == date(2026, 5, 14) + timedelta(days=180)
    assert queries.consents_of(session, row.id)[0].keep_until == kept["health"].keep_until
    _answer(session, cast, row, health="哮喘，花粉过敏", diet="halal", lodging="single", q1="东站")
    kept = queries.answers_of(session, row.id).kept
    assert kept["health"].keep_until == date(2026, 5, 14) + timedelta(days=180)
    form = form_of(session, training.id)
    service.change_field(
        cast.actor(),
        training.id,
        FieldKey.HEALTH,
        modes=OPTIONAL,
        condition=None,
        sensitive=Sensitive("照顾", "", 10),
        version=form.version,
    )
    at = datetime(2026, 5, 31, 8, tzinfo=UTC)
    assert queries.expired_answers(session, at - timedelta(days=1)) == []
    assert [(one.key, one.keep_until) for one in queries.expired_answers(session, at)] == [
        ("health", date(2026, 5, 30))
    ]
    assert queries.consents_of(session, row.id)[0].keep_until == date(2026, 5, 30)
    changed = QuestionInput(
        kind=AnswerKind.SHORT_TEXT, label_zh="接站地点", sensitive=Sensitive("接站", "", 5)
    )
    service.change_question(cast.actor(), training.id, "q1", changed, version=form.version + 1)
    assert "q1" in queries.answers_of(session, row.id).sealed()
    assert queries.opened_answers(session, row.id)["q1"] == "东站"
    session.rollback()
    with time_machine.travel(at, tick=False):
        assert service.forget_expired() == 1
        assert service.forget_expired() == 0
    assert set(queries.answers_of(session, row.id).kept) == {"diet", "lodging"}


def test_a_sealed_answer_moved_to_another_row_does_not_open(
    session: Session, cast: Cast, training: Training
) -> None:
    rows = [make_registration(session, training) for _ in range(2)]
    for row in rows:
        _answer(session, cast, row, health="哮喘")
    first, second = session.scalars(
        sa.select(RegistrationAnswer).order_by(RegistrationAnswer.registration_id)
    )
    second.value_sealed = first.value_sealed
    session.commit()
    with pytest.raises(Exception, match="registration_answer"):
        queries.opened_answers(session, rows[1].id)
    assert keyring.unseal(first.value_sealed or b"", f"registration_answer:{rows[0].id}:health") == "哮喘"


def test_a_question_that_was_answered_stays_and_of_two_who_design_at_once_one_is_told(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    _answer(session, cast, row, lodging="single", q1="东站")
    assert _code(service.remove_question, cast.actor(), training.id, "q1") == (
        "registration_form.question_answered"
    )
    assert _code(service.set_modes, cast.actor(), training.id, {}, version=1) == "stale"
    modes = {"lodging": Modes(Mode.OPTIONAL, {99: Mode.OFF})}
    version = form_of(session, training.id).version
    assert _code(service.set_modes, cast.actor(), training.id, modes, version=version) == (
        "roster.category_unknown"
    )


def test_a_copy_asks_the_same_of_its_own_categories_and_lost_ones_are_forgotten(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    categories = [Category(training_id=training.id, position=n, name_zh=f"第{n}类") for n in (1, 2)]
    session.add_all(categories)
    session.commit()
    modes = {"phone": Modes(Mode.OFF, {one.id: Mode.REQUIRED for one in categories})}
    service.set_modes(cast.actor(), training.id, modes, version=0)
    made = trainings.copy(cast.actor(), training, "COPY", date(2027, 5, 11))
    copied = form_of(session, made.id).definition.fields[FieldKey.PHONE].modes
    assert set(copied.categories) == {one.id for one in made.categories}
    assert not set(copied.categories) & {one.id for one in categories}
    given = TrainingInput(
        code=training.code,
        title_zh="x",
        start_date=training.start_date,
        end_date=training.end_date,
        categories=(CategoryInput(name_zh="第2类", id=categories[1].id),),
    )
    trainings.update(cast.actor(), training, given)
    left = form_of(session, training.id).definition.fields[FieldKey.PHONE].modes
    assert set(left.categories) == {categories[1].id}


def test_whoever_leaves_the_roster_takes_answers_and_consents_along(
    session: Session, cast: Cast, training: Training
) -> None:
    row = make_registration(session, training)
    _answer(session, cast, row, {"health": "我同意"}, health="哮喘", lodging="any")
    roster.remove(cast.actor(), training.id, row.id)
    for table in (RegistrationAnswer, Consent):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
