"""A bare Debian machine becomes a kiosk by ``scripts/install``, survives its power switch, goes on to
another version and back, and keeps its log through all of it.

The machine is a folder in which systemd is really booted. That takes minutes, root, and Debian's
mirror: ``KIOSK_NIGHTLY=1 pytest tests/machine -s``. ``KIOSK_MACHINE=FILE`` keeps the bare machine.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk import __version__
from kiosk.store.logfile import SCHEMA_VERSION
from tests.support.machine import CHECKOUT, Machine, obstacle
from tests.support.waiting import until

FIRST = __version__
CURRENT = "/opt/kiosk/current/.venv/bin/python"

pytestmark = [
    pytest.mark.skipif(
        "KIOSK_NIGHTLY" not in os.environ, reason="KIOSK_NIGHTLY=1 installs machines"
    ),
    pytest.mark.skipif(bool(obstacle()), reason=obstacle() or ""),
    pytest.mark.timeout(1200),
]

ASKS = """
import sys, urllib.error, urllib.request
method, path, token, body = sys.argv[1:]
request = urllib.request.Request(f"http://127.0.0.1:8080/api/v1/{path}", method=method)
request.add_header("Content-Type", "application/json")
if token:
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Idempotency-Key", path + body)
try:
    print(urllib.request.urlopen(request, body.encode() or None, timeout=10).read().decode())
except urllib.error.HTTPError as refused:
    sys.exit(refused.read().decode())
"""


@pytest.fixture
def machine() -> Iterator[Machine]:
    # Not in tmp_path: whose files are all looked through for card numbers, and kept.
    with TemporaryDirectory(prefix="kiosk-machine-") as folder:
        kept = Path(os.environ.get("KIOSK_MACHINE", f"{folder}/bare.tar"))
        bare = Machine(Path(folder) / "root", kept)
        bare.lay_checkout("checkout")
        fetch_wheels(bare.root / "srv" / "wheels")
        yield bare


def fetch_wheels(folder: Path) -> None:
    """As ``make wheels`` does it, with the environment that is here anyway."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"]
    wanted = ["--requirement", str(CHECKOUT / "requirements.txt"), "--dest", str(folder)]
    subprocess.run([*pip, *wanted], check=True, capture_output=True)


def ask(machine: Machine, path: str, token: str = "", method: str = "GET", body: str = "") -> str:
    return machine.run(CURRENT, "-c", ASKS, method, path, token, body)


def facts(machine: Machine) -> int:
    """How many the log has; it is whole."""
    told = machine.run("kiosk", "log", "verify")
    return int(re.findall(r"well: (\d+) facts", told)[0])


def test_a_bare_machine_becomes_a_kiosk_and_stays_one(machine: Machine) -> None:
    becomes_a_kiosk(machine)
    is_given_screens(machine)
    with machine.booted():
        serves_and_gives_a_number(machine)
        shows_its_windows(machine)
        before = facts(machine)
    with machine.booted():
        until_it_serves(machine)
        assert facts(machine) > before, "the log is what it was before the power switch"
        comes_back_when_it_is_killed(machine)
        installing_again_changes_nothing(machine)
        goes_on_to_a_newer_version_and_back(machine)
        serves_though_an_installation_is_cut_off(machine)
        comes_back_from_one_that_leaves_a_newer_log(machine)
        is_not_put_back_behind_its_log(machine)
        keeps_its_log_when_it_is_removed(machine)


def becomes_a_kiosk(machine: Machine) -> None:
    [script, *options] = install(machine.root / "srv" / "checkout")
    refused = machine.run("runuser", "-u", "nobody", "--", script, well=False)
    assert "root alone may do this" in refused
    told = machine.run(script, *options, "--administrator", "chief", told="long and secret\n")
    assert "chief may sign in as administrator" in told
    assert "is installed." in told
    assert not re.search(r"cannot|error|fail", told, re.IGNORECASE)
    units = "/usr/local/lib/systemd/system"
    assert machine.run("systemd-analyze", "verify", f"{units}/kiosk.service") == ""
    assert machine.run("systemctl", "is-enabled", "kiosk").strip() == "enabled"
    assert machine.run("systemctl", "is-enabled", "mosquitto", well=False).strip() == "disabled"
    assert "well" in machine.run("kiosk", "config", "check", "/etc/kiosk/kiosk.toml")


