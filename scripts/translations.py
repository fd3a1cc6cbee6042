"""Brings the Chinese catalogue up to date: extracts the source texts, merges, compiles.

    python scripts/translations.py [FOLDER]
    python scripts/translations.py --check

`--check` writes nothing and tells whether the catalogue on disk is complete. FOLDER may hold JSON files {"English": "中文"} whose texts are filled in. Lists what is still missing
and exits 1 in that case.
"""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "trainingmgr" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
METHODS = [("trainingmgr/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extract() -> Catalog:
    """All texts of the source, without line numbers: those would change with every edit."""
    # The same texts give the same file, whenever it is written.
    never = datetime(2026, 1, 1, tzinfo=UTC)
    catalog = Catalog(
        locale="zh", domain="messages", project="trainingmgr", creation_date=never, revision_date=never
    )
    options = {"templates/**.html": {"trimmed": "false", "silent": "false"}}
    for found in extract_from_dir(str(ROOT), METHODS, options, KEYWORDS, strip_comment_tags=True):
        file, _line, message, comments, context = found
        if not file.startswith(("trainingmgr/", "templates/")):
            continue
        catalog.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalog


def fill(catalog: Catalog, known: Catalog | None, words: dict[str, str]) -> list[str]:
    """Put the known and the new translations in; give back the texts that have none."""
    missing = []
    for message in catalog:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple | list) else message.id
        old = known.get(key) if known is not None else None
        text = words.get(key) or (_first(old) if old else "")
        if not text:
            missing.append(key)
        message.string = (text,) if isinstance(message.id, tuple | list) else text
    return missing


def _first(message: Message) -> str:
    value = message.string
    return value[0] if isinstance(value, tuple | list) else value or ""


def main() -> int:
    """Update the catalogue on disk."""
    words: dict[str, str] = {}
    check = sys.argv[1:] == ["--check"]
    if len(sys.argv) > 1 and not check:
        for file in sorted(Path(sys.argv[1]).glob("*.json")):
            words |= json.loads(file.read_text(encoding="utf-8"))
    known = read_po(io.BytesIO(PO.read_bytes()), locale="zh") if PO.exists() else None
    catalog = extract()
    missing = fill(catalog, known, words)
    catalog.fuzzy = False
    if not check:
        write(catalog)
    print(f"{len(catalog)} texts, {len(missing)} without Chinese")
    for source in missing:
        print("  ", source)
    return 1 if missing else 0


def write(catalog: Catalog) -> None:
    """Lay the catalogue down as text and in its compiled form."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as text:
        write_po(text, catalog, sort_output=True, omit_header=False, width=110, include_lineno=False)
    with PO.with_suffix(".mo").open("wb") as binary:
        write_mo(binary, catalog)


if __name__ == "__main__":
    raise SystemExit(main())
