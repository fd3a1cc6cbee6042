"""The page that verifies away from the server: one file, its scripts, keys and list inside."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

_LIBRARY = "vendor/noble-ed25519/index.js"
_OURS = ("sha2.js", "offline.js")


def offline_page(keys: dict[str, Any], revocations: str, address: str) -> str:
    """The page for these public keys and this signed list; `address` is that of the issuer's server."""
    facts = {"keys": keys["keys"], "revocations": revocations, "address": address}
    return render_template(
        "verification/offline.html",
        address=address,
        scripts=_scripts(),
        # Within a script element nothing but this could end it.
        facts=Markup(json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")),  # noqa: S704  # nosec B704
    )


@cache
def _scripts() -> dict[str, str]:
    """Each module as an address that holds it, by the name that others import it under."""
    folder = Path(current_app.static_folder or "")
    names = {"noble-ed25519": _LIBRARY, "sha2": _OURS[0], "offline": _OURS[1]}
    return {
        name: "data:text/javascript;base64," + base64.b64encode((folder / file).read_bytes()).decode()
        for name, file in names.items()
    }
