"""The command line: exit codes, one line a fault on standard error, and what is printed."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from kiosk.cli import main
from kiosk.domain.visitcode import decode
from kiosk.store.log import SqliteLog
from tests.cardreader.cards import GOLD, VISA, wrong
from tests.support.commandline import NOT_WELL, WELL, WRONG_USAGE, at, kiosk
from tests.support.runningbranch import PASSWORD, Client, RunningBranch
from tests.support.waiting import until


@pytest.fixture
def branch(tmp_path: Path) -> RunningBranch:
    """One that hasn't been started."""
    return RunningBranch(tmp_path)


@pytest.mark.parametrize(
    "words", ["user list", "token add x --role crm", "broker access", "doctor", "run", "report"]
)
def test_a_folder_that_cant_be_used_is_told_in_one_line(branch: RunningBranch, words: str) -> None:
    (branch.config.parent / "file").touch()
    there = ("--config", branch.config, "--var", branch.config.parent / "file" / "var")
    done = kiosk(*words.split(), *there)
    assert (done.returncode, done.stdout) == (NOT_WELL, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{branch.config.parent}/file/var")


@pytest.mark.parametrize(
    "words",
    [
        "",
        "nonsense",
        "user",
        "user add zhang",
        "user add zhang --role teller",
        "user add zhang --role crm --password-stdin",
        "token add pad --role teller",
        "cards",
        "codes issue --hours nan",
        "slip preview",
    ],
)
def test_wrong_usage_is_told_on_standard_error(words: str) -> None:
    done = kiosk(*words.split())
    assert (done.returncode, done.stdout) == (WRONG_USAGE, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("kiosk")
    assert line.endswith("--help")


def test_config_check_names_every_fault_at_once(tmp_path: Path) -> None:
    file = tmp_path / "branch.toml"
    file.write_text(
        '[branch]\nid = "0755"\ntimezone = "Asia/Nowhere"\nlangages = ["zh"]\n[http]\nlisten = 7\n'
    )
    done = kiosk("config", "check", file)
    assert (done.returncode, done.stdout) == (WRONG_USAGE, "")
    lines = done.stderr.splitlines()
    assert all(line.startswith("branch.toml: ") for line in lines)
    for named in ("timezone", "langages", "[http] listen"):
        assert sum(named in line for line in lines) == 1, (named, lines)


def test_config_check_of_a_good_file(branch: RunningBranch) -> None:
    done = kiosk("config", "check", branch.config)
    assert (done.returncode, done.stderr) == (WELL, "")
    assert done.stdout == "branch.toml: well\n"


def test_config_check_takes_the_options_that_every_command_takes(branch: RunningBranch) -> None:
    assert kiosk("config", "check", *at(branch)).stdout == "branch.toml: well\n"
    named = kiosk("config", "check", branch.config, "--config", "none.toml", "--var", branch.var)
    assert (named.returncode, named.stdout) == (WELL, "branch.toml: well\n")


@pytest.mark.parametrize("command", ["run", "cards token", "codes issue", "slip preview x.png"])
def test_settings_that_are_not_there(tmp_path: Path, command: str) -> None:
    done = kiosk(*command.split(), "--config", tmp_path / "none.toml", "--var", tmp_path)
    assert (done.returncode, done.stdout) == (WRONG_USAGE, "")
    [line] = done.stderr.splitlines()
    assert "none.toml" in line


@pytest.mark.parametrize(
    "words",
    [
        "user list",
        "user disable amy",
        "user sign-out amy",
        "user totp amy",
        "user totp amy --off",
        "user password amy --password-stdin",
        "token list",
        "token revoke crm",
        "device list",
        "device revoke PAD-1",
        "client erase c-1",
        "cards rotate-key",
        "cards rotate-key begin",
        "cards rotate-key end",
        "log verify",
        "log audit",
        "log export",
        "report",
        "backup kept",
    ],
)
def test_a_folder_of_no_branch_is_told_and_left_as_it_is(
    branch: RunningBranch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
) -> None:
    monkeypatch.chdir(branch.folder)
    assert main([*words.split(), *at(branch)]) == NOT_WELL
    told = capsys.readouterr()
    assert told.out == ""
    [line] = told.err.splitlines()
    assert line.startswith(str(branch.var))
    assert line.endswith("--var names the var folder")
    assert list(branch.folder.iterdir()) == [branch.config]


@pytest.mark.parametrize("words", ["cards token", "codes issue", "broker access"])
def test_what_makes_a_key_in_a_new_folder_says_where(branch: RunningBranch, words: str) -> None:
    new, there = (kiosk(*words.split(), *at(branch)) for _ in range(2))
    assert (new.returncode, there.returncode) == (WELL, WELL)
    assert new.stderr == f"{branch.var}: a new folder; --var names the var folder\n"
    assert there.stderr == ""


def test_a_certificate_made_in_a_new_folder_says_where(
    branch: RunningBranch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = branch.config.read_text()
    branch.config.write_text(text.replace(f'"127.0.0.1:{branch.http}"', '"10.9.8.7:443"'))
    assert main(["certificate", "export-ca", str(branch.folder / "ca.crt"), *at(branch)]) == WELL
    told = capsys.readouterr()
    assert told.err == f"{branch.var}: a new folder; --var names the var folder\n"
    assert main(["certificate", "show", *at(branch)]) == WELL
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("device revoke nobody", ""),
        ("user sign-out nobody", ""),
        ("user add li --role teller --password-stdin", ""),
        ("user add li --role teller --password-stdin", "short\n"),
        ("user disable nobody", ""),
        ("user password nobody --password-stdin", PASSWORD),
        ("token revoke nobody", ""),
    ],
)
def test_what_cannot_be_done_is_one_line(branch: RunningBranch, words: str, text: str) -> None:
    done = kiosk(*words.split(), *at(branch), text=text)
    assert (done.returncode, done.stdout) == (NOT_WELL, "")
    [line] = done.stderr.splitlines()
    assert line


def test_card_numbers_become_tokens_and_bad_lines_are_named_by_place(branch: RunningBranch) -> None:
    spaced = " ".join(VISA[start : start + 4] for start in range(0, len(VISA), 4))
    done = kiosk("cards", "token", *at(branch), text=f"{GOLD}\n\n{wrong(GOLD)}\n{spaced}\nabc\n")
    assert done.returncode == NOT_WELL
    pairs = [line.split() for line in done.stdout.splitlines()]
    assert [scheme for _, scheme in pairs] == ["unionpay", "visa"]
    assert all(len(token) == 64 for token, _ in pairs)
    assert "line 3" in done.stderr
    assert "line 5" in done.stderr
    assert not any(number in done.stderr for number in (GOLD, wrong(GOLD), "abc"))
    assert branch.kiosk("cards", "token", text=GOLD) == " ".join(pairs[0])


def test_a_code_is_issued_as_text_and_as_a_picture(branch: RunningBranch) -> None:
    picture = branch.folder / "code.png"
    tomorrow = f"{datetime.now(ZoneInfo('Asia/Shanghai')) + timedelta(days=1):%Y-%m-%d} 10:30"
    wish = ("--service", "cash", "--at", tomorrow, "--hours", "2", "--client", "c-1")
    text = branch.kiosk("codes", "issue", str(picture), *wish, "--language", "en")
    code = decode(text, (branch.var / "secrets" / "code.key").read_bytes())
    assert code is not None
    assert code.booked is not None
    assert code.expires - code.booked == timedelta(hours=2)
    assert f"{code.booked.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}" == tomorrow
    assert (code.branch, code.service, code.client, code.language) == ("0755", "cash", "c-1", "en")
    with Image.open(picture) as shown:
        assert shown.width == shown.height
    assert branch.kiosk("codes", "issue") != branch.kiosk("codes", "issue")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("--service safe", "it has cash"),
        ("--at tomorrow", "no time such as"),
        ("--language fr", "it has zh, en"),
        (f"--client {'c' * 200}", "longer than 256"),
        ("/nowhere/code.png", "/nowhere/code.png"),
    ],
)
def test_a_code_that_cannot_be_is_one_line(branch: RunningBranch, wish: str, told: str) -> None:
    branch.var.mkdir()
    done = kiosk("codes", "issue", *wish.split(), *at(branch))
    assert (done.returncode, done.stdout) == (WRONG_USAGE, "")
    [line] = done.stderr.splitlines()
    assert told in line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_slip_preview_is_a_picture(branch: RunningBranch, language: str) -> None:
    picture = branch.folder / "slip.png"
    done = kiosk("slip", "preview", picture, "--language", language, *at(branch))
    assert (done.returncode, done.stderr) == (WELL, "")
    with Image.open(picture) as slip:
        assert slip.width == 640
        assert slip.height > 300


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ("--language kk", "there is no language 'kk' in the settings; there are: zh, en"),
        ("--service chas", "there is no service 'chas' in the settings; did you mean 'cash'?"),
        ("--class vpi", "there is no class 'vpi' in the settings; did you mean 'vip'?"),
        ("--printer slip", "there is no printer 'slip' in the settings; there are: none"),
    ],
)
def test_slip_preview_of_what_the_branch_hasnt_got(
    branch: RunningBranch, choice: str, fault: str
) -> None:
    picture = branch.folder / "slip.png"
    done = kiosk("slip", "preview", picture, *choice.split(), *at(branch))
    assert (done.returncode, done.stdout, done.stderr) == (WRONG_USAGE, "", f"{fault}\n")
    assert not picture.exists()


