"""An organisation is given another name by its owner, and by nobody else."""

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, look_again
from trainingmgr.documents.signature import inspect
from trainingmgr.extensions import keyring, storage
from trainingmgr.models import AuditEntry, Organisation

ClientAs = Callable[[str], FlaskClient]


def test_the_owner_renames_it_in_both_languages_and_the_trail_says_what_it_was(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    page, was = f"/o/{cast.organisation.id}/name", cast.organisation.name_zh
    client = client_as("owner")
    assert f'value="{was}"' in client.get(page).text
    named = {"name_zh": "  某省民政厅 ", "name_en": "Civil Affairs"}
    assert client.post(page, data=named).status_code == 303
    assert client.post(page, data=named).status_code == 303
    look_again(session)
    row = session.get_one(Organisation, cast.organisation.id)
    assert (row.name_zh, row.name_en) == ("某省民政厅", "Civil Affairs")
    assert ">Civil Affairs</a>" in client.get(page).text
    trail = sa.select(AuditEntry.details).where(AuditEntry.action == "organisation.rename")
    details = session.scalars(trail).one()
    assert details["before"]["name_zh"] == was
    assert details["after"] == {"name_zh": "某省民政厅", "name_en": "Civil Affairs"}
    assert client_as("organiser").get(page).status_code == 403
    assert "/name" not in client_as("organiser").get(f"/o/{cast.organisation.id}/units").text
    assert client_as("stranger").post(page, data=named).status_code == 404


def test_a_name_that_cannot_be_is_refused_beside_its_field(
    session: Session, cast: Cast, client_as: ClientAs
) -> None:
    page, client = f"/o/{cast.organisation.id}/name", client_as("owner")
    for name, words in (
        ("  ", "Write the organisation&#39;s name in Chinese."),
        (cast.elsewhere.name_zh, "Choose another name."),
        ("长" * 121, "120"),
    ):
        answer = client.post(page, data={"name_zh": name, "name_en": ""})
        assert answer.status_code == 422
        assert words in answer.text
    look_again(session)
    assert session.get_one(Organisation, cast.organisation.id).name_en == "Sample Department of Civil Affairs"


def test_what_was_issued_before_verifies_as_before(session: Session, cast: Cast, client_as: ClientAs) -> None:
    training = make_class(session, cast, 0, code="NAME")
    add_person(session, training, "王小明")
    issue(cast, training)
    client_as("owner").post(f"/o/{cast.organisation.id}/name", data={"name_zh": "某省民政厅"})
    (row,) = certificates(session, training)
    found = inspect(storage.get(row.file_key or ""), keyring.signing.pins)
    assert found.ours
    assert "valid" in client_as("nobody").get(f"/v/{row.serial}?c={row.code}").text.lower()
