"""The branch's own authority: for this machine and its neighbourhood, and for nothing else."""

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from kiosk.certificates.authority import DAYS, GOOD_FROM, issue
from kiosk.certificates.names import MachineNames
from kiosk.certificates.ownfiles import OwnFiles, make
from kiosk.certificates.presented import CertificateFault, presented
from kiosk.clock import WRITTEN

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
HERE = MachineNames(("kiosk-0755", "localhost"), (ipaddress.ip_address("10.1.2.3"),))


def files(folder: Path) -> OwnFiles:
    return OwnFiles(folder / "var" / "secrets" / "tls")


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_first_certificate_is_the_authoritys_and_for_all_names(tmp_path: Path) -> None:
    own = files(tmp_path)
    assert issue(own, "0755", HERE, NOW) == MachineNames((), ())
    machine, authority = certificate(own.certificate), certificate(own.authority)
    machine.verify_directly_issued_by(authority)
    names = machine.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == list(HERE.names)
    assert names.get_values_for_type(x509.IPAddress) == list(HERE.addresses)
    assert machine.not_valid_after_utc == NOW + timedelta(days=DAYS)
    assert machine.not_valid_after_utc - machine.not_valid_before_utc < timedelta(days=825)


def test_nobody_else_reads_keys_and_folders(tmp_path: Path) -> None:
    own = files(tmp_path)
    issue(own, "0755", HERE, NOW)
    for key in (own.key, own.authority_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for folder in (own.folder, own.folder.parent, own.folder.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_next_one_is_of_the_same_authority_and_has_another_key(tmp_path: Path) -> None:
    own = files(tmp_path)
    issue(own, "0755", HERE, NOW)
    authority, key = own.authority.read_bytes(), own.key.read_bytes()
    issue(own, "0755", HERE, NOW + timedelta(days=DAYS - 30))
    assert own.authority.read_bytes() == authority
    assert own.key.read_bytes() != key
    certificate(own.certificate).verify_directly_issued_by(certificate(own.authority))


@pytest.mark.parametrize(
    "clock", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, tzinfo=UTC)]
)
def test_a_first_start_with_a_wrong_clock_makes_what_clients_take(
    tmp_path: Path, clock: datetime
) -> None:
    own = files(tmp_path)
    issue(own, "0755", HERE, clock)
    machine, authority = certificate(own.certificate), certificate(own.authority)
    assert machine.not_valid_before_utc < WRITTEN < machine.not_valid_after_utc
    assert authority.not_valid_before_utc == GOOD_FROM
    assert authority.not_valid_after_utc > WRITTEN + timedelta(days=365 * 20)


@pytest.mark.parametrize("strange", ["bank.example", "kiosk-0756", "evil-kiosk-0755"])
def test_names_that_came_later_are_left_out_and_told(tmp_path: Path, strange: str) -> None:
    own = files(tmp_path)
    issue(own, "0755", HERE, NOW)
    outside = ipaddress.ip_address("203.0.113.7")
    near = ipaddress.ip_address("192.168.3.4")
    wanted = MachineNames((*HERE.names, strange), (*HERE.addresses, outside, near))
    assert issue(own, "0755", wanted, NOW) == MachineNames((strange,), (outside,))
    names = presented(own.certificate, own.key).names
    assert "192.168.3.4" in names
    assert not {strange, "203.0.113.7"} & set(names)


def test_an_authority_of_a_machine_with_an_address_of_its_own_may_speak_for_it(
    tmp_path: Path,
) -> None:
    own = files(tmp_path)
    outside = MachineNames(("kiosk",), (ipaddress.ip_address("203.0.113.7"),))
    assert issue(own, "0755", outside, NOW) == MachineNames((), ())


def test_the_program_tells_what_was_left_out(tmp_path: Path) -> None:
    own = files(tmp_path)
    assert make(own, "0755", HERE) == ()
    later = MachineNames(("elsewhere",), (ipaddress.ip_address("203.0.113.7"),))
    assert make(own, "0755", later) == ("elsewhere", "203.0.113.7")


def test_what_keeps_the_program_from_it_is_said(tmp_path: Path) -> None:
    own = files(tmp_path)
    own.folder.parent.mkdir(parents=True)
    own.folder.write_text("a file where a folder should be")
    with pytest.raises(CertificateFault, match=r"tls: no certificate was made: .*(exists|direct)"):
        make(own, "0755", HERE)
