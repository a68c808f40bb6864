"""Who may sign in at the embedded broker, and what each may read and write."""

import asyncio
import contextlib
import getpass
import stat
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest

from kiosk.domain.role import Role
from kiosk.messaging.broker import BrokerClient, EmbeddedBroker, new_token, token_hash
from kiosk.supervisor import running, supervise_child
from tests.messaging.parts import (
    BRANCH,
    ROOT,
    client,
    credentials,
    free_port,
    listening,
    running_task,
    sign_in,
    until,
)

DEPLOYED = Path(__file__).parents[2] / "broker"
PUBLISHED = (
    "event/ticket/called",
    "event/device/failed",
    "state/board",
    "state/public/queue/A",
    "presence/wall2",
    "alert/role/lobby-manager",
)


def test_its_files_are_for_nobody_else(broker: EmbeddedBroker) -> None:
    file = broker.child().pid_file
    assert file
    folder = file.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == dict.fromkeys(
        ("access", "controller.token", "mosquitto.conf", "passwords"), 0o600
    )


def test_no_token_is_kept_or_shown_but_the_controllers_own(broker: EmbeddedBroker) -> None:
    token = broker.address.password
    assert len(token) == 32
    assert token not in repr(broker) + repr(broker.address) + repr(broker.child())
    file = broker.child().pid_file
    assert file
    for name in ("access", "mosquitto.conf", "passwords"):
        assert token not in (file.parent / name).read_text()


def test_the_controllers_token_outlives_a_restart(broker: EmbeddedBroker) -> None:
    file = broker.child().pid_file
    assert file
    again = EmbeddedBroker(file.parent, "127.0.0.1:1", BRANCH)
    assert again.address.password == broker.address.password


def test_the_same_token_never_has_the_same_hash() -> None:
    token = new_token()
    assert token_hash(token) != token_hash(token)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a/b", "#", "+", "a\nuser b", "controller"])
def test_names_with_a_meaning_are_kept_out_of_its_files(broker: EmbeddedBroker, name: str) -> None:
    file = broker.child().pid_file
    assert file
    broker.write([client("crm", "crm")])
    before = (file.parent / "access").read_text()
    broker.write([client("crm", "crm"), BrokerClient(name, token_hash("x"), Role.CRM)])
    assert (file.parent / "access").read_text() == before
    assert len((file.parent / "passwords").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("username", "password"),
    [(None, None), ("crm", "wrong"), ("crm", ""), ("nobody", "nobody"), ("kiosk2", "kiosk2")],
)
async def test_strangers_and_those_without_business_are_refused(
    started: EmbeddedBroker, username: str | None, password: str | None
) -> None:
    address = started.address
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=username,
        password=password,
        protocol=aiomqtt.ProtocolVersion.V5,
        timeout=3,
    )
    with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
        await client.__aenter__()


@pytest.mark.parametrize(
    ("name", "may_read"),
    [
        ("crm", {"event/ticket/called", "event/device/failed"}),
        ("wall", {"state/board", "state/public/queue/A"}),
        ("watch", {"state/board", "state/public/queue/A", "presence/wall2"}),
    ],
)
async def test_each_role_reads_what_is_meant_for_it(
    started: EmbeddedBroker, name: str, may_read: set[str]
) -> None:
    async with sign_in(started, "controller") as controller, sign_in(started, name) as reader:
        await reader.subscribe("#", qos=1)
        await publish_all(controller)
        assert await everything(reader) == {f"{ROOT}/{topic}" for topic in may_read}


async def test_the_controller_reads_all_of_its_branch_and_nothing_else(
    started: EmbeddedBroker,
) -> None:
    async with sign_in(started, "controller") as controller:
        await controller.subscribe("#", qos=1)
        await publish_all(controller)
        assert await everything(controller) == {f"{ROOT}/{topic}" for topic in PUBLISHED}


async def publish_all(controller: aiomqtt.Client) -> None:
    for topic in PUBLISHED:
        await controller.publish(f"{ROOT}/{topic}", b"x", qos=1)
        await controller.publish(f"kiosk/v1/0756/{topic}", b"x", qos=1)


async def everything(connection: aiomqtt.Client) -> set[str]:
    """The topics of all that comes, until nothing has come for a while."""
    topics = set()
    try:
        while True:
            async with asyncio.timeout(0.3):
                topics.add((await anext(connection.messages)).topic.value)
    except TimeoutError:
        return topics


@pytest.mark.parametrize(
    ("name", "topic", "arrives"),
    [
        ("wall", "presence/wall", True),
        ("wall", "presence/crm", False),
        ("wall", "state/board", False),
        ("wall", "event/ticket/called", False),
        ("crm", "event/ticket/called", False),
        ("crm", "presence/crm", False),
        ("watch", "presence/watch", False),
        ("controller", "presence/controller", True),
    ],
)
async def test_each_role_writes_what_the_table_says(
    started: EmbeddedBroker, name: str, topic: str, arrives: bool
) -> None:
    async with sign_in(started, name) as writer:
        # Retained: the controller, who may read all of it, comes afterwards.
        await writer.publish(f"{ROOT}/{topic}", b"x", qos=1, retain=True)
    async with sign_in(started, "controller") as reader:
        await reader.subscribe(f"{ROOT}/#", qos=1)
        assert await everything(reader) == ({f"{ROOT}/{topic}"} if arrives else set())


