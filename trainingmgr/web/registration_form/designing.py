"""The whole form at a glance: which fields are asked of whom, with the form itself beside it."""

from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainingmgr.domain.membership import Permission
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import (
    AnswerKind,
    Asked,
    FormDefinition,
    Mode,
    Modes,
    Question,
    with_modes,
)
from trainingmgr.extensions import db
from trainingmgr.http.access import actor, requires
from trainingmgr.http.forms import version_number
from trainingmgr.http.labels import LABELS
from trainingmgr.http.locale import pick
from trainingmgr.http.registration_form import answer_form
from trainingmgr.http.registration_words import condition_words, consent_words, field_label
from trainingmgr.http.words import sentence
from trainingmgr.models import Training
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services import registration_form as service
from trainingmgr.web.registration_form.blueprint import bp

SAME = ""


class Line(NamedTuple):
    """A field or question in the table. `mode` is what is chosen for the category shown, empty for as everybody."""

    key: str
    title: str
    kind: str
    own: bool
    mode: str
    everybody: Mode
    differing: list[str]
    condition: str
    sensitive: bool


@bp.get("/t/<code>/registration/form")
@requires(Permission.EDIT)
def design(training: Training) -> str:
    """The fields and questions with their modes, for everybody or for one category."""
    form = form_of(db.session(), training.id)
    return _page(training, form.definition, form.version, _category(training, request.args.get("category")))


@bp.post("/t/<code>/registration/form")
@requires(Permission.EDIT)
def save(training: Training) -> ResponseReturnValue:
    """Set the modes."""
    category = _category(training, request.form.get("category"))
    form = form_of(db.session(), training.id)
    modes = _modes(form.definition, category)
    version = version_number(request.form.get("version"))
    try:
        service.set_modes(actor(), training.id, modes, version=version)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return _page(training, with_modes(form.definition, modes), form.version, category), 409
    flash(_("Saved."), "success")
    return redirect(url_for("registration_form.design", code=training.code, category=category or None), 303)


@bp.post("/t/<code>/registration/form/preview")
@requires(Permission.EDIT)
def preview(training: Training) -> str:
    """The form as it would be asked with the modes chosen, without keeping them."""
    category = _category(training, request.form.get("category"))
    definition = form_of(db.session(), training.id).definition
    definition = with_modes(definition, _modes(definition, category))
    return render_template("registration_form/_preview.html", sample=_sample(training, definition, category))


def _page(training: Training, definition: FormDefinition, version: int, category: int) -> str:
    return render_template(
        "registration_form/design.html",
        training=training,
        category=category,
        lines=[_line(training, definition, key, one, category) for key, one in definition.asked()],
        version=version,
        modes=Mode,
        sample=_sample(training, definition, category),
    )


def _sample(training: Training, definition: FormDefinition, category: int) -> object:
    made = answer_form(definition, category or None, consents=consent_words(training, definition))
    return made(formdata=None, prefix="sample-")


def _category(training: Training, text: str | None) -> int:
    return next((one.id for one in training.categories if str(one.id) == text), 0)


def _modes(definition: FormDefinition, category: int) -> dict[str, Modes]:
    """The modes chosen in the form that was sent; what it does not name stays as it is."""
    found = {}
    for key, one in definition.asked():
        chosen = request.form.get(f"mode-{key}")
        if chosen in set(Mode) and not category:
            found[key] = Modes(Mode(chosen), one.modes.categories)
        elif category and (chosen in set(Mode) or chosen == SAME):
            others = {other: mode for other, mode in one.modes.categories.items() if other != category}
            own = {category: Mode(chosen)} if chosen else {}
            found[key] = Modes(one.modes.everybody, others | own)
    return found


def _line(training: Training, definition: FormDefinition, key: str, one: Asked, category: int) -> Line:
    differing = [
        f"{pick(other.name_zh, other.name_en)}{_(': ')}{LABELS[Mode, one.modes.categories[other.id].value]}"
        for other in training.categories
        if other.id in one.modes.categories
    ]
    mode = one.modes.categories.get(category) if category else one.modes.everybody
    return Line(
        key,
        field_label(definition, key),
        str(LABELS[AnswerKind, one.kind.value]) if isinstance(one, Question) else "",
        isinstance(one, Question),
        mode.value if mode else SAME,
        one.modes.everybody,
        differing,
        condition_words(definition, one),
        one.sensitive is not None,
    )
