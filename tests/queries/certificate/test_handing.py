"""Papers to hand over: who finds them, and what a page of them costs."""

import pytest
from sqlalchemy.orm import Session

from tests.certificates import add_person, certificates, issue, make_class
from tests.factories import Cast, make_unit
from tests.queries.counting import statements
from trainingmgr.domain.certificate import CertificateKind, RevocationGround
from trainingmgr.models import Training
from trainingmgr.queries.certificate import handing
from trainingmgr.queries.certificate.handing import PAGE, Wanted
from trainingmgr.queries.certificate.revoked import revoked
from trainingmgr.services import certificate as service


def classes(session: Session, cast: Cast) -> Training:
    training = make_class(session, cast, 0, code="DESK")
    unit = make_unit(session, cast.organisation, "四川省民政厅")
    add_person(session, training, "王小明", unit_id=unit.id, post="处长", group_name="第2组")
    add_person(session, training, "Ana Li", search_text="ana li")
    add_person(session, training, "李雷")
    issue(cast, training)
    return training


def names(session: Session, training: Training, wanted: Wanted) -> list[str]:
    return [one.name for one in handing.desk(session, training.id, wanted).papers]


def test_a_paper_says_where_its_holder_belongs(session: Session, cast: Cast) -> None:
    training = classes(session, cast)
    first = handing.papers(session, training.id)[0]
    assert (first.serial, first.name, first.unit, first.post, first.group) == (
        "DESK-0001",
        "王小明",
        "四川省民政厅",
        "处长",
        "第2组",
    )


@pytest.mark.parametrize(
    ("word", "found"),
    [("小明", ["王小明"]), ("desk-0003", ["李雷"]), ("ana", ["Ana Li"]), ("%", []), ("_", [])],
)
def test_a_paper_is_found_by_name_or_serial(
    session: Session, cast: Cast, word: str, found: list[str]
) -> None:
    assert names(session, classes(session, cast), Wanted([word])) == found


def test_collected_ones_are_told_from_open_ones_and_come_last(session: Session, cast: Cast) -> None:
    training = classes(session, cast)
    service.hand_over(cast.actor(), certificates(session, training)[0])
    assert names(session, training, Wanted(show=handing.OPEN)) == ["Ana Li", "李雷"]
    assert names(session, training, Wanted(show=handing.COLLECTED)) == ["王小明"]
    assert names(session, training, Wanted())[-1] == "王小明"
    desk = handing.desk(session, training.id, Wanted())
    assert (desk.total, desk.collected, desk.open) == (3, 1, 2)


def test_another_kind_another_training_and_revoked_ones_are_left_out(session: Session, cast: Cast) -> None:
    training, other = classes(session, cast), make_class(session, cast, 1, code="OTHER")
    issue(cast, other)
    service.revoke(cast.actor(), certificates(session, training)[2], "x")
    assert names(session, training, Wanted()) == ["王小明", "Ana Li"]
    assert names(session, training, Wanted(kind=CertificateKind.CLASS_HOURS)) == []


def test_a_page_costs_the_same_for_few_and_for_many_and_its_number_is_kept_in_bounds(
    session: Session, cast: Cast
) -> None:
    few, many = make_class(session, cast, 2), make_class(session, cast, PAGE + 3)
    for training in (few, many):
        issue(cast, training)
    counted = []
    for training in (few, many):
        session.refresh(training)
        with statements() as sent:
            handing.desk(session, training.id, Wanted(["学员"]), page=1)
            handing.papers(session, training.id)
            revoked(session, training)
        counted.append(len(sent))
    assert counted[0] == counted[1]
    last = handing.desk(session, many.id, Wanted(), page=99)
    assert (last.page, last.pages, len(last.papers)) == (2, 2, 3)
    assert handing.desk(session, many.id, Wanted(), page=-1).page == 1


def test_the_revocation_list_says_what_came_in_place_and_names_nobody(session: Session, cast: Cast) -> None:
    training = classes(session, cast)
    first, second, _third = certificates(session, training)
    service.revoke(cast.actor(), second, "x", RevocationGround.OTHER)
    job = service.reissue(cast.actor(), first, "y", RevocationGround.ERROR)
    assert [one.replaced_by for one in revoked(session, training)] == ["", ""]
    service.work(job.id, "test")
    session.rollback()
    rows = revoked(session, training)
    assert [(one.serial, one.ground, one.replaced_by) for one in rows] == [
        ("DESK-0001", RevocationGround.ERROR, "DESK-0004"),
        ("DESK-0002", RevocationGround.OTHER, ""),
    ]
    assert "王小明" not in str(rows)
