from dataclasses import replace

import pytest

from trainingmgr.documents.certificate import Press
from trainingmgr.documents.designs import built_in, keys
from trainingmgr.documents.fonts import FontChain
from trainingmgr.domain.certificate import CertificateSnapshot

TOKEN = "&t=" + "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ." + "qT3_xZ-9" * 42


@pytest.fixture(scope="module", params=keys())
def press(request: pytest.FixtureRequest, chain: FontChain) -> Press:
    return Press(built_in(request.param), fonts=chain)


@pytest.fixture
def taught(snapshot: CertificateSnapshot) -> CertificateSnapshot:
    return replace(
        snapshot,
        topic_zh="社区治理的制度与实践",
        topic_en="Institutions and Practice of Community Governance",
        holder_unit="成都市民政局",
        holder_unit_en="Chengdu Civil Affairs Bureau",
        holder_post="科长",
        verify_url=snapshot.verify_url + TOKEN,
    )
