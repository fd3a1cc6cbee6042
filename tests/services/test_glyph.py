import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.documents.glyphs import glyph_picture
from tests.documents.reading import check, joined
from tests.factories import Cast
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.glyph import Substitute, SubstituteKind
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import storage
from trainingmgr.models import Asset, AuditEntry, GlyphSubstitute
from trainingmgr.queries import glyph as queries
from trainingmgr.queries.certificate import verification
from trainingmgr.services import certificate as certificate_services
from trainingmgr.services import design as design_services
from trainingmgr.services import glyph as services

RARE = "\U000323af"
AGREED = services.Agreement("龙天", "王某", date(2026, 5, 4), "卷宗 12")


def agree(cast: Cast, agreement: services.Agreement = AGREED, character: str = RARE) -> None:
    services.set_text(cast.actor(), cast.organisation.id, character, agreement)


def upload(cast: Cast, data: bytes | None = None) -> None:
    services.set_picture(cast.actor(), cast.organisation.id, RARE, data or glyph_picture(), "字库")


def test_an_agreed_text_is_printed_kept_in_the_snapshot_and_explained(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    add_person(session, training, f"王{RARE}")
    agree(cast)
    issue(cast, training)
    (row,) = certificates(session, training)
    pdf = certificate_services.issued_bytes(cast.actor(), row)
    check(pdf)
    assert "王龙天" in joined(pdf)
    snapshot = CertificateSnapshot.from_json(json.dumps(row.snapshot))
    assert snapshot.holder_name == f"王{RARE}"
    assert snapshot.substitutes == (Substitute(RARE, SubstituteKind.TEXT, "龙天"),)
    # What was issued is still explained when the agreement is no more.
    services.remove(cast.actor(), cast.organisation.id, RARE)
    proof = verification.prove(row.serial, row.code)
    assert proof is not None
    assert all(proof.is_of(name) for name in (f"王{RARE}", "王龙天"))
    assert not proof.is_of("王龙")


def test_a_picture_that_an_issued_certificate_names_stays_until_that_is_erased(
    session: Session, cast: Cast
) -> None:
    training = make_class(session, cast, 0)
    add_person(session, training, f"王{RARE}")
    upload(cast)
    issue(cast, training)
    services.remove(cast.actor(), cast.organisation.id, RARE)
    asset = session.scalars(sa.select(Asset)).one()
    with pytest.raises(Refusal) as refused:
        design_services.delete_unused(cast.actor(), cast.organisation.id, asset.id)
    assert refused.value.code == "design.picture_in_use"
    assert storage.exists(asset.file_key)
    (row,) = certificates(session, training)
    certificate_services.erase(cast.actor("owner"), row)
    assert row.snapshot["substitutes"] == []
    design_services.delete_unused(cast.actor(), cast.organisation.id, asset.id)
    assert not storage.exists(asset.file_key)


def test_a_picture_is_printed_and_copied_as_the_true_character(session: Session, cast: Cast) -> None:
    training = make_class(session, cast, 0)
    add_person(session, training, f"王{RARE}")
    upload(cast)
    issue(cast, training)
    (row,) = certificates(session, training)
    pdf = certificate_services.issued_bytes(cast.actor(), row)
    check(pdf)
    assert f"王{RARE}" in joined(pdf)
    (used,) = CertificateSnapshot.from_json(json.dumps(row.snapshot)).substitutes
    asset = session.scalars(sa.select(Asset)).one()
    assert used == Substitute(RARE, SubstituteKind.PICTURE, asset.sha256)
    services.remove(cast.actor(), cast.organisation.id, RARE)
    assert sha256(storage.get(asset.file_key)).hexdigest() == used.value


def test_the_later_substitute_replaces_the_earlier_and_both_stand_in_the_audit_trail(
    session: Session, cast: Cast
) -> None:
    agree(cast)
    upload(cast)
    upload(cast)
    agree(cast, replace(AGREED, text="龙"))
    services.remove(cast.actor(), cast.organisation.id, RARE)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(GlyphSubstitute)) == 0
    entries = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject_type == "glyph_substitute").order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries] == [
        "glyph.text_set",
        "glyph.picture_set",
        "glyph.picture_set",
        "glyph.text_set",
        "glyph.removed",
    ]
    assert {entry.organisation_id for entry in entries} == {cast.organisation.id}
    assert entries[0].details["before"] is None
    assert entries[0].details["after"] == {
        "kind": "text",
        "text": "龙天",
        "picture": "",
        "agreed_with": "王某",
        "agreed_on": "2026-05-04",
        "note": "卷宗 12",
    }
    assert entries[1].details["before"]["text"] == "龙天"
    assert entries[1].details["after"]["text"] == ""
    assert entries[-1].details["before"]["text"] == "龙"
    # The same picture twice is one asset.
    assert session.scalar(sa.select(sa.func.count()).select_from(Asset)) == 1


@pytest.mark.parametrize(
    ("character", "agreement", "code"),
    [
        ("王", AGREED, "glyph.in_font"),
        ("𪚥\U000323af", AGREED, "glyph.not_one"),
        ("", AGREED, "glyph.not_one"),
        (RARE, replace(AGREED, text=" "), "glyph.text_empty"),
        (RARE, replace(AGREED, text=f"龙{RARE}"), "glyph.text_same"),
        (RARE, replace(AGREED, text="龙𪚥"), "glyph.text_missing"),
        (RARE, replace(AGREED, agreed_with=""), "glyph.agreement_missing"),
        (RARE, replace(AGREED, agreed_on=None), "glyph.agreement_missing"),
    ],
)
def test_what_makes_no_substitute_is_refused(
    session: Session, cast: Cast, character: str, agreement: services.Agreement, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        agree(cast, agreement, character)
    assert refused.value.code == code
    assert queries.rows(session, cast.organisation.id) == []


def test_one_organisation_cannot_take_away_another_s_substitute(session: Session, cast: Cast) -> None:
    agree(cast)
    with pytest.raises(NotFound):
        services.remove(cast.actor(), cast.elsewhere.id, RARE)
    assert [row.text for row in queries.rows(session, cast.organisation.id)] == ["龙天"]
