from urllib.parse import parse_qs, urlsplit

from trainingmgr.domain.open_badge import LIST_SIZE, profile_link, status_place


def test_each_certificate_has_a_bit_of_its_own() -> None:
    assert status_place(5) == (0, 5)
    assert status_place(LIST_SIZE) == (1, 0)
    assert status_place(3 * LIST_SIZE - 1) == (2, LIST_SIZE - 1)


def test_the_link_to_a_profile_carries_what_it_asks_for() -> None:
    address = "https://classes.example.org/v/A-1?c=ABC"
    link = urlsplit(profile_link("结业证书 · 培训班", "民政部", "2019", "11", "A-1", address))
    assert (link.scheme, link.netloc, link.path) == ("https", "www.linkedin.com", "/profile/add")
    assert parse_qs(link.query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["结业证书 · 培训班"],
        "organizationName": ["民政部"],
        "issueYear": ["2019"],
        "issueMonth": ["11"],
        "certId": ["A-1"],
        "certUrl": [address],
    }
