"""The files in ``broker/``, exactly as an installer's machine has them, tried as each role.

They run in a network and among folders of their own; what each role may do is the one table's
(``kiosk/access.py``).
"""

import json
import stat
from collections.abc import Iterator

import pytest

from kiosk.access import CLIENT_MODE_TOPICS, TOPICS, TopicRights
from kiosk.domain.role import Role
from tests.broker.production import (
    CLIENT_MODE,
    ETC,
    LIB,
    PLAIN,
    ROOT,
    NotLetIn,
    Production,
    answers,
    listening,
    published,
    subscribed,
)
from tests.support.ownnetwork import namespaces_allowed, own_network

pytestmark = pytest.mark.skipif(
    not namespaces_allowed(), reason="networks and mounts of its own need root"
)
NOT_AUTHORISED = 0x87
OUTSIDE: tuple[str, ...] = (
    "#",
    "+/#",
    "kiosk/#",
    "kiosk/v1/+/state/#",
    f"{ROOT}/#",
    f"{ROOT}/+/#",
    "$SYS/#",
)
OUTSIDE += ("$CONTROL/#", "$CONTROL/dynamic-security/v1/response", f"$share/g/{ROOT}/#")
OUTSIDE += ("kiosk/v1/0756/state/board", "kiosk/v1/0756/event/ticket/called", "somewhere/else")
WITHIN = (
    *("event/ticket/called", "event/counter/opened", "event/device/failed", "event/client/viewed"),
    *("event/alert/raised", "state/board", "state/branch", "state/queue/A", "state/public/queue/A"),
    *("state/counter/1", "presence/controller", "alert/role/lobby-manager", "alert/role/teller"),
    *("alert/role/wealth-manager", "alert/role/administrator", "alert/pad/pad-0", "alert/user/00"),
    *("event/#", "state/#", "alert/#", "presence/#", "state/public/#", "event/+/called"),
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with own_network():
        machine = Production(tmp_path_factory.mktemp("production"))
        machine.set_up()
        with machine.running():
            yield machine


def rights_of(machine: Production, role: str) -> TopicRights:
    """Of the one client of this role."""
    name, _ = machine.clients[role]
    device, _, user = name.removeprefix("session-").rpartition("-")
    rights = CLIENT_MODE_TOPICS if role == CLIENT_MODE else TOPICS[Role(role)]
    own = rights.of(device, user) if name.startswith("session-") else rights.of(name)
    under = f"{ROOT}/{{}}".format
    return TopicRights(tuple(map(under, own.reads)), tuple(map(under, own.writes)))


def covers(wide: str, narrow: str) -> bool:
    """Whether a filter grants another, or a topic."""
    ours, theirs = wide.split("/"), narrow.split("/")
    for nth, level in enumerate(ours):
        if level == "#":
            return True
        if nth >= len(theirs) or (level != theirs[nth] and level != "+") or theirs[nth] == "#":
            return False
    return len(ours) == len(theirs)


def tried(machine: Production) -> list[str]:
    """Every topic and filter that any role may read or write, and some that nobody may."""
    every = [rights_of(machine, role) for role in (*Role, CLIENT_MODE)]
    own = {one for rights in every for one in (*rights.reads, *rights.writes)}
    return sorted({*OUTSIDE, *(f"{ROOT}/{one}" for one in WITHIN), *own})


def connects(role: Role) -> bool:
    return TOPICS[role] != TopicRights()


CONNECTING = [*(role.value for role in Role if connects(role)), CLIENT_MODE]


@pytest.mark.parametrize("role", CONNECTING)
def test_each_role_subscribes_to_what_the_table_says_and_nothing_else(
    machine: Production, role: str
) -> None:
    topics, reads = tried(machine), rights_of(machine, role).reads
    expected = {
        topic: 0 if any(covers(one, topic) for one in reads) else NOT_AUTHORISED for topic in topics
    }
    assert subscribed(machine.as_client(role), topics) == expected
    older = ["-V", "311", *machine.as_client(role)[2:]]
    assert subscribed(older, topics) == {
        topic: 0x80 if code else 0 for topic, code in expected.items()
    }


@pytest.mark.parametrize("role", CONNECTING)
def test_each_role_gets_what_the_table_says_and_nothing_else(
    machine: Production, role: str
) -> None:
    """Retained and live, also of what it asked for in vain."""
    plain = [one for one in tried(machine) if "+" not in one and "#" not in one and "$" not in one]
    topics = [one for one in plain if one.startswith(ROOT)]
    controller, reads = machine.as_client("controller"), rights_of(machine, role).reads
    retained = topics[::2]
    for topic in retained:
        assert published(controller, topic, "kept", "-r") in {0, 0x10}
    with listening(machine.as_client(role), dict.fromkeys(tried(machine), 0)) as came:
        for topic in topics:
            assert published(controller, topic) in {0, 0x10}
    for topic in retained:
        published(controller, topic, "", "-r")
    assert set(came) == {one for one in topics if any(covers(read, one) for read in reads)}


@pytest.mark.parametrize("role", CONNECTING)
def test_each_role_publishes_what_the_table_says_and_nothing_else(
    machine: Production, role: str
) -> None:
    writes = rights_of(machine, role).writes
    topics = [one for one in tried(machine) if "+" not in one and "#" not in one]
    topics = [*(one for one in topics if "$share" not in one), "$CONTROL/dynamic-security/v1"]
    taken = {
        topic: published(machine.as_client(role), topic) in {0, 0x10}
        for topic in sorted({*topics, *writes})
        if topic != "$CONTROL/dynamic-security/v1/response"
    }
    assert {topic for topic, well in taken.items() if well} == set(writes)


@pytest.mark.parametrize("role", [role for role in Role if not connects(role)])
def test_who_has_no_business_there_isnt_let_in(machine: Production, role: Role) -> None:
    assert not lets_in(machine.as_client(role))


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-u", "controller", "-P", "controller"],
        ["-u", "crm-1"],
        ["-u", "nobody", "-P", "x"],
        ["-u", "admin", "-P", "admin"],
    ],
)
def test_strangers_arent_let_in(machine: Production, words: list[str]) -> None:
    assert not lets_in(["-V", "5", *words])


