"""Slides and biographies that lecturers send: PDFs, pictures, and presentations and texts of office programs.

What a file is, its content tells. One with macros is refused, whatever it calls itself.
"""

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from trainingmgr.documents.attachment import MAX_BYTES, Attachment, check_attachment
from trainingmgr.domain.refusal import Refusal

_ZIP = b"PK\x03\x04"
_CONTENTS = "[Content_Types].xml"
_MOST_PARTS = 10_000
_MOST_CONTENTS = 4 * 1024 * 1024
_LONGEST_NAME = 100
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The type of the main part (ECMA-376, part 1, 13.2 and 11.3), and what the file is by it.
_KINDS = (
    (b"presentationml.presentation.main+xml", ".pptx", f"{_OFFICE}presentationml.presentation"),
    (b"wordprocessingml.document.main+xml", ".docx", f"{_OFFICE}wordprocessingml.document"),
)
_FAULTS = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError)


def check_lecture_file(name: str, data: bytes) -> Attachment:
    """The file as it may be kept, under a name that ends as its content asks.

    Raises Refusal `lecture_file.kind`, `lecture_file.macros`, and what `check_attachment` raises.
    """
    if not data.startswith(_ZIP):
        try:
            return check_attachment(name, data)
        except Refusal as refusal:
            if refusal.code == "attachment.kind":
                raise Refusal("lecture_file.kind") from refusal
            raise
    if len(data) > MAX_BYTES:
        raise Refusal("attachment.too_large", megabytes=-(-len(data) // 2**20), limit=MAX_BYTES // 2**20)
    ending, media_type = _office_kind(data)
    stem = "".join(c for c in PurePosixPath(name.replace("\\", "/")).stem if c.isprintable())
    return Attachment((stem.strip() or "file")[:_LONGEST_NAME] + ending, media_type, data)


def _office_kind(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            listed = next((one for one in parts if one.filename == _CONTENTS), None)
            if listed is None or len(parts) > _MOST_PARTS or listed.file_size > _MOST_CONTENTS:
                raise Refusal("lecture_file.kind")
            with archive.open(listed) as file:
                # No more than it says: a size that lies would fill the memory.
                contents = file.read(_MOST_CONTENTS)
    except _FAULTS as error:
        raise Refusal("attachment.broken") from error
    if b"macroEnabled" in contents or b"vbaProject" in contents:
        raise Refusal("lecture_file.macros")
    for mark, ending, media_type in _KINDS:
        if mark in contents:
            return ending, media_type
    raise Refusal("lecture_file.kind")
