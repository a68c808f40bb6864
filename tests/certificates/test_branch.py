"""A whole branch by TLS: called from outside in a network of its own, and with a given certificate."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.cli import main
from tests.support.certificates import Authority
from tests.support.runningbranch import RunningBranch

ALONE = ["unshare", "--net", "--map-root-user", "sh", "-c"]
IN_A_NETWORK = 'ip link set lo up && ip address add 10.9.8.7/24 dev lo && exec "$@"'


def missing() -> str:
    """What keeps a network of one's own from being made; empty when nothing does."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return "there is no unshare or no ip"
    tried = subprocess.run([*ALONE, IN_A_NETWORK, "sh", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "namespaces of one's own aren't allowed here"


def test_a_branch_is_called_from_outside_by_its_own_authority(tmp_path: Path) -> None:
    """Its window follows it by TLS alone; a renewed certificate ends no connection.

    Though a device is simulated nobody outside gets hands for it, and there are no sample users.
    """
    if why := missing():
        pytest.skip(why)
    probe = [sys.executable, "-m", "tests.certificates.tlsprobe", str(tmp_path)]
    run = subprocess.run(
        [*ALONE, IN_A_NETWORK, "sh", *probe],
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said: dict[str, object] = {}
    for line in run.stdout.splitlines():
        said |= json.loads(line)
    output = str(said.pop("said"))
    assert said == {
        "exported": True,
        "signed_in": 200,
        "hsts": "max-age=15552000",
        "cookie": True,
        "connected": 200,
        "same": True,
        "followers": 2,  # the window and who stayed connected
        "staff": "zhang\tteller",
        "bench": 404,
        "stopped": 0,
    }
    assert "serves at https://10.9.8.7:" in output
    assert output.count("presents a certificate until") == 2
    assert "Traceback" not in output
    assert "/bench" not in output


def test_a_given_certificate_is_judged_before_it_is_served(tmp_path: Path) -> None:
    files = Authority().give(tmp_path, ends=datetime(2025, 1, 1, tzinfo=UTC))
    branch = RunningBranch(tmp_path)
    given = f'tls = {{ certificate = "{files.certificate}", key = "{files.key}" }}'
    text = branch.config.read_text().replace("[mqtt]", f"{given}\n\n[mqtt]", 1)
    branch.config.write_text(text)
    shown = subprocess.run(
        [sys.executable, "-m", "kiosk", "certificate", "show", "--config", branch.config],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (shown.returncode, "not today" in shown.stdout) == (1, True)
    files.key.write_text("nonsense")
    run = subprocess.run(
        [sys.executable, "-m", "kiosk", "run", "--config", branch.config, "--var", branch.var],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1  # systemd starts it again, and finds them mended
    assert f"{files.key}: holds no key in PEM" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_brokers_own_certificate_is_shown_beside_the_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    branch = RunningBranch(tmp_path)
    at = ["--config", str(branch.config), "--var", str(branch.var)]
    assert main(["certificate", "show", *at]) == 1
    assert "no certificate is given" in capsys.readouterr().err
    for name in ("broker", "pages"):
        (tmp_path / name).mkdir()
    pads = Authority().give(tmp_path / "broker", ends=datetime(2025, 1, 1, tzinfo=UTC))
    pages = Authority().give(tmp_path / "pages")
    given = 'tls = {{ certificate = "{0.certificate}", key = "{0.key}" }}\n'
    text = branch.config.read_text()
    text = text.replace("[mqtt]\n", f'[mqtt]\ntls_listen = "10.9.8.7:8883"\n{given.format(pads)}')
    branch.config.write_text(text)
    assert main(["certificate", "show", *at]) == 1
    alone = capsys.readouterr().out
    branch.config.write_text(text.replace("[http]\n", f"[http]\n{given.format(pages)}"))
    assert main(["certificate", "show", *at]) == 1
    machines, _, brokers = capsys.readouterr().out.partition("\n\n")
    assert f"{pages.certificate}\nat           127.0.0.1:{branch.http}\n" in machines
    assert "not today" not in machines
    assert brokers == alone
    assert f"{pads.certificate}\nat           10.9.8.7:8883\n" in brokers
    assert "not today" in brokers
