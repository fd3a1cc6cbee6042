"""How a design is shown: with whose facts, and where its pictures come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import url_for
from flask_babel import gettext as _

from trainingmgr.documents.certificate.preview import Preview, preview
from trainingmgr.documents.certificate.specimen import Holder, specimen
from trainingmgr.documents.certificate.svg import Pictures
from trainingmgr.domain.certificate import CertificateKind, CertificateLanguage
from trainingmgr.domain.design import Design
from trainingmgr.http.design_pictures import pictures_by

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sample:
    """Whose certificate a design is shown with."""

    kind: CertificateKind = CertificateKind.COMPLETION
    language: CertificateLanguage = CertificateLanguage.BOTH
    holder: Holder = Holder.SHORT

    def as_query(self) -> dict[str, str]:
        return {"kind": self.kind.value, "language": self.language.value, "holder": self.holder.value}


def sample(values: Mapping[str, str]) -> Sample:
    """What a request asks to be shown; what it does not say, or says wrongly, is the default."""
    return Sample(
        _one(values.get("kind"), CertificateKind.COMPLETION),
        _one(values.get("language"), CertificateLanguage.BOTH),
        _one(values.get("holder"), Holder.SHORT),
    )


def _one(value: str | None, otherwise: _Choice) -> _Choice:
    kind = type(otherwise)
    return kind(value) if value in set(kind) else otherwise


def shown(design: Design, chosen: Sample, pictures: Pictures) -> Preview:
    """The design with the sample's facts."""
    facts = specimen(chosen.kind, chosen.language, chosen.holder)
    return preview(design, facts, pictures, label=_("The certificate as it will look"))


def by_address(organisation_id: int, design: Design) -> Pictures:
    """The design's pictures at their addresses."""
    return pictures_by(
        organisation_id,
        design,
        lambda row: url_for("design.picture", organisation_id=organisation_id, asset_id=row.id),
    )
