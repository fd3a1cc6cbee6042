"""What the list shows and where its forms lead back to."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for
from flask_babel import gettext as _
from flask_security import current_user

from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.roster_column import DEFAULTS, ColumnUse, RosterColumn
from trainingmgr.extensions import db
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.paging import Cursor
from trainingmgr.http.rendering import here
from trainingmgr.models import Training
from trainingmgr.queries import roster as roster_queries
from trainingmgr.queries.roster import COUNT_CAP, Facets, Filters
from trainingmgr.web.roster.lines import Lines

NO_GROUP = "-"
NO_PHOTO = "none"


def filters_of(args: Any) -> Filters:
    """The filters that an address or a form asks for; what is no filter of ours is left aside."""
    status, category, group = args.get("status", ""), args.get("category", ""), args.get("group", "")
    return Filters(
        text=args.get("q", "").strip()[:200],
        status=RegistrationStatus(status) if status in set(RegistrationStatus) else None,
        category_id=int(category)
        if category.isascii() and category.isdigit() and len(category) < 10
        else None,
        group=("" if group == NO_GROUP else group[:40]) if group else None,
        without_photo=args.get("photo") == NO_PHOTO,
    )


def query_of(filters: Filters) -> str:
    """The filters as the list's address holds them behind its question mark; empty where none is set."""
    set_ones = {
        "q": filters.text,
        "status": filters.status.value if filters.status else "",
        "category": "" if filters.category_id is None else str(filters.category_id),
        "group": "" if filters.group is None else filters.group or NO_GROUP,
        "photo": NO_PHOTO if filters.without_photo else "",
    }
    return urlencode({name: value for name, value in set_ones.items() if value})


def back_to(training: Training, query: str) -> str:
    """The list as it was when a form was opened: `query` is its address behind the question mark."""
    kept = {k: v for k, v in parse_qsl(query) if k in {"q", "status", "category", "group", "photo", "at"}}
    return url_for("roster.index", code=training.code, **kept)  # type: ignore[arg-type]


def words_of(filters: Filters, facets: Facets) -> list[tuple[str, str]]:
    """The filters that are set, by their names in an address, in words."""
    found = []
    if filters.text:
        found.append(("q", f"“{filters.text}”"))
    if filters.status:
        found.append(("status", label(filters.status)))
    if filters.category_id is not None:
        names = facets.categories.get(filters.category_id)
        found.append(("category", pick(*names) if names else _("No category")))
    if filters.group is not None:
        found.append(("group", filters.group or _("No group")))
    if filters.without_photo:
        found.append(("photo", _("On the class without a photograph")))
    return found


def cursor_text(place: tuple[str, int] | None, *, backwards: bool = False) -> str | None:
    """A neighbour page's beginning as it stands in the address."""
    return Cursor(*place, backwards).encode() if place else None


@dataclass
class Listing:
    """A page of the roster with its filters, counts and ways onward."""

    training: Training
    filters: Filters
    facets: Facets
    page: roster_queries.Page
    found: int

    @property
    def content(self) -> Hashable:
        """All that was read from the database for the list."""
        facets = self.facets
        return (
            tuple(self.page.rows),
            self.page.previous,
            self.page.next,
            self.found,
            tuple(facets.people.items()),
            tuple(facets.categories.items()),
            tuple(facets.groups),
            tuple(facets.saved),
            self.columns,
            self.lines.fonts,
        )

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.training, self.facets.categories, self.columns)

    @property
    def columns(self) -> tuple[RosterColumn, ...]:
        """The columns that the reader has chosen."""
        return self.facets.columns[ColumnUse.TABLE]

    @property
    def choices(self) -> list[tuple[RosterColumn, str, bool]]:
        """All columns with their words and whether they are shown."""
        return [(one, label(one), one in self.columns) for one in RosterColumn]

    @property
    def own_choice(self) -> bool:
        """Tell whether the reader has chosen columns of their own."""
        return self.columns != DEFAULTS[ColumnUse.TABLE]

    @property
    def previous(self) -> str | None:
        return cursor_text(self.page.previous, backwards=True)

    @property
    def next(self) -> str | None:
        return cursor_text(self.page.next)

    @property
    def found_text(self) -> str:
        return f"{COUNT_CAP:,}+" if self.filters.narrow and self.found > COUNT_CAP else f"{self.found:,}"

    @property
    def over(self) -> int:
        capacity = self.training.capacity
        return max(0, self.facets.on_class - capacity) if capacity else 0

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters that are set, each with the address of the list without it."""
        return [(word, here(**{name: None}, at=None)) for name, word in words_of(self.filters, self.facets)]

    @property
    def query(self) -> str:
        return request.query_string.decode("utf-8", "replace")


def listing(training: Training, filters: Filters, cursor: Cursor | None) -> Listing:
    """The page that an address asks for; three queries, and one more to search, whatever the size of the roster."""
    session = db.session()
    facets = roster_queries.facets(session, training.id, current_user.id)
    columns = facets.columns[ColumnUse.TABLE]
    way = roster_queries.way(session, training.id, filters)
    page = roster_queries.page(session, training.id, filters, cursor, columns=columns, way=way)
    if not filters.narrow:
        found = facets.people.get(filters.status, 0) if filters.status else facets.total
    elif page.previous is None and page.next is None:
        found = len(page.rows)
    else:
        found = roster_queries.count(session, training.id, filters, way)
    return Listing(training, filters, facets, page, found)
