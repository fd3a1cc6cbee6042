"""The units of an organisation as a list and as a tree, and the page of one."""

from typing import Any

from flask import render_template, request

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.membership import Permission
from trainingmgr.domain.person import mask_phone, show_phone
from trainingmgr.domain.unit import UnitType
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, may, requires_in_organisation
from trainingmgr.http.paging import Cursor, decode
from trainingmgr.queries import audit
from trainingmgr.queries import unit as queries
from trainingmgr.queries.unit import Filters
from trainingmgr.services.unit import MERGED
from trainingmgr.web.unit.blueprint import bp, number_in, organisation, unit_named
from trainingmgr.web.unit.words import used_words


@bp.get("")
@requires_in_organisation(Permission.VIEW)
def index(organisation_id: int) -> str:
    """Every unit, searched and page by page."""
    filters = filters_of(request.args)
    page = queries.page(db.session(), organisation_id, filters, decode(request.args.get("at")))
    return render_template(
        "unit/index.html",
        organisation=organisation(organisation_id),
        page=page,
        pager={
            "previous": Cursor(*page.previous, backwards=True).encode() if page.previous else None,
            "next": Cursor(*page.next).encode() if page.next else None,
        },
        filters=filters,
        types=list(UnitType),
        provinces=[one.name for one in all_divisions() if one.is_top],
    )


def filters_of(args: Any) -> Filters:
    """The filters that an address asks for; what is no filter of ours is left aside."""
    wanted, province = args.get("type", ""), args.get("province", "")
    known = {one.name for one in all_divisions() if one.is_top}
    return Filters(
        text=args.get("q", "").strip()[:200],
        type=UnitType(wanted) if wanted in set(UnitType) else None,
        province=province if province in known else "",
    )


@bp.get("/tree")
@requires_in_organisation(Permission.VIEW)
def tree(organisation_id: int) -> str:
    """Two levels of the tree, from the top or under one unit."""
    number = number_in(request.args, "under")
    root = unit_named(organisation_id, number) if number else None
    session = db.session()
    return render_template(
        "unit/tree.html",
        organisation=organisation(organisation_id),
        root=root,
        above=queries.above(session, root) if root else [],
        tree=queries.tree(session, organisation_id, root.id if root else None),
    )


@bp.get("/<int:unit_id>")
@requires_in_organisation(Permission.VIEW)
def show(organisation_id: int, unit_id: int) -> str:
    """Everything about one unit."""
    session = db.session()
    unit = unit_named(organisation_id, unit_id)
    whole = queries.whole(session, unit)
    return render_template(
        "unit/show.html",
        organisation=organisation(organisation_id),
        unit=unit,
        whole=whole,
        under=queries.tree(session, organisation_id, unit.id),
        used=used_words(whole.uses),
        merges=audit.open_to_undo(session, actor(), organisation_id, MERGED, unit_id) if may("edit") else [],
        phone=show_phone(unit.contact_phone) if may("desk") else mask_phone(unit.contact_phone),
        names=queries.suggestions(session, organisation_id) if may("edit") else [],
    )
