from pathlib import Path

import pytest

from trainingmgr.config import EXAMPLE_HOST, PUBLIC_URL_LINE, load_settings


def test_the_environment_moves_the_instance_folder_and_the_database(tmp_path: Path) -> None:
    settings = load_settings({"TRAININGMGR_INSTANCE": str(tmp_path)})
    assert settings.instance == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'trainingmgr.db'}"
    moved = load_settings({"TRAININGMGR_DATABASE_URL": "postgresql://me@db/x"})
    assert moved.database_url == "postgresql+psycopg://me@db/x"


def test_a_public_address_stands_without_its_last_slash() -> None:
    settings = load_settings({"TRAININGMGR_PUBLIC_URL": "https://classes.example.org/"})
    assert settings.public_url == "https://classes.example.org"
    assert settings.https


@pytest.mark.parametrize("url", ["classes.example.org", "ftp://x", "https://", "https://x/?a=1"])
def test_a_public_address_that_a_qr_cannot_carry_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="TRAININGMGR_PUBLIC_URL"):
        load_settings({"TRAININGMGR_PUBLIC_URL": url})


@pytest.mark.parametrize(
    "url",
    ["https://training.example.org", "http://Training.Example.org:8443/x", "https://training.example.org./"],
)
def test_the_address_that_pages_show_as_an_example_is_not_taken_for_ones_own(url: str) -> None:
    with pytest.raises(ValueError, match="TRAININGMGR_PUBLIC_URL is still the example"):
        load_settings({"TRAININGMGR_PUBLIC_URL": url})


def test_the_line_that_pages_show_starts_nothing_until_it_is_filled_in() -> None:
    name, _, rest = PUBLIC_URL_LINE.partition("=")
    with pytest.raises(ValueError, match=EXAMPLE_HOST):
        load_settings({name: rest.split()[0]})


def test_a_port_must_be_a_port() -> None:
    with pytest.raises(ValueError, match="TRAININGMGR_PORT"):
        load_settings({"TRAININGMGR_PORT": "eighty"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://me:secret@db/x"),
        ("DATABASE_URL", "secret"),
        ("DATABASE_URL", "postgresql://me:secret@db:port/x"),
        ("QUEUE_URL", "amqp://me:secret@queue"),
        ("QUEUE_URL", "redis://me:secret@queue:port/0"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"TRAININGMGR_{name}") as refused:
        load_settings({f"TRAININGMGR_{name}": value})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["tsa.example.org", "ftp://tsa.example.org", "http://", "file:///etc/passwd"])
def test_a_time_stamp_authority_is_asked_by_http_alone(url: str) -> None:
    assert (
        load_settings({"TRAININGMGR_TSA_URL": "http://tsa.example.org/x"}).tsa_url
        == "http://tsa.example.org/x"
    )
    assert load_settings({}).tsa_url == ""
    with pytest.raises(ValueError, match="TRAININGMGR_TSA_URL"):
        load_settings({"TRAININGMGR_TSA_URL": url})


TILES = {
    "TRAININGMGR_TILE_URL": "https://tiles.example.org:8443/v1/{z}/{x}/{y}.png?key=secret",
    "TRAININGMGR_TILE_ATTRIBUTION": "© Somebody",
}


def test_tiles_are_named_by_their_address_and_owner() -> None:
    settings = load_settings(TILES)
    assert settings.tile_url == TILES["TRAININGMGR_TILE_URL"]
    assert (settings.tile_origin, settings.tile_attribution) == (
        "https://tiles.example.org:8443",
        "© Somebody",
    )
    assert (load_settings({}).tile_url, load_settings({}).tile_attribution) == ("", "")
    for near in ("http://localhost:9/{z}/{x}/{y}", "http://127.0.0.1:9/?x={x}&y={y}&l={z}"):
        assert load_settings(TILES | {"TRAININGMGR_TILE_URL": near}).tile_url == near


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://{s}.example.org/secret/{z}/{x}/{y}.png", "not {s}: where that stands for one of several"),
        ("https://tiles.example.org/secret/{z}/{x}/{y}{r}.png", "not {r}"),
        ("https://tiles.example.org/secret/{z}/{x}.png", "go: {y} missing"),
        ("https://tiles.example.org/secret/", "go: {x}, {y}, {z} missing"),
        ("http://tiles.example.org/secret/{z}/{x}/{y}.png", "must begin with https://"),
        ("http://localhost.example.org/secret/{z}/{x}/{y}.png", "must begin with https://"),
        ("ftp://tiles.example.org/secret/{z}/{x}/{y}.png", "an address like https://"),
        ("tiles.example.org/secret/{z}/{x}/{y}.png", "an address like https://"),
        ("https:///secret/{z}/{x}/{y}.png", "an address like https://"),
        ("https://me:secret@example.org/{z}/{x}/{y}.png", "without a user"),
        ("https://*.example.org/secret/{z}/{x}/{y}.png", "one host"),
        ("https://a.org;script-src/secret/{z}/{x}/{y}.png", "one host"),
        ("https://a.org b.org/secret/{z}/{x}/{y}.png", "one host"),
        ("https://地图.cn/secret/{z}/{x}/{y}.png", "in Latin letters"),
        ("https://tiles.example.org/secret/{z}/{x}/{y}.png#a", "a # or a space"),
        ("https://tiles.example.org/secret/{z}/{x}/{y}/{", "an address like"),
    ],
)
def test_an_address_of_no_tiles_is_refused_with_what_is_wrong_and_without_its_key(
    url: str, says: str
) -> None:
    with pytest.raises(ValueError, match="TRAININGMGR_TILE_URL") as refused:
        load_settings(TILES | {"TRAININGMGR_TILE_URL": url})
    assert says in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("words", ["", "  ", "x" * 201])
def test_tiles_are_not_shown_without_saying_whose_they_are(words: str) -> None:
    with pytest.raises(ValueError, match="TRAININGMGR_TILE_ATTRIBUTION"):
        load_settings(TILES | {"TRAININGMGR_TILE_ATTRIBUTION": words})


def test_the_operator_says_whether_mail_servers_of_the_own_network_may_be_named() -> None:
    said = {
        value: load_settings({"TRAININGMGR_MAIL_INTERNAL": value}).mail_internal for value in ("1", "0", "")
    }
    assert said == {"1": True, "0": False, "": None}
    with pytest.raises(ValueError, match="TRAININGMGR_MAIL_INTERNAL"):
        load_settings({"TRAININGMGR_MAIL_INTERNAL": "perhaps"})