HEADLESS = """
[Unit]
ConditionPathExists=
[Service]
PAMName=
TTYPath=
StandardInput=null
UtmpIdentifier=
Environment=WLR_BACKENDS=headless WLR_HEADLESS_OUTPUTS=2 WLR_RENDERER=pixman
Environment=WLR_LIBINPUT_NO_DEVICES=1 XDG_RUNTIME_DIR=/run/kiosk-screens
"""
"""What the compositor has to be told where there is neither a screen nor a console."""


def is_given_screens(machine: Machine) -> None:
    screens = [*install(machine.root / "srv" / "checkout"), "--screens"]
    assert "is needed to tell several screens apart" in machine.run(*screens, well=False)
    assert "masked" not in machine.run("sh", "-c", "systemctl is-enabled getty@tty1; true")
    settings = machine.root / "etc" / "kiosk" / "kiosk.toml"
    change(settings, 'output = ""', 'output = "HEADLESS-1"')
    change(settings, 'kind = "board"\n', 'kind = "board"\noutput = "HEADLESS-2"\n')
    machine.run(*screens)
    for unit in ("getty@tty1", "autovt@tty1", "ctrl-alt-del.target"):
        assert machine.run("systemctl", "is-enabled", unit, well=False).strip() == "masked"
    drop_in = machine.root / "etc/systemd/system/kiosk-screens.service.d/headless.conf"
    drop_in.parent.mkdir()
    drop_in.write_text(HEADLESS, encoding="utf-8")


def shows_its_windows(machine: Machine) -> None:
    """Compositor and windows work in their sandboxes, each window on its output."""
    tree = 'SWAYSOCK=$(ls /run/kiosk-screens/sway-ipc*) swaymsg --raw --type get_tree | tr -d " "'
    until(
        lambda: (
            {"kiosk-touch", "kiosk-board"}
            <= set(re.findall(r'"class":"([\w-]+)"', machine.run("sh", "-c", tree + "; true")))
        ),
        "windows",
        60,
    )
    shown = machine.run("journalctl", "--output=cat", "KIOSK_DEVICE=touch")
    assert "shows idle" in shown, "what windows say has fields"


def until_it_serves(machine: Machine) -> None:
    until(lambda: "serves at" in status(machine), "branch that serves", 60)


def status(machine: Machine) -> str:
    return machine.run("systemctl", "show", "--property=StatusText", "kiosk")


def serves_and_gives_a_number(machine: Machine) -> None:
    until_it_serves(machine)
    assert '"status":' in ask(machine, "health")
    token = machine.run("kiosk", "token", "add", "terminal-1", "--role", "terminal").strip()
    assert '"number"' in ask(machine, "tickets", token, "POST", '{"service": "account"}')
    assert "slip" in machine.run("sh", "-c", "kiosk doctor; test $? -le 1")
    owner = machine.run("stat", "-c", "%U %a", "/var/lib/kiosk", "/var/lib/kiosk/log.db")
    assert owner.split() == ["kiosk", "700", "kiosk", "600"]
    children = machine.run("systemctl", "status", "--no-pager", "kiosk")
    assert "mosquitto -c /var/lib/kiosk/broker" in children, "the broker runs in its sandbox"
    assert "kiosk.flow.rollingout" in children, "so do the estimates"


def comes_back_when_it_is_killed(machine: Machine) -> None:
    before = facts(machine)
    pid = main_pid(machine)
    machine.run("systemctl", "kill", "--signal=KILL", "kiosk")
    until(lambda: main_pid(machine) not in {pid, "0"}, "new process", 10)
    until_it_serves(machine)
    assert facts(machine) >= before


def main_pid(machine: Machine) -> str:
    return machine.run("systemctl", "show", "--property=MainPID", "--value", "kiosk").strip()


def installing_again_changes_nothing(machine: Machine) -> None:
    before = machine.run("readlink", "/opt/kiosk/current"), facts(machine)
    told = machine.run(*install(machine.root / "srv" / "checkout"))
    assert "making" not in told
    assert machine.run("readlink", "/opt/kiosk/current") == before[0]
    assert facts(machine) >= before[1]


