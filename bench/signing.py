"""Signatures a second with a P-256 key: a batch of 1,000 files with its set-up, beside pyHanko as it comes."""

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner, sign_pdf

from bench.certificates import people
from bench.row import Row, against
from trainingmgr.crypto import Identity, SigningKeys
from trainingmgr.documents.certificate import Press
from trainingmgr.documents.signature import SignatureState, Signer, inspect

BATCH = 1000
ROUNDS = 5
# So many does pyHanko sign in a round; its time for each is the same.
PEER_SAMPLE = 30
_REASON, _LOCATION = "颁发结业证书", "四川省成都市"


def ours(files: list[bytes], identity: Identity) -> float:
    """Files a second, each continued as it would be if somebody else had drawn it."""
    start = perf_counter()
    signer = Signer(identity, reason=_REASON, location=_LOCATION)
    for number in range(BATCH):
        signer.sign(files[number % len(files)])
    return BATCH / (perf_counter() - start)


def pyhanko(files: list[bytes], key: Path, certificate: Path, issuer: Path) -> float:
    """Files a second, as pyHanko's documentation has it: the key is loaded and all is sized for each file."""
    start = perf_counter()
    for number in range(PEER_SAMPLE):
        signer = SimpleSigner.load(str(key), str(certificate), ca_chain_files=(str(issuer),))  # type: ignore[no-untyped-call]
        meta = PdfSignatureMetadata(
            field_name="Signature1",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=_REASON,
            location=_LOCATION,
        )
        assert signer is not None
        sign_pdf(IncrementalPdfFileWriter(BytesIO(files[number % len(files)])), meta, signer)
    return PEER_SAMPLE / (perf_counter() - start)


def rows() -> list[Row]:
    """Rounds in turn, after one that is not counted."""
    keys = SigningKeys.generate()
    identity = keys.identity("民政部")
    press = Press()
    files = [press.draw(snapshot) for snapshot in people(20)]
    signer = Signer(identity)
    if any(inspect(signer.sign(file), keys.pins).state is not SignatureState.OURS for file in files):
        raise RuntimeError("a signed file is not accepted")
    with tempfile.TemporaryDirectory() as folder:
        paths = _written(Path(folder), identity)
        tasks: list[Callable[[], float]] = [lambda: ours(files, identity), lambda: pyhanko(files, *paths)]
        rounds = [[task() for task in tasks] for _ in range(ROUNDS + 1)][1:]
    mine, theirs = zip(*rounds, strict=True)
    name = "files signed with P-256, against pyHanko as it comes"
    return [against(name, mine, theirs, at_least=10, show=lambda value: f"{value:,.0f} a second")]


def _written(folder: Path, identity: Identity) -> tuple[Path, Path, Path]:
    assert identity.key is not None
    key = folder / "key.pem"
    key.write_bytes(identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    paths = [key]
    for name, der in zip(("certificate", "issuer"), identity.certificates, strict=True):
        paths.append(folder / f"{name}.pem")
        paths[-1].write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return paths[0], paths[1], paths[2]


if __name__ == "__main__":
    for row in rows():
        print(row)
