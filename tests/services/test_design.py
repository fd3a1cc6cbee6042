"""Designs from the first draft to the published version, and the pictures that they use."""

import io
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_training
from trainingmgr.documents.designs import built_in, keys
from trainingmgr.domain.certificate import CertificateKind
from trainingmgr.domain.design import Design as Data
from trainingmgr.domain.design import PictureItem, with_assets
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, storage
from trainingmgr.models import Asset, AuditEntry, CertificateOffer, Design, DesignVersion
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services


def picture(colour: str = "#a00000", form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, form)
    return buffer.getvalue()


def acts(session: Session) -> list[str]:
    look_again(session)
    return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def design(cast: Cast) -> Design:
    return services.create(cast.actor(), cast.organisation.id, "红金", "Red and gold", "classic")


def together(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """What two who do the same at the same moment are given, refusals too."""
    db.session.remove()
    start, told = threading.Barrier(2), []

    def work(index: int) -> None:
        with app.app_context():
            start.wait()
            try:
                told.append(act(index))
            except Exception as error:
                told.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def own_choices(session: Session, organisation_id: int) -> list[str]:
    return [one.value for one in queries.choices(session, organisation_id) if one.value.isdigit()]


def with_picture(digest: str) -> Data:
    data = built_in()
    return msgspec.structs.replace(
        data, items=(*data.items, PictureItem(x=10, y=10, width=20, height=20, asset=digest))
    )


def wider(by: float = 1.0) -> Data:
    data = built_in()
    return msgspec.structs.replace(
        data, border=msgspec.structs.replace(data.border, inset=data.border.inset + by)
    )


# -- drafts


def test_a_design_starts_blank_or_from_a_built_in_one(session: Session, cast: Cast) -> None:
    here = cast.organisation.id
    blank = services.create(cast.actor(), here, "空白")
    assert queries.draft_of(blank) == Data()
    assert queries.draft_of(services.create(cast.actor(), here, "经典", start="classic")) == built_in()
    with pytest.raises(NotFound):
        services.create(cast.actor(), here, "无", start="../classic")
    assert acts(session) == ["design.created", "design.created"]


def test_two_designs_of_an_organisation_never_share_a_name(cast: Cast, design: Design) -> None:
    here = cast.organisation.id
    with pytest.raises(Refusal) as caught:
        services.create(cast.actor(), here, "红金")
    assert caught.value.code == "design.name_taken"
    other = services.create(cast.actor(), here, "另一个")
    with pytest.raises(Refusal):
        services.rename(cast.actor(), here, other.id, "红金", "")
    services.rename(cast.actor(), here, design.id, "红金", "Gold")
    assert services.create(cast.actor("stranger"), cast.elsewhere.id, "红金").id != design.id


def test_a_copy_takes_a_free_name(cast: Cast, design: Design) -> None:
    here = cast.organisation.id
    names = [services.copy(cast.actor(), here, design.id).name_zh for _ in range(2)]
    assert names == ["红金（2）", "红金（3）"]
    long = services.create(cast.actor(), here, "长" * 80)
    copied = services.copy(cast.actor(), here, long.id)
    assert copied.name_zh == "长" * 77 + "（2）"
    assert copied.draft == long.draft


def test_a_draft_may_be_kept_that_makes_no_sense_yet(cast: Cast, design: Design) -> None:
    kept = services.save_draft(cast.actor(), cast.organisation.id, design.id, Data(), design.version)
    assert queries.draft_of(kept) == Data()


def test_the_second_editor_is_told_and_the_first_ones_work_stands(cast: Cast, design: Design) -> None:
    here, seen = cast.organisation.id, design.version
    services.save_draft(cast.actor(), here, design.id, wider(1), seen)
    with pytest.raises(Refusal) as caught:
        services.save_draft(cast.actor("owner"), here, design.id, wider(2), seen)
    assert caught.value.code == "stale"
    row = queries.design_of(db.session(), here, design.id)
    assert row is not None
    assert queries.draft_of(row) == wider(1)


def test_of_two_at_the_same_moment_one_is_told(app: Flask, cast: Cast, design: Design) -> None:
    here, seen, number = cast.organisation.id, design.version, design.id
    people = [cast.actor(), cast.actor("owner")]
    told = together(
        app, lambda index: services.save_draft(people[index], here, number, wider(index + 1), seen)
    )
    assert [type(one) for one in told].count(Refusal) == 1


def test_two_who_publish_at_the_same_moment_publish_one_version(
    app: Flask, cast: Cast, design: Design
) -> None:
    actor, here, number = cast.actor(), cast.organisation.id, design.id
    told = together(app, lambda _index: services.publish(actor, here, number)[1])
    assert sorted(told) == [False, True]


def test_two_who_upload_the_same_picture_at_the_same_moment_share_it(app: Flask, cast: Cast) -> None:
    actor, here = cast.actor(), cast.organisation.id
    told = together(app, lambda _index: services.upload(actor, here, "x.png", picture()).id)
    assert told[0] == told[1]
    told = together(app, lambda _index: services.create(actor, here, "同名").name_zh)
    assert sorted(str(one) for one in told)[1] == "同名"
    assert [one.code for one in told if isinstance(one, Refusal)] == ["design.name_taken"]


def test_what_is_kept_already_is_not_kept_again(session: Session, cast: Cast, design: Design) -> None:
    again = services.save_draft(cast.actor(), cast.organisation.id, design.id, built_in(), design.version)
    assert again.version == design.version
    assert acts(session) == ["design.created"]


def test_a_design_of_others_does_not_exist(cast: Cast, design: Design) -> None:
    stranger, there = cast.actor("stranger"), cast.elsewhere.id
    for act in (
        lambda: services.save_draft(stranger, there, design.id, Data(), 1),
        lambda: services.publish(stranger, there, design.id),
        lambda: services.rename(stranger, there, design.id, "我的", ""),
        lambda: services.archive(stranger, there, design.id),
        lambda: services.copy(stranger, there, design.id),
        lambda: services.export(there, design.id),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_design_that_trainings_give_is_not_put_away(session: Session, cast: Cast, design: Design) -> None:
    here = cast.organisation.id
    training = make_training(session, cast.organisation, code="BJ")
    session.add(
        CertificateOffer(training_id=training.id, kind=CertificateKind.COMPLETION, design_id=design.id)
    )
    session.commit()
    with pytest.raises(Refusal) as caught:
        services.archive(cast.actor(), here, design.id)
    assert (caught.value.code, caught.value.values) == ("design.in_use", {"trainings": "BJ"})
    session.execute(sa.delete(CertificateOffer))
    session.commit()
    services.archive(cast.actor(), here, design.id)
    services.publish(cast.actor(), here, design.id)
    assert own_choices(session, here) == []
    services.bring_back(cast.actor(), here, design.id)
    assert own_choices(session, here) == [str(design.id)]


def test_every_built_in_design_can_be_chosen_by_a_name_in_both_languages(
    session: Session, cast: Cast
) -> None:
    found = queries.choices(session, cast.organisation.id)
    assert {one.value for one in found} == {f"built-in:{key}" for key in keys() if key != "classic"}
    assert len({one.name_zh for one in found}) == len({one.name_en for one in found}) == len(found) == 5


# -- versions


def test_versions_count_up_and_an_unchanged_draft_publishes_nothing(cast: Cast, design: Design) -> None:
    here = cast.organisation.id
    first, new = services.publish(cast.actor(), here, design.id)
    assert (first.number, new, first.created_by) == (1, True, "organiser")
    again, new = services.publish(cast.actor(), here, design.id)
    assert (again.id, new) == (first.id, False)
    services.save_draft(cast.actor(), here, design.id, wider(), design.version)
    second, new = services.publish(cast.actor(), here, design.id)
    assert (second.number, new) == (2, True)
    assert msgspec.convert(first.data, Data) == built_in()


def test_a_draft_that_makes_no_sense_is_not_published(cast: Cast, design: Design) -> None:
    here = cast.organisation.id
    services.save_draft(cast.actor(), here, design.id, Data(), design.version)
    with pytest.raises(Refusal) as caught:
        services.publish(cast.actor(), here, design.id)
    assert caught.value.code == "design.qr_missing"


def test_a_published_version_never_changes(session: Session, cast: Cast, design: Design) -> None:
    services.publish(cast.actor(), cast.organisation.id, design.id)
    with pytest.raises(sa.exc.DBAPIError):
        session.execute(sa.update(DesignVersion).values(data={}))
    session.rollback()


def test_an_earlier_version_becomes_the_draft_again(session: Session, cast: Cast, design: Design) -> None:
    here = cast.organisation.id
    services.publish(cast.actor(), here, design.id)
    changed = services.save_draft(cast.actor(), here, design.id, wider(), design.version)
    with pytest.raises(Refusal):
        services.restore(cast.actor(), here, design.id, 1, changed.version - 1)
    with pytest.raises(NotFound):
        services.restore(cast.actor(), here, design.id, 2, changed.version)
    row = services.restore(cast.actor(), here, design.id, 1, changed.version)
    assert queries.draft_of(row) == built_in()
    assert acts(session)[-1] == "design.restored"


# -- pictures


def test_a_picture_is_kept_once(session: Session, cast: Cast) -> None:
    here = cast.organisation.id
    row = services.upload(cast.actor(), here, "徽标.png", picture())
    assert (row.media_type, row.width, row.height) == ("image/png", 40, 30)
    assert storage.get(row.file_key)[:4] == b"\x89PNG"
    assert services.upload(cast.actor(), here, "again.png", picture()).id == row.id
    assert acts(session) == ["design.picture_added"]
    theirs = services.upload(cast.actor("stranger"), cast.elsewhere.id, "徽标.png", picture())
    assert theirs.file_key != row.file_key


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "asset.empty"), (b"<svg onload='x'/>", "asset.svg"), (picture()[:60], "asset.broken")],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    session: Session, cast: Cast, data: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        services.upload(cast.actor(), cast.organisation.id, "x.png", data)
    assert caught.value.code == code
    assert queries.assets(session, cast.organisation.id) == []


