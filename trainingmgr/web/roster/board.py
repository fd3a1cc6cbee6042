"""The roster as a board: a column of people for each status, moved from one to another."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.participant import CLEANERS
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration import PRESENT_STATUSES, Places, RegistrationStatus
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.labels import label
from trainingmgr.http.paging import decode
from trainingmgr.http.rendering import here
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries import audit
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import Column, Facets, Filters
from trainingmgr.services import roster as roster_service
from trainingmgr.web.roster.blueprint import bp
from trainingmgr.web.roster.bulk import tell_of as tell_of_bulk
from trainingmgr.web.roster.bulk import ticked
from trainingmgr.web.roster.listing import cursor_text, filters_of, words_of

_S = RegistrationStatus
STEPS: dict[RegistrationStatus, tuple[RegistrationStatus, ...]] = {
    _S.NOMINATED: (_S.CONFIRMED, _S.WAITLISTED, _S.DECLINED),
    _S.WAITLISTED: (_S.CONFIRMED, _S.DECLINED, _S.WITHDRAWN),
    _S.CONFIRMED: (_S.WAITLISTED, _S.WITHDRAWN, _S.NOMINATED),
    _S.DECLINED: (_S.CONFIRMED, _S.WAITLISTED, _S.NOMINATED),
    _S.WITHDRAWN: (_S.CONFIRMED, _S.WAITLISTED, _S.NOMINATED),
}
"""The columns, and where the people of each can be moved to from there."""

_WORDS: dict[RegistrationStatus, LazyString] = {
    _S.CONFIRMED: _l("Approve"),
    _S.WAITLISTED: _l("Waitlist"),
    _S.DECLINED: _l("Turn down"),
    _S.WITHDRAWN: _l("Note withdrawal"),
    _S.NOMINATED: _l("Reconsider"),
}
_MOST_AT_ONCE = 999


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent for a column and refused: it stands there again, with the reason why."""

    column: RegistrationStatus | None = None
    ids: frozenset[int] = frozenset()
    everybody: bool = False
    reason: str = ""
    tell: bool = False
    number: str = ""
    error: str = ""


@dataclass
class Board:
    """Everything that the page shows, read once."""

    training: Training
    filters: Filters
    facets: Facets
    columns: dict[RegistrationStatus, Column]
    changes: list[audit.Change]
    typed: Typed = field(default_factory=Typed)

    @cached_property
    def places(self) -> Places:
        return Places(self.training.capacity, self.facets.on_class, self.facets.people.get(_S.WAITLISTED, 0))

    @property
    def further(self) -> list[tuple[RegistrationStatus, int]]:
        """The statuses without a column, with how many are in them."""
        return [
            (one, self.facets.people.get(one, 0))
            for one in _S
            if one in PRESENT_STATUSES and one not in STEPS
        ]

    @property
    def chips(self) -> list[tuple[str, str]]:
        gone = dict.fromkeys([one.value for one in STEPS])
        return [(word, here(**gone, **{name: None})) for name, word in words_of(self.filters, self.facets)]

    def steps(self, column: RegistrationStatus) -> list[tuple[RegistrationStatus, str]]:
        """The buttons of a column: where they move people to, and their words."""
        promote = column is _S.WAITLISTED
        return [
            (one, _("Promote") if promote and one is _S.CONFIRMED else str(_WORDS[one]))
            for one in STEPS[column]
        ]

    def typed_of(self, column: RegistrationStatus) -> Typed:
        """What was typed for a column and refused."""
        return self.typed if self.typed.column is column else Typed()

    def word(self, status: str) -> str:
        """The word for a status as the audit trail has it."""
        return label(_S(status))

    def is_whole(self, column: RegistrationStatus) -> bool:
        """Tell whether the column's page shows everybody who is in it."""
        return self.previous(column) is None and self.next(column) is None

    def previous(self, column: RegistrationStatus) -> str | None:
        place = cursor_text(self.columns[column].previous, backwards=True)
        return here(**{column.value: place}) + f"#{column.value}" if place else None

    def next(self, column: RegistrationStatus) -> str | None:
        place = cursor_text(self.columns[column].next)
        return here(**{column.value: place}) + f"#{column.value}" if place else None


def board_of(training: Training, typed: Typed | None = None) -> Board:
    """The board that the address asks for; as many queries as columns and two more."""
    session, filters = db.session(), filters_of(request.args)
    columns = {
        status: roster_queries.column(
            session, training.id, narrowed(filters, status), decode(request.args.get(status.value))
        )
        for status in STEPS
    }
    facets = roster_queries.facets(session, training.id)
    changes = audit.changes(
        session, actor(), training.id, roster_service.BULK_ACTIONS, roster_service.BULK_UNDO_WITHIN
    )
    return Board(training, narrowed(filters, None), facets, columns, changes, typed or Typed())


def narrowed(filters: Filters, status: RegistrationStatus | None) -> Filters:
    """The same filters for one column."""
    return Filters(filters.text, status, filters.category_id, filters.group)


@bp.get("/t/<code>/roster/board")
@requires(Permission.VIEW)
def board(training: Training) -> ResponseReturnValue:
    """Everybody by status."""
    return _page(board_of(training))


def _page(found: Board, status: int = 200) -> ResponseReturnValue:
    return render_template("roster/board.html", training=found.training, board=found), status


@bp.post("/t/<code>/roster/board")
@requires(Permission.EDIT)
def move(training: Training) -> ResponseReturnValue:
    """Move people of one column to another; what is refused stays ticked and typed."""
    form = request.form
    typed = Typed(
        column=_S(form["column"]) if form.get("column") in {one.value for one in STEPS} else None,
        ids=frozenset(ticked(form)),
        everybody="all" in form,
        reason=form.get("reason", ""),
        tell="tell" in form,
        number=form.get("number", ""),
    )
    try:
        done = _moved(training, typed, form.get("to", ""))
    except Refusal as refusal:
        db.session.rollback()
        return _page(board_of(training, replace(typed, error=sentence(refusal))), 422)
    tell_of_bulk(training, done, to="board", left=_("somebody else has moved them meanwhile"))
    return redirect(_address(training), 303)


def _moved(training: Training, typed: Typed, to: str) -> roster_service.BulkDone:
    """Raises Refusal `board.nothing_ticked`, `board.no_step`, `board.no_number` and those of the use cases."""
    beyond = "beyond" in request.form
    if to == "first":
        number = typed.number.strip()
        if not number.isascii() or not number.isdigit() or not 0 < int(number) <= _MOST_AT_ONCE:
            raise Refusal("board.no_number", most=_MOST_AT_ONCE)
        return roster_service.promote_first(actor(), training.id, int(number), beyond=beyond, tell=typed.tell)
    if typed.column is None or to not in {one.value for one in STEPS[typed.column]}:
        raise Refusal("board.no_step")
    if not typed.ids and not typed.everybody:
        raise Refusal("board.nothing_ticked")
    filters = narrowed(filters_of(request.args), typed.column)
    return roster_service.set_status(
        actor(),
        training.id,
        filters if typed.everybody else sorted(typed.ids),
        _S(to),
        source=typed.column,
        reason=CLEANERS["reason"](typed.reason),
        beyond=beyond,
        tell=typed.tell,
    )


def _address(training: Training) -> str:
    query = request.query_string.decode("utf-8", "replace")
    return url_for("roster.board", code=training.code) + (f"?{query}" if query else "")
