"""Both languages are whole: every source text has its Chinese, and the compiled catalogue is the present one."""

import ast
import io
import re
import subprocess
import sys
from collections.abc import Iterator
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


def _calls(module: ast.Module) -> Iterator[tuple[int, set[str], set[str]]]:
    """The line of each text that is filled in at once, the values that it names and those that it is given."""
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        counted = node.func.id == "ngettext"
        if not counted and node.func.id not in {"_", "_l", "gettext", "lazy_gettext"}:
            continue
        given = {str(one.arg) for one in node.keywords}
        texts = [
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if (counted or given) and "None" not in given:
            named = {name for text in texts for name in re.findall(r"%\((\w+)\)", text)}
            yield node.lineno, named, given | ({"num"} if counted else set())


def test_every_text_is_given_the_values_that_it_names() -> None:
    calls = [
        (path.name, *call)
        for path in (ROOT / "trainingmgr").rglob("*.py")
        for call in _calls(ast.parse(path.read_text()))
    ]
    assert len(calls) > 100
    assert not [one for one in calls if not one[2] <= one[3]]
