"""A Debian machine in a folder: a fresh root that debootstrap makes, and systemd booted in it.

The machine has namespaces of its own for processes, mounts, hostname and, once it is booted, the
network: it reaches nobody and nobody reaches it. Needs root, and Debian's mirror for the first root.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import until

CHECKOUT = Path(__file__).parents[2]
PACKAGES = "systemd,systemd-sysv,dbus,udev,ca-certificates"
"""What Debian's installer always brings and the smallest root has not."""

_MOUNTS = """
set -e
cd "$1"
mount --make-rprivate /
mount --bind . .
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 dev dev
for node in null zero full random urandom tty; do
  touch dev/$node
  mount --bind /dev/$node dev/$node
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs shm dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
"""
_CHROOT = _MOUNTS + 'shift; exec chroot . "$@"'
_BOOT = (
    _MOUNTS
    + """
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 run run
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  chroot . /lib/systemd/systemd systemd.unified_cgroup_hierarchy=1 >console 2>&1
"""
)


def obstacle() -> str | None:
    """Why no machine can be made here."""
    if os.geteuid() != 0:
        return "only root makes a machine in a folder"
    if shutil.which("debootstrap") is None:
        return "the Debian package debootstrap is missing"
    if not _cgroups().is_dir():
        return "there is no cgroup2 file system to boot systemd in"
    return None


class Machine:
    """A root folder made of ``kept`` (a tar file, made by debootstrap when it isn't there)."""

    def __init__(self, root: Path, kept: Path) -> None:
        self.root = root
        self._init: int | None = None
        if not kept.exists():
            _debootstrap(root.with_name("bootstrap"), kept)
        root.mkdir()
        subprocess.run(["tar", "-C", root, "-xf", kept], check=True)

    def lay_checkout(self, name: str) -> Path:
        """What a clone has, as it stands here now."""
        folder = self.root / "srv" / name
        folder.mkdir()
        files = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "-co", "--exclude-standard"]
        listed = subprocess.run(files, check=True, capture_output=True)
        there = b"\0".join(
            one for one in listed.stdout.split(b"\0") if (CHECKOUT / one.decode()).exists()
        )
        pack = ["tar", "-C", str(CHECKOUT), "--null", "-T", "-", "-c"]
        packed = subprocess.run(pack, input=there, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-C", folder, "-x"], input=packed, check=True)
        return folder

    def run(self, *command: str, told: str = "", well: bool = True, net: bool = True) -> str:
        """What a command prints in it, also on standard error; ``told`` is its standard input.

        ``well``: it has to end well, or else has not to. ``net``: it may reach Debian's mirror, as
        long as the machine isn't booted.
        """
        run = subprocess.run(
            [*([] if net else ["unshare", "--net"]), *self._inside(), *command],
            input=told,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        print(f"--- {' '.join(command)[:200]}\n{run.stdout}", flush=True)
        assert (run.returncode == 0) is well, run.stdout
        return run.stdout

    def cut_off(self, *command: str, when: Callable[[], object]) -> None:
        """Begin a command and take the power away as soon as something is so."""
        with subprocess.Popen([*self._inside(), *command], stdout=subprocess.DEVNULL) as begun:
            until(lambda: when() or begun.poll() is not None, "moment to cut the power", 300)
            assert begun.poll() is None, "it ended before"
            begun.kill()  # and with it all that it began: unshare --kill-child

    @contextmanager
    def booted(self) -> Iterator[None]:
        """Between power on and power off; what runs meanwhile runs in there."""
        group = _cgroups() / f"kiosk-machine-{os.getpid()}"
        group.mkdir(exist_ok=True)
        join = f"echo $$ > {group}/cgroup.procs && exec setpriv --pdeathsig=KILL"
        alone = "unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child"
        shell = f"{join} {alone} sh -c '{_BOOT}' sh {self.root}"
        with subprocess.Popen(["sh", "-c", shell], stdin=subprocess.DEVNULL) as process:
            try:
                self._init = _child(process.pid)
                until(lambda: self._state() in {"running", "degraded"}, "system", 60)
                yield
                os.kill(self._init, signal.SIGRTMIN + 4)  # systemctl poweroff
                process.wait(60)
            finally:
                self._init = None
                process.kill()
                process.wait()
                _remove(group)

    def _inside(self) -> list[str]:
        if self._init is None:
            alone = ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
            return [*alone, "sh", "-c", _CHROOT, "sh", str(self.root)]
        return ["nsenter", "--all", "--root", "--wd", f"--target={self._init}"]

    def _state(self) -> str:
        asked = [*self._inside(), "systemctl", "is-system-running"]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _debootstrap(folder: Path, kept: Path) -> None:
    """From the mirror that apt of this machine has its packages from."""
    asked = ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages"]
    lines = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    codename = _codename()
    mirror = next(
        site for site, _, name in (one.partition(" ") for one in lines) if name == codename
    )
    small = ["--variant=minbase", f"--include={PACKAGES}"]
    made = ["debootstrap", *small, codename, str(folder), mirror]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
    (folder / "etc/apt/sources.list").unlink()
    for name in ("sources.list", "sources.list.d", "apt.conf.d", "trusted.gpg.d"):
        subprocess.run(["cp", "-a", f"/etc/apt/{name}", f"{folder}/etc/apt/"], check=False)
    part = kept.with_suffix(".part")
    subprocess.run(["tar", "-C", folder, "-cf", part, "."], check=True)
    part.replace(kept)
    shutil.rmtree(folder)


def _codename() -> str:
    told = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2] for line in told if line.startswith("VERSION_CODENAME="))


def _cgroups() -> Path:
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, folder, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(folder)
    return Path("/nonexistent")


def _remove(group: Path) -> None:
    """Whoever was in it ends a moment after the first process."""
    until(lambda: "populated 0" in (group / "cgroup.events").read_text(), "empty group")
    for folder in sorted(group.rglob("*/"), reverse=True):
        folder.rmdir()
    group.rmdir()


def _child(parent: int) -> int:
    file = Path(f"/proc/{parent}/task/{parent}/children")
    until(lambda: file.read_text().split(), "first process")
    return int(file.read_text().split()[0])
