"""Where the branch listens, and by which certificates: ``[http]`` and ``[mqtt]``."""

import ipaddress
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from kiosk.settings.tree import Complaint, Location, Tree
from kiosk.settings.values import Address, AddressIfAny, Broker, HostNames, Section, WebAddress


def is_loopback(address: str) -> bool:
    """Whether an address with its port stays on this machine."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def overlap(one: str, other: str) -> bool:
    """Whether two addresses, each with its port, are taken by whoever listens at one of them.

    Port 0 is any that is free. ``0.0.0.0`` and ``::`` are every address of the machine, and
    ``localhost`` both of loopback's; what another name leads to is asked of nobody.
    """
    (host, port), (other_host, other_port) = _parts(one), _parts(other)
    if port != other_port or port == 0:
        return False
    hosts, others = _hosts(host), _hosts(other_host)
    return bool(hosts & others) or not hosts.union(others).isdisjoint(_EVERY)


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]").lower(), int(port)


def _hosts(host: str) -> frozenset[str]:
    """Each in one way of writing."""
    if host == "localhost":
        return _BOTH_OF_LOOPBACK
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return frozenset({host})
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return frozenset({str(mapped or found)})


_BOTH_OF_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_EVERY = frozenset({"0.0.0.0", "::"})  # noqa: S104


def host_of(url: str) -> str:
    """The address in ``mqtt://host[:port]``, with a port in any case."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"[{host}]:{parts.port or 0}" if ":" in host else f"{host}:{parts.port or 0}"


class TlsSection(Section):
    """Certificate and key files in PEM; both or none. None: the machine makes its own."""

    certificate: str = ""
    key: str = ""


class HttpTlsSection(TlsSection):
    """``names``: those by which others call the machine; its own certificate is good for them.

    A certificate without its key has that as a credential of systemd's.
    """

    names: HostNames = ()


class HttpSection(Section):
    """``[http]``"""

    listen: Address = "127.0.0.1:8080"
    tls: HttpTlsSection = HttpTlsSection()
    public_listen: AddressIfAny = ""
    public_url: WebAddress = ""

    @property
    def follow_url(self) -> str:
        """Where customers' own pages are found; empty while the site has none."""
        return self.public_url if self.public_listen else ""

    @property
    def listens(self) -> tuple[str, ...]:
        """Every address."""
        return (self.listen, self.public_listen) if self.public_listen else (self.listen,)

    def encrypts(self, listen: str) -> bool:
        """Whether TLS is spoken at an address: outside loopback always, there by a given certificate."""
        return bool(self.tls.certificate) or not is_loopback(listen)

    @property
    def by_tls(self) -> bool:
        """Whether it is spoken anywhere."""
        return any(self.encrypts(listen) for listen in self.listens)

    def remarks(self) -> Iterator[str]:
        """What works otherwise than somebody might expect."""
        if self.tls.certificate:
            return
        if not is_loopback(self.listen):
            yield (
                "[http] tls: no certificate is given, so the machine makes its own; whoever calls"
                " it has to trust the branch: kiosk certificate export-ca"
            )
        if self.public_listen and not is_loopback(self.public_listen):
            yield (
                "[http] public_listen: customers' phones don't trust a certificate that the machine"
                " makes itself: give it one in tls, or put a proxy before it"
            )


class MqttSection(Section):
    """``[mqtt]``"""

    broker: Broker = "embedded"
    listen: Address = "127.0.0.1:1883"
    tls_listen: AddressIfAny = ""
    tls: TlsSection = TlsSection()
    ca: str = ""

    @property
    def serves_pads(self) -> bool:
        """Whether the embedded broker listens for PADs outside the machine."""
        return self.broker == "embedded" and bool(self.tls_listen)

    @property
    def shares_certificate(self) -> bool:
        """Whether it presents the machine's there."""
        return self.serves_pads and not self.tls.certificate


