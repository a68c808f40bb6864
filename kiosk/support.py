"""``kiosk support``: what somebody far away needs to understand a machine, without personal data.

A zip archive of texts. Whoever sends it can read first what is in it.
"""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kiosk.domain.ids import BranchId
from kiosk.ports import KioskError
from kiosk.settings import Settings
from kiosk.store.export import latest

FACTS = 5000
"""Of the log's latest: a busy day."""
LONGEST = 60
"""Seconds for each program that is asked."""
LINES = 5000
"""Of the journal's latest."""


def write_bundle(settings: Settings, config: Path, var: Path, file: Path) -> None:
    """Write the archive, mode 0600. Raises KioskError when it can't be written."""
    try:
        file.touch(mode=0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _texts(settings, config, var):
                archive.writestr(name, text)
    except OSError as error:
        cause = f"{error.filename or file}: {error.strerror}"
        raise KioskError(f"{cause}: there is no bundle, or only a part of one") from error


def _texts(settings: Settings, config: Path, var: Path) -> Iterator[tuple[str, str]]:
    yield "settings.json", settings.model_dump_json(indent=1, by_alias=True)
    yield "machine.json", json.dumps(_machine(var), indent=1)
    yield "doctor.json", _doctor(config, var)
    yield "folder.txt", "\n".join(_folder(var))
    yield "events.jsonl", "\n".join(_facts(var, BranchId(settings.branch.id)))
    yield "journal.txt", _journal()


def _machine(var: Path) -> dict[str, object]:
    there = var if var.exists() else var.absolute().parent
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "disk": shutil.disk_usage(there)._asdict(),
        "packages": {
            one.metadata["Name"]: one.version for one in importlib.metadata.distributions()
        },
    }


def _doctor(config: Path, var: Path) -> str:
    """As a process of its own: whatever is wrong with a device, there is a bundle."""
    where = ["--config", str(config), "--var", str(var)]
    command = [sys.executable, "-m", "kiosk", "doctor", "--json", *where]
    return _told(command)


def _folder(var: Path) -> Iterator[str]:
    """What stands in the var folder, and never what it says."""
    for path in sorted(var.rglob("*")):
        state = path.lstat()
        name = path.relative_to(var).as_posix()
        yield f"{state.st_mode:o} {state.st_uid}:{state.st_gid} {state.st_size:>12} {name}"


def _facts(var: Path, branch: BranchId) -> Iterator[str]:
    """The latest facts, without the references of clients."""
    try:
        lines = list(latest(var / "log.db", branch, FACTS))
    except KioskError as error:
        yield json.dumps({"error": str(error)})
        return
    for line in lines:
        event = json.loads(line)
        if "client" in event["data"]:
            event["data"]["client"] = None
        if event["type"].startswith("kiosk.client."):
            event["subject"] = None
        yield json.dumps(event, ensure_ascii=False)


def _journal() -> str:
    """Of all units of kiosk; empty where there is no journal, or it may not be read."""
    program = shutil.which("journalctl")
    if program is None:
        return ""
    return _told([program, "--unit=kiosk*", f"--lines={LINES}", "--no-pager", "--output=short-iso"])


def _told(command: list[str]) -> str:
    """What a program says, on both of its ways out."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=LONGEST, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]}: said nothing for {LONGEST} s"
    return done.stdout + done.stderr
