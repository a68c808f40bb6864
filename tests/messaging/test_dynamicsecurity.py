"""What the broker's access plugin is told: its file, and how a running one is brought up to date."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import BranchId
from kiosk.domain.role import Role
from kiosk.messaging.credentials import BrokerClient, token_hash
from kiosk.messaging.dynamicsecurity import CONTROLLER, Admitted, admitted, changes
from kiosk.messaging.topics import Topics

TOPICS = Topics(BranchId("0755"))
HASHES = {name: token_hash(name) for name in ("one", "two")}


def program(name: str, role: Role, made: str = "one") -> BrokerClient:
    return BrokerClient(name, HASHES[made], role, name)


def at_pad(user: str, role: Role = Role.LOBBY_MANAGER, pad: str = "pad1") -> BrokerClient:
    return BrokerClient(f"session-{pad}-{user}", HASHES["one"], role, pad, user)


def rights(wanted: Admitted, name: str) -> dict[str, set[str]]:
    """By the kind of rule, below the branch's topics."""
    found: dict[str, set[str]] = {}
    for role in wanted.clients[name]["roles"]:
        for rule in wanted.roles[role["rolename"]]["acls"]:
            assert rule["allow"]
            topic = rule["topic"].removeprefix("kiosk/v1/0755/")
            assert topic != rule["topic"]
            found.setdefault(rule["acltype"], set()).add(topic)
    return found


@pytest.mark.parametrize("kind", ["publishClientSend", "publishClientReceive", "subscribe"])
def test_what_isnt_allowed_is_denied_delivery_too(kind: str) -> None:
    document = admitted([], TOPICS).document(token_hash("c"))
    assert document["defaultACLAccess"][kind] is False


def test_a_person_at_a_pad_reads_the_hall_and_what_is_for_them() -> None:
    wanted = admitted([at_pad("4f2a")], TOPICS)
    found = rights(wanted, "session-pad1-4f2a")
    assert found["publishClientReceive"] == found["subscribePattern"] == found["unsubscribePattern"]
    assert {"state/#", "event/ticket/#", "alert/role/lobby-manager", "alert/pad/pad1"} <= found[
        "subscribePattern"
    ]
    assert "alert/user/4f2a" in found["subscribePattern"]
    assert found["publishClientSend"] == {"presence/pad1"}


def test_nobody_shares_the_role_in_which_names_stand() -> None:
    """The plugin puts no names into topics (messaging.md)."""
    wanted = admitted([at_pad("aa"), at_pad("bb"), at_pad("aa", pad="pad2")], TOPICS)
    own = [one["roles"][1]["rolename"] for one in wanted.clients.values()]
    assert len(set(own)) == 3
    for name, role in wanted.roles.items():
        if "own-" not in name and CONTROLLER not in name:
            assert not any("{" in rule["topic"] or "pad1" in rule["topic"] for rule in role["acls"])


def test_lob_11_a_pad_in_client_mode_reads_counts_and_waits_and_writes_nothing() -> None:
    pad = BrokerClient("client-mode-pad1", HASHES["one"], None, "pad1")
    wanted = admitted([pad, at_pad("4f2a", pad="pad2")], TOPICS)
    found = rights(wanted, pad.name)
    reads = {kind: {"state/public/#"} for kind in found}
    assert found == reads
    assert "publishClientSend" not in found
    assert wanted.nodes == {CONTROLLER, "pad2"}  # nobody is there at the other


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a/b", "#", "+", "a\nb", "controller"])
def test_names_with_a_meaning_are_kept_out(name: str) -> None:
    wanted = admitted([program(name, Role.CRM), program(name, Role.DISPLAY)], TOPICS)
    assert not wanted.clients


@pytest.mark.parametrize("role", [Role.TERMINAL, Role.AUDITOR])
def test_who_has_no_business_there_is_kept_out(role: Role) -> None:
    assert not admitted([program("kiosk2", role)], TOPICS).clients


def test_a_token_for_http_alone_is_none_for_the_broker() -> None:
    assert not admitted([BrokerClient("window-hall", "", Role.DISPLAY, "hall")], TOPICS).clients


