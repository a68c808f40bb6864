"""Roles: what somebody who signs in is to the branch."""

from enum import StrEnum


class Role(StrEnum):
    """As written in settings, commands and answers."""

    TERMINAL = "terminal"
    DISPLAY = "display"
    TELLER = "teller"
    LOBBY_MANAGER = "lobby-manager"
    WEALTH_MANAGER = "wealth-manager"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CRM = "crm"
    MONITORING = "monitoring"


STAFF_ROLES = frozenset(
    {Role.TELLER, Role.LOBBY_MANAGER, Role.WEALTH_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR}
)
PROGRAM_ROLES = frozenset({Role.CRM, Role.DISPLAY, Role.TERMINAL, Role.MONITORING})
