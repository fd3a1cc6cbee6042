"""A mail server on this machine by which the cast's organisation sends."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast
from tests.mail.post_office import PostOffice, post_office
from tests.mails import set_server


@pytest.fixture(scope="module")
def running() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(running: PostOffice, session: Session, cast: Cast) -> PostOffice:
    running.taken.clear()
    running.connections, running.sender_refused = 0, False
    set_server(session, cast.organisation, port=running.port)
    return running