async def test_a_new_token_works_at_once_and_disturbs_nobody(started: EmbeddedBroker) -> None:
    async with sign_in(started, "crm") as present:
        await present.subscribe(f"{ROOT}/event/#", qos=1)
        started.write([*credentials(), client("crm3", "crm")])
        async with asyncio.timeout(2):
            while not await admitted(started, "crm3"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        async with sign_in(started, "controller") as controller:
            await controller.publish(f"{ROOT}/event/ticket/called", b"still here", qos=1)
        async with asyncio.timeout(2):
            assert (await anext(present.messages)).payload == b"still here"


async def test_a_revoked_token_is_gone_at_once_and_the_others_stay(
    started: EmbeddedBroker,
) -> None:
    async with sign_in(started, "crm2") as stays:
        await stays.subscribe(f"{ROOT}/event/#", qos=1)
        with contextlib.suppress(aiomqtt.MqttError):
            async with sign_in(started, "crm") as goes, asyncio.timeout(2):
                started.write([one for one in credentials() if one.name != "crm"])
                await anext(goes.messages)
        assert not await admitted(started, "crm")
        async with sign_in(started, "controller") as controller:
            await controller.publish(f"{ROOT}/event/ticket/called", b"still here", qos=1)
        async with asyncio.timeout(2):
            assert (await anext(stays.messages)).payload == b"still here"


async def admitted(broker: EmbeddedBroker, name: str) -> bool:
    try:
        async with sign_in(broker, name):
            return True
    except aiomqtt.MqttError:
        return False


async def test_nobody_takes_over_anothers_session(started: EmbeddedBroker) -> None:
    async with listening(started, "crm", "event/#") as crm:
        thief = aiomqtt.Client(
            started.address.host,
            started.address.port,
            username="crm2",
            password="crm2",
            identifier="crm",
            protocol=aiomqtt.ProtocolVersion.V5,
        )
        async with thief:
            await thief.subscribe(f"{ROOT}/event/#", qos=1)
            async with sign_in(started, "controller") as controller:
                await controller.publish(f"{ROOT}/event/ticket/called", b'{"sequence":1}', qos=1)
            await until(lambda: crm.sequences == [1])


async def test_writing_the_same_again_leaves_the_broker_alone(started: EmbeddedBroker) -> None:
    file = started.child().pid_file
    assert file
    clients = credentials()
    started.write(clients)
    before = (file.parent / "passwords").stat().st_ino
    started.write(clients)
    assert (file.parent / "passwords").stat().st_ino == before
    assert running(started.child())


def settings_in(text: str) -> dict[str, set[str]]:
    """What a configuration file sets, comments and what differs between machines left out."""
    own = {"password_file", "acl_file", "persistence_location", "listener", "user"}
    own |= {"log_dest", "log_type", "log_timestamp"}
    lines = [line.partition(" ") for line in text.splitlines() if line and line[0] != "#"]
    found: dict[str, set[str]] = {}
    for key, _, value in lines:
        if key not in own:
            found.setdefault(key, set()).add(value)
    return found


def test_the_configuration_for_production_says_the_same(broker: EmbeddedBroker) -> None:
    file = broker.child().pid_file
    assert file
    embedded = settings_in((file.parent / "mosquitto.conf").read_text())
    assert embedded == settings_in((DEPLOYED / "mosquitto.conf").read_text())


def test_the_access_list_for_production_says_the_same(broker: EmbeddedBroker) -> None:
    broker.write([client("wall", "display"), client("crm", "crm"), client("watch", "monitoring")])
    file = broker.child().pid_file
    assert file
    deployed = (DEPLOYED / "kiosk.access").read_text().splitlines()
    assert [line for line in deployed if line and line[0] != "#"] == [
        line for line in (file.parent / "access").read_text().splitlines() if line
    ]


async def test_the_configuration_for_production_is_understood(tmp_path: Path) -> None:
    port, passwords = free_port(), tmp_path / "passwords"
    passwords.write_text(f"crm:{token_hash('crm')}\n")
    passwords.chmod(0o600)
    text = (DEPLOYED / "mosquitto.conf").read_text()
    text = text.replace("/etc/mosquitto/kiosk.passwords", str(passwords))
    text = text.replace("/etc/mosquitto/kiosk.access", str(DEPLOYED / "kiosk.access"))
    text = text.replace("listener 1883 ", f"user {getpass.getuser()}\nlistener {port} ")
    file = tmp_path / "mosquitto.conf"
    file.write_text(f"{text}\npersistence_location {tmp_path}/\n")
    own = EmbeddedBroker(tmp_path / "broker", f"127.0.0.1:{port}", BRANCH)
    child = replace(own.child(), argv=("mosquitto", "-c", str(file)))
    async with running_task(supervise_child(child, delays=(0.05,)), "deployed broker"):
        async with asyncio.timeout(5):
            while not await admitted(own, "crm"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("listen", "line"),
    [
        ("127.0.0.1:1883", "listener 1883 127.0.0.1"),
        ("[::1]:1884", "listener 1884 ::1"),
    ],
)
def test_it_listens_where_the_settings_say(tmp_path: Path, listen: str, line: str) -> None:
    EmbeddedBroker(tmp_path / "broker", listen, BRANCH)
    assert line in (tmp_path / "broker" / "mosquitto.conf").read_text().splitlines()