def lets_in(words: list[str]) -> bool:
    try:
        published(words, "nowhere")
    except NotLetIn:
        return False
    return True


def test_a_wrong_password_or_anothers_client_id_ends_no_live_connection(
    machine: Production,
) -> None:
    """Neither by the name nor by the identifier of somebody who is connected."""
    crm = machine.as_client(Role.CRM)
    name, topic = crm[3], f"{ROOT}/event/ticket/called"
    with listening(crm, {topic: 0}) as came:
        assert not lets_in(["-V", "5", "-u", name, "-P", "wrong", "-i", name])
        published([*machine.as_client(Role.DISPLAY), "-i", name], f"{ROOT}/presence/display-1")
        published(machine.as_client("controller"), topic)
    assert came == [topic]


def test_nobody_resumes_anothers_session(machine: Production) -> None:
    """What waits for one client isn't given to another that claims its identifier."""
    crm, topic = machine.as_client(Role.CRM), f"{ROOT}/event/ticket/called"
    keep = ("-c", "-x", "600")
    with listening(crm, {topic: 0}, *keep, "-i", crm[3]):
        pass
    published(machine.as_client("controller"), topic)
    display = machine.as_client(Role.DISPLAY)
    with listening(display, {f"{ROOT}/state/board": 0}, *keep, "-i", crm[3]) as stolen:
        pass
    with listening(crm, {topic: 0}, *keep, "-i", crm[3]) as resumed:
        pass
    assert (stolen, resumed) == ([], [topic])


def test_setting_it_up_again_changes_nothing(machine: Production) -> None:
    access = machine.folders[LIB] / "kiosk-access.json"
    before = access.read_bytes(), access.stat().st_ino
    assert "nothing has changed" in machine.set_up()
    assert (access.read_bytes(), access.stat().st_ino) == before


def test_its_secrets_are_for_nobody_else(machine: Production) -> None:
    access = machine.folders[LIB] / "kiosk-access.json"
    assert stat.S_IMODE(access.stat().st_mode) == 0o600
    assert access.owner() == "mosquitto"
    password = machine.var / "secrets" / "broker.password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    for file in machine.folders[ETC].rglob("*"):
        assert not file.is_file() or machine.password() not in file.read_text(errors="replace")
    assert machine.password() not in access.read_text()


def test_what_isnt_allowed_is_denied_by_default_delivery_too(machine: Production) -> None:
    """mosquitto_ctrl leaves delivery allowed on Debian 12 (messaging.md)."""
    document = json.loads((machine.folders[LIB] / "kiosk-access.json").read_text())
    assert set(document["defaultACLAccess"].values()) == {False}
    assert answers(PLAIN)


def test_who_stands_next_at_a_pad_gets_nothing_of_who_stood_there_before(
    machine: Production,
) -> None:
    """Retained and queued messages included."""
    first, second = machine.person("first"), machine.person("second")
    topic, keep = f"{ROOT}/alert/user/{machine.references['first']}", ("-c", "-x", "600")
    with listening(first, {topic: 0, f"{ROOT}/alert/pad/pad-9": 0}, *keep):
        pass
    controller = machine.as_client("controller")
    published(controller, topic, "for the first alone")
    published(controller, topic, "kept", "-r")
    wanted = {topic: 0, "#": 0, f"{ROOT}/alert/#": 0, f"{ROOT}/alert/pad/pad-9": 0}
    with listening(second, wanted, *keep, "-i", first[3]) as came:
        pass
    published(controller, topic, "", "-r")
    assert came == []
