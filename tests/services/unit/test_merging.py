"""Two units that are one, merged and taken apart again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.certificates import certificates, issue, make_class
from tests.factories import (
    Cast,
    look_again,
    make_line,
    make_registration,
    make_session,
    make_training,
    make_unit,
)
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import ContributorRole, ContributorType
from trainingmgr.domain.timetable_version import fingerprint, read_snapshot
from trainingmgr.domain.training import HostRole
from trainingmgr.domain.unit import AliasKind, UnitType, unit_keys
from trainingmgr.extensions import metadata, now
from trainingmgr.models import (
    AuditEntry,
    Certificate,
    Contribution,
    Lecturer,
    LecturerWindow,
    MailMessage,
    Nomination,
    NominationLink,
    NominationReceipt,
    QuotaPlace,
    Registration,
    TimetableVersion,
    Training,
    TrainingHost,
    Unit,
    UnitAlias,
)
from trainingmgr.queries.own_timetable import parts_of_lecturer
from trainingmgr.queries.person import refresh_registration_keys
from trainingmgr.queries.roster import Filters, page
from trainingmgr.queries.schedule.table import timetable
from trainingmgr.queries.schedule.versions import snapshot_of
from trainingmgr.queries.unit import parents_of, references, unit_known_as
from trainingmgr.services.schedule import publish
from trainingmgr.services.unit import merge_units, merging, plan_merge, undo_merge


@pytest.fixture
def staying(session: Session, cast: Cast) -> Unit:
    return make_unit(session, cast.organisation, "四川省成都市民政局", type=UnitType.OTHER)


@pytest.fixture
def going(session: Session, cast: Cast) -> Unit:
    return make_unit(session, cast.organisation, "成都市民政局", region="四川省成都市", contact_name="张主任")


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CD2026")


def _link(training: Training, unit: Unit, key: str) -> NominationLink:
    return NominationLink(
        training_id=training.id, unit_id=unit.id, key=key, expires_at=now() + timedelta(days=9)
    )


def _lecturer(cast: Cast, unit: Unit) -> Lecturer:
    return Lecturer(
        organisation_id=cast.organisation.id,
        type=ContributorType.UNNAMED,
        unit_id=unit.id,
        title_zh="有关负责同志",
        phone="+8613800138000",
    )


def _receipt(training: Training, unit: Unit) -> NominationReceipt:
    return NominationReceipt(
        training_id=training.id, unit_id=unit.id, file_name="回执.pdf", media_type="application/pdf",
        size=1, sha256="0" * 64, file_key=f"receipt/{unit.id}",
    )  # fmt: skip


# A row that names a unit, for each column of the schema that can; a new one needs its maker here.
NAMING: dict[str, Callable[[Session, Cast, Training, Unit], Any]] = {
    "lecturer.unit_id": lambda s, c, t, u: s.add(_lecturer(c, u)),
    "mail_message.unit_id": lambda s, c, t, u: s.add(
        MailMessage(
            organisation_id=c.organisation.id,
            unit_id=u.id,
            kind=next(iter(MailKind)),
            to_address="a@example.org",
            subject="s",
            body="b",
        )
    ),
    "nomination.unit_id": lambda s, c, t, u: s.add(
        Nomination(training_id=t.id, unit_id=u.id, content_sealed=b"x")
    ),
    "nomination_link.unit_id": lambda s, c, t, u: s.add(_link(t, u, f"key{u.id}")),
    "nomination_receipt.unit_id": lambda s, c, t, u: s.add(_receipt(t, u)),
    "person.unit_id": lambda s, c, t, u: None,
    "quota_place.unit_id": lambda s, c, t, u: make_line(s, t, {u: 3}),
    "registration.unit_id": lambda s, c, t, u: make_registration(s, t, "王小明", unit_id=u.id),
    "training_host.unit_id": lambda s, c, t, u: s.add(
        TrainingHost(training_id=t.id, unit_id=u.id, role=HostRole.CO_HOST, position=u.id)
    ),
    "unit.parent_id": lambda s, c, t, u: make_unit(s, c.organisation, f"{u.name}社区处", parent_id=u.id),
    "unit_alias.unit_id": lambda s, c, t, u: s.add(UnitAlias(unit_id=u.id, name=f"{u.name}（筹）")),
}


def name_everywhere(session: Session, cast: Cast, training: Training, unit: Unit) -> None:
    for make in NAMING.values():
        make(session, cast, training, unit)
        session.commit()


def put_keys_right(session: Session) -> None:
    """Bring the columns that follow from others to where the program would have them."""
    look_again(session)
    for unit in session.scalars(sa.select(Unit)):
        for name, value in unit_keys(unit.name, unit.name_en, [one.name for one in unit.aliases]).items():
            setattr(unit, name, value)
    refresh_registration_keys(session, list(session.scalars(sa.select(Registration.person_id))))
    session.commit()


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    look_again(session)
    return {
        table.name: [
            {name: value for name, value in row.items() if name != "version"}
            for row in session.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in metadata.sorted_tables
        if table is not AuditEntry.__table__
    }


def naming(session: Session, unit_id: int) -> dict[str, int]:
    return {
        f"{one.table.name}.{one.name}": session.scalar(
            sa.select(sa.func.count()).select_from(one.table).where(one == unit_id)
        )
        or 0
        for one in references()
    }


def test_whatever_can_name_a_unit_moves_and_comes_back_exactly(
    session: Session, cast: Cast, training: Training, staying: Unit, going: Unit
) -> None:
    assert set(NAMING) == {f"{one.table.name}.{one.name}" for one in references()}
    name_everywhere(session, cast, training, going)
    put_keys_right(session)
    before = everything(session)
    assert all(naming(session, going.id).values())
    here, staying_id, going_id = cast.organisation.id, staying.id, going.id
    plan = plan_merge(session, here, staying_id, going_id)
    assert sum(plan.moved.values()) == sum(naming(session, going_id).values()) - 1
    assert not plan.twice

    done = merge_units(cast.actor(), here, staying_id, going_id)

    after = naming(session, staying_id)
    assert all(after.values())
    look_again(session)
    assert session.get(Unit, going_id) is None
    assert not any(naming(session, going_id).values())
    kept = session.get_one(Unit, staying_id)
    assert (kept.region, kept.contact_name) == ("四川省成都市", "张主任")
    assert {(one.name, one.kind) for one in kept.aliases} == {
        ("成都市民政局", AliasKind.MERGED),
        ("成都市民政局（筹）", AliasKind.ALIAS),
    }
    found = unit_known_as(session, here, "成都市民政局")
    assert found is not None
    assert found.id == staying_id

    assert done.undo is not None
    assert undo_merge(cast.actor(), here, done.undo).left == 0
    assert everything(session) == before


def test_what_both_have_becomes_one_and_two_again(
    session: Session, cast: Cast, training: Training, staying: Unit, going: Unit
) -> None:
    host = TrainingHost(training_id=training.id, unit_id=going.id, role=HostRole.HOST, position=7)
    weaker = TrainingHost(training_id=training.id, unit_id=staying.id, role=HostRole.CO_HOST, position=8)
    line = make_line(session, training, {going: 2, staying: 3})
    lecturers = [_lecturer(cast, staying), _lecturer(cast, going)]
    session.add_all([host, weaker, *lecturers, _link(training, going, "a"), _link(training, staying, "b")])
    session.commit()
    lecture = make_session(session, training)
    session.add(
        Contribution(
            session_id=lecture.id, position=1, lecturer_id=lecturers[1].id, role=ContributorRole.LECTURE
        )
    )
    other = Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name="李明")
    session.add(other)
    session.flush()
    session.add(
        Contribution(session_id=lecture.id, position=2, lecturer_id=other.id, role=ContributorRole.LECTURE)
    )
    session.commit()
    said = fingerprint(snapshot_of(timetable(session, training)))
    publish(cast.actor(), training.id, seen=said)
    look_again(session)
    starts_at = now()
    session.add(
        LecturerWindow(
            lecturer_id=lecturers[1].id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
        )
    )
    session.add(UnitAlias(unit_id=staying.id, name="成都市民政局"))
    session.commit()
    put_keys_right(session)
    before = everything(session)

    done = merge_units(cast.actor(), cast.organisation.id, staying.id, going.id)

    look_again(session)
    hosts = session.scalars(sa.select(TrainingHost).where(TrainingHost.unit_id == staying.id)).all()
    assert [(one.role, one.position) for one in hosts] == [(HostRole.HOST, 7)]
    places = session.scalars(sa.select(QuotaPlace).where(QuotaPlace.line_id == line.id)).all()
    assert [(one.unit_id, one.places) for one in places] == [(staying.id, 5)]
    assert set(session.scalars(sa.select(Lecturer.id))) == {lecturers[0].id, other.id}
    parts = session.scalars(sa.select(Contribution.lecturer_id).order_by(Contribution.position)).all()
    assert parts == [lecturers[0].id, other.id]
    (part,) = parts_of_lecturer(session, lecturers[0].id, training.start_date)
    assert [one.entry.id for one in part.entries] == [lecture.id]
    version = session.scalars(sa.select(TimetableVersion)).one()
    published = read_snapshot(version.snapshot)
    named = [one.lecturer_id for one in published.sessions[0].contributors]
    assert (named, version.fingerprint) == ([lecturers[0].id, other.id], fingerprint(published))
    assert session.scalars(sa.select(LecturerWindow.lecturer_id)).all() == [lecturers[0].id]
    links = dict(session.execute(sa.select(NominationLink.key, NominationLink.revoked_at)).tuples().all())
    assert links["a"] is not None
    assert links["b"] is None
    assert [one.name for one in session.get_one(Unit, staying.id).aliases] == ["成都市民政局"]

    undo_merge(cast.actor(), cast.organisation.id, done.undo or 0)
    assert everything(session) == before


def test_a_lecturer_with_certificates_stands_in_the_way_and_issued_ones_never_change(
    session: Session, cast: Cast, staying: Unit, going: Unit
) -> None:
    training = make_class(session, cast, 0, host=going)
    row = make_registration(session, training, "李华", unit_id=going.id, status=RegistrationStatus.CONFIRMED)
    training.rule_numerator = 0
    session.commit()
    issue(cast, training, row.id)
    issued = [(one.serial, one.snapshot, one.sha256) for one in certificates(session, training)]
    assert issued
    merge_units(cast.actor(), cast.organisation.id, staying.id, going.id)
    assert [(one.serial, one.snapshot, one.sha256) for one in certificates(session, training)] == issued

    third = make_unit(session, cast.organisation, "成都民政")
    lecturers = [_lecturer(cast, staying), _lecturer(cast, third)]
    session.add_all(lecturers)
    session.flush()
    first = session.scalars(sa.select(Certificate).order_by(Certificate.id)).first()
    assert first is not None
    held = {c.key: getattr(first, c.key) for c in Certificate.__table__.columns if c.key != "id"}
    held |= {
        "registration_id": None,
        "lecturer_id": lecturers[1].id,
        "number": 99,
        "serial": "X-99",
        "code": "XX",
        "kind": "thanks",
    }
    session.execute(sa.insert(Certificate).values(held))
    session.commit()
    before = everything(session)
    with pytest.raises(Refusal) as caught:
        merge_units(cast.actor(), cast.organisation.id, staying.id, third.id)
    assert caught.value.code == "unit.merge_lecturer"
    assert everything(session) == before


@pytest.mark.parametrize(
    ("tree", "after"),
    [
        ({"S": "G"}, {"S": None}),
        ({"S": "A", "A": "G", "G": "T"}, {"S": "T", "A": "S"}),
        ({"G": "S", "A": "G"}, {"S": None, "A": "S"}),
        ({"G": "A", "A": "S"}, {"S": None, "A": "S"}),
        ({"G": "T", "A": "G"}, {"S": "T", "A": "S"}),
        ({"G": "T", "S": "A"}, {"S": "A"}),
    ],
)
def test_the_tree_stays_a_tree_wherever_the_two_stood(
    session: Session, cast: Cast, staying: Unit, going: Unit,
    tree: dict[str, str], after: dict[str, str | None],
) -> None:  # fmt: skip
    units = {"S": staying, "G": going}
    units |= {name: make_unit(session, cast.organisation, f"单位{name}") for name in "AT"}
    for low, high in tree.items():
        units[low].parent_id = units[high].id
    session.commit()
    put_keys_right(session)
    before = everything(session)
    ids = {name: unit.id for name, unit in units.items()}
    done = merge_units(cast.actor(), cast.organisation.id, ids["S"], ids["G"])
    look_again(session)
    parents = parents_of(session, cast.organisation.id)
    assert {name: parents[ids[name]] for name in after} == {
        name: ids[high] if high else None for name, high in after.items()
    }
    undo_merge(cast.actor(), cast.organisation.id, done.undo or 0)
    assert everything(session) == before


def test_rosters_are_found_by_the_name_that_stays(
    session: Session, cast: Cast, training: Training, staying: Unit, going: Unit
) -> None:
    make_registration(session, training, "王小明", unit_id=going.id)
    put_keys_right(session)
    found = Filters(text="四川省成都市")
    assert not page(session, training.id, found).rows
    done = merge_units(cast.actor(), cast.organisation.id, staying.id, going.id)
    look_again(session)
    assert len(page(session, training.id, found).rows) == 1
    undo_merge(cast.actor(), cast.organisation.id, done.undo or 0)
    look_again(session)
    assert not page(session, training.id, found).rows


def test_what_somebody_changed_since_stays(
    session: Session, cast: Cast, training: Training, staying: Unit, going: Unit
) -> None:
    first, second = (make_registration(session, training, unit_id=going.id) for _ in range(2))
    done = merge_units(cast.actor(), cast.organisation.id, staying.id, going.id)
    other = make_unit(session, cast.organisation)
    session.execute(sa.update(Registration).where(Registration.id == second.id).values(unit_id=other.id))
    session.execute(sa.update(Unit).where(Unit.id == staying.id).values(contact_name="李主任"))
    session.commit()
    name, undone = "成都市民政局", undo_merge(cast.actor(), cast.organisation.id, done.undo or 0)
    assert undone.left == 2
    look_again(session)
    assert session.get_one(Unit, undone.unit_id).name == name
    assert session.get_one(Registration, first.id).unit_id == undone.unit_id
    assert session.get_one(Registration, second.id).unit_id == other.id
    assert session.get_one(Unit, staying.id).contact_name == "李主任"


def test_a_merge_is_taken_back_once_by_whoever_made_it_and_soon_and_only_where_its_place_is_free(
    session: Session, cast: Cast, staying: Unit, going: Unit
) -> None:
    here, name = cast.organisation.id, going.name
    change = merge_units(cast.actor(), here, staying.id, going.id).undo or 0

    def refused(who: str = "organiser", organisation_id: int = here) -> None:
        with pytest.raises(Refusal) as caught:
            undo_merge(cast.actor(who), organisation_id, change)
        assert caught.value.code == "undo_gone"

    refused("owner")
    refused("organiser", cast.elsewhere.id)
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        refused()
    taken = make_unit(session, cast.organisation, name)
    refused()
    session.delete(taken)
    session.commit()
    undo_merge(cast.actor(), here, change)
    refused()


def test_a_unit_merges_with_another_of_its_organisation_alone(
    session: Session, cast: Cast, staying: Unit
) -> None:
    foreign = make_unit(session, cast.elsewhere, "成都市民政局")
    for one, other in ((staying.id, foreign.id), (foreign.id, staying.id), (staying.id, 0)):
        with pytest.raises(NotFound):
            merge_units(cast.actor(), cast.organisation.id, one, other)
    with pytest.raises(Refusal, match=r"unit\.merge_itself"):
        merge_units(cast.actor(), cast.organisation.id, staying.id, staying.id)


def test_the_record_of_a_merge_shows_nobody_s_phone_and_has_its_bounds(
    session: Session, cast: Cast, staying: Unit, going: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.add_all([_lecturer(cast, staying), _lecturer(cast, going)])
    session.commit()
    merge_units(cast.actor(), cast.organisation.id, staying.id, going.id)
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "unit.merge")).one()
    assert entry.subject_id == staying.id
    assert not [text for text in ("13800138000", "张主任") if text in str(entry.details)]
    monkeypatch.setattr(merging, "MAX_UNDO", 1)
    third = make_unit(session, cast.organisation, "蓉城民政")
    assert merge_units(cast.actor(), cast.organisation.id, staying.id, third.id).undo is None
