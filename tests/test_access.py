"""The table of who may do what: its rows, and what a connection's own topics are."""

import pytest

from kiosk.access import (
    CLIENT_MODE_TOPICS,
    SEES_CLIENTS,
    TOPICS,
    WHO_MAY,
    TopicRights,
    is_level,
    sees_family,
    topics_of,
)
from kiosk.domain.role import Role
from kiosk.wire import FAMILIES


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_row_of_topics(role: Role) -> None:
    assert role in TOPICS


def test_a_lobby_manager_reads_what_is_for_role_pad_and_person() -> None:
    rights = TOPICS[Role.LOBBY_MANAGER].of("PAD-1", user="5e1f")
    assert rights.reads == (
        "state/#",
        "event/ticket/#",
        "event/counter/#",
        "alert/role/lobby-manager",
        "alert/pad/PAD-1",
        "alert/user/5e1f",
    )
    assert rights.writes == ("presence/PAD-1",)


def test_without_a_person_there_is_no_topic_of_one() -> None:
    rights = TopicRights(("state/board", "alert/user/{user}"), ("presence/{node}",))
    assert rights.of("PAD-1") == TopicRights(("state/board",), ("presence/PAD-1",))


@pytest.mark.parametrize("name", ["#", "+", "a/b", "a b", "$SYS", "PAD-1\n", "{user}", "x" * 65])
def test_a_name_with_a_meaning_in_a_filter_opens_nothing(name: str) -> None:
    assert not is_level(name)
    assert TOPICS[Role.TELLER].of(name, user="5e1f") == TopicRights()
    assert TOPICS[Role.TELLER].of("PAD-1", user=name) == TopicRights()


@pytest.mark.parametrize("role", Role)
def test_nobody_writes_but_the_own_presence_and_reads_alerts_of_others(role: Role) -> None:
    rights = TOPICS[role].of("PAD-1", user="5e1f")
    assert set(rights.writes) <= {"presence/PAD-1"}
    alerts = {one for one in rights.reads if one.startswith("alert/")}
    assert alerts <= {f"alert/role/{role}", "alert/pad/PAD-1", "alert/user/5e1f"}
    assert "#" not in rights.reads


@pytest.mark.parametrize("role", Role)
def test_facts_about_tickets_go_only_to_those_who_are_told_of_clients(role: Role) -> None:
    reads = TOPICS[role].reads
    if any(one.startswith("event/") for one in reads):
        assert role in SEES_CLIENTS


def test_a_pad_that_is_shown_to_clients_reads_counts_and_waits_only() -> None:
    assert CLIENT_MODE_TOPICS.of("PAD-1") == TopicRights(("state/public/#",))
    assert topics_of(None) is CLIENT_MODE_TOPICS


_HALL = {"day", "ticket", "counter", "queue", "service", "device"}
_ALL = set(FAMILIES)
TOLD: dict[Role, set[str]] = {
    Role.TERMINAL: _HALL | {"slip"},
    Role.DISPLAY: _HALL,
    Role.TELLER: _HALL,
    Role.LOBBY_MANAGER: _HALL | {"slip", "wait", "alert"},
    Role.WEALTH_MANAGER: _HALL | {"slip", "wait", "alert"},
    Role.ADMINISTRATOR: _ALL - {"client"},
    Role.AUDITOR: _ALL,
    Role.CRM: _ALL,
}
"""Who is told of which facts, written by hand; roles without a row have no route to any."""


@pytest.mark.parametrize("role", TOLD)
@pytest.mark.parametrize("family", FAMILIES)
def test_who_is_told_of_which_facts(role: Role, family: str) -> None:
    assert sees_family(role, family) == (family in TOLD[role])


def test_only_these_roles_have_a_route_to_facts() -> None:
    asked = {role for route in ("events", "feed") for role in WHO_MAY[route] or Role}
    assert asked == set(TOLD)
