"""Two records of one person merged, and taken apart again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.certificates import issue, make_class, mark
from tests.factories import Cast, look_again, make_registration, make_session, make_training, make_unit
from tests.queries.counting import statements
from tests.rosters import id_number
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.person import read_id_number
from trainingmgr.domain.quota import OverQuota
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus as S
from trainingmgr.domain.same_person import Likeness
from trainingmgr.extensions import metadata, now, storage
from trainingmgr.models import (
    ApartPeople,
    Certificate,
    DataRequest,
    Handout,
    Material,
    Nomination,
    Person,
    PersonMerge,
    QuotaLine,
    Registration,
    Training,
)
from trainingmgr.queries.person import open_id
from trainingmgr.queries.photo import photo_key
from trainingmgr.queries.same_person import alike_people
from trainingmgr.services import people as service
from trainingmgr.services import rights, roster

NUMBER, OTHER = "11010519491231002X", "320102198003071111"
PHONE = "+8613800138000"


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


@pytest.fixture
def earlier(session: Session, cast: Cast) -> Training:
    return make_training(
        session, cast.organisation, code="BJ2025", start_date=date(2025, 5, 1), end_date=date(2025, 5, 2)
    )


def add(session: Session, cast: Cast, training: Training, name: str = "王小明", **facts: Any) -> Person:
    """Somebody of this name on the training, whoever else bears it."""
    number = facts.pop("number", None)
    made = make_registration(session, training, name, name_key=name, pinyin="wang xiao ming")
    given = Facts(**facts, document=read_id_number(number, None, today=date(2026, 5, 1)) if number else None)
    roster.update(cast.actor(), training.id, made.id, given)
    look_again(session)
    return session.get_one(Person, session.get_one(Registration, made.id).person_id)


def test_looking_for_people_who_may_be_one_takes_as_many_statements_for_two_as_for_forty(
    session: Session, cast: Cast, training: Training
) -> None:
    costs = []
    for people in (2, 38):
        for number in range(people):
            made = make_registration(session, training, "王小明", name_key="王小明", pinyin="wang xiao ming")
            session.get_one(Person, made.person_id).phone = f"+86138001380{number // 2:02d}"
        session.commit()
        with statements() as seen:
            assert alike_people(session, cast.organisation.id).pairs
        costs.append(len(seen))
    assert costs[0] == costs[1]


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables but what tells of the merge itself."""
    look_again(session)
    left_out = {"audit_entry", "person_merge", "column_choice"}
    return {
        table.name: [
            dict(row) for row in session.execute(table.select().order_by(*table.primary_key)).mappings()
        ]
        for table in metadata.sorted_tables
        if table.name not in left_out
    }


def places_of(session: Session, person_id: int) -> list[str]:
    look_again(session)
    wanted = sa.select(Training.code).join(Registration).where(Registration.person_id == person_id)
    return sorted(session.scalars(wanted))


def refused(code: str, cast: Cast, one: int, other: int, **how: Any) -> None:
    with pytest.raises(Refusal) as caught:
        service.merge(cast.actor(), cast.organisation.id, one, other, **how)
    assert caught.value.code == code


def test_people_are_pointed_out_over_units_and_trainings_until_they_are_told_apart(
    session: Session, cast: Cast, training: Training, earlier: Training
) -> None:
    one = add(session, cast, training, unit="四川省成都市民政局", phone=PHONE)
    other = add(session, cast, earlier, unit="成都民政局")
    namesake = add(session, cast, earlier, unit="杭州市民政局", number=NUMBER)
    sounds = add(session, cast, earlier, "王晓明", phone=PHONE)
    mistyped = add(session, cast, training, number=id_number(47, born=date(1949, 12, 31)))
    found = alike_people(session, cast.organisation.id).pairs
    told = {(pair.one.id, pair.other.id): pair.reasons for pair in found}
    assert told == {
        (one.id, other.id): (Likeness.UNIT,),
        (one.id, sounds.id): (Likeness.SOUND,),
        (namesake.id, mistyped.id): (Likeness.BIRTHDAY,),
    }
    assert [pair.documents_differ for pair in found] == [False, False, True]
    assert found[0].one.trainings == ("CD2026",)
    # Around one training: only who is on it, with whomever.
    here = {
        (pair.one.id, pair.other.id) for pair in alike_people(session, cast.organisation.id, earlier.id).pairs
    }
    assert here == set(told)
    service.tell_apart(cast.actor(), cast.organisation.id, other.id, one.id)
    service.tell_apart(cast.actor(), cast.organisation.id, one.id, other.id)
    assert len(alike_people(session, cast.organisation.id).pairs) == 2
    service.tell_apart(cast.actor(), cast.organisation.id, one.id, other.id, apart=False)
    assert len(alike_people(session, cast.organisation.id).pairs) == 3
    assert alike_people(session, cast.elsewhere.id).pairs == []
    with pytest.raises(NotFound):
        service.tell_apart(cast.actor(), cast.elsewhere.id, one.id, other.id)


