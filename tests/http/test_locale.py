from flask import Flask


def _page(app: Flask, accept: str, cookie: str = "") -> str:
    client = app.test_client()
    if cookie:
        client.set_cookie("trainingmgr_language", cookie)
    return client.get("/login", headers={"Accept-Language": accept}).get_data(as_text=True)


def test_the_browser_chooses_the_language(app: Flask) -> None:
    assert ">登录</h1>" in _page(app, "zh-CN,zh;q=0.9,en;q=0.5")
    assert ">Sign in</h1>" in _page(app, "en-GB,en;q=0.9")


def test_a_browser_that_wants_neither_language_gets_chinese(app: Flask) -> None:
    assert ">登录</h1>" in _page(app, "fr")


def test_a_choice_is_remembered_over_the_browsers_wish(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/language/en?next=/login")
    assert (answer.status_code, answer.location) == (303, "/login")
    page = client.get("/login", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert '<html lang="en">' in page


def test_choosing_a_language_never_leads_to_another_host(app: Flask) -> None:
    for target in (
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:x",
    ):
        answer = app.test_client().get("/language/zh", query_string={"next": target})
        assert answer.location == "/"


def test_an_unknown_language_is_not_found(app: Flask) -> None:
    assert app.test_client().get("/language/fr").status_code == 404


def test_choosing_a_language_on_a_form_that_was_refused_leads_back_to_the_form(app: Flask) -> None:
    page = app.test_client().post("/login", data={"email": "a@example.org", "password": "x"})
    assert "next=/login" in page.get_data(as_text=True)
    gone = app.test_client().post("/nowhere")
    assert "next=/nowhere" not in gone.get_data(as_text=True)
