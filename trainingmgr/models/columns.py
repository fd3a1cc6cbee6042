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


def on_earth() -> tuple[sa.CheckConstraint, ...]:
    """Constraints that `latitude` and `longitude`, in degrees, stand both or not at all, and in their ranges."""
    return (
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="located_whole"),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_on_earth"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_on_earth"),
    )


def not_blank(column: str) -> sa.CheckConstraint:
    """A constraint that `column` holds more than spaces."""
    return sa.CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_not_blank")
