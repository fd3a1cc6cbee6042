"""Who signed a file, and whether it is still as it was then. Files may come from anybody."""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from trainingmgr.documents.signature.verdict import SignatureCheck
from trainingmgr.domain.refusal import Refusal

MOST_BYTES = 32 * 1024 * 1024
_SECONDS = 60
_PACKAGE_FOLDER = Path(__file__).resolve().parents[3]


def check(pdf: bytes, trust: Collection[str]) -> SignatureCheck:
    """Look at the signature of a file in a process of its own, whose memory and time are limited.

    `trust` are the pins of our keys (`keyring.signing.pins`). Raises Refusal `signature.file_too_large`
    (megabytes, limit), `signature.not_pdf`, `signature.encrypted`, `signature.unreadable`,
    `signature.check_gave_up` (it took too much memory or time).
    """
    check_size(len(pdf))
    if b"%PDF-" not in pdf[:1024]:
        raise Refusal("signature.not_pdf")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "trainingmgr.documents.signature.inspection"],
            input=json.dumps(sorted(trust)).encode() + b"\n" + pdf,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": str(_PACKAGE_FOLDER)},
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Refusal("signature.check_gave_up") from error
    if "refused" in answer:
        raise Refusal(answer["refused"])
    return SignatureCheck.read(answer)


def inspect(pdf: bytes, trust: Collection[str]) -> SignatureCheck:
    """What `check` does, in this process and without limits: for files that are known to be harmless.

    Raises Refusal `signature.encrypted`, `signature.unreadable`.
    """
    from trainingmgr.documents.signature import inspection

    return inspection.inspect(pdf, trust)


def check_size(size: int) -> None:
    """For a caller that knows the size before it reads. Raises Refusal `signature.file_too_large`."""
    if size > MOST_BYTES:
        raise Refusal("signature.file_too_large", megabytes=-(-size // 2**20), limit=MOST_BYTES // 2**20)
