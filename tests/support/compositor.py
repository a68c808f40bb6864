"""The compositor of production, sway, with screens that nobody sees."""

import asyncio
import io
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

PANEL = (1920, 1080)
"""Pixels of every screen, as they lie in the machine."""

_OUTPUTS = ("HEADLESS-1", "HEADLESS-2")

_HEADLESS = {
    "WLR_BACKENDS": "headless",
    "WLR_HEADLESS_OUTPUTS": str(len(_OUTPUTS)),
    "WLR_LIBINPUT_NO_DEVICES": "1",
    "WLR_RENDERER": "pixman",
    "XWAYLAND_NO_GLAMOR": "1",
}

# sway won't run as root, and Xwayland lets in nobody else's windows: root becomes somebody in a
# namespace, who is root to everybody outside.
SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def _missing() -> str:
    for program in ("sway", "swaymsg", "Xwayland", "grim"):
        if not shutil.which(program):
            return f"{program} is not installed"
    forbidden = os.geteuid() == 0 and subprocess.run(
        [*SOMEBODY, "true"], capture_output=True, check=False
    )
    return "sway doesn't run as root" if forbidden and forbidden.returncode else ""


MISSING = _missing()
NEEDS_A_COMPOSITOR = pytest.mark.skipif(bool(MISSING), reason=MISSING or "it is there")


@dataclass(frozen=True, slots=True)
class Screens:
    """What stands on the screens of a running compositor."""

    folder: Path

    @property
    def display(self) -> str:
        """The ``DISPLAY`` that windows are given, as kiosk-window@.service reads it."""
        return (self.folder / "display").read_text().strip().removeprefix("DISPLAY=")

    @property
    def started(self) -> bool:
        file = self.folder / "display"
        return file.exists() and bool(file.read_text())

    def picture(self, output: str) -> Image.Image:
        """What a person would see on this output, as the panel lies."""
        command = ["grim", "-t", "ppm", "-o", output, "-"]
        taken = subprocess.run(command, env=self._environment(), capture_output=True, check=True)
        return Image.open(io.BytesIO(taken.stdout)).convert("RGB")

    def tell(self, *words: str) -> None:
        """A command to the compositor, sway(5)."""
        socket = next(self.folder.glob("sway-ipc.*.sock"))
        command = ["swaymsg", "--socket", str(socket), *words]
        subprocess.run(command, env=self._environment(), capture_output=True, check=True)

    def _environment(self) -> dict[str, str]:
        socket = next(self.folder.glob("wayland-[0-9]"))
        return os.environ | {"XDG_RUNTIME_DIR": str(self.folder), "WAYLAND_DISPLAY": socket.name}


@asynccontextmanager
async def compositor(
    folder: Path,
    configuration: str,
    environment: Mapping[str, str] = _HEADLESS,
    launcher: Sequence[str] = (),
) -> AsyncIterator[Screens]:
    """Two screens with this configuration, in a folder of their own; ``launcher`` runs sway."""
    folder.mkdir(mode=0o700)
    file = folder / "sway.conf"
    modes = [f"output {one} resolution {PANEL[0]}x{PANEL[1]}" for one in _OUTPUTS]
    file.write_text("\n".join([configuration, *modes, ""]))
    somebody = SOMEBODY if os.geteuid() == 0 else ()
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(launcher or somebody),
            *("sway", "--config", str(file)),
            env=_without_a_desktop() | {**_HEADLESS, **environment} | _here(folder),
            stdout=log,
            stderr=log,
        )
    screens = Screens(folder)
    try:
        async with asyncio.timeout(15):
            while not screens.started:
                assert process.returncode is None, (folder / "log").read_text()
                await asyncio.sleep(0.02)
        yield screens
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _here(folder: Path) -> dict[str, str]:
    return {"XDG_RUNTIME_DIR": str(folder), "RUNTIME_DIRECTORY": str(folder)}


def _without_a_desktop() -> dict[str, str]:
    names = {"DISPLAY", "WAYLAND_DISPLAY", "SWAYSOCK", "XDG_SESSION_TYPE", "NOTIFY_SOCKET"}
    return {name: value for name, value in os.environ.items() if name not in names}
