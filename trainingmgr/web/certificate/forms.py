"""What is typed about certificates."""

from datetime import date
from fractions import Fraction
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from trainingmgr.domain.certificate import RevocationGround, SerialScope
from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.forms import BaseForm, text
from trainingmgr.http.labels import choices
from trainingmgr.http.locale import pick
from trainingmgr.http.rendering import day
from trainingmgr.http.words import dated, sentence
from trainingmgr.models import Training
from trainingmgr.queries.certificate.offers import Offer, default_pattern
from trainingmgr.queries.design import BUILT_IN, Choice
from trainingmgr.services.certificate import MAX_REASON, OfferInput


class IssueForm(BaseForm):
    """When the certificates are dated, empty for the training's own date, and whether the end of the class is not waited for."""

    issue_date = DateField(_l("Date on the certificate"), validators=[Optional()])
    early = BooleanField()

    def ask_early(self, end: date) -> None:
        """Say at the tick until when the class goes on."""
        self.early.label.text = _(
            "Issue although the class goes on until %(day)s", day=day(end, weekday=False)
        )

    def refused(self, refusal: Refusal) -> None:
        """Put what was refused beside the field that it is about."""
        field = self.early if refusal.code == "certificate.class_goes_on" else self.issue_date
        field.errors = [*field.errors, sentence(dated(refusal))]


class RevokeForm(BaseForm):
    """Why a certificate is taken back, and whether another takes its place."""

    ground = SelectField(
        _l("What a checker is told"),
        choices=choices(RevocationGround),
        default=RevocationGround.ERROR.value,
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why the certificate is revoked.")), Length(max=MAX_REASON)],
        render_kw={"rows": 3},
    )
    again = BooleanField(_l("Issue another in its place, with what is true today"))


class OfferForm(BaseForm):
    """What holds for one kind of certificate; an empty field means the training's or the kind's own."""

    design = SelectField(_l("Design"))
    language = SelectField(
        _l("Language"),
        choices=[
            ("", _l("As in the settings of the training")),
            ("zh", _l("Chinese")),
            ("en", _l("English")),
            ("both", _l("Chinese and English")),
        ],
    )
    pattern = text(_l("Serial pattern"), 60)
    scope = SelectField(_l("Numbers run through"), choices=choices(SerialScope))
    numerator = IntegerField(_l("Part of the class hours"), validators=[Optional(), NumberRange(0, 100)])
    denominator = IntegerField(_l("of"), validators=[Optional(), NumberRange(1, 100)])
    mail = BooleanField(_l("Mail each certificate to its holder as soon as it is issued"))
    handover_zh = text(_l("When and where papers are collected (Chinese)"), 300)
    handover_en = text(_l("When and where papers are collected (English)"), 300)

    def validate_denominator(self, field: IntegerField) -> None:
        """Both halves of a fraction, or neither, and no more than the whole."""
        if (self.numerator.data is None) != (field.data is None):
            raise ValidationError(_("Fill in both numbers of the fraction, or neither."))
        if field.data is not None and (self.numerator.data or 0) > field.data:
            raise ValidationError(_("The fraction may not be more than one."))

    @classmethod
    def of(cls, offer: Offer | None, training: Training) -> Self:
        """The form as the offer is now."""
        if offer is None:
            return cls(scope=SerialScope.TRAINING.value)
        own = offer.pattern != default_pattern(training, offer.kind)
        return cls(
            design=str(offer.design_id or (f"{BUILT_IN}{offer.built_in}" if offer.built_in else "")),
            language="" if offer.language == training.certificate_language else offer.language,
            pattern=offer.pattern if own else "",
            scope=offer.scope.value,
            numerator=offer.fraction.numerator if offer.fraction is not None else None,
            denominator=offer.fraction.denominator if offer.fraction is not None else None,
            mail=offer.mail,
            handover_zh=offer.handover_zh,
            handover_en=offer.handover_en,
        )

    def offer_designs(self, designs: list[Choice]) -> None:
        """Let these designs be chosen, beside the program's first layout."""
        self.design.choices = [
            ("", _("The plain layout of the program")),
            *((one.value, pick(one.name_zh, one.name_en)) for one in designs),
        ]

    def given(self) -> OfferInput:
        """What was typed, for the service."""
        fraction = None
        if self.numerator.data is not None and self.denominator.data:
            fraction = Fraction(self.numerator.data, self.denominator.data)
        return OfferInput(
            design=self.design.data or "",
            language=self.language.data or "",
            pattern=self.pattern.data or "",
            scope=SerialScope(self.scope.data),
            fraction=fraction,
            mail=bool(self.mail.data),
            handover_zh=self.handover_zh.data or "",
            handover_en=self.handover_en.data or "",
        )
