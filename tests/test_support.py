"""The support bundle: enough to help, and nothing about anybody."""

import json
import zipfile
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.domain.client import Client as BankClient
from kiosk.domain.ids import ClientRef, Language
from tests.cardreader.cards import GOLD
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.waiting import until

CLIENT = BankClient(
    ClientRef("client-4711-reference"), "欧阳测试", "欧阳", "f", Language("zh"), assets=900_000
)


def test_it_tells_of_the_machine_and_of_nobody(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path)
    branch.enrol(GOLD, CLIENT)
    branch.kiosk("user", "add", "zhang", "--role", "teller", "--password-stdin", text=PASSWORD)
    terminal = branch.token("kiosk2", "terminal")
    token = branch.kiosk("cards", "token", text=GOLD).split()[0]
    file = tmp_path / "bundle.zip"
    with branch:
        with Client(branch.http, terminal) as kiosk2:
            visit = kiosk2.post("/visits", {"card": token})
            kiosk2.post("/tickets", {"service": "cash", "visit": visit["id"]})
            until(lambda: kiosk2.get("/queues/V")["tickets"], "the recognised client's ticket")
        branch.kiosk("support", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(parts["doctor.json"])["running"] is True
    assert json.loads(parts["settings.json"])["branch"]["id"] == "0755"
    assert "log.db" in parts["folder.txt"]
    events = [json.loads(line) for line in parts["events.jsonl"].splitlines()]
    issued = [one["data"] for one in events if one["type"] == "kiosk.ticket.issued.v1"]
    assert [one["client"] for one in issued] == [None]
    everything = "\n".join(parts.values())
    for personal in (GOLD, token, CLIENT.name, CLIENT.surname, CLIENT.reference, terminal):
        assert str(personal) not in everything


def test_it_is_made_of_a_branch_that_never_ran_and_that_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    branch = RunningBranch(tmp_path)
    where = ["--config", str(branch.config), "--var", str(branch.var)]
    assert main(["support", str(tmp_path / "bundle.zip"), *where]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line == f"{branch.var}: there is no such folder; --var names the var folder"
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        assert b"there is no log" in archive.read("events.jsonl")
        assert json.loads(archive.read("doctor.json"))["running"] is False
