"""Error pages in the user's language, and refusals that no view answered itself."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db, settings
from trainingmgr.http.words import sentence


def _texts(code: int) -> tuple[str, str]:
    most = request.max_content_length or settings.max_upload_bytes
    megabytes = most // (1024 * 1024)
    known = {
        400: (_("This request cannot be read"), _("Go back, check what was sent and try again.")),
        403: (
            _("Your role does not allow this"),
            _("Ask an owner of the organisation for the right to do it."),
        ),
        404: (
            _("Nothing is here"),
            _("The address is wrong, or the record belongs to another organisation.")
            if current_user.is_authenticated
            else _(
                "The address is wrong or not whole. Open it as it was sent to you, or ask whoever sent it."
            ),
        ),
        405: (_("This page cannot be used in this way"), _("Go back and use the buttons of the page.")),
        409: (
            _("Somebody else was first"),
            _("The record was changed in the meantime. Open it again, look at the change and repeat yours."),
        ),
        413: (
            _("The file is too large"),
            _(
                "A file may have %(size)d MB at most. Save it without pictures and send it again.",
                size=megabytes,
            )
            if most == settings.max_upload_bytes
            else _(
                "Together the files may have %(size)d MB at most. Send them in several parts.", size=megabytes
            ),
        ),
        429: (_("Too many attempts"), _("Wait a minute, then try again.")),
    }
    return known.get(
        code,
        (
            _("Something went wrong here"),
            _("Nothing was changed. Try again; if it stays, tell your operator."),
        ),
    )


def page(code: int, detail: str = "") -> ResponseReturnValue:
    """The error page of an HTTP status, with `detail` in place of the usual advice where given."""
    title, advice = _texts(code)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=detail or title), code
    return render_template("errors/error.html", status=code, title=title, advice=detail or advice), code


def init_app(app: Flask) -> None:
    """Answer every error of `app` with a page of ours."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return page(error.code)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> ResponseReturnValue:
        return page(
            400,
            _(
                "The form was open too long or came from elsewhere. Load the page again and send it once more."
            ),
        )

    @app.errorhandler(NotFound)
    def _missing(_refusal: NotFound) -> ResponseReturnValue:
        return page(404)

    @app.errorhandler(Refusal)
    def _refusal(refusal: Refusal) -> ResponseReturnValue:
        return page(409 if refusal.code == "stale" else 422, sentence(refusal))

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> ResponseReturnValue:
        db.session.rollback()
        return page(409)

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> ResponseReturnValue:
        app.logger.exception("unhandled error", exc_info=error)
        db.session.rollback()
        if app.testing:
            raise error
        return page(500)
