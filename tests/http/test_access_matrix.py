"""Every route, present and future, called by everybody: the right ones get in and nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast
from tests.http.world import build
from trainingmgr.domain.membership import Permission, Role, allows
from trainingmgr.http.access import access_of

MEMBERS = {
    "owner": Role.OWNER,
    "organiser": Role.ORGANISER,
    "front_desk": Role.FRONT_DESK,
    "viewer": Role.VIEWER,
}


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]
    assert not silent


def test_every_argument_in_an_address_has_a_record_to_test_with(
    app: Flask, session: Session, cast: Cast
) -> None:
    world = build(session, cast)
    missing = {
        argument for rule in app.url_map.iter_rules() for argument in rule.arguments if argument not in world
    }
    assert not missing, "add these to tests/http/world.py"


@pytest.mark.parametrize("who", [*MEMBERS, "stranger", "nobody"])
def test_each_route_lets_in_whom_it_declares_and_nobody_else(
    app: Flask, session: Session, cast: Cast, client_as: Callable[[str], FlaskClient], who: str
) -> None:
    world = build(session, cast)
    wrong = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "security.static", "security.logout"}:
            continue
        access = access_of(app, rule.endpoint)
        assert access is not None
        url = rule.build({name: world[name] for name in rule.arguments}, append_unknown=False)
        assert url is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            client = client_as(who)
            status = client.open(url[1], method=method, headers={"Referer": "http://localhost/"}).status_code
            if not _as_expected(access.kind, access.permission, who, status):
                wrong.append(f"{method} {url[1]} as {who}: {status}")
            session.rollback()
    assert not wrong


def _as_expected(kind: str, permission: Permission | None, who: str, status: int) -> bool:
    if kind == "public":
        return status not in {401, 403} and status < 500
    if who == "nobody":
        return status in {302, 303, 401}
    if kind == "signed_in":
        return status not in {401, 403, 404} and status < 500
    if who == "stranger":
        return status == 404
    assert permission is not None
    if not allows(MEMBERS[who], permission):
        return status == 403
    return status not in {401, 403} and status < 500
