"""A person's place on one training, from nomination to completion."""

from enum import StrEnum


class RegistrationStatus(StrEnum):
    NOMINATED = "nominated"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


# Whoever is on the class, as against nominated only or gone again.
PRESENT_STATUSES = frozenset(
    {RegistrationStatus.CONFIRMED, RegistrationStatus.ARRIVED, RegistrationStatus.COMPLETED}
)

_NEXT: dict[RegistrationStatus, frozenset[RegistrationStatus]] = {
    RegistrationStatus.NOMINATED: frozenset(
        {RegistrationStatus.CONFIRMED, RegistrationStatus.ARRIVED, RegistrationStatus.WITHDRAWN}
    ),
    RegistrationStatus.CONFIRMED: frozenset(
        {RegistrationStatus.NOMINATED, RegistrationStatus.ARRIVED, RegistrationStatus.WITHDRAWN}
    ),
    RegistrationStatus.ARRIVED: frozenset(
        {RegistrationStatus.CONFIRMED, RegistrationStatus.COMPLETED, RegistrationStatus.WITHDRAWN}
    ),
    RegistrationStatus.COMPLETED: frozenset({RegistrationStatus.ARRIVED}),
    RegistrationStatus.WITHDRAWN: frozenset({RegistrationStatus.NOMINATED, RegistrationStatus.CONFIRMED}),
}


def next_statuses(status: RegistrationStatus) -> frozenset[RegistrationStatus]:
    """The statuses that a registration in `status` may be moved to by hand."""
    return _NEXT[status]
