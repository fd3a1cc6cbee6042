"""Files that are kept: found or not found, and given out so that no browser takes them for a page of ours."""

import unicodedata
from urllib.parse import quote

from flask import Response, abort

from trainingmgr.extensions import storage


def stored(key: str | None) -> bytes:
    """The bytes kept under `key`; not found (404) where there is no key, or no file of that name any more."""
    if key is None:
        abort(404)
    try:
        return storage.get(key)
    except FileNotFoundError:
        abort(404)


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """The bytes as a file to keep, under its own name, Chinese ones too."""
    response = Response(data, mimetype=media_type)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "file"
    response.headers.set("Content-Disposition", "attachment", filename=plain)
    if plain != name:
        response.headers["Content-Disposition"] += f"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
