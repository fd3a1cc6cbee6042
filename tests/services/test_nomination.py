"""What units do under their addresses, and what becomes of the people whom they name."""

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

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
    make_training,
    make_unit,
)
from tests.nominations import entry_of, name_person, offered, statuses, typed
from trainingmgr.domain.quota import OverQuota, QuotaInput, UnitPlaces
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.models import (
    AuditEntry,
    Nomination,
    Person,
    Registration,
    Training,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.services import nomination as service
from trainingmgr.services import quota as quotas
from trainingmgr.services import training as trainings

ID_NUMBER = "11010519491231002X"
FUTURE = date(2099, 1, 1)
PAST = date(2020, 1, 1)


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


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
