"""The page of one kind of container: who is where, who is nowhere, what is uneven, what is wished."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from trainingmgr.domain.arrangement import (
    GATHERABLE,
    SPREADABLE,
    ArrangementKind,
    Trait,
    basis_of,
    unmet,
)
from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db
from trainingmgr.http.access import requires
from trainingmgr.models import Job, Training
from trainingmgr.queries import arrangement as queries
from trainingmgr.queries.arrangement import Holder, Member, Plan
from trainingmgr.services import arrangement as services
from trainingmgr.web.arrangement import words
from trainingmgr.web.arrangement.blueprint import bp, kind_or_404
from trainingmgr.web.arrangement.forms import HolderForm, SeveralForm

_MOST_UNMET = 12


@dataclass
class Page:
    """Everything that the page shows, read once."""

    training: Training
    plan: Plan
    running: Job | None = None
    adding: SeveralForm = field(default_factory=SeveralForm)
    changing: HolderForm | None = None
    changed_key: str = ""
    error: str = ""
    ticked: frozenset[int] = frozenset()
    error_of_aims: str = ""

    @property
    def kind(self) -> ArrangementKind:
        return self.plan.kind

    @cached_property
    def namer(self) -> words.Namer:
        return words.Namer(self.plan, self.training.categories)

    @cached_property
    def uneven(self) -> list[str]:
        """What is uneven or scattered now, the first few; a room that holds two units is no news."""
        if not self.plan.present or not self.plan.holders:
            return []
        found = (
            one for one in unmet(self.plan.board()) if one.code != "mixed" or one.trait is not Trait.UNIT
        )
        return [self.namer.unmet(one) for one in islice(found, _MOST_UNMET + 1)]

    @cached_property
    def stale(self) -> bool:
        """Whether people, places or wishes have changed since a proposal was made, so that it cannot be accepted."""
        found = self.plan.proposal
        return found is not None and basis_of(self.plan.problem(stay=found.stay)) != found.basis

    @property
    def waiting(self) -> str:
        """What became of the last proposal, by name; empty where there is nothing to decide."""
        found = self.plan.proposal
        if found is None:
            return ""
        if found.answer.reasons:
            return "" if self.stale else "refused"
        if all(found.before.get(number) == key for number, key in found.answer.placed.items()):
            return ""
        return "stale" if self.stale else "proposed"

    @property
    def places(self) -> int | None:
        """How many places there are; None where one takes any number."""
        sizes = [one.places for one in self.plan.holders]
        return sum(size for size in sizes if size is not None) if None not in sizes else None

    @property
    def has_own_pages(self) -> bool:
        """Whether containers of this kind are set up elsewhere."""
        return self.kind is ArrangementKind.BUS

    def free(self, holder: Holder) -> int | None:
        """How many places are free, negative where too many are in it."""
        return None if holder.places is None else holder.places - len(self.plan.inside[holder.key])

    def summary(self, holder: Holder) -> str:
        """How many women, men and regions are in a group, bus or at a table; of rooms there is no need."""
        return self.makeup(self.plan.inside[holder.key])

    def makeup(self, inside: Sequence[Member]) -> str:
        """The same of people who are to be together."""
        if self.kind is ArrangementKind.ROOM or not inside:
            return ""
        sexes = Counter(one.sex for one in inside)
        parts = [f"{words.sex_word(one)} {sexes[one]}" for one in ("female", "male") if sexes[one]]
        regions = len({one.region for one in inside if one.region})
        if regions:
            parts.append(ngettext("%(num)d region", "%(num)d regions", regions))
        return " · ".join(parts)

    def role(self, holder: Holder, at: int) -> str:
        """What somebody is there, by their place in the order of rank: who presides at a table or leads a bus."""
        if self.kind is ArrangementKind.TABLE and at == 0:
            return str(_("presides"))
        leads = self.plan.inside[holder.key][at].id == holder.leader_id
        return str(_("leads")) if leads else ""

    @property
    def empty(self) -> int:
        """How many containers nobody is in."""
        return sum(not people for people in self.plan.inside.values())

    @property
    def spread(self) -> list[tuple[Trait, str, bool]]:
        """The wishes that may be ticked: the trait, its words, whether it is."""
        ticked = self.plan.aims.spread
        return [(one, str(words.SPREAD[self.kind, one]), one in ticked) for one in SPREADABLE[self.kind]]

    @property
    def gather(self) -> list[tuple[Trait, str, bool]]:
        ticked = self.plan.aims.gather
        return [(one, str(words.GATHER[self.kind, one]), one in ticked) for one in GATHERABLE[self.kind]]

    def names(self, people: Sequence[int]) -> list[Member]:
        return [self.plan.by_id[one] for one in people]


def page_of(training: Training, kind: ArrangementKind) -> Page:
    """What the page of a kind shows."""
    session = db.session()
    plan = queries.plan(session, training.id, kind)
    return Page(training, plan, services.running(session, training.id, kind))


def shown(page: Page, status: int = 200) -> ResponseReturnValue:
    """The page as HTML."""
    page.adding.name.label.text = words.FIRST.get(page.kind, "")
    html = render_template(
        "arrangement/index.html",
        training=page.training,
        page=page,
        kinds=list(ArrangementKind),
        add_words=words.ADD.get(page.kind, ""),
        one_word=words.ONE[page.kind],
        places_word=words.PLACES[page.kind],
        intro=words.INTRO[page.kind],
        sex_word=words.sex_word,
        without=words.without(page.kind, len(page.plan.without)),
        prefix=url_for("arrangement.show", code=page.training.code, into=page.kind.value),
    )
    return html, status


@bp.get("")
@requires(Permission.VIEW)
def index(training: Training) -> Response:
    """The first kind."""
    return redirect(url_for("arrangement.show", code=training.code, into=ArrangementKind.GROUP.value))


@bp.get("/<into>")
@requires(Permission.VIEW)
def show(training: Training, into: str) -> ResponseReturnValue:
    """Who is where, of one kind of container."""
    return shown(page_of(training, kind_or_404(into)))
