"""Who is let in and out at the command line: users, tokens, PADs and terminals."""

import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.domain.events import Actor
from kiosk.store.accounts import Accounts
from kiosk.store.totp import STEP, code_at
from tests.support.commandline import NOT_WELL, WELL, at, kiosk
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.waiting import until


@pytest.fixture
def branch(tmp_path: Path) -> RunningBranch:
    """One that hasn't been started."""
    return RunningBranch(tmp_path)


def test_a_role_that_is_none_is_told_with_those_that_are() -> None:
    done = kiosk("user", "add", "zhang", "--role", "teler", "--password-stdin")
    assert "'teler'" in done.stderr
    assert "'administrator', 'auditor', 'lobby-manager', 'teller', 'wealth-manager'" in done.stderr


@pytest.mark.parametrize(
    ("of", "verb"),
    [("user", "disable"), ("user", "sign-out"), ("user", "totp"), ("token", "revoke")],
)
def test_who_is_not_there_is_told_with_where_the_names_are(
    branch: RunningBranch, of: str, verb: str
) -> None:
    branch.token("crm", "crm")
    done = kiosk(of, verb, "nobody", *at(branch))
    assert (done.returncode, done.stdout) == (NOT_WELL, "")
    [line] = done.stderr.splitlines()
    assert "'nobody'" in line
    assert f"kiosk {of} list" in line


def test_users_and_tokens_before_the_first_start_and_while_it_runs(branch: RunningBranch) -> None:
    add = ("user", "add", "zhang", "--role", "teller", "--password-stdin", *at(branch))
    assert kiosk(*add, text=PASSWORD).returncode == WELL
    again = kiosk(*add, text=PASSWORD)
    assert again.returncode == NOT_WELL
    [line] = again.stderr.splitlines()
    assert "zhang" in line
    token = branch.token("crm", "crm")
    with branch:
        with Client(branch.http, token) as crm:
            assert crm.get("/me")["role"] == "crm"
            assert branch.kiosk("user", "list") == "zhang\tteller"
            assert branch.kiosk("token", "list") == "crm\tcrm"
            branch.kiosk("token", "revoke", "crm")
            until(lambda: crm.status("GET", "/me") == 401, "end of the token")
        later = branch.token("pad", "monitoring")
        with Client(branch.http, later) as pad:
            assert pad.get("/me")["role"] == "monitoring"
        sign_in = {"user": "zhang", "password": PASSWORD}
        with Client(branch.http) as door:
            assert door.post("/login", sign_in)["role"] == "teller"
            branch.kiosk("user", "password", "zhang", "--password-stdin", text="another password")
            with pytest.raises(AssertionError, match="401"):
                door.post("/login", sign_in)
            assert door.post("/login", sign_in | {"password": "another password"})["token"]
        branch.kiosk("user", "disable", "zhang")
        assert branch.kiosk("user", "list") == "zhang\tteller\tdisabled"


def test_a_second_factor_is_given_and_taken_away(branch: RunningBranch) -> None:
    branch.kiosk("user", "add", "wang", "--role", "teller", "--password-stdin", text=PASSWORD)
    *_, uri, secret = branch.kiosk("user", "totp", "wang").splitlines()
    assert uri == f"otpauth://totp/kiosk:wang?secret={secret}&issuer=kiosk"
    asked = {"user": "wang", "password": PASSWORD}
    with branch, Client(branch.http) as door:
        with pytest.raises(AssertionError, match="code-needed"):
            door.post("/login", asked)
        code = code_at(secret, int(time.time()) // STEP)
        assert door.post("/login", asked | {"code": code})["token"]
        branch.kiosk("user", "totp", "wang", "--off")
        assert door.post("/login", asked)["token"]


def test_lob_99_pads_and_terminals_are_let_in_and_out(branch: RunningBranch) -> None:
    """Before the first start, and while it runs."""
    branch.kiosk("device", "approve", "PAD-0")
    branch.token("hall-2", "terminal")
    with branch:
        branch.session("wang", "lobby-manager")
        sign_in = {"user": "wang", "password": PASSWORD, "device": "PAD-1", "branch": "0755"}
        with Client(branch.http) as pad:
            assert pad.post("/login", sign_in | {"device": "PAD-0"})["token"]
            with pytest.raises(AssertionError, match="403"):
                pad.post("/login", sign_in)
            assert branch.kiosk("device", "list").splitlines() == [
                "PAD-1\tpad\tpending\t0755\t-",
                "PAD-0\tpad\tapproved\t-\t-",
                "hall-2\tterminal\tapproved\t-\t-",
            ]
            branch.kiosk("device", "approve", "PAD-1")
            assert pad.post("/login", sign_in)["token"]
            branch.kiosk("device", "revoke", "PAD-1")
            with pytest.raises(AssertionError, match="403"):
                pad.post("/login", sign_in)
        branch.kiosk("device", "revoke", "hall-2")
        assert branch.kiosk("token", "list") == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("user add zhang/li --role teller --password-stdin", PASSWORD),
        ("user add li --role teller --password-stdin", "short"),
        ("user add li --role teller --password-stdin", ""),
        ("token add controller --role crm", ""),
        ("device approve PAD/1", ""),
    ],
)
def test_who_cannot_be_let_in_leaves_no_accounts(
    branch: RunningBranch, words: str, text: str
) -> None:
    done = kiosk(*words.split(), *at(branch), text=text)
    assert (done.returncode, done.stdout) == (NOT_WELL, "")
    [line] = done.stderr.splitlines()
    assert "accounts" not in line
    assert not branch.var.exists()


def test_who_is_let_in_first_is_told_where(
    branch: RunningBranch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for name in ("crm", "crm-2"):
        assert main(["token", "add", name, "--role", "crm", *at(branch)]) == WELL
        told.append(capsys.readouterr().err)
    assert told == [f"{branch.var}/accounts.db: new accounts; --var names the var folder\n", ""]


def test_lob_99_who_approves_a_pad_that_never_came_is_told_so(
    branch: RunningBranch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        by = Actor("lobby-manager", "ab12", "PAD-1")
        accounts.devices.ask("PAD-1", None, None, by, datetime.now(UTC))
    assert main(["device", "approve", "PAD-l", *at(branch)]) == NOT_WELL
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("PAD-l has never come; waiting for approval: PAD-1;")
    assert main(["device", "approve", "PAD-1", *at(branch)]) == WELL
    assert capsys.readouterr().err == ""
    assert "PAD-l" not in branch.kiosk("device", "list")


@pytest.mark.parametrize(("waiting", "words"), [(["PAD-1"], ["--ahead"]), ([], [])])
def test_lob_99_a_pad_is_approved_before_it_comes_when_it_is_meant_so(
    branch: RunningBranch, capsys: pytest.CaptureFixture[str], waiting: list[str], words: list[str]
) -> None:
    with closing(Accounts(branch.var / "accounts.db")) as accounts:
        for pad in waiting:
            by = Actor("lobby-manager", "ab12", pad)
            accounts.devices.ask(pad, None, None, by, datetime.now(UTC))
    assert main(["device", "approve", "PAD-2", *words, *at(branch)]) == WELL
    [line] = capsys.readouterr().err.splitlines()
    assert line == "PAD-2 has never come: it will be whoever signs in first under that name"
    assert "PAD-2\tpad\tapproved" in branch.kiosk("device", "list")
