"""Taking back an import of places beside what others did meanwhile, and beside other imports."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_category, make_training, make_unit
from tests.services.test_quota import imported
from trainingmgr.domain.unit import UnitType
from trainingmgr.models import QuotaLine, Training, Unit
from trainingmgr.services import quota as service
from trainingmgr.services import unit as units
from trainingmgr.services.quota import importing
from trainingmgr.services.unit import UnitDraft


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    training = make_training(session, cast.organisation)
    make_category(session, training, "处长")
    make_category(session, training, "局长")
    look_again(session)
    return training


def test_what_somebody_did_to_units_while_an_import_ran_is_no_part_of_it(
    app: Flask, session: Session, cast: Cast, training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = make_unit(session, cast.organisation, "戊县民政局")
    changed_id, version, organisation_id = changed.id, changed.version, cast.organisation.id
    another, write = cast.actor("owner"), importing._write

    def do_meanwhile() -> int:
        with app.app_context():
            made = units.save_unit(
                another, organisation_id, UnitDraft(name="己县民政局", type=UnitType.OTHER)
            )
            draft = UnitDraft(name="戊县民政局", type=UnitType.OTHER, contact_email="a@example.org")
            units.save_unit(another, organisation_id, draft, changed_id, version)
            return made

    meanwhile: list[Future[int]] = []
    with ThreadPoolExecutor(1) as pool:

        def late(*given: object) -> None:
            meanwhile.append(pool.submit(do_meanwhile))
            # It may as well be made to wait until the import is done.
            wait(meanwhile, 0.5)
            write(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(importing, "_write", late)
        undo = imported(cast, training, ["处长", "甲厅", 1], expected=(1, 0))
        made = meanwhile[0].result(20)
    assert service.undo_import(cast.actor(), training, undo) == 0
    look_again(session)
    assert session.get(Unit, made) is not None
    assert session.get_one(Unit, changed_id).contact_email == "a@example.org"
    assert session.scalar(sa.select(Unit.id).where(Unit.name == "甲厅")) is None


@pytest.mark.parametrize("category", ["处长", "局长"])
def test_two_imports_are_taken_back_one_after_the_other(
    session: Session, cast: Cast, training: Training, category: str
) -> None:
    first = imported(cast, training, ["处长", "甲厅", 1], expected=(1, 0))
    second = imported(cast, training, [category, "乙厅", 2], expected=(1, 0))
    assert service.undo_import(cast.actor(), training, second) == 0
    assert service.undo_import(cast.actor(), training, first) == 0
    assert session.scalars(sa.select(QuotaLine)).all() == []
