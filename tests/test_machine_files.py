"""``systemd/``: screens have their units, and a card reader that types is a keyboard to nobody
while kiosk is down.

What the files mean is asked of udev and systemd themselves.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.display.compositor import PREAMBLE
from tests.support.inputdevice import NEEDS_UMOCKDEV, SYSFS, run_beside_a_reader

ROOT = Path(__file__).parents[1]
LAID = ROOT / "systemd"
UNITS = LAID / "system"
RULES = LAID / "udev" / "rules.d"
# A mount namespace of its own, as root or as whoever may become root there.
NAMESPACES = (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"])


def alone() -> list[str]:
    """How to run a program whose mounts nobody else sees."""
    for command in NAMESPACES:
        if not subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
            return command
    pytest.skip("no mount namespace is allowed here")


def told_by_udev(folder: Path, product: int) -> str:
    if not Path("/etc/udev/rules.d").is_dir():
        pytest.skip("there is no /etc/udev/rules.d to lay the rules over")
    # udevadm leaves notes in /run and links in /dev, also when it only tests.
    mounts = "mount -t tmpfs none /run && mount -t tmpfs none /dev"
    rules = f"mount --bind {RULES} /etc/udev/rules.d"
    test = f"{mounts} && {rules} && exec udevadm test /sys{SYSFS}"
    run = run_beside_a_reader(folder, [*alone(), "sh", "-c", test], product=product)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


@NEEDS_UMOCKDEV
@pytest.mark.skipif(shutil.which("udevadm") is None, reason="the Debian package udev is missing")
class TestTheRule:
    def test_names_the_reader_and_hides_it(self, tmp_path: Path) -> None:
        told = told_by_udev(tmp_path, product=1)
        assert "DEVLINKS=/dev/input/kiosk-swipe" in told
        assert "LIBINPUT_IGNORE_DEVICE=1" in told
        assert not re.search(r"70-kiosk-readers.rules:\d+ (Invalid|Unknown|Failed)", told)

    def test_leaves_other_keyboards_alone(self, tmp_path: Path) -> None:
        told = told_by_udev(tmp_path, product=2)
        assert "ID_INPUT_KEYBOARD=1" in told
        assert "kiosk-swipe" not in told
        assert "LIBINPUT_IGNORE_DEVICE" not in told


def test_the_rules_names_are_the_settings() -> None:
    rules = (RULES / "70-kiosk-readers.rules").read_text(encoding="utf-8")
    names = re.findall(r'SYMLINK\+="(\S+)"', rules)
    assert len(names) == 2
    settings = (ROOT / "config" / "kiosk.toml").read_text(encoding="utf-8")
    assert all(f'device = "/dev/{name}"' in settings for name in names)


@pytest.mark.skipif(shutil.which("systemctl") is None, reason="this system has no systemctl")
@pytest.mark.parametrize(
    "unit", ["getty@tty1.service", "autovt@tty2.service", "ctrl-alt-del.target"]
)
def test_nothing_waits_at_a_console(tmp_path: Path, unit: str) -> None:
    shutil.copytree(LAID / "console", tmp_path / "etc/systemd/system", symlinks=True)
    asked = ["systemctl", f"--root={tmp_path}", "is-enabled", unit]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "masked"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
@pytest.mark.parametrize(
    "unit", ["kiosk.service", "kiosk-screens.service", "kiosk-window@.service"]
)
def test_systemd_finds_no_fault_in_a_unit(tmp_path: Path, unit: str) -> None:
    # Programs are looked for: those of a machine where kiosk is installed needn't be here.
    for file in UNITS.glob("kiosk*"):
        text = re.sub(
            r"^(Exec\w+=)(/opt/kiosk/\S+|/usr/bin/sway)",
            r"\1/bin/true",
            file.read_text(),
            flags=re.M,
        )
        (tmp_path / file.name).write_text(text)
    asked = ["systemd-analyze", "verify", str(tmp_path / unit)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    told = [line for line in answer.stderr.splitlines() if "kiosk" in line]
    assert (told, answer.returncode) == ([], 0)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
@pytest.mark.parametrize(
    ("unit", "exposed"), [("kiosk.service", 2.5), ("kiosk-window@.service", 5.0)]
)
def test_a_unit_may_do_little_else_than_it_has_to(unit: str, exposed: float) -> None:
    file = UNITS / unit
    limit = f"--threshold={exposed * 10:.0f}"
    asked = ["systemd-analyze", "security", "--offline=true", "--no-pager", limit, str(file)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout.splitlines()[-1]


def test_what_is_forbidden_is_refused_and_kills_no_child() -> None:
    """The broker is begun by setpriv (capset), the estimates' process is nice (setpriority)."""
    unit = (UNITS / "kiosk.service").read_text()
    assert "SystemCallFilter=~@privileged @resources\n" in unit
    assert unit.index("=capset setpriority\n") > unit.index("~@privileged")
    assert "SystemCallErrorNumber=EPERM\n" in unit


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="there is no systemd-sysusers")
def test_the_user_is_made_with_the_groups_of_its_devices(tmp_path: Path) -> None:
    groups = ("dialout", "input", "lp", "audio", "video", "render")
    (tmp_path / "etc").mkdir()
    lines = "".join(f"{name}:x:{number}:\n" for number, name in enumerate(groups, 300))
    (tmp_path / "etc" / "group").write_text(lines)
    made = ["systemd-sysusers", f"--root={tmp_path}", str(LAID / "sysusers.d" / "kiosk.conf")]
    subprocess.run(made, check=True, capture_output=True)
    assert "kiosk:x:" in (tmp_path / "etc" / "passwd").read_text()
    told = (tmp_path / "etc" / "group").read_text().splitlines()
    assert {line.partition(":")[0] for line in told if line.endswith(":kiosk")} == {*groups}