def test_two_become_one_with_the_facts_that_were_chosen_and_two_again(
    session: Session, cast: Cast, training: Training, earlier: Training
) -> None:
    staying = add(session, cast, training, unit="甲单位", phone=PHONE, number=NUMBER)
    going = add(session, cast, earlier, unit="乙单位", email="w@example.org", number=OTHER)
    third = add(session, cast, earlier, unit="丙单位")
    going.photo, going.page_key = "ab" * 32, "key"
    session.add(ApartPeople(low_id=going.id, high_id=third.id))
    session.add(DataRequest(organisation_id=cast.organisation.id, person_id=going.id, kind="deletion"))
    session.commit()
    before = everything(session)
    gone_id, third_id = going.id, third.id
    planned = service.plan(session, cast.organisation.id, staying.id, going.id)
    assert {one.name for one in planned.facts if one.taken} == {"email", "photo"}
    assert [code for code, _zh, _en in planned.moved] == ["BJ2025"]
    done = service.merge(
        cast.actor(), cast.organisation.id, staying.id, going.id, frozenset({"unit", "email", "document"})
    )
    look_again(session)
    assert session.get(Person, gone_id) is None
    row = session.get_one(Person, staying.id)
    assert (row.phone, row.email, row.photo, row.page_key) == (PHONE, "w@example.org", "", "key")
    assert row.unit is not None
    assert row.unit.name == "乙单位"
    assert open_id(row.uid, row.id_sealed) == OTHER
    assert places_of(session, staying.id) == ["BJ2025", "CD2026"]
    apart = session.scalars(sa.select(ApartPeople)).one()
    assert {apart.low_id, apart.high_id} == {staying.id, third_id}
    assert roster_finds(session, earlier, "8000") == 1
    undone = service.undo_merge(cast.actor(), cast.organisation.id, done.undo)
    assert undone == service.MergeUndone(gone_id, 0)
    assert everything(session) == before
    with pytest.raises(Refusal, match="undo_gone"):
        service.undo_merge(cast.actor(), cast.organisation.id, done.undo)


def roster_finds(session: Session, training: Training, text: str) -> int:
    from trainingmgr.queries.roster import Filters, count

    return count(session, training.id, Filters(text=text))


def test_of_two_registrations_for_one_training_one_stays_with_what_hangs_on_both(
    session: Session, cast: Cast, training: Training
) -> None:
    training.capacity, training.promotes_waiting = 2, True
    session.commit()
    staying = add(session, cast, training, post="处长")
    going = add(session, cast, training, post="副处长")
    waiting = make_registration(session, training, "候补", status=S.WAITLISTED)
    kept, dropped = (registration(session, one) for one in (staying, going))
    book, bag = (
        Material(training_id=training.id, title_zh="书"),
        Material(training_id=training.id, title_zh="包"),
    )
    line = QuotaLine(training_id=training.id, position=1, over=OverQuota.REFUSE)
    session.add_all([book, bag, line])
    session.flush()
    session.add_all(
        [
            *(Handout(material_id=one, registration_id=whose, training_id=training.id, given_at=now())
              for one, whose in ((book.id, kept), (book.id, dropped), (bag.id, dropped))),
            Nomination(
                training_id=training.id, unit_id=make_unit(session, cast.organisation).id, line_id=line.id,
                registration_id=dropped, double_of_id=kept, content_sealed=b"x", sent_at=now(),
            ),
        ]
    )  # fmt: skip
    session.commit()
    before = everything(session)
    done = service.merge(cast.actor(), cast.organisation.id, staying.id, going.id, kept={training.id: kept})
    assert (done.moved, done.dropped) == (0, 1)
    look_again(session)
    assert session.get(Registration, dropped) is None
    assert set(session.scalars(sa.select(Handout.material_id).where(Handout.registration_id == kept))) == {
        book.id,
        bag.id,
    }
    named = session.scalars(sa.select(Nomination)).one()
    assert (named.registration_id, named.double_of_id) == (kept, None)
    # The second seat has come free.
    assert session.get_one(Registration, waiting.id).status is S.CONFIRMED
    service.undo_merge(cast.actor(), cast.organisation.id, done.undo)
    after = everything(session)
    for row in (*before["registration"], *after["registration"]):
        del row["version"]
    # A mail that was never written leaves nothing; the promoted waits as before.
    assert after == before