def listener_faults(tree: Tree) -> Iterator[Complaint]:
    """Nothing leaves the machine without TLS, and no two listen at one address."""
    http, mqtt = _table(tree, "http"), _table(tree, "mqtt")
    embedded = mqtt.get("broker", "embedded") == "embedded"
    yield from _key_alone(http)
    yield from _own_pages(http)
    yield from _half_given(mqtt)
    yield from _taken_twice(_listens(http, mqtt if embedded else None))
    yield from _embedded(mqtt) if embedded else _outside(mqtt)


def _table(tree: Tree, name: str) -> Tree:
    table = tree.get(name)
    return table if isinstance(table, dict) else {}


def _key_alone(http: Tree) -> Iterator[Complaint]:
    """A certificate without its key has that among systemd's credentials."""
    tls = http.get("tls")
    if isinstance(tls, dict) and tls.get("key") and not tls.get("certificate"):
        yield ("http", "tls"), "key goes with a certificate"


def _listens(http: Tree, mqtt: Tree | None) -> Iterator[tuple[Location, str]]:
    """Each address that will do; ``mqtt`` is None where the broker is somebody else's."""
    listens = [
        (("http", "listen"), http.get("listen", HttpSection().listen)),
        (("http", "public_listen"), http.get("public_listen")),
    ]
    if mqtt is not None:
        listens.append((("mqtt", "listen"), mqtt.get("listen", MqttSection().listen)))
        listens.append((("mqtt", "tls_listen"), mqtt.get("tls_listen")))
    for place, address in listens:
        if isinstance(address, str) and address.rpartition(":")[2].isdecimal():
            yield place, address


def _taken_twice(listens: Iterable[tuple[Location, str]]) -> Iterator[Complaint]:
    """Whoever comes later in the file's usual order is told, once."""
    before: list[tuple[Location, str]] = []
    for place, address in listens:
        taken = (earlier for earlier, other in before if overlap(other, address))
        if earlier := next(taken, None):
            table, name = earlier
            yield place, f"{address!r} is taken by [{table}] {name}; it has a port of its own"
        before.append((place, address))


def _half_given(mqtt: Tree) -> Iterator[Complaint]:
    tls = mqtt.get("tls")
    files = [tls.get(name) for name in ("certificate", "key")] if isinstance(tls, dict) else []
    if any(files) and not all(files):
        yield ("mqtt", "tls"), "certificate and key go together"


def _own_pages(http: Tree) -> Iterator[Complaint]:
    """Where customers' own pages are served, and under which address phones find them."""
    listen, url = http.get("public_listen"), http.get("public_url")
    if not listen:
        return
    if not url:
        yield ("http", "public_url"), "is needed with public_listen: slips say where the page is"
    if str(url).startswith("http:") and isinstance(listen, str) and not is_loopback(listen):
        yield ("http", "public_url"), "begins with http:, and public_listen speaks TLS: https:"


def _embedded(mqtt: Tree) -> Iterator[Complaint]:
    listen = mqtt.get("listen", MqttSection().listen)
    if isinstance(listen, str) and ":" in listen and not is_loopback(listen):
        yield ("mqtt", "listen"), "the embedded broker listens on loopback only"
    tls, pads = mqtt.get("tls"), mqtt.get("tls_listen")
    if isinstance(tls, dict) and any(tls.values()) and not pads:
        yield ("mqtt", "tls"), "is for tls_listen, which is empty"
    if mqtt.get("ca"):
        yield ("mqtt", "ca"), 'is for an outside broker such as "mqtts://host:8883"'


def _outside(mqtt: Tree) -> Iterator[Complaint]:
    if mqtt.get("tls_listen") and not is_loopback(host_of(str(mqtt.get("broker")))):
        yield ("mqtt", "tls_listen"), "is for a broker on this machine: PADs call an outside one"
    tls = mqtt.get("tls")
    if isinstance(tls, dict) and any(tls.values()):
        yield ("mqtt", "tls"), "is for the embedded broker: an outside one has files of its own"
    if mqtt.get("ca") and not str(mqtt.get("broker")).startswith("mqtts:"):
        yield ("mqtt", "ca"), "goes with TLS: the broker's address begins with mqtts://"
