"""Who may do what inside an organisation."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ORGANISER = "organiser"
    FRONT_DESK = "front_desk"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a route or a use case asks for."""

    VIEW = "view"
    DESK = "desk"
    EDIT = "edit"
    REVEAL = "reveal"
    ISSUE = "issue"
    PAY = "pay"
    MANAGE = "manage"


_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORGANISER: frozenset(Permission) - {Permission.MANAGE},
    Role.FRONT_DESK: frozenset({Permission.VIEW, Permission.DESK}),
    Role.VIEWER: frozenset({Permission.VIEW}),
}


def allows(role: Role, permission: Permission) -> bool:
    """Tell whether a member with `role` may do what needs `permission`."""
    return permission in _GRANTS[role]
