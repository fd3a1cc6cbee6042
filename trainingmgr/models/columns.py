"""Column helpers that several tables share."""

from enum import StrEnum

import sqlalchemy as sa


def choice(enum: type[StrEnum], name: str | None = None) -> sa.Enum:
    """A column type for `enum`: its values as text, held to them by a check constraint.

    Of two such columns in one table, one needs a `name` for its constraint.
    """
    return sa.Enum(
        enum,
        name=name or enum.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


def not_blank(column: str) -> sa.CheckConstraint:
    """A constraint that `column` holds more than spaces."""
    return sa.CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_not_blank")