def test_a_picture_stays_while_a_draft_or_a_version_needs_it(cast: Cast, design: Design) -> None:
    here, actor = cast.organisation.id, cast.actor()
    asset = services.upload(actor, here, "徽标.png", picture())
    saved = services.save_draft(actor, here, design.id, with_picture(asset.sha256), design.version)
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            services.delete_unused(actor, here, asset.id)
        assert caught.value.code == "design.picture_in_use"
        # Now only the version needs it.
        services.publish(actor, here, design.id)
        saved = services.save_draft(actor, here, design.id, built_in(), saved.version)
    unused = services.upload(actor, here, "另一张.png", picture("#00a000"))
    with pytest.raises(NotFound):
        services.delete_unused(cast.actor("stranger"), cast.elsewhere.id, unused.id)
    services.delete_unused(actor, here, unused.id)
    assert not storage.exists(unused.file_key)
    assert storage.exists(asset.file_key)


def test_a_draft_with_a_picture_of_nobody_is_not_kept(cast: Cast, design: Design) -> None:
    theirs = services.upload(cast.actor("stranger"), cast.elsewhere.id, "x.png", picture())
    for digest in ("0" * 64, theirs.sha256):
        with pytest.raises(Refusal) as caught:
            services.save_draft(
                cast.actor(), cast.organisation.id, design.id, with_picture(digest), design.version
            )
        assert (caught.value.code, caught.value.values["count"]) == ("design.picture_unknown", 1)


