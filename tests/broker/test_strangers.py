"""Who signs in nowhere holds up nobody who has: a crowd at the door of the files in ``broker/``."""

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from kiosk.messaging.broker import AT_ONCE, LARGEST_PACKET
from tests.broker.production import BY_TLS, ROOT, Production, answers, published
from tests.support.certificates import Authority
from tests.support.ownnetwork import namespaces_allowed, own_network
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(
    not namespaces_allowed(), reason="networks and mounts of its own need root"
)
SILENT = 400
HALVES = 30
CALLED = f"{ROOT}/event/ticket/called"


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def machine(tmp_path: Path, authority: Authority) -> Iterator[Production]:
    with own_network():
        machine = Production(tmp_path)
        files = authority.give(tmp_path)
        machine.set_up("--tls", str(files.certificate), str(files.key))
        (tmp_path / "trusted.pem").write_text(authority.pem)
        with machine.running():
            until(lambda: answers(BY_TLS), "listener by TLS")
            yield machine


@contextmanager
def pad(machine: Production, trusted: Path) -> Iterator[subprocess.Popen[str]]:
    """Signed in by TLS and subscribed; what comes is its output."""
    words = [*machine.person("first"), "-p", str(BY_TLS), "--cafile", str(trusted)]
    command = ["stdbuf", "-oL", "mosquitto_sub", *words, "-q", "1", "-d", "-F", ">%p", "-t", CALLED]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        next(line for line in process.stdout if line.startswith("Subscribed"))
        yield process
    finally:
        process.kill()
        process.communicate()


def called(machine: Production, pad: subprocess.Popen[str], number: str) -> float:
    """Seconds from the controller's message to the PAD."""
    began = time.monotonic()
    assert published(machine.as_client("controller"), CALLED, number) in {0, 0x10}
    assert pad.stdout
    next(line for line in pad.stdout if line.strip() == f">{number}")
    return time.monotonic() - began


def half_a_first_packet(context: ssl.SSLContext, size: int) -> ssl.SSLSocket:
    """CONNECT of this size, of which one half is sent."""
    door = context.wrap_socket(socket.create_connection(("127.0.0.1", BY_TLS), 10))
    length = bytes([size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14])
    with suppress(OSError):
        door.sendall(b"\x10" + length + bytes(size // 2))
    return door


def is_cut(door: socket.socket, within: float) -> bool:
    door.settimeout(within)
    try:
        return door.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_a_crowd_that_signs_in_nowhere_delays_no_call(
    machine: Production, authority: Authority, tmp_path: Path
) -> None:
    context = ssl.create_default_context(cadata=authority.pem)
    context.check_hostname = False
    with ExitStack() as crowd, pad(machine, tmp_path / "trusted.pem") as signed_in:
        assert called(machine, signed_in, "A001") < 1
        halves = [half_a_first_packet(context, LARGEST_PACKET - 1024) for _ in range(HALVES)]
        for one in halves:
            crowd.enter_context(one)
        assert not is_cut(halves[0], 0.1)  # held: mosquitto waits for the rest
        assert called(machine, signed_in, "A002") < 1
        with half_a_first_packet(context, LARGEST_PACKET + 1024) as too_large:
            assert is_cut(too_large, 5)
        for _ in range(SILENT):
            crowd.enter_context(socket.create_connection(("127.0.0.1", BY_TLS), 10))
        assert SILENT > AT_ONCE
        assert called(machine, signed_in, "A003") < 1
    with pad(machine, tmp_path / "trusted.pem") as next_one:  # they are gone: there is room again
        assert called(machine, next_one, "A004") < 1