def test_windows_are_given_what_is_written_for_them() -> None:
    """The unit, the compositor's configuration and the controller name the same files."""
    unit = (UNITS / "kiosk-window@.service").read_text()
    assert "EnvironmentFile=/run/kiosk-screens/display\n" in unit
    assert '> "$RUNTIME_DIRECTORY/display"' in PREAMBLE
    assert "RuntimeDirectory=kiosk-screens\n" in (UNITS / "kiosk-screens.service").read_text()
    assert "EnvironmentFile=/var/lib/kiosk/windows/%i\n" in unit


@pytest.mark.skipif(shutil.which("systemd-tmpfiles") is None, reason="there is no systemd-tmpfiles")
@pytest.mark.skipif(os.geteuid() != 0, reason="folders are given away by root alone")
def test_nobody_else_reads_log_backups_and_settings(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("kiosk:x:991:990::/var/lib/kiosk:/bin/false\n")
    (tmp_path / "etc" / "group").write_text("kiosk:x:990:\n")
    (tmp_path / "etc" / "kiosk").mkdir()
    (tmp_path / "etc" / "kiosk" / "kiosk.toml").touch(mode=0o644)
    file = LAID / "tmpfiles.d" / "kiosk.conf"
    made = ["systemd-tmpfiles", f"--root={tmp_path}", "--create", str(file)]
    for _ in range(2):
        subprocess.run(made, check=True, capture_output=True)
        told = {}
        for name in ("var/lib/kiosk", "var/backups/kiosk", "etc/kiosk", "etc/kiosk/kiosk.toml"):
            found = (tmp_path / name).stat()
            told[name] = (oct(found.st_mode & 0o7777), found.st_uid, found.st_gid)
        assert told == {
            "var/lib/kiosk": ("0o700", 991, 990),
            "var/backups/kiosk": ("0o700", 991, 990),
            "etc/kiosk": ("0o750", 0, 990),
            "etc/kiosk/kiosk.toml": ("0o640", 0, 990),
        }
