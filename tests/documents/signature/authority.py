"""A time stamp authority with a list of revoked certificates, behind a server on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.serving import WSGIRequestHandler, make_server

_VALIDITY = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2100-01-01T00:00:00+0000"}


def _config(url: str, *, lists: bool) -> dict[str, object]:
    stamper = [
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
        {
            "id": "key_usage",
            "critical": True,
            "smart-value": {"schema": "key-usage", "params": ["digital_signature"]},
        },
    ]
    if lists:
        stamper.append(
            {
                "id": "crl_distribution_points",
                "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}},
            }
        )
    return {
        "external-url-prefix": url,
        "keysets": {
            "keys": {"path-prefix": ".", "keys": {name: {"path": f"{name}.pem"} for name in ("root", "tsa")}}
        },
        "pki-architectures": {
            "test": {
                "keyset": "keys",
                "entity-defaults": {"country-name": "CN", "organization-name": "Sample Time Stamps"},
                "entities": {
                    "root": {"common-name": "Sample Root"},
                    "tsa": {"common-name": "Sample Authority"},
                },
                "certs": {
                    "root": {
                        "subject": "root",
                        "issuer": "root",
                        "validity": _VALIDITY,
                        "extensions": [
                            {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
                            {
                                "id": "key_usage",
                                "critical": True,
                                "smart-value": {
                                    "schema": "key-usage",
                                    "params": ["key_cert_sign", "crl_sign"],
                                },
                            },
                        ],
                    },
                    "tsa": {"subject": "tsa", "issuer": "root", "validity": _VALIDITY, "extensions": stamper},
                },
                "services": {
                    "crl-repo": {
                        "root": {
                            "for-issuer": "root",
                            "signing-key": "root",
                            "simulated-update-schedule": "P30D",
                        }
                    },
                    "time-stamping": {
                        "tsa": {"signing-key": "tsa", "signing-cert": "tsa", "certs-to-embed": ["root"]}
                    },
                },
            }
        },
    }


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """The address of a WSGI application that is served meanwhile."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def authority(folder: Path, *, lists: bool = True) -> Iterator[str]:
    """The address of an authority that runs meanwhile; with `lists` its revocation lists can be fetched."""
    for name in ("root", "tsa"):
        key = rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{name}.pem").write_bytes(key)
    made: list[Animator] = []
    with serving(lambda environ, start: made[0](environ, start)) as url:
        config = CertomancerConfig(_config(url, lists=lists), key_search_dir=str(folder))
        made.append(Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False))
        yield f"{url}/test/tsa/tsa"
