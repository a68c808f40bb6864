"""Who may do what: the one table of roles by routes, by what answers show, and by topics.

The doors of both rooms go by it, HTTP (``kiosk/web``) and the broker (``kiosk/messaging``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

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
    "slip": frozenset({Role.TERMINAL}),
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
    "devices": frozenset({Role.ADMINISTRATOR}),
    "device-approve": frozenset({Role.ADMINISTRATOR}),
    "device-revoke": frozenset({Role.ADMINISTRATOR}),
    # The PAD proves itself by its secret; nobody is signed in at it.
    "device-client-mode": ANYBODY,
    "device-status": frozenset({Role.TERMINAL}),
    "health": ANYBODY,
    "openapi": ANYBODY,
    "asyncapi": ANYBODY,
    "message-schemas": ANYBODY,
    "metrics": frozenset({Role.MONITORING, Role.ADMINISTRATOR}),
    "page-chooser": ANYBODY,
    "page-sign-in": ANYBODY,
    "page-sign-out": ANYBODY,
    "page-counter": frozenset({Role.TELLER}),
    "page-board": ANYBODY,
    "page-admin": frozenset({Role.ADMINISTRATOR}),
    "page-reports": _MANAGERS | {Role.ADMINISTRATOR, Role.AUDITOR},
    "page-audit": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    # Each live page is also asked for under its own name.
    "page-live": ANYBODY,
    "page-bench": ANYBODY,
    "static": ANYBODY,
}

BEFORE_THE_LOCK = frozenset({"login", "logout", "me", "lock", "unlock", "page-counter"})
"""Routes that a locked session may still call; those for anybody beside them (OPR-23)."""

BY_THEMSELVES = frozenset(
    {"me", "queues", "queue", "overdue", "counters", "state", "events", "feed", "alerts", "devices"}
    | {"health", "metrics", "page-live", "static"}
)
"""Routes that pages and PADs call though nobody touches them: a session isn't used by it."""

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


def window_token(display: str) -> str:
    """The token's name with which a touch screen is followed and touched: its own window's only."""
    return f"window-{display}"


SEES_DEGRADATIONS = frozenset({Role.MONITORING, Role.ADMINISTRATOR})

_HALL = frozenset({"day", "ticket", "counter", "queue", "service", "device"})

_AUDIT = frozenset({"client", "settings", "key", "account", "session", "signin"})
_FAMILIES: Mapping[Role, frozenset[str]] = {
    Role.DISPLAY: _HALL,
    Role.TELLER: _HALL,
    Role.TERMINAL: _HALL | {"slip"},
    Role.LOBBY_MANAGER: _HALL | {"slip", "wait", "alert"},
    Role.WEALTH_MANAGER: _HALL | {"slip", "wait", "alert"},
    Role.ADMINISTRATOR: _HALL | {"slip", "wait", "alert"} | _AUDIT - {"client"},
}
"""Of events; roles that aren't named see all."""


def may(role: Role | None, route: str) -> bool:
    """Whether this role, None for somebody who isn't signed in, may call the route of this name."""
    allowed = WHO_MAY[route]
    return allowed is ANYBODY or role in allowed


def sees_family(role: Role, family: str) -> bool:
    """Whether the role is told of events of this family."""
    return role not in _FAMILIES or family in _FAMILIES[role]


@dataclass(frozen=True, slots=True)
class TopicRights:
    """What somebody may do at the broker, as filters below ``kiosk/v1/{branch}/``; none: keep out.

    ``{node}`` in a filter is the name of a program's token or the id of a PAD, ``{user}`` the
    reference of the person who is signed in: those filters are a connection's own, the others are
    the same for all of a role.
    """

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    def of(self, node: str, user: str | None = None) -> "TopicRights":
        """Those of one connection. What a name with a meaning in a filter would open stays shut."""
        names = {"node": node, "user": user or ""}
        if not all(is_level(name) for name in names.values() if name):
            return TopicRights()
        return TopicRights(_filled(self.reads, names), _filled(self.writes, names))


def is_level(name: str) -> bool:
    """Whether the name of a token, a PAD or a person may stand as a level of a topic."""
    return _LEVEL.fullmatch(name) is not None


_LEVEL = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _filled(filters: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """Without those for which there is no name."""
    known = {f"{{{blank}}}": name for blank, name in names.items() if name}
    filled = [_with(known, one) for one in filters]
    return tuple(one for one in filled if "{" not in one)


def _with(known: Mapping[str, str], topic: str) -> str:
    for blank, name in known.items():
        topic = topic.replace(blank, name)
    return topic


_PRESENCE = "presence/{node}"


def _alerts(role: Role) -> tuple[str, ...]:
    return (f"alert/role/{role}", "alert/pad/{node}", "alert/user/{user}")


def _pad(role: Role) -> TopicRights:
    """Of somebody who works with tickets and is signed in at a PAD."""
    hall = ("state/#", "event/ticket/#", "event/counter/#")
    return TopicRights((*hall, *_alerts(role)), (_PRESENCE,))


NO_TOPICS = TopicRights()

TOPICS: Mapping[Role, TopicRights] = {
    Role.TERMINAL: NO_TOPICS,
    Role.DISPLAY: TopicRights(("state/#",), (_PRESENCE,)),
    Role.TELLER: _pad(Role.TELLER),
    Role.LOBBY_MANAGER: _pad(Role.LOBBY_MANAGER),
    Role.WEALTH_MANAGER: _pad(Role.WEALTH_MANAGER),
    # Facts about tickets name clients, which an administrator isn't told (SEES_CLIENTS).
    Role.ADMINISTRATOR: TopicRights(("state/branch", *_alerts(Role.ADMINISTRATOR)), (_PRESENCE,)),
    Role.AUDITOR: NO_TOPICS,
    Role.CRM: TopicRights(("event/#",)),
    Role.MONITORING: TopicRights(("state/#", "presence/#")),
}
"""Staff: as long as they are signed in at a PAD. Programs: by their token."""

CLIENT_MODE_TOPICS = TopicRights(("state/public/#",))
"""Of a PAD that is shown to clients, by the token of its enrolment (LOB-11)."""


def topics_of(role: Role | None) -> TopicRights:
    """What this role may do at the broker; None: a PAD in client mode."""
    return TOPICS[role] if role else CLIENT_MODE_TOPICS
