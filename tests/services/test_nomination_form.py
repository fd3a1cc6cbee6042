"""Units are asked what the training's own registration form asks."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_training
from tests.nominations import entry_of, name_person, offered, typed
from tests.rosters import xlsx
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import AnswerKind, ConsentBy, Mode, Modes, QuestionInput
from trainingmgr.extensions import now
from trainingmgr.models import Category, Nomination, Person, Registration, Training
from trainingmgr.queries import nomination as queries
from trainingmgr.queries.nomination import Entry
from trainingmgr.queries.registration_answer import consents_of, opened_answers
from trainingmgr.services import nomination as service
from trainingmgr.services import registration_form as forms

ID = "11010519491231002X"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    """A training that asks lodging of all, diet of who wishes, the number of rooms of its heads alone."""
    training = make_training(session, cast.organisation)
    heads = Category(training_id=training.id, position=1, name_zh="处长")
    session.add(heads)
    session.commit()
    modes = {
        "ethnicity": Modes(Mode.OFF),
        "post": Modes(Mode.OPTIONAL),
        "lodging": Modes(Mode.REQUIRED),
        "diet": Modes(Mode.OPTIONAL),
    }
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    rooms = QuestionInput(
        kind=AnswerKind.NUMBER, label_zh="房间数", modes=Modes(Mode.OFF, {heads.id: Mode.REQUIRED})
    )
    forms.add_question(cast.actor(), training.id, rooms, version=1)
    return training


@pytest.fixture
def entry(session: Session, cast: Cast, training: Training) -> Entry:
    _line, unit = offered(session, cast, training, 3, category_id=training.categories[0].id)
    return entry_of(session, cast, training, unit)


def _drafts(session: Session, entry: Entry) -> list[queries.Draft]:
    look_again(session)
    return queries.drafts(session, entry.training.id, entry.unit_id, now().date())


def test_what_the_form_requires_of_the_category_keeps_a_draft_from_being_sent(
    session: Session, entry: Entry
) -> None:
    service.save(entry, typed(ethnicity="汉族", post="", q1="二"), None)
    (draft,) = _drafts(session, entry)
    assert {one.field: one.refusal.code for one in draft.reading.faults} == {
        "lodging": "registration_form.missing",
        "q1": "registration_form.number",
    }
    with pytest.raises(Refusal, match=r"nomination\.incomplete"):
        service.send(entry, draft.id)
    service.save(entry, typed(ethnicity="汉族", post="", q1="2", lodging="single"), None, draft.id)
    service.send(entry, draft.id)
    look_again(session)
    row = session.scalars(sa.select(Registration)).one()
    assert opened_answers(session, row.id) == {"lodging": "single", "q1": "2"}
    # What is not asked is not kept, though it was typed.
    assert session.get_one(Person, row.person_id).ethnicity == ""


def test_the_unit_says_that_the_person_consents_by_draft_or_for_all_that_it_sends(
    session: Session, entry: Entry
) -> None:
    common = {"lodging": "any", "q1": "1"}
    ids = [
        service.save(entry, typed("王一", phone="13800138001", diet="halal", **common), None),
        service.save(
            entry, typed("王二", phone="13800138002", diet="halal", consent_diet="已征得同意", **common), None
        ),
    ]
    assert [one.reading.unconsented for one in _drafts(session, entry)] == [{"diet"}, frozenset()]
    with pytest.raises(Refusal, match=r"nomination\.consent_needed"):
        service.send(entry, ids[0])
    service.send(entry, ids[0], {"diet": "均已征得同意", "health": "没有问到"})
    service.send(entry, ids[1], {"diet": "均已征得同意"})
    look_again(session)
    rows = session.scalars(sa.select(Registration).order_by(Registration.id)).all()
    told = [(one.key, one.text, one.given_by) for row in rows for one in consents_of(session, row.id)]
    assert told == [("diet", "均已征得同意", ConsentBy.UNIT), ("diet", "已征得同意", ConsentBy.UNIT)]
    # Sensitive answers are kept once, where they are sealed and dated.
    assert all("halal" not in str(queries.open_all(one.uid, one.content_sealed)) for one in _sent(session))


def _sent(session: Session) -> list[Nomination]:
    return list(session.scalars(sa.select(Nomination)))


def test_whoever_takes_a_place_answers_the_same_questions(session: Session, entry: Entry) -> None:
    first = name_person(entry, typed(lodging="any", q1="1"))
    with pytest.raises(Refusal, match=r"nomination\.incomplete"):
        service.replace(entry, first.nomination_id, typed("李华"), "生病")
    service.replace(entry, first.nomination_id, typed("李华", lodging="none", q1="1"), "生病")
    look_again(session)
    rows = session.scalars(sa.select(Registration).order_by(Registration.id)).all()
    assert opened_answers(session, rows[1].id) == {"lodging": "none", "q1": "1"}


def test_a_training_without_a_form_of_its_own_asks_what_it_always_did(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    _line, unit = offered(session, cast, training)
    entry = entry_of(session, cast, training, unit)
    name_person(entry, typed(ethnicity="汉族", id_number=ID, lodging="single"))
    look_again(session)
    person = session.scalars(sa.select(Person)).one()
    assert (person.ethnicity, person.id_type) == ("汉族", "resident_id")
    row = session.scalars(sa.select(Registration)).one()
    assert opened_answers(session, row.id) == {}


def test_own_questions_are_answered_in_the_units_file_and_faults_told_row_by_row(
    session: Session, cast: Cast, training: Training, entry: Entry
) -> None:
    wish = QuestionInput(kind=AnswerKind.ONE, label_zh="想参加", options=("讲座", "参观"))
    forms.add_question(cast.actor(), training.id, wish, version=2)
    header = ("姓名", "职务", "手机号码", "房间数", "想 参加")
    rows = [("王芳", "处长", "13800138000", "2", "参观"), ("李华", "科长", "13800138001", "两间", "看戏")]
    assert service.take_file(entry, "回执.xlsx", xlsx([header, *rows])).drafts == 2
    first, second = _drafts(session, entry)
    assert first.reading.answers["q1"] == "2"
    assert "q2" not in first.reading.wrong
    assert {key for key in second.reading.wrong if key.startswith("q")} == {"q1", "q2"}
    assert second.source.startswith("3\t")