def registration(session: Session, person: Person) -> int:
    return session.scalars(sa.select(Registration.id).where(Registration.person_id == person.id)).one()


def test_what_must_stay_keeps_two_from_becoming_one(session: Session, cast: Cast, training: Training) -> None:
    staying, going = add(session, cast, training), add(session, cast, training)
    mine, theirs = registration(session, staying), registration(session, going)
    lecture = make_session(session, training)
    mark(session, session.get_one(Registration, theirs), lecture.id)
    session.commit()
    refused("people.merge_keep_other", cast, staying.id, going.id, kept={training.id: mine})
    assert service.plan(session, cast.organisation.id, staying.id, going.id).both[0].kept == theirs
    mark(session, session.get_one(Registration, mine), lecture.id)
    session.commit()
    refused("people.merge_twice_on", cast, staying.id, going.id)
    refused("people.same", cast, staying.id, staying.id)
    going.is_sample = True
    session.commit()
    refused("people.merge_sample", cast, staying.id, going.id)
    with pytest.raises(NotFound):
        service.merge(cast.actor(), cast.elsewhere.id, staying.id, going.id)


def test_two_with_the_same_open_request_are_answered_first(
    session: Session, cast: Cast, training: Training, earlier: Training
) -> None:
    staying, going = add(session, cast, training), add(session, cast, earlier)
    for one in (staying, going):
        session.add(DataRequest(organisation_id=cast.organisation.id, person_id=one.id, kind="deletion"))
    session.commit()
    refused("people.merge_requests", cast, staying.id, going.id)


def test_issued_certificates_stay_as_they_are(session: Session, cast: Cast, earlier: Training) -> None:
    training = make_class(session, cast, 1, code="PAPER")
    issue(cast, training)
    holder = session.scalars(
        sa.select(Person).join(Registration).where(Registration.training_id == training.id)
    ).one()
    other = add(session, cast, earlier, holder.name)
    papers = everything(session)["certificate"]
    done = service.merge(cast.actor(), cast.organisation.id, other.id, holder.id, frozenset({"name"}))
    assert everything(session)["certificate"] == papers
    paper = session.scalars(sa.select(Certificate)).one()
    assert session.get_one(Registration, paper.registration_id).person_id == other.id
    service.undo_merge(cast.actor(), cast.organisation.id, done.undo)
    assert everything(session)["certificate"] == papers


def test_what_somebody_changed_since_stays_and_a_day_later_nothing_is_left_of_who_went(
    session: Session, cast: Cast, training: Training, earlier: Training
) -> None:
    staying, going = (
        add(session, cast, training, phone=PHONE),
        add(session, cast, earlier, email="w@example.org"),
    )
    mine = registration(session, staying)
    going.photo = "cd" * 32
    session.commit()
    storage.put(photo_key(going.photo), b"jpeg")
    done = service.merge(cast.actor(), cast.organisation.id, staying.id, going.id, frozenset())
    with pytest.raises(Refusal, match="undo_gone"):
        service.undo_merge(cast.actor("owner"), cast.organisation.id, done.undo)
    roster.update(cast.actor(), training.id, mine, Facts(sex="male"))
    undone = service.undo_merge(cast.actor(), cast.organisation.id, done.undo)
    assert undone.left == 1
    look_again(session)
    assert session.get_one(Person, staying.id).sex == "male"
    again = service.merge(cast.actor(), cast.organisation.id, staying.id, undone.person_id, frozenset())
    assert storage.exists(photo_key("cd" * 32))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
        with pytest.raises(Refusal, match="undo_gone"):
            service.undo_merge(cast.actor(), cast.organisation.id, again.undo)
        service.forget_merges()
    look_again(session)
    assert session.scalars(sa.select(PersonMerge)).all() == []
    assert not storage.exists(photo_key("cd" * 32))


def test_whoever_is_erased_takes_along_what_a_merge_kept(
    session: Session, cast: Cast, training: Training, earlier: Training
) -> None:
    staying, going = add(session, cast, training), add(session, cast, earlier)
    service.merge(cast.actor(), cast.organisation.id, staying.id, going.id)
    rights.erase(cast.actor("owner"), cast.organisation.id, staying.id)
    look_again(session)
    assert session.scalars(sa.select(PersonMerge)).all() == []
