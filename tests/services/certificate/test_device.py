"""Certificates signed by a key that never leaves its token: a real PKCS#11 library, a token in software."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates import certificates, issue, make_class
from tests.documents.signature.softhsm import make_token
from tests.documents.signature.tools import pdfsig, pyhanko, qpdf_accepts
from tests.factories import Cast
from trainingmgr.crypto import TokenDevice
from trainingmgr.documents.signature import device as module
from trainingmgr.documents.signature import inspect, read_device
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import keyring, now, storage
from trainingmgr.services import certificate as service

ORGANISATION = "示例省民政厅"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TokenDevice, bytes]]:
    yield make_token(tmp_path_factory.mktemp("softhsm"), ORGANISATION)
    module._session.cache_clear()


def test_what_is_issued_with_a_token_is_accepted_by_the_tools_of_others(
    app: Flask,
    session: Session,
    cast: Cast,
    token: tuple[TokenDevice, bytes],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    device, root = token
    own = read_device(device)
    assert (own.key, own.certificates[1:]) == (b"", (root,))
    assert cast.organisation.name_zh == ORGANISATION
    ring = replace(app.extensions["trainingmgr.keyring"])
    monkeypatch.setitem(
        app.extensions,
        "trainingmgr.keyring",
        replace(ring, signing=ring.signing.use(ORGANISATION, own, now())),
    )
    training = make_class(session, cast, 3, code="TOKEN")
    issue(cast, training)
    papers = certificates(session, training)
    assert len(papers) == 3
    for row in papers:
        pdf = service.issued_bytes(cast.actor(), row)
        said = pdfsig(pdf, tmp_path)
        for words in ("Signature is Valid.", "Total document signed", f"Common Name: {ORGANISATION}"):
            assert words in said
        assert qpdf_accepts(pdf, tmp_path)
        assert inspect(pdf, keyring.signing.pins).ours
    status = pyhanko(storage.get(papers[0].file_key or ""), root)
    assert (status.valid, status.intact, status.trusted) == (True, True, True)


@pytest.mark.parametrize(
    "changed", [{"pin": "0000"}, {"token": "other"}, {"key": "other"}, {"module": "/no.so"}]
)
def test_a_token_that_refuses_is_told_of_in_its_own_words(
    token: tuple[TokenDevice, bytes], changed: dict[str, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        read_device(replace(token[0], **changed))
    assert refused.value.code == "signature.device_failed"
    assert refused.value.values["reason"]
