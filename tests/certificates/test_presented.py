"""Certificates as visitors see them, and files that can't be used, each in words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kiosk.certificates.kept import CertificateFiles
from kiosk.certificates.presented import CertificateFault, fingerprint, presented
from tests.support.certificates import NAME, Authority

BANK = Authority()
ENDED = datetime(2025, 12, 31, tzinfo=UTC)


def fault(files: CertificateFiles) -> str:
    with pytest.raises(CertificateFault) as found:
        presented(files.certificate, files.key)
    return str(found.value)


def test_what_stands_in_it(tmp_path: Path) -> None:
    ends = datetime(2030, 5, 1, tzinfo=UTC)
    files = BANK.give(tmp_path, ends=ends)
    shown = presented(files.certificate, files.key)
    assert (shown.subject, shown.issuer) == (NAME, "A bank's authority")
    assert shown.names == (NAME, "localhost", "127.0.0.1")
    assert shown.ends == ends
    assert shown.fingerprint == fingerprint(files.certificate.read_text())
    assert len(shown.fingerprint) == 32 * 3 - 1


def test_one_that_has_ended_can_be_looked_at(tmp_path: Path) -> None:
    files = BANK.give(tmp_path, ends=ENDED)
    shown = presented(files.certificate, files.key)
    assert not shown.good_at(ENDED)
    assert shown.good_at(ENDED - timedelta(seconds=1))


def test_text_before_the_certificate_is_passed_over(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    files.certificate.write_text("subject=某\n" + files.certificate.read_text(), encoding="utf-8")
    assert presented(files.certificate, files.key).subject == NAME


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    (tmp_path / "other").mkdir()
    files.key.write_bytes(BANK.give(tmp_path / "other").key.read_bytes())
    assert "is not the key of the first certificate" in fault(files)


def test_the_issuers_certificate_before_the_machines(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    files.certificate.write_text(BANK.pem + files.certificate.read_text())
    assert "has to stand first, before those of its issuers" in fault(files)


def test_a_key_with_a_passphrase(tmp_path: Path) -> None:
    assert "locked by a passphrase" in fault(BANK.give(tmp_path, passphrase=b"four words"))


def test_a_key_that_is_too_short(tmp_path: Path) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505
    assert "its key is too short" in fault(BANK.give(tmp_path, key=short))


@pytest.mark.parametrize(
    ("content", "said"), [("", "holds no certificate"), ("nonsense", "holds no certificate")]
)
def test_a_file_that_is_no_certificate(tmp_path: Path, content: str, said: str) -> None:
    files = BANK.give(tmp_path)
    files.certificate.write_text(content)
    assert f"{files.certificate}: {said}" in fault(files)


@pytest.mark.parametrize("content", ["", "nonsense"])
def test_a_file_that_is_no_key(tmp_path: Path, content: str) -> None:
    files = BANK.give(tmp_path)
    files.key.write_text(content)
    assert f"{files.key}: holds no key" in fault(files)


def test_a_damaged_certificate(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    text = files.certificate.read_text()
    files.certificate.write_text(text.replace("MII", "AII"))
    assert str(files.certificate) in fault(files)


@pytest.mark.parametrize("which", ["certificate", "key"])
def test_a_file_that_is_not_there(tmp_path: Path, which: str) -> None:
    files = BANK.give(tmp_path)
    missing: Path = getattr(files, which)
    missing.unlink()
    assert fault(files) == f"{missing}: No such file or directory"


def test_a_key_that_everybody_can_read(tmp_path: Path) -> None:
    files = BANK.give(tmp_path)
    files.key.chmod(0o644)
    assert "everybody on this machine can read it; chmod o=" in fault(files)
    files.key.chmod(0o640)  # a group of those who serve by it is usual
    assert presented(files.certificate, files.key).subject == NAME
