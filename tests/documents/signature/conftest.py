from collections.abc import Iterator

import pytest

from tests.documents.signature.authority import authority
from trainingmgr.crypto import Identity, SigningKeys
from trainingmgr.documents.certificate import draw_certificate
from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.signature import Signer
from trainingmgr.domain.certificate import CertificateSnapshot

ORGANISATION = "四川省民政厅"


@pytest.fixture(scope="session")
def keys() -> SigningKeys:
    return SigningKeys.generate()


@pytest.fixture(scope="session")
def identity(keys: SigningKeys) -> Identity:
    return keys.identity(ORGANISATION)


@pytest.fixture(scope="session")
def signer(identity: Identity) -> Signer:
    return Signer(identity, reason="颁发结业证书", location="四川省成都市", contact="office@example.org")


@pytest.fixture
def pdf(snapshot: CertificateSnapshot, chain: FontChain) -> bytes:
    return draw_certificate(snapshot, chain)


@pytest.fixture
def signed(signer: Signer, pdf: bytes) -> bytes:
    return signer.sign(pdf)


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with authority(tmp_path_factory.mktemp("authority")) as url:
        yield url
