"""Photographs given, replaced, taken away, printed, backed up and forgotten."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class, mark
from tests.documents.reading import printed_pictures
from tests.factories import Cast, make_registration, make_training
from tests.photos import photo, zipped
from tests.services.certificate.test_pressing import choose
from trainingmgr.documents.designs import built_in
from trainingmgr.documents.pictures import prepare_photo
from trainingmgr.domain.design import PhotoItem, write_design
from trainingmgr.domain.photo import Doubt
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, keyring, now, storage
from trainingmgr.models import (
    AuditEntry,
    BatchPhoto,
    Design,
    DesignVersion,
    Installation,
    Person,
    PhotoBatch,
    Registration,
    Training,
    TrainingSession,
)
from trainingmgr.queries import photo as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import certificate as certificate_service
from trainingmgr.services import photo as service
from trainingmgr.services import roster
from trainingmgr.services.backup import back_up, restore
from trainingmgr.services.photo import Verdict
from trainingmgr.storage import FileStorage


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="FACES")


@pytest.fixture
def wang(session: Session, training: Training) -> Registration:
    return make_registration(session, training, "王小明")


def kept(session: Session) -> list[str]:
    """The photographs in the storage, of which each must be somebody's."""
    session.rollback()
    session.expire_all()
    owned = set(map(queries.photo_key, session.scalars(sa.select(Person.photo).where(Person.photo != ""))))
    found = sorted(key for key in storage.all_keys() if key.startswith("photos/"))
    assert set(found) == owned
    return found


def bytes_of(session: Session, row: Registration) -> bytes | None:
    session.rollback()
    key = queries.key_at(session, row.training_id, row.id)
    return storage.get(key) if key else None


def send(cast: Cast, training: Training, **files: bytes) -> str:
    return service.keep(cast.actor(), training, [("photos.zip", io.BytesIO(zipped(**files)))])


def plan(session: Session, cast: Cast, training: Training, uid: str) -> service.Plan:
    session.rollback()
    return service.plan_of(session, training, service.find(session, training.id, cast.actor(), uid))


def confirm(session: Session, cast: Cast, training: Training, uid: str) -> service.Given:
    return service.confirm(cast.actor(), training.id, uid, len(plan(session, cast, training, uid).written))


def test_one_is_set_replaced_removed_and_each_taken_back(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    one, other = photo(1), photo(2)
    first = service.give(cast.actor(), training.id, wang.id, one)
    assert bytes_of(session, wang) == prepare_photo(one).data
    second = service.give(cast.actor(), training.id, wang.id, other)
    assert bytes_of(session, wang) == prepare_photo(other).data
    assert len(kept(session)) == 1
    assert service.give(cast.actor(), training.id, wang.id, other) == service.Given(0)
    assert second.undo is not None
    service.undo(cast.actor(), training.id, second.undo)
    assert bytes_of(session, wang) == prepare_photo(one).data
    third = service.take_away(cast.actor(), training.id, wang.id)
    assert kept(session) == []
    assert third.undo is not None
    assert service.undo(cast.actor(), training.id, third.undo).people == 1
    assert bytes_of(session, wang) == prepare_photo(one).data
    assert first.undo is not None
    service.undo(cast.actor(), training.id, first.undo)
    assert kept(session) == []
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one.startswith("photo.")] == [
        *("photo.set", "photo.set", "photo.undone", "photo.removed", "photo.undone", "photo.undone"),
    ]


