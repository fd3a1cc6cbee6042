"""Both languages are whole: every source text has its Chinese, and the compiled catalogue is the present one."""

import io
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "trainingmgr" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"


def _texts(catalogue: Catalog) -> dict[str, str]:
    return {str(_first(message.id)): str(_first(message.string)) for message in catalogue if message.id}


def _first(text: object) -> object:
    return text[0] if isinstance(text, tuple | list) else text


def test_every_text_has_its_chinese() -> None:
    run = subprocess.run(
        [sys.executable, "scripts/translations.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh")
    compiled = read_mo(io.BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))
    assert _texts(written) == _texts(compiled)


def test_placeholders_survive_translation() -> None:
    faults = [
        (message.id, str(error))
        for message in read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="zh")
        for error in message.check()
    ]
    assert not faults
