"""Who may sign in at the embedded broker, and what each may read and write."""

import asyncio
import getpass
import stat
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest

from kiosk.messaging.broker import EmbeddedBroker, PadListener
from kiosk.messaging.credentials import new_token, token_hash
from kiosk.supervisor import supervise_child
from tests.messaging.parts import (
    ROOT,
    WITHIN,
    TestedBranch,
    listening,
    running_task,
    sign_in,
    until_admitted,
)
from tests.support.eventually import until

DEPLOYED = Path(__file__).parents[2] / "broker"
PUBLISHED = (
    "event/ticket/called",
    "event/device/failed",
    "state/board",
    "state/public/queue/A",
    "presence/wall2",
    "alert/role/lobby-manager",
)


def folder_of(broker: EmbeddedBroker) -> Path:
    file = broker.child().pid_file
    assert file
    return file.parent


def test_its_files_are_for_nobody_else(broker: EmbeddedBroker) -> None:
    broker.prepare()
    folder = folder_of(broker)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == dict.fromkeys(("access.json", "controller.token", "mosquitto.conf"), 0o600)


def test_no_token_is_kept_or_shown_but_the_controllers_own(broker: EmbeddedBroker) -> None:
    broker.prepare()
    token = broker.address.password
    assert len(token) == 32
    assert token not in repr(broker) + repr(broker.address) + repr(broker.child())
    for name in ("access.json", "mosquitto.conf"):
        assert token not in (folder_of(broker) / name).read_text()


def test_the_controllers_token_outlives_a_restart(
    broker: EmbeddedBroker, branch: TestedBranch
) -> None:
    again = EmbeddedBroker(folder_of(broker), "127.0.0.1:1", branch.admission.now)
    assert again.address.password == broker.address.password


def test_the_same_token_never_has_the_same_hash() -> None:
    token = new_token()
    assert token_hash(token) != token_hash(token)


def test_the_files_of_an_older_program_make_room(broker: EmbeddedBroker) -> None:
    for name in ("passwords", "access", "mosquitto.db"):
        (folder_of(broker) / name).write_text("old")
    broker.prepare()
    names = {path.name for path in folder_of(broker).iterdir()}
    assert names == {"access.json", "controller.token", "mosquitto.conf", "mosquitto.db"}


async def test_sessions_of_an_older_program_go_on(broker: EmbeddedBroker) -> None:
    """It kept passwords and access in files that are gone; what waits for an absent client stays."""
    folder, port = folder_of(broker), broker.address.port
    (folder / "passwords").write_text(f"crm:{token_hash('crm')}\n")
    (folder / "access").write_text(f"user crm\ntopic read {ROOT}/event/#\n")
    older = folder / "older.conf"
    older.write_text(
        f"user {getpass.getuser()}\nallow_anonymous false\npersistence true\n"
        f"password_file {folder}/passwords\nacl_file {folder}/access\n"
        f"persistence_location {folder}/\nlistener {port} 127.0.0.1\n"
        "use_username_as_clientid true\n"
    )
    before = replace(broker.child(), argv=("mosquitto", "-c", str(older)), prepare=None)
    async with running_task(supervise_child(before, delays=(0.05,)), "older broker"):
        await until_admitted(broker, "crm")
        async with sign_in(broker, "crm", keep=True) as crm:
            await crm.subscribe(f"{ROOT}/event/#", qos=1)
    async with running_task(supervise_child(broker.child(), delays=(0.05,)), "broker process"):
        await until_admitted(broker, "wall")
        async with sign_in(broker, "controller") as controller:
            await controller.publish(f"{ROOT}/event/ticket/called", b"missed", qos=1)
        async with sign_in(broker, "crm", keep=True) as crm, asyncio.timeout(WITHIN):
            assert (await anext(crm.messages)).payload == b"missed"


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"clients": 7}'])
async def test_a_damaged_file_is_written_anew(
    broker: EmbeddedBroker, damaged: str, tmp_path: Path
) -> None:
    broker.prepare()
    (folder_of(broker) / "access.json").write_text(damaged)
    async with running_task(supervise_child(broker.child(), delays=(0.05,)), "broker process"):
        await until_admitted(broker, "crm")


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
        timeout=WITHIN,
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
        for topic in PUBLISHED:
            granted = await subscribed(reader, f"{ROOT}/{topic}")
            assert granted == (topic in may_read), topic
        await publish_all(controller)
        assert await everything(reader, controller, min(may_read)) == {
            f"{ROOT}/{topic}" for topic in may_read
        }


WIDE: tuple[str, ...] = (
    "#",
    "+/#",
    "kiosk/#",
    "kiosk/v1/+/event/#",
    f"{ROOT}/#",
    f"{ROOT}/+/#",
    "$SYS/#",
)
WIDE += (f"{ROOT}/+/ticket/#", "$CONTROL/#", "kiosk/v1/0756/#", "kiosk/v1/0756/state/board")
WIDE += (f"$share/all/{ROOT}/#", f"{ROOT}/alert/#", f"{ROOT}/alert/role/lobby-manager")


