"""Debian's packages, brought by ``scripts/system-packages`` to a bare machine without a network, and
then with power cuts: whoever runs it again has a machine that is whole.

As nightly as ``test_install.py``, and made of the same bare machine.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.machine import Machine, obstacle

PACKAGES = "/srv/checkout/scripts/system-packages"
POLICY = "usr/sbin/policy-rc.d"
ENABLED = "etc/systemd/system/multi-user.target.wants/mosquitto.service"

pytestmark = [
    pytest.mark.skipif(
        "KIOSK_NIGHTLY" not in os.environ, reason="KIOSK_NIGHTLY=1 installs machines"
    ),
    pytest.mark.skipif(bool(obstacle()), reason=obstacle() or ""),
    pytest.mark.timeout(900),
]


@pytest.fixture
def machine() -> Iterator[Machine]:
    with TemporaryDirectory(prefix="kiosk-machine-") as folder:
        kept = Path(os.environ.get("KIOSK_MACHINE", f"{folder}/bare.tar"))
        bare = Machine(Path(folder) / "root", kept)
        bare.lay_checkout("checkout")
        yield bare


def test_packages_are_whole_after_power_cuts(machine: Machine) -> None:
    without = machine.run(PACKAGES, "run", well=False, net=False)
    assert "connect this machine to the network" in without
    assert without.count("\nE: ") <= 3, "what apt says of each package is in nobody's way"
    assert not (machine.root / POLICY).exists()
    journal = machine.root / "var/lib/dpkg/updates"
    machine.cut_off(PACKAGES, "run", when=lambda: len(list(journal.iterdir())) > 5)
    assert "brings: " in (machine.root / POLICY).read_text()
    machine.cut_off(PACKAGES, "run", when=(machine.root / ENABLED).is_symlink)
    machine.run(PACKAGES, "run")
    assert machine.run("dpkg", "--audit") == ""
    assert machine.run("systemctl", "is-enabled", "mosquitto", well=False).strip() == "disabled"
    assert not (machine.root / POLICY).exists(), "services of other packages start again"
    assert machine.run(PACKAGES, "run") == ""
