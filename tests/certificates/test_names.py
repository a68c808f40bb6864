"""What the machine is called, by the system's own lists."""

import socket
from pathlib import Path

import pytest

from kiosk.certificates.names import machine_names

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.168.7.0/24 2 0 2
        |-- 192.168.7.0
           /24 link UNICAST
        |-- 192.168.7.21
           /32 host LOCAL
        |-- 192.168.7.255
           /32 link BROADCAST
     |-- 127.0.0.1
        /32 host LOCAL
"""
INTERFACES_6 = """\
00000000000000000000000000000001 01 80 10 80       lo
fe800000000000000011223344556677 02 40 20 80     eth0
fd000000000000000000000000000021 02 40 00 80     eth0
fd0000000000000000000000deadbeef 02 40 00 01     eth0
"""


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "fib_trie").write_text(TRIE)
    (tmp_path / "net" / "if_inet6").write_text(INTERFACES_6)
    return tmp_path


def told(proc: Path, *listens: str, wished: tuple[str, ...] = ()) -> list[str]:
    found = machine_names(listens, wished, proc)
    return [*found.names, *map(str, found.addresses)]


def test_a_machine_that_listens_everywhere_is_called_by_every_address_that_stays(
    proc: Path,
) -> None:
    names = told(proc, "0.0.0.0:8443")
    assert {"192.168.7.21", "fd00::21", "127.0.0.1", "::1", "localhost"} <= set(names)
    assert socket.gethostname().lower() in names
    # Neither a network, nor an address of one link, nor one that is another tomorrow.
    assert not {"192.168.7.0", "192.168.7.255", "fe80::11:2233:4455:6677"} & set(names)
    assert "fd00::dead:beef" not in names


def test_one_that_listens_at_one_address_is_called_by_that_one(proc: Path) -> None:
    names = told(proc, "192.168.7.9:8443")
    assert "192.168.7.9" in names
    assert "192.168.7.21" not in names


def test_what_was_asked_for_comes_first_and_each_once(proc: Path) -> None:
    names = told(proc, "10.0.0.5:1", wished=("Kiosk.Bank.Example.", "localhost", "10.0.0.5"))
    assert names[0] == "kiosk.bank.example"
    assert len(names) == len(set(names))


def test_without_version_6_there_are_none_of_its_addresses(proc: Path) -> None:
    (proc / "net" / "if_inet6").unlink()
    assert "192.168.7.21" in told(proc, "[::]:8443")
