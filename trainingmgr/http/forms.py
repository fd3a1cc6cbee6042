"""The base of every form."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import Length


def strip(value: str | None) -> str | None:
    """Drop the spaces around typed text, full-width ones too."""
    return value.strip().strip("　") if isinstance(value, str) else value


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form with CSRF and stripped text fields. `version` carries the state that an edit began from."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            if issubclass(unbound_field.field_class, StringField) and not issubclass(
                unbound_field.field_class, HiddenField
            ):
                filters = [*unbound_field.kwargs.get("filters", ()), strip]
                unbound_field.kwargs["filters"] = list(dict.fromkeys(filters))
            return unbound_field.bind(form=form, **options)

    def error_count(self) -> int:
        """How many fields have something to mend."""
        return len(self.errors)


def text(label: Any, length: int, *validators: Any, **kwargs: Any) -> StringField:
    """A one-line text field that takes no more than its column holds."""
    return StringField(label, validators=[*validators, Length(max=length)], **kwargs)