def test_what_was_changed_since_stays_and_an_undo_is_the_askers_own_and_done_once(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    given = service.give(cast.actor(), training.id, wang.id, photo(1))
    assert given.undo is not None
    service.give(cast.actor("owner"), training.id, wang.id, photo(2))
    with pytest.raises(Refusal) as refused:
        service.undo(cast.actor("owner"), training.id, given.undo)
    assert refused.value.code == "undo_gone"
    assert service.undo(cast.actor(), training.id, given.undo).people == 0
    assert bytes_of(session, wang) == prepare_photo(photo(2)).data
    with pytest.raises(Refusal) as refused:
        service.undo(cast.actor(), training.id, given.undo)
    assert refused.value.code == "undo_gone"


def test_a_class_is_given_its_photographs_and_what_is_unsure_is_left_out(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    li = make_registration(session, training, "李华")
    twins = [
        make_registration(session, training, "张三", phone=f"+861380013800{n}", phone_tail=f"800{n}")
        for n in (1, 2)
    ]
    service.give(cast.actor(), training.id, li.id, photo(9))
    uid = send(
        cast,
        training,
        **{
            "王小明.jpg": photo(1),
            "李华.png": photo(2, form="PNG"),
            "张三.jpg": photo(3),
            "张三8002.jpg": photo(4),
            "没有此人.jpg": photo(5),
            "王小明.txt": b"his notes",
        },
    )
    found = {line.path: line for line in plan(session, cast, training, uid).lines}
    assert {path: line.verdict for path, line in found.items()} == {
        "王小明.jpg": Verdict.NEW,
        "李华.png": Verdict.REPLACES,
        "张三.jpg": Verdict.SEVERAL,
        "张三8002.jpg": Verdict.NEW,
        "没有此人.jpg": Verdict.NOBODY,
        "王小明.txt": Verdict.BROKEN,
    }
    assert found["王小明.txt"].code == "photo.unknown_kind"
    done = confirm(session, cast, training, uid)
    assert done.people == 3
    assert len(kept(session)) == 3
    assert bytes_of(session, li) == prepare_photo(photo(2, form="PNG")).data
    assert (bytes_of(session, twins[0]), bytes_of(session, twins[1])) == (None, prepare_photo(photo(4)).data)
    with pytest.raises(NotFound):
        service.find(session, training.id, cast.actor(), uid)
    assert done.undo is not None
    assert service.undo(cast.actor(), training.id, done.undo).people == 3
    assert bytes_of(session, li) == prepare_photo(photo(9)).data
    assert len(kept(session)) == 1


def test_of_two_files_for_one_person_neither_is_taken_until_somebody_says_which(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    uid = send(cast, training, **{"王小明1.jpg": photo(1), "王小明2.jpg": photo(2)})
    lines = plan(session, cast, training, uid).lines
    assert [line.verdict for line in lines] == [Verdict.TWICE, Verdict.TWICE]
    with pytest.raises(Refusal) as refused:
        service.confirm(cast.actor(), training.id, uid, 0)
    assert refused.value.code == "photo.nothing_fits"
    service.choose(cast.actor(), training.id, uid, lines[1].photo_id, wang.id)
    assert [line.verdict for line in plan(session, cast, training, uid).lines] == [Verdict.TWICE, Verdict.NEW]
    confirm(session, cast, training, uid)
    assert bytes_of(session, wang) == prepare_photo(photo(2)).data


def test_nothing_is_saved_where_one_of_many_cannot_be_kept(
    session: Session, cast: Cast, training: Training, wang: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_registration(session, training, "李华")
    make_registration(session, training, "韩梅梅")
    service.give(cast.actor(), training.id, wang.id, photo(9))
    uid = send(
        cast, training, **{f"{name}.jpg": photo(n) for n, name in enumerate(("王小明", "李华", "韩梅梅"))}
    )
    put, laid = FileStorage.put, []

    def full(self: FileStorage, key: str, data: bytes) -> None:
        laid.append(key)
        if len(laid) == 3:
            raise OSError("no space left")
        put(self, key, data)

    monkeypatch.setattr(FileStorage, "put", full)
    with pytest.raises(OSError, match="no space"):
        confirm(session, cast, training, uid)
    assert len(kept(session)) == 1
    assert bytes_of(session, wang) == prepare_photo(photo(9)).data
    monkeypatch.undo()
    assert confirm(session, cast, training, uid).people == 3


def test_a_roster_that_changed_since_the_look_is_looked_at_again(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    uid = send(cast, training, **{"王小明.jpg": photo(1)})
    seen = len(plan(session, cast, training, uid).written)
    make_registration(session, training, "王小明")
    for expected in (seen, 7):
        with pytest.raises(Refusal) as refused:
            service.confirm(cast.actor(), training.id, uid, expected)
        assert refused.value.code in {"photo.moved", "photo.nothing_fits"}
    assert kept(session) == []


def test_a_batch_is_its_senders_alone_sealed_and_goes_after_a_day(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    uid = send(cast, training, **{"王小明.jpg": photo(1)})
    session.rollback()
    (row,) = session.scalars(sa.select(BatchPhoto)).all()
    assert b"JFIF" not in (row.content_sealed or b"")
    batch = service.find(session, training.id, cast.actor(), uid)
    assert service.content(session, batch, row.id) == prepare_photo(photo(1)).data
    with pytest.raises(NotFound):
        service.find(session, training.id, cast.actor("owner"), uid)
    other = make_training(session, cast.organisation)
    with pytest.raises(NotFound):
        service.find(session, other.id, cast.actor(), uid)
    stranger = make_registration(session, other, "别班的")
    with pytest.raises(NotFound):
        service.choose(cast.actor(), training.id, uid, row.id, stranger.id)
    session.execute(sa.update(PhotoBatch).values(created_at=now() - timedelta(hours=25)))
    session.commit()
    with pytest.raises(NotFound):
        service.find(session, training.id, cast.actor(), uid)
    service.let_old_go()
    assert session.scalar(sa.select(sa.func.count()).select_from(BatchPhoto)) == 0
    send(cast, training, **{"王小明.jpg": photo(2)})
    service.let_old_go()
    service.discard(cast.actor(), training.id, session.scalars(sa.select(PhotoBatch.uid)).one())
    assert session.scalar(sa.select(sa.func.count()).select_from(BatchPhoto)) == 0


def test_what_holds_no_photograph_is_no_batch(cast: Cast, training: Training) -> None:
    with pytest.raises(Refusal) as refused:
        send(cast, training, **{"__MACOSX/._王小明.jpg": b"1"})
    assert refused.value.code == "photo.none_sent"


def test_a_small_picture_is_pointed_out(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    service.give(cast.actor(), training.id, wang.id, photo(1, size=(150, 210)))
    session.rollback()
    shown = queries.shown(session, training.id, wang.id)
    assert shown is not None
    assert (shown.width, shown.height, shown.doubts) == (150, 210, (Doubt.SMALL,))


def with_photo(session: Session, training: Training, *, required: bool) -> Design:
    """A published design that prints the photograph."""
    item = PhotoItem(x=250, y=20, width=25, height=35, required=required)
    plain = built_in()
    data = write_design(msgspec.structs.replace(plain, items=(*plain.items, item)))
    stored = msgspec.json.decode(data)
    design = Design(organisation_id=training.organisation_id, name_zh="带照片", draft=stored)
    session.add(design)
    session.flush()
    digest = hashlib.sha256(data).hexdigest()
    session.add(DesignVersion(design_id=design.id, number=1, data=stored, sha256=digest))
    session.commit()
    return design


def test_the_certificate_prints_it_and_nobody_without_one_gets_any(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0, code="PRINT")
    has, lacks = (add_person(session, training, name) for name in ("王小明", "李华"))
    choose(cast, training, str(with_photo(session, training, required=True).id))
    service.give(cast.actor(), training.id, has.id, photo(1))
    assert queries.count(session, training.id) == (2, 1)
    issue(cast, training)
    (row,) = certificates(session, training)
    assert row.registration_id == has.id
    assert (413, 579) in printed_pictures(storage.get(row.file_key or ""))
    # What is printed stays printed, whatever becomes of the photograph.
    service.take_away(cast.actor(), training.id, has.id)
    assert storage.exists(row.file_key or "")
    service.give(cast.actor(), training.id, lacks.id, photo(2))
    issue(cast, training)
    assert len(certificates(session, training)) == 2


def test_erasing_the_last_certificate_given_with_it_takes_it_along(session: Session, cast: Cast) -> None:
    first, second = make_class(session, cast, 0), make_class(session, cast, 0)
    row = add_person(session, first, "王小明")
    service.give(cast.actor(), first.id, row.id, photo(1))
    again = Registration(training_id=second.id, person_id=row.person_id, sort_key="w", search_text="王小明")
    session.add(again)
    session.commit()
    lecture = session.scalars(
        sa.select(TrainingSession.id).where(TrainingSession.training_id == second.id)
    ).one()
    mark(session, again, lecture)
    for training in (first, second):
        issue(cast, training)
    certificate_service.erase(cast.actor("owner"), certificates(session, first)[0])
    assert len(kept(session)) == 1
    certificate_service.erase(cast.actor("owner"), certificates(session, second)[0])
    assert kept(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(BatchPhoto)) == 0


def test_it_goes_with_the_person_and_only_then(
    session: Session, cast: Cast, training: Training, wang: Registration
) -> None:
    twin = make_registration(session, training, "李华")
    for row in (wang, twin):
        service.give(cast.actor(), training.id, row.id, photo(1))
    assert len(kept(session)) == 1
    roster.remove(cast.actor(), training.id, wang.id)
    assert kept(session) == [queries.key_at(session, training.id, twin.id)]
    roster.remove(cast.actor(), training.id, twin.id)
    assert kept(session) == []


def test_it_is_in_backups_and_comes_back(
    session: Session, cast: Cast, training: Training, wang: Registration, tmp_path: Path
) -> None:
    session.add(Installation(id=1, key_fingerprint=keyring.fingerprint()))
    session.commit()
    service.give(cast.actor(), training.id, wang.id, photo(1))
    send(cast, training, **{"王小明.jpg": photo(3)})
    report = back_up(tmp_path / "a.backup")
    assert report.files == 1
    service.give(cast.actor(), training.id, wang.id, photo(2))
    former = queries.key_at(session, training.id, wang.id)
    restore(tmp_path / "a.backup", Actor(None, "test"), replace=True)
    session = db.session()
    (key,) = kept(session)
    assert key != former
    assert storage.get(key) == prepare_photo(photo(1)).data
    assert session.scalar(sa.select(sa.func.count()).select_from(PhotoBatch)) == 0