def test_slip_preview_where_nothing_can_be_written(branch: RunningBranch) -> None:
    picture = branch.folder / "none" / "slip.png"
    done = kiosk("slip", "preview", picture, *at(branch))
    assert (done.returncode, done.stdout) == (NOT_WELL, "")
    assert done.stderr == f"{picture}: can't be written: No such file or directory\n"


def test_sigterm_ends_a_branch_within_3_s_and_its_children_with_it(branch: RunningBranch) -> None:
    branch.start()
    broker = branch.var / "broker" / "mosquitto.pid"
    until(lambda: broker.exists() and broker.read_text().strip(), "broker")
    child = Path(f"/proc/{broker.read_text().strip()}")
    branch.stop()  # gives it 3 s
    assert branch.returncode == WELL
    assert not child.exists()
    assert "Traceback" not in branch.output.read_text()


def test_a_second_branch_in_the_same_folder_refuses(branch: RunningBranch) -> None:
    with branch:
        for second in (branch, RunningBranch(branch.folder)):  # the other one has other ports
            done = kiosk("run", *at(second))
            assert (done.returncode, done.stdout) == (NOT_WELL, "")
            [line] = done.stderr.splitlines()
            assert str(branch.var) in line
        with Client(branch.http) as door:
            assert door.status("GET", "/health") == 200


@pytest.mark.parametrize(("begin", "says"), [(0, "not a database"), (4096, "malformed")])
def test_a_log_that_cant_be_read_is_told_in_one_line(
    branch: RunningBranch, begin: int, says: str
) -> None:
    SqliteLog(branch.var / "log.db").close()
    log = branch.var / "log.db"
    damaged = log.read_bytes()[:begin].ljust(65536, b"x")
    log.write_bytes(damaged)
    done = kiosk("run", *at(branch))
    assert (done.returncode, done.stdout) == (NOT_WELL, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{branch.var}: log.db: ")
    assert says in line
    assert line.endswith("nothing was changed; restore it from a backup: kiosk restore FILE")
    assert log.read_bytes() == damaged


def test_an_address_that_is_taken_is_named(branch: RunningBranch, tmp_path: Path) -> None:
    with branch:
        done = kiosk("run", "--config", branch.config, "--var", tmp_path / "elsewhere")
        assert (done.returncode, done.stdout) == (NOT_WELL, "")
        [line] = done.stderr.splitlines()
        assert f"127.0.0.1:{branch.http}" in line