def goes_on_to_a_newer_version_and_back(machine: Machine) -> None:
    before = facts(machine)
    newer = version(machine, "0.2.0")
    assert re.search(r"0\.2\.0-\w{8} is installed", machine.run(*install(newer)))
    assert "0.2.0" in machine.run("readlink", "/opt/kiosk/current")
    assert facts(machine) >= before
    back = machine.run("/opt/kiosk/current/scripts/install", "--roll-back")
    assert "is back" in back
    assert "kept /var/backups/kiosk/" in back
    assert FIRST in machine.run("readlink", "/opt/kiosk/current")
    assert facts(machine) >= before


def serves_though_an_installation_is_cut_off(machine: Machine) -> None:
    before = facts(machine)
    script, *options = install(machine.root / "srv" / "0.2.0")
    at_once = machine.run("flock", "/run/kiosk-install.lock", script, *options, well=False)
    assert "another installation runs on this machine" in at_once
    for seconds in (3, 5, 7):
        cut_off = f"timeout --signal=HUP {seconds} {script} {' '.join(options)}; true"
        machine.run("sh", "-c", cut_off)
        until_it_serves(machine)
        machine.run(*install(machine.root / "srv" / "checkout"))
    assert FIRST in machine.run("readlink", "/opt/kiosk/current")
    assert facts(machine) >= before


def comes_back_from_one_that_leaves_a_newer_log(machine: Machine) -> None:
    before = facts(machine)
    broken = version(machine, "0.4.0")
    change(broken / "kiosk" / "controller.py", "manager.ready(", "raise RuntimeError(")
    change_of_the_log(broken)
    told = machine.run(*install(broken), well=False)
    assert re.search(r"0\.4\.0-\w{8} doesn't serve", told)
    assert "the log was written by a newer program" in told
    assert "serves again" in told
    assert FIRST in machine.run("readlink", "/opt/kiosk/current")
    assert '"status":' in ask(machine, "health")
    assert facts(machine) >= before
    [aside] = (machine.root / "var" / "lib").glob("kiosk.set-aside*")
    assert (aside / "log.db").exists()


def is_not_put_back_behind_its_log(machine: Machine) -> None:
    newest = version(machine, "0.5.0")
    change_of_the_log(newest)
    machine.run(*install(newest))
    before = facts(machine)
    told = machine.run("/opt/kiosk/current/scripts/install", "--roll-back", well=False)
    assert "the log was written by a newer program" in told
    assert re.search(r"0\.5\.0-\w{8} serves again", told)
    assert facts(machine) >= before
    goes_back_behind_its_log_when_told_so(machine)


def goes_back_behind_its_log_when_told_so(machine: Machine) -> None:
    made = machine.root / "var" / "backups" / "kiosk"
    kept = max(made.glob(f"*-{FIRST}-*.backup"))
    back = ["--roll-back", "--restore", f"/var/backups/kiosk/{kept.name}"]
    told = machine.run("/opt/kiosk/current/scripts/install", *back)
    assert f"{kept.name}; what there was since then is in" in told
    assert FIRST in machine.run("readlink", "/opt/kiosk/current")
    until_it_serves(machine)
    assert facts(machine) > 0


def keeps_its_log_when_it_is_removed(machine: Machine) -> None:
    before = facts(machine)
    told = machine.run("/opt/kiosk/current/scripts/install", "--uninstall")
    assert "/var/lib/kiosk, /var/backups/kiosk and the user kiosk stay" in told
    assert not (machine.root / "opt" / "kiosk").exists()
    assert "kiosk" not in machine.run("systemctl", "list-unit-files", "--no-pager")
    machine.run(*install(machine.root / "srv" / "checkout"))
    until_it_serves(machine)
    assert facts(machine) >= before


def install(source: Path) -> list[str]:
    return [f"/srv/{source.name}/scripts/install", "--wheels", "/srv/wheels"]


def version(machine: Machine, number: str) -> Path:
    """This checkout under another version number."""
    folder = machine.lay_checkout(number)
    change(folder / "kiosk" / "__init__.py", FIRST, number)
    return folder


def change_of_the_log(folder: Path) -> None:
    """A log that only this version, and later ones, can read."""
    file = folder / "kiosk" / "store" / "logfile.py"
    newer = SCHEMA_VERSION + 1
    change(file, f"SCHEMA_VERSION = {SCHEMA_VERSION}", f"SCHEMA_VERSION = {newer}")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
