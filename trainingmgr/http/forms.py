"""The base of every form."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, StringField
from wtforms.i18n import messages_path
from wtforms.validators import Length, StopValidation

from trainingmgr.domain.participant import CLEANERS, phone_to_edit
from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.words import sentence

# Control characters but tabs and ends of lines, and marks that turn the direction of what follows.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def strip(value: str | None) -> str | None:
    """Drop the spaces around typed text, full-width ones too, and characters that nobody sees in it."""
    return _UNSEEN.sub("", value).strip().strip("　") if isinstance(value, str) else value


@cache
def _messages(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], domain="wtforms")


class _Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF is untyped
    def get_translations(self, form: Any) -> NullTranslations:  # noqa: ARG002
        # Flask-WTF reads the catalogue from its file for every request with a form.
        return _messages(str(get_locale()))

    def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
        if issubclass(unbound_field.field_class, StringField) and not issubclass(
            unbound_field.field_class, HiddenField
        ):
            filters = [*unbound_field.kwargs.get("filters", ()), strip]
            unbound_field.kwargs["filters"] = list(dict.fromkeys(filters))
        return unbound_field.bind(form=form, **options)


class RowForm(Form):
    """A row inside a form: its errors are in the language of the screen too."""

    class Meta(_Meta):
        csrf = False


class BaseForm(FlaskForm):  # type: ignore[misc]  # as above
    """A form with CSRF and stripped text fields. `version` carries the state that an edit began from."""

    class Meta(_Meta):
        pass

    def error_count(self) -> int:
        """How many fields have something to mend."""
        return len(self.errors)


def text(label: Any, length: int, *validators: Any, **kwargs: Any) -> StringField:
    """A one-line text field that takes no more than its column holds."""
    return StringField(label, validators=[*validators, Length(max=length)], **kwargs)


def version_number(text: str | None) -> int:
    """The version that a form carries; one that nothing has where it says nonsense."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else -1


class _Phone(StringField):
    """Shown as people read it, also once its check has put it into normal form."""

    def _value(self) -> str:
        text = self.data or ""
        return phone_to_edit(text) if text.startswith("+") and not self.errors else text


def phone(**looks: str) -> StringField:
    """A telephone number."""
    return _Phone(
        _l("Phone"),
        validators=[cleaned("phone"), Length(max=60)],
        render_kw={"inputmode": "tel"} | looks,
    )


def cleaned(name: str) -> Callable[[Any, Any], None]:
    """A validator that puts a field's text right as the domain has it, or gives its refusal in words."""

    def check(_form: Any, field: Any) -> None:
        try:
            field.data = CLEANERS[name](field.data or "")
        except Refusal as refusal:
            # The length of the field itself need not be told as well.
            raise StopValidation(sentence(refusal)) from refusal

    return check
