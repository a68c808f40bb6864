"""What mosquitto's dynamic-security plugin is to know: pure, for its file and for its commands.

One role per branch and role, and one small role per client for what is only its own, because the
plugin puts no names into topics. Everything that isn't allowed is denied, also delivery, which the
plugin allows unless its file says otherwise (``mosquitto_ctrl`` can't change that on Debian 12).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.access import TopicRights, is_level, topics_of
from kiosk.domain.role import Role
from kiosk.messaging.credentials import BrokerClient
from kiosk.messaging.topics import Topics

CONTROL = "$CONTROL/dynamic-security/v1"
RESPONSE = f"{CONTROL}/response"
CONTROLLER = "controller"
"""The controller's name at the broker; no other client may have it."""

Json = dict[str, Any]

_CLIENT_MODE = "client-mode"
"""The role of PADs that clients look at."""

_NOTHING_BY_DEFAULT = {
    "publishClientSend": False,
    "publishClientReceive": False,
    "subscribe": False,
    "unsubscribe": False,
}
_READING = ("publishClientReceive", "subscribePattern", "unsubscribePattern")
_WRITING = ("publishClientSend",)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Everybody who may sign in at the broker of a branch, in the plugin's words.

    What it says of a client begins with ``mark``; clients and roles without it are somebody else's
    and never touched.
    """

    mark: str
    clients: Mapping[str, Json]
    roles: Mapping[str, Json]
    nodes: frozenset[str] = frozenset()
    """Whose presence may be told."""

    def document(self, controller_hash: str) -> Json:
        """The plugin's file: these and the controller, whose password has this hash."""
        controller = {
            "username": CONTROLLER,
            "textname": "kiosk's own",
            "roles": [{"rolename": f"{self.mark}{CONTROLLER}"}],
            **_hashed(controller_hash),
        }
        return {
            "defaultACLAccess": _NOTHING_BY_DEFAULT,
            "clients": [controller, *self.clients.values()],
            "groups": [],
            "roles": list(self.roles.values()),
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """How a broker is brought up to date."""

    commands: tuple[Json, ...]
    admitted: tuple[str, ...] = ()
    """Who is let in by these commands."""
    unknown: tuple[str, ...] = ()
    """Who ought to be let in, but nobody has the token any more."""


def admitted(clients: Iterable[BrokerClient], topics: Topics) -> Admitted:
    """What the table of rights (``kiosk/access.py``) means for these clients at this branch."""
    mark = f"kiosk-{topics.branch}-"
    controller = _role(f"{mark}{CONTROLLER}", _controller_rules(topics))
    shared = [
        _role(f"{mark}{role or _CLIENT_MODE}", _rules(_shared(topics_of(role)), topics))
        for role in (*Role, None)
        if topics_of(role) != TopicRights()
    ]
    roles = {one["rolename"]: one for one in (controller, *shared)}
    described: dict[str, Json] = {}
    nodes = {CONTROLLER}
    for client in clients:
        rights = _rights(client)
        if not (rights and client.password_hash):
            continue
        names = [f"{mark}{client.role or _CLIENT_MODE}"]
        if own := _own(rights, client):
            names.append(f"{mark}own-{client.name}")
            roles[names[-1]] = _role(names[-1], _rules(own, topics))
        if rights.writes:
            nodes.add(client.node)
        described[client.name] = {
            "username": client.name,
            "textname": f"{mark}{_print(client.password_hash)}",
            "roles": [{"rolename": name} for name in names],
            **_hashed(client.password_hash),
        }
    return Admitted(mark, described, roles, frozenset(nodes))


def changes(
    wanted: Admitted, clients: Sequence[Json], roles: Sequence[Json], tokens: Mapping[str, str]
) -> Changes:
    """What turns what the plugin lists into what is wanted.

    ``tokens`` are those of clients that it doesn't know yet: it takes a password only in clear.
    """
    ours = {one["username"]: one for one in clients if _is_marked(one, wanted.mark)}
    stale = [name for name, one in ours.items() if not _is_same(one, wanted.clients.get(name))]
    missing = [name for name in wanted.clients if name not in ours or name in stale]
    known = {one["rolename"]: one for one in roles}
    gone = [name for name in known if name.startswith(wanted.mark) and name not in wanted.roles]
    commands = [
        *_roles_to_write(wanted.roles, known),
        *({"command": "deleteClient", "username": name} for name in stale),
        *(
            {"command": "modifyClient", "username": name, "roles": wanted.clients[name]["roles"]}
            for name, one in ours.items()
            if name not in stale and _roles_of(one) != _roles_of(wanted.clients[name])
        ),
        *(_creating(wanted.clients[name], tokens[name]) for name in missing if name in tokens),
        *({"command": "deleteRole", "rolename": name} for name in gone),
    ]
    return Changes(
        tuple(commands),
        tuple(name for name in missing if name in tokens),
        tuple(name for name in missing if name not in tokens),
    )


def _rights(client: BrokerClient) -> TopicRights | None:
    """None: keep out. So is a name that would mean something in a file or a topic."""
    if not is_level(client.node) or not client.name.isprintable() or client.name == CONTROLLER:
        return None
    rights = topics_of(client.role).of(client.node, client.user)
    return rights if rights != TopicRights() else None


def _shared(rights: TopicRights) -> TopicRights:
    """The same for all of a role: without those that name somebody."""
    return TopicRights(
        tuple(one for one in rights.reads if "{" not in one),
        tuple(one for one in rights.writes if "{" not in one),
    )


def _own(rights: TopicRights, client: BrokerClient) -> TopicRights | None:
    shared = _shared(topics_of(client.role))
    own = TopicRights(
        tuple(one for one in rights.reads if one not in shared.reads),
        tuple(one for one in rights.writes if one not in shared.writes),
    )
    return own if own != TopicRights() else None


def _rules(rights: TopicRights, topics: Topics) -> list[Json]:
    return [
        *(_rule(kind, topics.under(one)) for one in rights.reads for kind in _READING),
        *(_rule(kind, topics.under(one)) for one in rights.writes for kind in _WRITING),
    ]


def _controller_rules(topics: Topics) -> list[Json]:
    """All of its branch, and who else may sign in."""
    return [
        *(_rule(kind, topics.under("#")) for kind in (*_READING, *_WRITING)),
        _rule("publishClientSend", CONTROL),
        *(_rule(kind, RESPONSE) for kind in _READING),
    ]


def _rule(kind: str, topic: str) -> Json:
    return {"acltype": kind, "topic": topic, "priority": 0, "allow": True}


def _role(name: str, rules: list[Json]) -> Json:
    return {"rolename": name, "acls": rules}


def _hashed(password_hash: str) -> Json:
    _, _, iterations, salt, key = password_hash.split("$")
    return {"password": key, "salt": salt, "iterations": int(iterations)}


def _print(password_hash: str) -> str:
    """Tells two tokens of the same name apart; the plugin shows nobody its passwords."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def _is_marked(client: Json, mark: str) -> bool:
    return str(client.get("textname", "")).startswith(mark)


def _is_same(client: Json, wanted: Json | None) -> bool:
    return wanted is not None and client["textname"] == wanted["textname"]


def _roles_of(client: Json) -> set[str]:
    return {one["rolename"] for one in client["roles"]}


def _roles_to_write(wanted: Mapping[str, Json], known: Mapping[str, Json]) -> list[Json]:
    commands = []
    for name, role in wanted.items():
        if name not in known:
            commands.append({"command": "createRole", **role})
        elif _rules_of(known[name]) != _rules_of(role):
            commands.append({"command": "modifyRole", **role})
    return commands


def _rules_of(role: Json) -> set[tuple[object, ...]]:
    keys = ("acltype", "topic", "priority", "allow")
    return {tuple(one[key] for key in keys) for one in role["acls"]}


def _creating(client: Json, token: str) -> Json:
    named = {key: client[key] for key in ("username", "textname", "roles")}
    return {"command": "createClient", "password": token, **named}
