"""Adds the signature's objects to a finished file, as an update that leaves its bytes as they are."""

import re
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

import pikepdf

from trainingmgr.documents.certificate import Adding, Numbers
from trainingmgr.documents.pdf import dictionary, ref
from trainingmgr.domain.refusal import Refusal

_LAST_TABLE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TAKEN = ("/AcroForm", "/Perms", "/Extensions", "/DSS")


class NotPlainError(Exception):
    """The file is in order for all one knows, and built in a way that this writer does not continue."""


def append_objects(pdf: bytes, page: int, adding: Adding) -> tuple[bytearray, int]:
    """The file with what `adding` gives, and where the body of its first object stands.

    Raises NotPlainError, and Refusal `signature.already_signed`, `signature.encrypted`, `signature.unreadable`.
    """
    try:
        with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as source:
            return _append(pdf, source, page, adding)
    except pikepdf.PasswordError as error:
        raise Refusal("signature.encrypted") from error
    except (pikepdf.PdfError, IndexError) as error:
        raise Refusal("signature.unreadable") from error


def _append(pdf: bytes, source: pikepdf.Pdf, page: int, adding: Adding) -> tuple[bytearray, int]:
    root, sheet = source.Root, source.pages[page].obj
    form = root.get("/AcroForm")
    if form is not None and any(_is_signed(field) for field in form.get("/Fields", ())):
        raise Refusal("signature.already_signed")
    last = _LAST_TABLE.search(pdf, max(0, len(pdf) - 1024))
    trailer = source.trailer
    if (
        last is None
        or source.is_encrypted
        or source.get_warnings()
        or "/XRefStm" in trailer
        or not _annotations_are_plain(sheet)
        or any(key in root for key in _TAKEN)
        or root.objgen[1]
        or sheet.objgen[1]
    ):
        raise NotPlainError
    size = int(trailer.Size)
    added = adding(Numbers(size, sheet.objgen[0], root.objgen[0]))
    bodies = {
        root.objgen[0]: _extended(root, added.catalog),
        sheet.objgen[0]: _extended(sheet, _with_former_annotations(sheet, added.page)),
        **dict(enumerate(added.bodies, size)),
    }
    out = bytearray(pdf)
    if not pdf.endswith(b"\n"):
        out += b"\n"
    offsets = {}
    for number, body in sorted(bodies.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    previous = int(last[1])
    entries: dict[str, object] = {
        "Size": size + len(added.bodies),
        "Root": ref(root.objgen[0]),
        "Prev": previous,
        "ID": _identifier(trailer, out),
    }
    if "/Info" in trailer and trailer.Info.is_indirect:
        entries["Info"] = ref(trailer.Info.objgen[0])
    signature = out.index(b"<<", offsets[size])
    if pdf.startswith(b"xref", previous):
        _finish_with_table(out, offsets, entries)
    else:
        _finish_with_stream(out, offsets, entries)
    return out, signature


def _is_signed(field: pikepdf.Object) -> bool:
    return field.get("/FT") == pikepdf.Name.Sig and "/V" in field


def _annotations_are_plain(sheet: pikepdf.Object) -> bool:
    former = sheet.get("/Annots")
    return former is None or (
        not former.is_indirect and all(one.is_indirect and not one.objgen[1] for one in former)
    )


def _with_former_annotations(sheet: pikepdf.Object, entries: Mapping[str, str]) -> Mapping[str, str]:
    """What is added to a page, with the links that it has already; they are taken from `sheet`."""
    if "/Annots" not in sheet:
        return entries
    former = " ".join(ref(one.objgen[0]) for one in sheet.Annots)
    del sheet.Annots
    return {**entries, "Annots": f"[{entries['Annots'][1:-1]} {former}]"}


def _extended(target: pikepdf.Object, entries: Mapping[str, str]) -> bytes:
    return target.unparse(resolved=True).rstrip()[:-2] + dictionary(entries)[2:].encode("ascii")


def _identifier(trailer: pikepdf.Object, so_far: bytearray) -> str:
    """The first half stays what it was, the second is of this state of the file."""
    new = f"<{sha256(so_far).hexdigest()[:32]}>"
    former = trailer.get("/ID")
    return f"[{former[0].unparse().decode('latin-1') if former else new}{new}]"


def _sections(numbers: Mapping[int, int]) -> list[list[int]]:
    """Runs of numbers that follow each other."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _finish_with_table(out: bytearray, offsets: Mapping[int, int], entries: Mapping[str, object]) -> None:
    start = len(out)
    out += b"xref\n"
    for run in _sections(offsets):
        out += b"%d %d\n" % (run[0], len(run))
        for number in run:
            out += b"%010d 00000 n \n" % offsets[number]
    out += f"trailer\n{dictionary(entries)}\nstartxref\n{start}\n%%EOF\n".encode("latin-1")


def _finish_with_stream(out: bytearray, offsets: dict[int, int], entries: Mapping[str, object]) -> None:
    """A file whose table is a stream goes on with one; the stream lists itself too."""
    start = len(out)
    number = int(str(entries["Size"]))
    offsets = {**offsets, number: start}
    rows = b"".join(b"\x01%b\x00\x00" % offsets[one].to_bytes(4, "big") for one in sorted(offsets))
    index = " ".join(f"{run[0]} {len(run)}" for run in _sections(offsets))
    head = dictionary(
        {
            "Type": "/XRef",
            **entries,
            "Size": number + 1,
            "W": "[1 4 2]",
            "Index": f"[{index}]",
            "Length": len(rows),
        }
    )
    out += b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, head.encode("latin-1"), rows)
    out += b"startxref\n%d\n%%%%EOF\n" % start
