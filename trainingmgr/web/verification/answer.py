"""The page about a certificate that was found: which parts it has, and what they say of this one."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired

from trainingmgr.domain.certificate import verify_url
from trainingmgr.domain.open_badge import profile_link
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.kept import kept_shape
from trainingmgr.http.labels import label
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import day, days, number, readable_address
from trainingmgr.queries.certificate import facts
from trainingmgr.queries.certificate.verification import Proof


class NameForm(BaseForm):
    """The full name that a checker reads on the paper. The code travels along.

    Comparing changes nothing and knows nobody, so there is nothing to forge in somebody's name, and visitors
    need no cookie.
    """

    class Meta:
        csrf = False

    c = HiddenField()
    name = text(_l("Full name on the certificate"), 120, InputRequired(_l("Type the name first.")))


class Parts(NamedTuple):
    """What is on the page, whatever it says there. All certificates with the same parts share one layout."""

    valid: bool
    is_sample: bool
    is_erased: bool
    is_replaced: bool
    is_replacement: bool
    has_hours: bool
    by_file: bool


def answer(proof: Proof, *, by_file: bool = False) -> str:
    """The page for whoever has the code, or the file."""
    parts, said = _parts(proof, by_file), _said(proof)
    return kept_shape(
        parts, said, lambda marks: _page(parts, marks, NameForm(formdata=None, c=marks["code"]))
    )


def compared(proof: Proof, form: NameForm, matches: bool | None) -> str:
    """The page with the typed name, and whether it is the holder's; None where the form has something to mend."""
    return _page(_parts(proof, by_file=False), _said(proof), form, matches)


def _parts(proof: Proof, by_file: bool) -> Parts:
    return Parts(
        valid=proof.valid,
        is_sample=proof.is_sample,
        is_erased=proof.erased,
        is_replaced=proof.replaced_by is not None,
        is_replacement=proof.replaces is not None,
        has_hours=bool(proof.class_hours),
        by_file=by_file,
    )


def _said(proof: Proof) -> dict[str, str]:
    return {
        "kind": label(proof.kind),
        "name": proof.masked_name or _("erased at the holder's wish, by law"),
        "title": pick(proof.title_zh, proof.title_en),
        "host": pick(proof.host_zh, proof.host_en),
        "dates": days(proof.start_date, proof.end_date),
        "hours": number(proof.class_hours),
        "issued_on": day(proof.issue_date, weekday=False),
        "year": str(proof.issue_date.year),
        "month": str(proof.issue_date.month),
        "serial": proof.serial,
        "code": proof.code,
        "revoked_on": day(proof.revoked_on, weekday=False),
        "ground": label(proof.ground) if proof.ground else "",
        "replaced_by": proof.replaced_by or "",
        "replaces": proof.replaces or "",
        "here": readable_address(),
    }


def _page(parts: Parts, said: Mapping[str, str], form: NameForm, matches: bool | None = None) -> str:
    return render_template(
        "verification/answer.html",
        parts=parts,
        said=said,
        form=form,
        matches=matches,
        add_to_profile=_add_to_profile(said),
        readable_address=lambda: said["here"],
    )


def _add_to_profile(said: Mapping[str, str]) -> str:
    """Where LinkedIn adds the certificate to its holder's profile."""
    address = verify_url(facts.public_address(), said["serial"], said["code"])
    name = f"{said['kind']} · {said['title']}"
    return profile_link(name, said["host"], said["year"], said["month"], said["serial"], address)
