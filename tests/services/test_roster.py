"""What is changed on a roster, and who leaves it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_counter, make_registration, make_session, make_training
from tests.services.participants import NUMBER, add, document
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.participant import Facts
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.models import (
    Attendance,
    AuditEntry,
    Certificate,
    Person,
    Registration,
)
from trainingmgr.queries import audit
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import Filters
from trainingmgr.services import roster


def actions(session: Session) -> Sequence[str]:
    return session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()


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
