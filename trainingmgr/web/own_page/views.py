"""A person's own page, for whoever has its address; and the organiser's page that opens and closes it.

The address is the whole secret, so it is neither cached nor indexed nor passed on to other sites, and one
that is wrong or was closed is told from nothing else that is not there.
"""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.own_timetable import SHOWN_FOR
from trainingmgr.domain.public_address import is_local
from trainingmgr.extensions import db, now
from trainingmgr.http.access import actor, in_training, public, requires
from trainingmgr.http.files import attachment
from trainingmgr.http.headers import unlisted
from trainingmgr.http.own_timetable import subscription, today_in
from trainingmgr.http.throttle import at_most
from trainingmgr.models import LectureFile, Training
from trainingmgr.queries import own_page as queries
from trainingmgr.queries import own_timetable as timetables
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate.facts import public_address
from trainingmgr.queries.invitation import released
from trainingmgr.queries.own_page import PageOwner
from trainingmgr.queries.own_timetable import Part
from trainingmgr.queries.roster import Participant, participant
from trainingmgr.queries.site_picture import first_pictures
from trainingmgr.services import certificate as certificates
from trainingmgr.services import invitation as invitations
from trainingmgr.services import own_page as services
from trainingmgr.web.own_page.data import bp as data
from trainingmgr.web.own_page.data import owner_of

bp = Blueprint("own_page", __name__)
bp.register_blueprint(data)

# Who asks for a file by its own page has no account; the audit notes faults of the storage alone.
_HOLDER = Actor(None, "holder")


bp.after_request(unlisted)


@bp.get("/me/<page_key>")
# A whole class looks from one network at once.
@at_most("600/minute")
@public
def show(page_key: str) -> str:
    """The timetable and all certificates of the person whose page it is."""
    owner, session = owner_of(page_key), db.session()
    parts = _parts(owner)
    return render_template(
        "own_page/show.html",
        owner=owner,
        hosts=queries.hosts(session, [part.training.id for part in parts]) if parts else [],
        papers=queries.papers(session, owner.person_id),
        page_key=page_key,
        parts=parts,
        slides=_slides(parts),
        pictures=first_pictures(session, timetables.sites_of(parts)),
        today=today_in,
        subscription=subscription(timetables.feed_token_of_person(owner.uid, page_key)),
    )


@bp.get("/me/<page_key>/slides/<int:file_id>")
@at_most("600/minute")
@public
def slides(page_key: str, file_id: int) -> Response:
    """The slides of a session of one's own, if the organiser gives them to participants."""
    known = _slides(_parts(owner_of(page_key))).values()
    found = next((one for of_session in known for one in of_session if one.id == file_id), None)
    if found is None:
        abort(404)
    return attachment(invitations.file_bytes(found), found.name, found.media_type)


@bp.get("/me/<page_key>/<int:certificate_id>.pdf")
@at_most("60/minute")
@public
def download(page_key: str, certificate_id: int) -> Response:
    """One of them, byte for byte as it was issued."""
    row = queries.paper(db.session(), owner_of(page_key).person_id, certificate_id)
    if row is None:
        abort(404)
    response = Response(certificates.issued_bytes(_HOLDER, row), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{row.serial}.pdf")
    return response


@bp.get("/t/<code>/roster/<int:registration_id>/own-page")
@requires(Permission.EDIT)
def manage(training: Training, registration_id: int) -> str:
    """The address of a participant's own page, with what makes and closes it."""
    who = _participant(training, registration_id)
    key = queries.key_of(db.session(), who.person_id)
    address = public_address() + url_for("own_page.show", page_key=key) if key else ""
    return render_template(
        "own_page/manage.html",
        training=training,
        who=who,
        page_key=key,
        address=address,
        address_local=is_local(public_address()),
    )


@bp.post("/t/<code>/roster/<int:registration_id>/own-page")
@requires(Permission.EDIT)
def open_page(training: Training, registration_id: int) -> AnyResponse:
    """Open the page under a new address."""
    services.open_page(actor(), training, registration_id)
    flash(_("The page has a new address."), "success")
    return _to_manage(training, registration_id)


@bp.post("/t/<code>/roster/<int:registration_id>/own-page/close")
@requires(Permission.EDIT)
def close_page(training: Training, registration_id: int) -> AnyResponse:
    """Close the page."""
    services.close_page(actor(), training, registration_id)
    flash(_("The page is closed; its address leads nowhere now."), "success")
    return _to_manage(training, registration_id)


def _parts(owner: PageOwner) -> list[Part]:
    return timetables.parts_of_person(db.session(), owner.person_id, (now() - SHOWN_FOR).date())


def _slides(parts: list[Part]) -> dict[str, list[LectureFile]]:
    """The slides that participants get, by the session's uid."""
    return released(db.session(), [(part.training.id, own.entry) for part in parts for own in part.entries])


def _participant(training: Training, registration_id: int) -> Participant:
    found: Participant = in_training(participant(db.session(), training.id, registration_id), training)
    return found


def _to_manage(training: Training, registration_id: int) -> AnyResponse:
    return redirect(url_for("own_page.manage", code=training.code, registration_id=registration_id), 303)