class Plugin:
    """The plugin as it answered when it was tried: what it lists, and what commands do."""

    def __init__(self) -> None:
        self.clients: dict[str, dict[str, Any]] = {}
        self.roles: dict[str, dict[str, Any]] = {}

    def take(self, commands: tuple[dict[str, Any], ...]) -> None:
        for command in commands:
            getattr(self, command["command"])(command)

    def createRole(self, command: dict[str, Any]) -> None:  # noqa: N802
        assert command["rolename"] not in self.roles
        self.roles[command["rolename"]] = {key: command[key] for key in ("rolename", "acls")}

    def modifyRole(self, command: dict[str, Any]) -> None:  # noqa: N802
        self.roles[command["rolename"]]["acls"] = command["acls"]

    def deleteRole(self, command: dict[str, Any]) -> None:  # noqa: N802
        del self.roles[command["rolename"]]

    def createClient(self, command: dict[str, Any]) -> None:  # noqa: N802
        assert command["username"] not in self.clients
        assert {one["rolename"] for one in command["roles"]} <= set(self.roles)
        listed = {key: command[key] for key in ("username", "textname", "roles")}
        self.clients[command["username"]] = listed | {"secret": command["password"]}

    def modifyClient(self, command: dict[str, Any]) -> None:  # noqa: N802
        self.clients[command["username"]]["roles"] = command["roles"]

    def deleteClient(self, command: dict[str, Any]) -> None:  # noqa: N802
        del self.clients[command["username"]]

    def listed(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        return list(self.clients.values()), list(self.roles.values())


CLIENTS = st.lists(
    st.builds(
        program,
        st.sampled_from(["crm", "wall", "watch"]),
        st.sampled_from([Role.CRM, Role.DISPLAY, Role.MONITORING]),
        st.sampled_from(["one", "two"]),
    )
    | st.builds(at_pad, st.sampled_from(["aa", "bb"]), pad=st.sampled_from(["pad1", "pad2"])),
    unique_by=lambda client: client.name,
)


@given(st.lists(CLIENTS, min_size=1, max_size=4))
def test_whatever_it_has_it_is_brought_up_to_date(days: list[list[BrokerClient]]) -> None:
    plugin = Plugin()
    plugin.roles["theirs"] = {"rolename": "theirs", "acls": []}
    plugin.clients["bridge"] = {"username": "bridge", "roles": [{"rolename": "theirs"}]}
    for clients in days:
        wanted = admitted(clients, TOPICS)
        tokens = {one.name: one.password_hash for one in clients}
        plan = changes(wanted, *plugin.listed(), tokens)
        plugin.take(plan.commands)
        assert not plan.unknown
        assert set(plugin.clients) == {*wanted.clients, "bridge"}
        assert set(plugin.roles) == {*wanted.roles, "theirs"}
        for name, one in wanted.clients.items():
            assert plugin.clients[name]["roles"] == one["roles"]
            assert plugin.clients[name]["secret"] == tokens[name]
        assert not changes(wanted, *plugin.listed(), {}).commands


def test_a_client_whose_token_nobody_has_is_named() -> None:
    plan = changes(admitted([program("crm", Role.CRM)], TOPICS), [], [], {})
    assert plan.unknown == ("crm",)
    assert "crm" not in json.dumps([one for one in plan.commands if "Client" in one["command"]])


def test_a_replaced_token_ends_the_old_one_also_while_the_new_one_is_unknown() -> None:
    plugin = Plugin()
    old = admitted([program("crm", Role.CRM)], TOPICS)
    plugin.take(changes(old, [], [], {"crm": "one"}).commands)
    new = admitted([program("crm", Role.CRM, "two")], TOPICS)
    plan = changes(new, *plugin.listed(), {})
    plugin.take(plan.commands)
    assert (plugin.clients, plan.unknown) == ({}, ("crm",))


def test_rules_of_an_older_program_are_replaced() -> None:
    plugin = Plugin()
    wanted = admitted([], TOPICS)
    plugin.take(changes(wanted, [], [], {}).commands)
    plugin.roles["kiosk-0755-crm"]["acls"] = []
    plugin.take(changes(wanted, *plugin.listed(), {}).commands)
    assert plugin.roles["kiosk-0755-crm"] == wanted.roles["kiosk-0755-crm"]