def test_a_picture_whose_file_is_gone_is_no_asset(cast: Cast) -> None:
    read = services.asset_source(cast.organisation.id)
    asset = services.upload(cast.actor(), cast.organisation.id, "x.png", picture())
    assert read(asset.sha256) == storage.get(asset.file_key)
    with pytest.raises(KeyError):
        services.asset_source(cast.elsewhere.id)(asset.sha256)


# -- files


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_design_goes_to_another_organisation_with_its_pictures(
    session: Session, cast: Cast, design: Design, form: str
) -> None:
    here, there = cast.organisation.id, cast.elsewhere.id
    asset = services.upload(cast.actor(), here, "徽标", picture(form=form))
    services.save_draft(cast.actor(), here, design.id, with_picture(asset.sha256), design.version)
    name, data = services.export(here, design.id)
    assert name == "红金"
    made = services.import_file(cast.actor("stranger"), there, data)
    assert (made.name_zh, made.name_en, made.organisation_id) == ("红金", "Red and gold", there)
    theirs = queries.assets(session, there)
    assert len(theirs) == 1
    assert queries.draft_of(made) == with_assets(with_picture(asset.sha256), {asset.sha256: theirs[0].sha256})
    assert services.publish(cast.actor("stranger"), there, made.id)[1]
    again = services.import_file(cast.actor(), here, data)
    assert again.name_zh == "红金（2）"
    assert len(queries.assets(session, here)) == 1
    assert acts(session).count("design.imported") == 2


def test_a_file_with_a_picture_that_is_none_brings_nothing_in(
    session: Session, cast: Cast, design: Design
) -> None:
    here, there = cast.organisation.id, cast.elsewhere.id
    asset = services.upload(cast.actor(), here, "徽标", picture())
    services.save_draft(cast.actor(), here, design.id, with_picture(asset.sha256), design.version)
    Path(storage.path(asset.file_key)).write_bytes(b"<svg><script>alert(1)</script></svg>")
    _, data = services.export(here, design.id)
    with pytest.raises(Refusal) as caught:
        services.import_file(cast.actor("stranger"), there, data)
    assert caught.value.code == "design.file_altered"
    look_again(session)
    assert session.scalars(sa.select(Design).where(Design.organisation_id == there)).all() == []
    assert session.scalars(sa.select(Asset).where(Asset.organisation_id == there)).all() == []


def test_a_name_from_a_file_is_made_one_line(cast: Cast, design: Design) -> None:
    _, data = services.export(cast.organisation.id, design.id)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(found["manifest.json"]) | {"name_zh": "a\n\t b" + "长" * 200, "name_en": " "}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in found.items():
            archive.writestr(name, json.dumps(manifest) if name == "manifest.json" else content)
    made = services.import_file(cast.actor(), cast.organisation.id, buffer.getvalue())
    assert made.name_zh.startswith("a b长长")
    assert len(made.name_zh) == 80


def test_a_draft_that_makes_no_sense_is_not_exported(cast: Cast, design: Design) -> None:
    services.save_draft(cast.actor(), cast.organisation.id, design.id, Data(), design.version)
    with pytest.raises(Refusal):
        services.export(cast.organisation.id, design.id)
