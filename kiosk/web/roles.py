"""The one role table: who may call which route, and who sees what in the answers."""

from collections.abc import Mapping

from kiosk.domain.role import Role

_DESK = frozenset({Role.TERMINAL, Role.LOBBY_MANAGER, Role.TELLER})
_MANAGERS = frozenset({Role.LOBBY_MANAGER, Role.WEALTH_MANAGER})
_ALERTED = _MANAGERS | {Role.ADMINISTRATOR}
SIGNED_IN = frozenset(Role)
ANYBODY = None
"""Nobody has to sign in."""

WHO_MAY: Mapping[str, frozenset[Role] | None] = {
    "login": ANYBODY,
    "logout": SIGNED_IN,
    "me": SIGNED_IN,
    "lock": frozenset({Role.TELLER}),
    "unlock": frozenset({Role.TELLER}),
    "visits": frozenset({Role.TERMINAL, Role.LOBBY_MANAGER}),
    "tickets": _DESK,
    "visit-tickets": _DESK,
    "ticket": SIGNED_IN,
    "ticket-verb": _DESK,
    "hall-clear": frozenset({Role.LOBBY_MANAGER}),
    "queues": SIGNED_IN,
    "queue": SIGNED_IN,
    "overdue": _MANAGERS,
    "counters": SIGNED_IN,
    "counter-verb": frozenset({Role.TELLER}),
    "state": SIGNED_IN,
    "events": _MANAGERS | {Role.CRM, Role.ADMINISTRATOR, Role.AUDITOR},
    "report": _MANAGERS | {Role.ADMINISTRATOR, Role.AUDITOR},
    "feed": _MANAGERS | {Role.DISPLAY, Role.TERMINAL, Role.TELLER, Role.ADMINISTRATOR},
    "alerts": _ALERTED,
    "alert-raise": frozenset({Role.TELLER, Role.TERMINAL, Role.DISPLAY}),
    "alert-acknowledge": _ALERTED,
    "pad": _MANAGERS,
    "pad-set": _MANAGERS,
    "health": ANYBODY,
    "metrics": frozenset({Role.MONITORING, Role.ADMINISTRATOR}),
    "page-chooser": ANYBODY,
    "page-sign-in": ANYBODY,
    "page-sign-out": ANYBODY,
    "page-counter": frozenset({Role.TELLER}),
    "page-board": ANYBODY,
    "page-admin": frozenset({Role.ADMINISTRATOR}),
    "page-reports": _MANAGERS | {Role.ADMINISTRATOR, Role.AUDITOR},
    # Each live page is also asked for under its own name.
    "page-live": ANYBODY,
    "page-bench": ANYBODY,
    "static": ANYBODY,
}

BEFORE_THE_LOCK = frozenset({"login", "logout", "me", "lock", "unlock", "page-counter"})
"""Routes that a locked session may still call; those for anybody beside them (OPR-23)."""

_LOBBY = frozenset({Role.LOBBY_MANAGER})
_STAFF = _LOBBY | {Role.TELLER}

TICKET_VERBS: Mapping[str, frozenset[Role]] = {
    "call": _STAFF,
    "move": _LOBBY,
    "drop": _LOBBY,
    "reinstate": _STAFF,
    "return": _STAFF,
    "park": _STAFF,
    "priority": _LOBBY,
    "reprint": _STAFF,
    "transfer": _STAFF,
    "reroute": frozenset({Role.TERMINAL}),
}
"""Who may do what with a ticket; tellers only with their own (LOB-47, LOB-51)."""

CHECKS_IN = frozenset({Role.TERMINAL, Role.LOBBY_MANAGER})
"""Who may say that a person comes for an appointment."""

SEES_CLIENTS = _MANAGERS | {Role.TELLER, Role.CRM}
"""To whom tickets show their client's reference; to others it is null."""

SEES_DEGRADATIONS = frozenset({Role.MONITORING, Role.ADMINISTRATOR})

_HALL = frozenset({"day", "ticket", "counter", "queue", "service", "device"})

_FAMILIES: Mapping[Role, frozenset[str]] = {
    Role.DISPLAY: _HALL,
    Role.TELLER: _HALL,
    Role.TERMINAL: _HALL | {"slip"},
    Role.LOBBY_MANAGER: _HALL | {"slip", "wait", "alert"},
    Role.WEALTH_MANAGER: _HALL | {"slip", "wait", "alert"},
}
"""Of events; roles that aren't named see all."""


def may(role: Role | None, route: str) -> bool:
    """Whether this role, None for somebody who isn't signed in, may call the route of this name."""
    allowed = WHO_MAY[route]
    return allowed is ANYBODY or role in allowed


def sees_family(role: Role, family: str) -> bool:
    """Whether the role is told of events of this family."""
    return role not in _FAMILIES or family in _FAMILIES[role]
