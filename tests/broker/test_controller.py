"""A branch at a broker of the site's own: tokens and sessions reach it over the controller's connection."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.production import (
    LIB,
    PLAIN,
    ROOT,
    NotLetIn,
    Production,
    published,
    subscribed,
)
from tests.support.ownnetwork import namespaces_allowed, own_network
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.subscriber import Subscriber
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(
    not namespaces_allowed(), reason="networks and mounts of its own need root"
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with own_network():
        yield Production(tmp_path_factory.mktemp("production"))


@pytest.fixture(scope="module")
def branch(machine: Production) -> Iterator[RunningBranch]:
    """In the machine's own folders; it and its broker are up."""
    machine.set_up()
    (machine.folder / "branch").mkdir()
    branch = RunningBranch(machine.folder / "branch")
    branch.var, branch.config = machine.var, machine.config
    settings = machine.config.read_text()
    machine.config.write_text(settings.replace("127.0.0.1:8080", f"127.0.0.1:{branch.http}"))
    with machine.running(), branch:
        yield branch


def words(name: str, password: str) -> list[str]:
    return ["-V", "5", "-u", name, "-P", password]


def let_in(client: list[str]) -> bool:
    try:
        published(client, "nowhere")
    except NotLetIn:
        return False
    return True


def test_facts_are_told_there(machine: Production, branch: RunningBranch, tmp_path: Path) -> None:
    with (
        Subscriber(tmp_path, PLAIN, *machine.clients["crm"], f"{ROOT}/event/#") as crm,
        Client(branch.http, machine.clients["terminal"][1]) as terminal,
    ):
        issued = terminal.post("/tickets", {"service": "cash"})
        assert crm.first(f"{ROOT}/event/ticket/issued")["subject"] == issued["id"]


def test_a_token_reaches_it_at_work_and_is_gone_as_well(
    machine: Production, branch: RunningBranch
) -> None:
    late = words("late", branch.kiosk("token", "add", "late", "--role", "crm").strip())
    until(lambda: let_in(late), "new token at the broker")
    branch.kiosk("token", "revoke", "late")
    until(lambda: not let_in(late), "end of a token at the broker")
    access = json.loads((machine.folders[LIB] / "kiosk-access.json").read_text())
    assert "late" not in {one["username"] for one in access["clients"]}


def test_a_pad_is_let_in_at_sign_in_and_cut_off_at_sign_out(branch: RunningBranch) -> None:
    branch.kiosk("user", "add", "amy", "--role", "lobby-manager", "--password-stdin", text=PASSWORD)
    with Client(branch.http) as door:
        told = door.post("/login", {"user": "amy", "password": PASSWORD, "device": "pad-1"})
    at = told["mqtt"]
    assert at["url"] == "mqtt://127.0.0.1:1883"
    amy = words(at["username"], at["password"])
    assert subscribed(amy, [f"{ROOT}/alert/pad/pad-1"]) == {f"{ROOT}/alert/pad/pad-1": 0}
    pad = subprocess.Popen(["mosquitto_sub", *amy, "-t", f"{ROOT}/state/#"], stdout=subprocess.PIPE)
    try:
        assert pad.stdout
        pad.stdout.read(1)  # the first retained state: it is connected
        with Client(branch.http, told["token"]) as door:
            assert door.answer("POST", "/logout")[0] == 204
        until(lambda: not let_in(amy), "end of a session at the broker")
    finally:
        pad.kill()
        pad.communicate()
