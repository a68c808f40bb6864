"""A running branch serves PADs outside the machine by the certificate that it made itself."""

import asyncio
import ssl
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt

from kiosk.domain.events import SYSTEM
from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from tests.messaging.parts import ROOT, WITHIN
from tests.support.certificates import Authority
from tests.support.ports import free_port
from tests.support.runningbranch import PASSWORD, SETTINGS, Client, RunningBranch


def with_listener(port: int, more: str = "") -> str:
    lines = f'[mqtt]\ntls_listen = "127.0.0.1:{port}"\n{more}'
    return SETTINGS.replace("[mqtt]\n", lines.replace("{", "{{").replace("}", "}}"))


async def reads_by_tls(branch: RunningBranch, port: int, authority: str) -> None:
    """Somebody signs in at a PAD and subscribes, trusting this authority and the address."""
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        accounts.add_user("amy", Role.LOBBY_MANAGER, PASSWORD)
        accounts.devices.approve("pad-1", SYSTEM, datetime.now(UTC))
    with branch:
        with Client(branch.http) as door:
            told = door.post("/login", {"user": "amy", "password": PASSWORD, "device": "pad-1"})
        trusted = authority or exported(branch)
        pad = aiomqtt.Client(
            "127.0.0.1",
            port,
            username=told["mqtt"]["username"],
            password=told["mqtt"]["password"],
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=ssl.create_default_context(cadata=trusted),
        )
        async with pad, asyncio.timeout(WITHIN):
            await pad.subscribe(f"{ROOT}/state/board", qos=1)
            message = await anext(pad.messages)
            assert message.topic.value == f"{ROOT}/state/board"


def exported(branch: RunningBranch) -> str:
    """The branch's authority, as an installer takes it to PADs."""
    file = branch.folder / "branch.crt"
    branch.kiosk("certificate", "export-ca", str(file))
    return file.read_text()


async def test_by_the_machines_own_certificate(tmp_path: Path) -> None:
    port = free_port()
    await reads_by_tls(RunningBranch(tmp_path, settings=with_listener(port)), port, "")


async def test_by_a_certificate_that_is_given_for_it(tmp_path: Path) -> None:
    port, authority = free_port(), Authority()
    files = authority.give(tmp_path)
    tls = f'tls = {{ certificate = "{files.certificate}", key = "{files.key}" }}\n'
    branch = RunningBranch(tmp_path, settings=with_listener(port, tls))
    await reads_by_tls(branch, port, authority.pem)
