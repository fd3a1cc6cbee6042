"""The commands that show, rotate and replace keys, through click's runner."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.factories import Cast
from trainingmgr.config import Settings
from trainingmgr.crypto import KeyRing

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command inside the test's application, in English."""
    return lambda *arguments, **options: app.test_cli_runner().invoke(
        args=["keys", *arguments], env={"TRAININGMGR_LANGUAGE": "en"}, **options
    )


@pytest.fixture(autouse=True)
def own_keys(run_settings: Settings) -> Iterator[Path]:
    """The installation's key file, put back after the test."""
    path = run_settings.instance / "keys.json"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def test_show_lists_what_is_in_force(run: Run, cast: Cast, own_keys: Path) -> None:
    ring = KeyRing.parse(own_keys.read_text())
    report = json.loads(run("show", "--json").output)
    assert (report["fingerprint"], report["token_key"]) == (ring.fingerprint(), ring.token_keys.kid)
    assert ({one["kind"] for one in report["certificates"]}, report["retired_signing"]) == ({"made"}, [])
    assert cast.organisation.name_zh in {one["organisation"] for one in report["certificates"]}
    text = run("show").output
    assert "Certificates to sign with; 0 retired keys" in text
    assert "key made here" in text
    assert f"O={cast.organisation.name_zh}" in text


@pytest.mark.parametrize(
    ("options", "tokens", "signing"), [((), 1, 1), (("--tokens",), 1, 0), (("--signing",), 0, 1)]
)
def test_rotate_renews_what_was_named_and_both_otherwise(
    run: Run, cast: Cast, options: tuple[str, ...], tokens: int, signing: int
) -> None:
    report = json.loads(run("rotate", "--json", *options).output)
    assert len(report["retired_token_keys"]) == tokens
    assert len(report["retired_signing"]) == signing
    assert "Start server and workers again" in run("rotate", *options).output


def test_certificate_writes_a_file_to_install(run: Run, cast: Cast, tmp_path: Path) -> None:
    target = tmp_path / "issuer.pem"
    result = run("certificate", str(target), "--organisation", cast.organisation.name_zh)
    assert (result.exit_code, target.read_text().startswith("-----BEGIN CERTIFICATE-----")) == (0, True)
    assert "SHA-256 fingerprint: " in result.output
    refused = run("certificate", str(tmp_path / "other.pem"), "--json")
    assert (refused.exit_code, json.loads(refused.output)["refused"]) == (1, "keys_organisation_unclear")


def test_use_refuses_what_is_no_pkcs12_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.p12").write_bytes(b"x")
    refused = run("use", str(tmp_path / "a.p12"), "--passphrase-stdin", "--json", input="x\n")
    assert (refused.exit_code, json.loads(refused.output)["refused"]) == (1, "signature.p12_unreadable")


def test_use_device_needs_a_device(run: Run) -> None:
    refused = run(
        "use-device", "seal", "--module", "/nowhere.so", "--token", "t", "--pin-stdin", "--json", input="1\n"
    )
    assert refused.exit_code == 1
    assert json.loads(refused.output)["refused"] in {"signature.device_missing", "signature.device_failed"}


def test_use_made_is_said_to_be_in_force(run: Run, cast: Cast) -> None:
    result = run("use-made", "--organisation", cast.organisation.name_zh)
    assert "Start server and workers again" in result.output
    assert json.loads(run("use-made", "--json").output)["refused"] == "keys_organisation_unclear"
