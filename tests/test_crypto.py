import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.crypto import KeyRing, SealBrokenError

RING = KeyRing.generate()


@given(st.text(), st.text(min_size=1))
def test_a_sealed_value_opens_in_its_own_place_alone(value: str, place: str) -> None:
    sealed = RING.seal(value, place)
    assert RING.unseal(sealed, place) == value
    with pytest.raises(SealBrokenError):
        RING.unseal(sealed, place + "x")


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert RING.seal("11010519491231002X", "p") != RING.seal("11010519491231002X", "p")


def test_altered_bytes_and_foreign_keys_do_not_open() -> None:
    sealed = RING.seal("secret", "p")
    for broken in (
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        b"",
        sealed[:5],
        KeyRing.generate().seal("secret", "p"),
    ):
        with pytest.raises(SealBrokenError):
            RING.unseal(broken, "p")


def test_equal_values_share_a_blind_index_within_a_scope_only() -> None:
    assert RING.blind_index("v", "a") == RING.blind_index("v", "a")
    assert RING.blind_index("v", "a") != RING.blind_index("v", "b")
    assert RING.blind_index("v", "a") != KeyRing.generate().blind_index("v", "a")


def test_two_processes_that_start_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyRing.load_or_create(tmp_path / "keys.json"), range(16)))
    assert len({ring.dump() for ring in rings}) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_the_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    KeyRing.load_or_create(tmp_path / "keys.json")
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
