"""Files that others sent, given out so that no browser takes them for a page of ours."""

import unicodedata
from urllib.parse import quote

from flask import Response


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """The bytes as a file to keep, under its own name, Chinese ones too."""
    response = Response(data, mimetype=media_type)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "file"
    response.headers.set("Content-Disposition", "attachment", filename=plain)
    if plain != name:
        response.headers["Content-Disposition"] += f"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
