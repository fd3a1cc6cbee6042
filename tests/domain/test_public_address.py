"""Which addresses only this machine or its own network reaches."""

import pytest

from trainingmgr.domain.public_address import address_of, is_local


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "http://192.168.1.5",
        "http://10.0.0.8:8000/base",
        "http://localhost:8000",
        "http://office-pc",
        "https://training.local",
    ],
)
def test_an_address_of_the_own_network_is_local(url: str) -> None:
    assert is_local(url)


@pytest.mark.parametrize(
    "url", ["https://training.example.org", "http://8.8.8.8", "https://[2400:3200::1]/x"]
)
def test_a_public_name_or_number_is_not(url: str) -> None:
    assert not is_local(url)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("::1", "http://[::1]:8001"),
        ("0.0.0.0", "http://localhost:8001"),
        ("::", "http://localhost:8001"),
    ],
)
def test_a_server_is_reached_where_it_listens(host: str, address: str) -> None:
    assert address_of(host, 8001) == address
