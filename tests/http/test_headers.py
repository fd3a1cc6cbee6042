import re

from flask import Flask


def test_every_page_forbids_foreign_scripts_and_framing(app: Flask) -> None:
    answer = app.test_client().get("/login")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    # The address of the tests is an https one.
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_no_page_loads_anything_from_another_host(app: Flask) -> None:
    page = app.test_client().get("/login").get_data(as_text=True)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_an_error_is_a_page_of_ours_in_the_users_language(app: Flask) -> None:
    answer = app.test_client().get("/nowhere", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert "没有找到" in answer.get_data(as_text=True)
