"""Given certificates before they are served: what clients will make of them, all of it at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.certificates.inspection import good_for, inspected
from kiosk.certificates.kept import CertificateFiles
from kiosk.certificates.machine import machine_certificate
from kiosk.certificates.presented import presented
from kiosk.cli import main
from kiosk.settings.file import load
from tests.support.certificates import NAME, Authority
from tests.support.runningbranch import SETTINGS

BANK = Authority()
NOW = datetime.now(UTC)


def config(folder: Path, files: CertificateFiles, names: Sequence[str] = ()) -> Path:
    text = SETTINGS.format(http=8080, mqtt=1883, public=8081)
    told = ", ".join(f'"{one}"' for one in names)
    key = f', key = "{files.key}"' if files.key != Path() else ""
    pair = f'certificate = "{files.certificate}"{key}'
    file = folder / "branch.toml"
    file.write_text(text.replace("[mqtt]", f"tls = {{ {pair}, names = [{told}] }}\n\n[mqtt]", 1))
    return file


def said(folder: Path, files: CertificateFiles, names: Sequence[str] = ()) -> dict[str, bool]:
    """Each remark, and whether the certificate serves all the same."""
    settings = load(config(folder, files, names))
    return {one.text.replace(str(folder), ""): one.serves for one in inspected(settings, NOW)}


def test_a_good_one_is_passed_over(tmp_path: Path) -> None:
    assert said(tmp_path, BANK.give(tmp_path), [NAME, "localhost", "127.0.0.1"]) == {}


@pytest.mark.parametrize(
    ("begins", "ends", "text", "serves"),
    [
        (-9, -1, "ended on", False),
        (1, 9, "begins on", False),
        (-9, 29, "ends on", True),
    ],
)
def test_dates(tmp_path: Path, begins: int, ends: int, text: str, serves: bool) -> None:
    files = BANK.give(
        tmp_path, begins=NOW + timedelta(days=begins), ends=NOW + timedelta(days=ends)
    )
    [(remark, served)] = said(tmp_path, files).items()
    assert remark.startswith(f"[http] tls: /given.crt: {text}")
    assert served is serves


def test_a_key_that_systemd_keeps_is_expected_and_looked_at_when_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = BANK.give(tmp_path)
    alone = replace(given, key=Path())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    [(remark, served)] = said(tmp_path, alone).items()
    assert "its key is expected as the credential tls-key" in remark
    assert served
    (tmp_path / "credentials").mkdir()
    given.key.rename(tmp_path / "credentials" / "tls-key")
    assert said(tmp_path, alone) == {}
    settings = load(config(tmp_path, alone))
    certificate = machine_certificate(settings, tmp_path / "var", lambda: NOW)
    assert certificate is not None
    assert certificate.files.key == tmp_path / "credentials" / "tls-key"


def test_names_that_it_lacks_are_told_each(tmp_path: Path) -> None:
    remarks = said(tmp_path, BANK.give(tmp_path), ["other.bank.example", NAME, "10.0.0.9"])
    assert len(remarks) == 2
    assert set(remarks.values()) == {False}
    assert f"isn't good for 10.0.0.9, but for {NAME}, localhost, 127.0.0.1" in list(remarks)[1]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("kiosk.bank.example", True),
        ("KIOSK.bank.example", True),
        ("a.kiosk.bank.example", False),
        ("bank.example", False),
        ("example", False),
    ],
)
def test_a_wildcard_stands_for_one_label(tmp_path: Path, name: str, good: bool) -> None:
    files = BANK.give(tmp_path, name="*.bank.example")
    assert good_for(presented(files.certificate, files.key), name) is good


def test_issuers_out_of_order(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    own, issuer = files.certificate.read_text().split("-----END CERTIFICATE-----\n", 1)
    own += "-----END CERTIFICATE-----\n"
    files.certificate.write_text(own + Authority("Somebody").pem + issuer)
    [(remark, serves)] = said(tmp_path, files).items()
    assert "number 2 in it should be the issuer's, CN=A bank's authority" in remark
    assert not serves


def test_an_issuer_that_is_left_out_is_remarked(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    alone = files.certificate.read_text().partition("-----END CERTIFICATE-----\n")
    files.certificate.write_text("".join(alone[:2]))
    [(remark, serves)] = said(tmp_path, files).items()
    assert "its issuer's certificate isn't in it" in remark
    assert serves


def test_the_check_of_the_settings_tells_every_fault_and_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = BANK.give(tmp_path, ends=NOW - timedelta(days=1))
    file = config(tmp_path, files, ["other.example"])
    assert main(["config", "check", str(file)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [one.partition(": [http] tls: ")[0] for one in told] == ["branch.toml"] * 2
    files.key.unlink()
    assert main(["config", "check", str(file)]) == 2
    assert "given.key: No such file" in capsys.readouterr().err
    BANK.give(tmp_path)
    config(tmp_path, files)
    assert main(["config", "check", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "branch.toml: well"
