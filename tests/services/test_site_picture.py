"""Pictures of teaching sites: kept with their files, in order, within limits, and gone when they are to go."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_site
from tests.photos import photo
from trainingmgr import jobs
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.site_picture import MOST_PICTURES
from trainingmgr.extensions import db, keyring, now, storage
from trainingmgr.models import AuditEntry, Installation, Site, SitePicture
from trainingmgr.queries import site_picture as queries
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import schedule
from trainingmgr.services import site_picture as service
from trainingmgr.services.backup import back_up, restore
from trainingmgr.services.site_picture import Added, Caption


@pytest.fixture
def site(session: Session, cast: Cast) -> Site:
    return make_site(session, cast.organisation)


def add(cast: Cast, site: Site, *numbers: int) -> Added:
    """Add pictures that differ by their number."""
    sent = [(f"{number}.jpg", BytesIO(photo(number * 20, size=(60, 40)))) for number in numbers]
    return service.add(cast.actor(), cast.organisation.id, site.id, sent)


def standing(session: Session, site: Site) -> list[int]:
    """The pictures of a site in order, by id."""
    look_again(session)
    rows = queries.pictures_of(session, site.id)
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.id for row in rows]


def files(session: Session) -> set[str]:
    rows = session.execute(sa.select(SitePicture.file_key, SitePicture.small_file_key))
    return {key for row in rows for key in row}


def test_pictures_are_kept_in_the_order_in_which_they_were_sent(
    session: Session, cast: Cast, site: Site
) -> None:
    assert add(cast, site, 1, 2) == (2, [])
    assert add(cast, site, 3) == (1, [])
    assert len(standing(session, site)) == 3
    for row in queries.pictures_of(session, site.id):
        large, small = storage.get(row.file_key), storage.get(row.small_file_key)
        assert (hashlib.sha256(large).hexdigest(), hashlib.sha256(small).hexdigest()) == (
            row.sha256,
            row.small_sha256,
        )
        assert (row.width, row.height, row.size) == (60, 40, len(large))
    assert files(session) == set(storage.all_keys())
    (first,) = queries.first_pictures(session, [site.id, 999]).values()
    assert first.position == 1


def test_what_is_no_picture_or_there_already_does_not_stop_the_others(
    session: Session, cast: Cast, site: Site
) -> None:
    add(cast, site, 1)
    sent = [
        ("坏.jpg", BytesIO(b"\xff\xd8\xff")),
        ("一.jpg", BytesIO(photo(20, size=(60, 40)))),
        ("二.jpg", BytesIO(photo(40, size=(60, 40)))),
        ("又是二.jpg", BytesIO(photo(40, size=(60, 40)))),
    ]
    done = service.add(cast.actor(), cast.organisation.id, site.id, sent)
    assert done.pictures == 1
    assert [(name, refusal.code) for name, refusal in done.refused] == [
        ("坏.jpg", "asset.broken"),
        ("一.jpg", "site_picture.twice"),
        ("又是二.jpg", "site_picture.twice"),
    ]
    assert len(standing(session, site)) == 2
    assert files(session) == set(storage.all_keys())


def test_a_site_takes_so_many_and_no_more(session: Session, cast: Cast, site: Site) -> None:
    done = add(cast, site, *range(MOST_PICTURES + 1))
    assert (done.pictures, [refusal.code for _name, refusal in done.refused]) == (
        MOST_PICTURES,
        ["site_picture.too_many"],
    )
    done = add(cast, site, 99)
    assert (done.pictures, done.refused[0][1].values) == (0, {"most": MOST_PICTURES})
    assert files(session) == set(storage.all_keys())
    change = service.remove(cast.actor(), cast.organisation.id, site.id, standing(session, site)[0])
    add(cast, site, 99)
    with pytest.raises(Refusal, match="too_many"):
        service.bring_back(cast.actor(), cast.organisation.id, site.id, change)
    assert len(standing(session, site)) == MOST_PICTURES


def test_no_file_is_left_behind_where_the_rows_cannot_be_written(
    session: Session, cast: Cast, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_values: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("trainingmgr.services.site_picture.audit.record", full)
    with pytest.raises(OSError, match="full"):
        add(cast, site, 1)
    assert standing(session, site) == []
    assert list(storage.all_keys()) == []


def test_pictures_are_described_and_put_in_order_at_once(session: Session, cast: Cast, site: Site) -> None:
    add(cast, site, 1, 2, 3)
    one, two, three = standing(session, site)
    service.arrange(
        cast.actor(), cast.organisation.id, site.id, {one: Caption("广场", "Square"), 999: Caption("无", "")},
        (three, -1),
    )  # fmt: skip
    assert standing(session, site) == [one, three, two]
    assert (session.get_one(SitePicture, one).caption_zh, session.get_one(SitePicture, one).caption_en) == (
        "广场",
        "Square",
    )
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.details) == (
        "site_picture.arranged",
        {"captions": [one], "order": [one, three, two]},
    )
    service.arrange(cast.actor(), cast.organisation.id, site.id, {one: Caption("广场", "Square")}, (one, -1))
    look_again(session)
    assert session.scalar(sa.select(sa.func.max(AuditEntry.id))) == entry.id


def test_a_removed_picture_comes_back_to_its_place_once_and_for_whoever_removed_it(
    session: Session, cast: Cast, site: Site
) -> None:
    add(cast, site, 1, 2, 3)
    one, two, three = standing(session, site)
    kept = files(session)
    change = service.remove(cast.actor(), cast.organisation.id, site.id, two)
    assert standing(session, site) == [one, three]
    assert queries.picture_of(session, cast.organisation.id, site.id, two) is None
    with pytest.raises(NotFound):
        service.remove(cast.actor(), cast.organisation.id, site.id, two)
    for who, where in ((cast.actor("owner"), site), (cast.actor(), make_site(session, cast.organisation))):
        with pytest.raises(Refusal, match="undo_gone"):
            service.bring_back(who, cast.organisation.id, where.id, change)
    service.bring_back(cast.actor(), cast.organisation.id, site.id, change)
    assert standing(session, site) == [one, two, three]
    with pytest.raises(Refusal, match="undo_gone"):
        service.bring_back(cast.actor(), cast.organisation.id, site.id, change)
    assert files(session) == kept == set(storage.all_keys())


def test_sending_a_removed_picture_again_brings_it_back_with_its_words(
    session: Session, cast: Cast, site: Site
) -> None:
    add(cast, site, 1, 2)
    one, two = standing(session, site)
    service.arrange(cast.actor(), cast.organisation.id, site.id, {one: Caption("广场", "")})
    change = service.remove(cast.actor(), cast.organisation.id, site.id, one)
    assert add(cast, site, 1) == (1, [])
    assert standing(session, site) == [two, one]
    assert session.get_one(SitePicture, one).caption_zh == "广场"
    assert files(session) == set(storage.all_keys())
    with pytest.raises(Refusal, match="undo_gone"):
        service.bring_back(cast.actor(), cast.organisation.id, site.id, change)


def test_files_of_removed_pictures_go_once_that_cannot_be_taken_back(
    app: Flask, session: Session, cast: Cast, site: Site
) -> None:
    add(cast, site, 1, 2)
    one, two = standing(session, site)
    gone = session.get_one(SitePicture, one)
    service.remove(cast.actor(), cast.organisation.id, site.id, one)
    service.let_removed_go()
    assert storage.exists(gone.file_key)
    with time_machine.travel(now() + timedelta(minutes=11)):
        jobs.Worker(app).wipe()
    session = db.session()
    assert [row.id for row in session.scalars(sa.select(SitePicture))] == [two]
    assert files(session) == set(storage.all_keys())


def test_a_deleted_site_takes_its_pictures_with_it(session: Session, cast: Cast, site: Site) -> None:
    other = make_site(session, cast.organisation)
    add(cast, site, 1, 2)
    add(cast, other, 1)
    service.remove(cast.actor(), cast.organisation.id, site.id, standing(session, site)[0])
    schedule.delete_site(cast.actor(), cast.organisation.id, site.id)
    assert len(standing(session, other)) == 1
    assert files(session) == set(storage.all_keys())
    assert len(files(session)) == 2


def test_nothing_is_done_to_sites_of_others(session: Session, cast: Cast) -> None:
    theirs = make_site(session, cast.elsewhere)
    here = cast.organisation.id
    for act in (
        lambda: add(cast, theirs, 1),
        lambda: service.arrange(cast.actor(), here, theirs.id, {}),
        lambda: service.remove(cast.actor(), here, theirs.id, 1),
        lambda: service.bring_back(cast.actor(), here, theirs.id, 1),
    ):
        with pytest.raises(NotFound):
            act()
    assert list(storage.all_keys()) == []


def test_pictures_come_back_with_a_backup(session: Session, cast: Cast, site: Site, tmp_path: Path) -> None:
    session.add(Installation(id=1, key_fingerprint=keyring.fingerprint()))
    session.commit()
    add(cast, site, 1, 2)
    rows = {key: storage.get(key) for key in files(session)}
    assert back_up(tmp_path / "a.backup").files == 4
    for key in rows:
        storage.delete(key)
    restore(tmp_path / "a.backup", Actor(None, "test"), replace=True)
    assert files(db.session()) == set(rows)
    assert {key: storage.get(key) for key in rows} == rows


def test_the_database_lets_no_picture_stand_nowhere_or_two_in_one_place(
    session: Session, cast: Cast, site: Site
) -> None:
    add(cast, site, 1, 2)
    one, _two = standing(session, site)
    for wrong in ({"position": None}, {"position": 2}, {"position": 0}, {"removed_at": now()}):
        with pytest.raises(IntegrityError):
            session.execute(sa.update(SitePicture).where(SitePicture.id == one).values(wrong))
        session.rollback()
