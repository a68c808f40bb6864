"""What this machine is called: names and addresses by which others on its network reach it."""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # what settings may say, not where we listen
_TEMPORARY = 0x01
"""``IFA_F_TEMPORARY``: an address for a day, under which nobody calls (RFC 8981)."""


@dataclass(frozen=True, slots=True)
class MachineNames:
    """Each once, those that were asked for first."""

    names: tuple[str, ...]
    addresses: tuple[IpAddress, ...]


def machine_names(
    listens: Iterable[str], wished: Iterable[str] = (), proc: Path = Path("/proc")
) -> MachineNames:
    """Of a machine that listens at these addresses (``host:port``); ``wished`` come first.

    Where it listens everywhere, these are all of its addresses.
    """
    hosts = [one.rpartition(":")[0].strip("[]") for one in listens]
    wide = any(host in _EVERYWHERE for host in hosts)
    found = [*wished, *(host for host in hosts if host not in _EVERYWHERE), *_own_names()]
    addresses = [address for one in found if (address := address_of(one))]
    addresses += _addresses(proc) if wide else []
    addresses += [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
    names = [one.lower().rstrip(".") for one in found if address_of(one) is None]
    return MachineNames(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(addresses)))


def address_of(text: str) -> IpAddress | None:
    """The address that a text is; None for a name."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _own_names() -> Iterator[str]:
    """The host's name, alone and as neighbours find it (RFC 6762), and what every machine is called."""
    host = socket.gethostname()
    yield host
    yield f"{host.partition('.')[0]}.local"
    yield "localhost"


def _addresses(proc: Path) -> list[IpAddress]:
    """Of every interface, but for addresses that are good on one link only."""
    found = [*_of_version_4(proc / "net" / "fib_trie"), *_of_version_6(proc / "net" / "if_inet6")]
    return [one for one in found if not one.is_loopback and not one.is_link_local]


def _of_version_4(trie: Path) -> Iterator[IpAddress]:
    """An address stands in a line of its own, before the one that calls it local."""
    latest = ""
    for line in _lines(trie):
        if "|-- " in line:
            latest = line.rpartition(" ")[2]
        elif "/32 host LOCAL" in line and (address := address_of(latest)):
            yield address


def _of_version_6(listing: Path) -> Iterator[IpAddress]:
    for line in _lines(listing):
        address, _, _, _, flags, _ = line.split()
        if not int(flags, 16) & _TEMPORARY:
            yield ipaddress.IPv6Address(bytes.fromhex(address))


def _lines(file: Path) -> list[str]:
    """None where the system has no such protocol."""
    try:
        return file.read_text().splitlines()
    except FileNotFoundError:
        return []
