"""The designer: the paper as it will look, and beside it the fields of what stands on it."""

from io import BytesIO
from typing import Any

from flask import flash, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trainingmgr.documents.certificate import draw_certificate
from trainingmgr.documents.certificate.specimen import Holder, specimen
from trainingmgr.domain.certificate import CertificateKind, CertificateLanguage
from trainingmgr.domain.design import write_design
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires_in_organisation
from trainingmgr.http.words import sentence
from trainingmgr.models import Design
from trainingmgr.queries import design as queries
from trainingmgr.services import design as services
from trainingmgr.web.design.blueprint import bp, design_named, organisation, to_editor
from trainingmgr.web.design.controls import blocks, head_controls, item_controls
from trainingmgr.web.design.showing import by_address, sample, shown
from trainingmgr.web.design.state import GUIDES, State, act, posted
from trainingmgr.web.design.words import FIELDS, ITEMS, SETTINGS


@bp.get("/<int:design_id>")
@requires_in_organisation(Permission.EDIT)
def edit(organisation_id: int, design_id: int) -> str:
    """The designer with the draft as it was saved."""
    row = design_named(organisation_id, design_id)
    state = State(queries.draft_of(row))
    opened = request.args.get("open", type=int)
    state.opened = opened if opened and 1 <= opened <= len(state.design.items) else None
    return _page(row, state)


@bp.post("/<int:design_id>")
@requires_in_organisation(Permission.EDIT)
def save(organisation_id: int, design_id: int) -> Response | tuple[str, int]:
    """Do what the pressed button says, and save."""
    row = design_named(organisation_id, design_id)
    state, do = posted(request.form), request.form.get("do", "save")
    try:
        _act(organisation_id, state, do)
        if state.errors:
            return _page(row, state), 422
        if do == "show":
            return _page(row, state), 200
        if do == "apart":
            row = services.copy(actor(), organisation_id, design_id, state.design)
            return to_editor(organisation_id, row.id)
        row = services.save_draft(actor(), organisation_id, design_id, state.design, _version(do))
        if do == "publish":
            _publish(organisation_id, row)
    except NotFound:
        raise
    except Refusal as refusal:
        db.session.rollback()
        stale = refusal.code == "stale"
        page = _page(
            design_named(organisation_id, design_id),
            state,
            conflict=stale,
            refused="" if stale else sentence(refusal),
        )
        return page, 409 if stale else 422
    if do == "save":
        flash(_("Saved."))
    return to_editor(organisation_id, row.id, open=state.opened, **sample(request.form).as_query())


def _version(do: str) -> int:
    """The state of the design that is being replaced: with `overwrite` the one that somebody else left."""
    return request.form.get("theirs" if do == "overwrite" else "version", 0, type=int)


def _publish(organisation_id: int, row: Design) -> None:
    made, new = services.publish(actor(), organisation_id, row.id, row.version)
    if new:
        flash(_("Version %(number)d is published: certificates can be issued in it.", number=made.number))
    else:
        flash(_("Nothing has changed since version %(number)d.", number=made.number))


@bp.post("/<int:design_id>/live")
@requires_in_organisation(Permission.EDIT)
def live(organisation_id: int, design_id: int) -> str | tuple[str, int]:
    """The paper and the fields for what stands in the form, without saving it."""
    row = design_named(organisation_id, design_id)
    state, refused = posted(request.form), ""
    try:
        _act(organisation_id, state, request.form.get("do", ""))
    except Refusal as refusal:
        refused = sentence(refusal)
    return render_template("design/_live.html", **_seen(row, state, refused=refused))


def _act(organisation_id: int, state: State, do: str) -> None:
    newest = None
    if do in {"add:picture", "add:signature"}:
        pictures = queries.assets(db.session(), organisation_id)
        newest = next((one.sha256 for one in pictures if one.media_type.startswith("image/")), None)
    act(state, do, newest)


@bp.get("/<int:design_id>/proof.pdf")
@requires_in_organisation(Permission.EDIT)
def proof(organisation_id: int, design_id: int) -> Response:
    """The saved draft as a PDF, marked as a sample."""
    row, chosen = design_named(organisation_id, design_id), sample(request.args)
    facts = specimen(chosen.kind, chosen.language, chosen.holder, is_sample=True)
    data = draw_certificate(
        facts, design=queries.draft_of(row), assets=services.asset_source(organisation_id)
    )
    return send_file(BytesIO(data), mimetype="application/pdf", download_name=f"{row.name_zh}.pdf")


@bp.post("/<int:design_id>/restore/<int:number>")
@requires_in_organisation(Permission.EDIT)
def restore(organisation_id: int, design_id: int, number: int) -> Response:
    """Take up a published version again."""
    version = request.form.get("version", 0, type=int)
    services.restore(actor(), organisation_id, design_id, number, version)
    flash(_("The draft is version %(number)d again.", number=number))
    return to_editor(organisation_id, design_id)


def _page(row: Design, state: State, *, conflict: bool = False, refused: str = "") -> str:
    return render_template(
        "design/edit.html",
        organisation=organisation(row.organisation_id),
        versions=queries.versions(db.session(), row.id),
        conflict=conflict,
        **_seen(row, state, refused=refused),
    )


def _seen(row: Design, state: State, *, refused: str) -> dict[str, Any]:
    """What the paper and the panel beside it show."""
    design, chosen = state.design, sample(request.values)
    seen = shown(design, chosen, by_address(row.organisation_id, design))
    beside: dict[int, list[str]] = {}
    general = [refused] if refused else []
    for fault in seen.faults:
        number = fault.values.get("item")
        (beside.setdefault(number, []) if isinstance(number, int) else general).append(sentence(fault))
    item = design.items[state.opened - 1] if state.opened else None
    return {
        "row": row,
        "state": state,
        "design": design,
        "written": write_design(design).decode(),
        "svg": seen.svg,
        "faults": beside,
        "general": general,
        "errors": {name: sentence(error) for name, error in state.errors.items()},
        "item": item,
        "controls": item_controls(item) if item else [],
        "blocks": blocks(item) if item else [],
        "head": head_controls(design),
        "guides": GUIDES,
        "assets": queries.assets(db.session(), row.organisation_id),
        "sample": chosen,
        "samples": {
            "kind": list(CertificateKind),
            "language": list(CertificateLanguage),
            "holder": list(Holder),
        },
        "words": {"items": ITEMS, "fields": FIELDS, "settings": SETTINGS},
        "version": request.form.get("version", row.version, type=int),
    }
