"""What an installer does once: damage mended, PADs outside the machine, a bridge to another broker."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.ids import BranchId
from kiosk.messaging.credentials import token_hash
from kiosk.messaging.dynamicsecurity import admitted
from kiosk.messaging.topics import Topics
from tests.broker.production import (
    BY_TLS,
    DEPLOYED,
    ETC,
    LIB,
    ROOT,
    NotLetIn,
    Production,
    answers,
    listening,
    published,
    subscribed,
)
from tests.support.certificates import Authority
from tests.support.ownnetwork import namespaces_allowed, own_network
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(
    not namespaces_allowed(), reason="networks and mounts of its own need root"
)
CALLED = f"{ROOT}/event/ticket/called"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Production]:
    with own_network():
        yield Production(tmp_path)


@pytest.mark.parametrize("damage", ["", "{", "not JSON", None])
def test_a_damaged_or_lost_access_file_is_written_anew_with_everybodys_tokens(
    machine: Production, damage: str | None
) -> None:
    machine.set_up()
    access = machine.folders[LIB] / "kiosk-access.json"
    if damage is None:
        access.unlink()
    else:
        access.write_text(damage)
    with machine.running(), pytest.raises(NotLetIn):  # it starts, and knows nobody
        published(machine.as_client("crm"), CALLED)
    assert "wrote /var/lib/mosquitto/kiosk-access.json" in machine.set_up("--access")
    with machine.running():
        assert subscribed(machine.as_client("crm"), [CALLED]) == {CALLED: 0}


def test_pads_outside_the_machine_are_served_by_tls(machine: Production, tmp_path: Path) -> None:
    authority = Authority()
    files = authority.give(tmp_path)
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(authority.pem)
    machine.set_up("--tls", str(files.certificate), str(files.key))
    tls = ["-p", str(BY_TLS), "--cafile", str(trusted)]
    with machine.running():
        until(lambda: answers(BY_TLS), "listener by TLS")
        crm = [*machine.as_client("crm"), *tls]
        assert subscribed(crm, [CALLED, "#"]) == {CALLED: 0, "#": 0x87}
        assert "nothing has changed" in machine.set_up(
            "--tls", str(files.certificate), str(files.key)
        )
    assert (machine.folders[ETC] / "certs" / "kiosk.key").stat().st_mode & 0o007 == 0


def test_a_bridge_takes_what_happens_to_another_broker(machine: Production, tmp_path: Path) -> None:
    """The example as it stands, but for names, ports and who vouches for the other side."""
    authority = Authority()
    files = authority.give(tmp_path)
    office = tmp_path / "office"
    office.mkdir()
    (office / "access.json").write_text(json.dumps(head_office()))
    (office / "office.conf").write_text(
        f"user root\nallow_anonymous false\nplugin {plugin()}\n"
        f"plugin_opt_config_file {office}/access.json\n"
        f"listener 8884\nuse_username_as_clientid true\ncertfile {files.certificate}\nkeyfile {files.key}\n"
    )
    machine.set_up()
    bridge = (DEPLOYED / "bridge.conf.example").read_text()
    (machine.folders[ETC] / "ca_certificates" / "head-office.crt").write_text(authority.pem)
    bridge = bridge.replace("head-office.bank.example:8883", "127.0.0.1:8884")
    bridge = bridge.replace("put-the-token-here", "a token")
    (machine.folders[ETC] / "conf.d" / "kiosk-bridge.conf").write_text(bridge)
    other = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(office / "office.conf")])
    try:
        until(lambda: answers(8884), "other broker")
        reader = ["-V", "5", "-u", "reader", "-P", "a token", "-p", "8884"]
        reader += ["--cafile", str(machine.folders[ETC] / "ca_certificates" / "head-office.crt")]
        with machine.running():
            controller = machine.as_client("controller")
            until(lambda: goes_over(controller, reader), "bridge")
            with listening(reader, {f"{ROOT}/#": 0}) as came:
                assert published(controller, CALLED) in {0, 0x10}
                assert published(controller, f"{ROOT}/alert/role/teller") in {0, 0x10}
            assert came == [CALLED]
            # What the other side says comes to nobody here.
            with listening(controller, {f"{ROOT}/#": 0}) as back:
                published(reader, CALLED)
            assert back == []
    finally:
        other.terminate()
        other.wait(10)


def goes_over(controller: list[str], reader: list[str]) -> bool:
    """Whether what is said here is heard there."""
    with listening(reader, {CALLED: 0}) as came:
        published(controller, CALLED)
    return bool(came)


def head_office() -> dict[str, object]:
    """The access file of the other broker: the branch writes its topics, somebody reads them."""
    document = admitted([], Topics(BranchId("0755"))).document(token_hash("unused"))
    wide = [
        {"acltype": kind, "topic": topic, "allow": True}
        for kind in ("publishClientReceive", "subscribePattern", "publishClientSend")
        for topic in ("kiosk/v1/#", "$SYS/#")
    ]
    written = [{"acltype": "publishClientSend", "topic": f"{ROOT}/#", "allow": True}]
    roles = {"branch-0755": written, "reader": wide}
    _, _, iterations, salt, key = token_hash("a token").split("$")
    document["roles"] = [{"rolename": name, "acls": rules} for name, rules in roles.items()]
    document["clients"] = [
        {
            "username": name,
            "password": key,
            "salt": salt,
            "iterations": int(iterations),
            "roles": [{"rolename": name}],
        }
        for name in roles
    ]
    return document


def plugin() -> Path:
    return next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"))