@pytest.mark.parametrize("name", ["crm", "wall", "watch", "controller"])
async def test_wide_filters_and_other_branches_are_refused(
    started: EmbeddedBroker, name: str
) -> None:
    async with sign_in(started, name) as reader:
        granted = {wide for wide in WIDE if await subscribed(reader, wide)}
    own = {wide for wide in WIDE if wide.startswith(ROOT)}
    assert granted == (own if name == "controller" else set())


async def subscribed(connection: aiomqtt.Client, topic: str) -> bool:
    """Whether it is granted; what isn't is answered with *not authorized* (0x87)."""
    (code,) = await connection.subscribe(topic, qos=1)
    assert not isinstance(code, int)
    assert code.value in {1, 0x87}
    return not code.is_failure


async def test_the_controller_reads_all_of_its_branch_and_nothing_else(
    started: EmbeddedBroker,
) -> None:
    async with sign_in(started, "controller") as controller:
        await controller.subscribe(f"{ROOT}/#", qos=1)
        await publish_all(controller)
        assert await everything(controller, controller) == {
            f"{ROOT}/{topic}" for topic in PUBLISHED
        }


async def publish_all(controller: aiomqtt.Client) -> None:
    for topic in PUBLISHED:
        await controller.publish(f"{ROOT}/{topic}", b"x", qos=1)
        await controller.publish(f"kiosk/v1/0756/{topic}", b"x", qos=1)


async def everything(
    reader: aiomqtt.Client, controller: aiomqtt.Client, topic: str = "the/end"
) -> set[str]:
    """The topics of all that comes before what the controller tells now, at a topic that is read."""
    await controller.publish(f"{ROOT}/{topic}", b"the end", qos=1)
    topics = set()
    async with asyncio.timeout(WITHIN):
        async for message in reader.messages:
            if message.payload == b"the end":
                break
            topics.add(message.topic.value)
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
        assert await everything(reader, reader) == ({f"{ROOT}/{topic}"} if arrives else set())


@pytest.mark.parametrize("identifier", ["crm", "whatever-crm"])
async def test_nobody_takes_over_anothers_session(started: EmbeddedBroker, identifier: str) -> None:
    """Neither by the name that the broker gives it, nor by the one that it gives itself."""
    async with listening(started, "crm", "event/#") as crm:
        thief = aiomqtt.Client(
            started.address.host,
            started.address.port,
            username="crm2",
            password="crm2",
            identifier=identifier,
            protocol=aiomqtt.ProtocolVersion.V5,
        )
        async with thief:
            await thief.subscribe(f"{ROOT}/event/#", qos=1)
            async with sign_in(started, "controller") as controller:
                await controller.publish(f"{ROOT}/event/ticket/called", b'{"sequence":1}', qos=1)
            await until(lambda: crm.sequences == [1])
        assert crm.connections == 1, "it was never put out"


def settings_in(text: str) -> dict[str, set[str]]:
    """What a configuration file sets, comments and what differs between machines left out."""
    own = {"plugin", "plugin_opt_config_file", "persistence_location", "listener", "user"}
    own |= {"certfile", "keyfile"}
    own |= {"log_dest", "log_type", "log_timestamp"}
    lines = [line.partition(" ") for line in text.splitlines() if line and line[0] != "#"]
    found: dict[str, set[str]] = {}
    for key, _, value in lines:
        if key not in own:
            found.setdefault(key, set()).add(value)
    return found


def test_the_configuration_for_production_says_the_same(
    branch: TestedBranch, tmp_path: Path
) -> None:
    """What it does is tried in tests/broker."""
    pads = PadListener("0.0.0.0:8883", tmp_path / "crt", tmp_path / "key")
    EmbeddedBroker(tmp_path / "own", "127.0.0.1:1883", branch.admission.now, pads).prepare()
    deployed = [(DEPLOYED / name).read_text() for name in ("mosquitto.conf", "tls.conf")]
    embedded = (tmp_path / "own" / "mosquitto.conf").read_text()
    assert settings_in(embedded) == settings_in("\n".join(deployed))


@pytest.mark.parametrize(
    ("listen", "line"),
    [
        ("127.0.0.1:1883", "listener 1883 127.0.0.1"),
        ("[::1]:1884", "listener 1884 ::1"),
    ],
)
def test_it_listens_where_the_settings_say(
    branch: TestedBranch, tmp_path: Path, listen: str, line: str
) -> None:
    EmbeddedBroker(tmp_path / "own", listen, branch.admission.now).prepare()
    assert line in (tmp_path / "own" / "mosquitto.conf").read_text().splitlines()
