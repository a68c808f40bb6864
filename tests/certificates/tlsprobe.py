"""A branch that is called from outside, in a network of its own; tells what was seen, a line each.

Run as ``python -m tests.certificates.tlsprobe FOLDER`` where 10.9.8.7 is an address of this machine.
"""

import http.client
import json
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.certificates.presented import fingerprint
from kiosk.machine.tls import client_context
from tests.support.runningbranch import PASSWORD, SETTINGS, RunningBranch

HOST = "10.9.8.7"
SIMULATED = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "sim"
"""
SIGN_IN = json.dumps({"user": "zhang", "password": PASSWORD})


def main(folder: Path) -> None:
    """Start, look from outside and from inside, renew, look again, end."""
    text = SETTINGS.replace("127.0.0.1:{http}", f"{HOST}:{{http}}")
    branch = RunningBranch(folder, SIMULATED, text, environment={"SDL_VIDEODRIVER": "dummy"})
    authority = folder / "authority.crt"
    exported = branch.kiosk("certificate", "export-ca", str(authority))
    tell(exported=exported.endswith(f"SHA-256 {fingerprint(authority.read_text())}"))
    branch.kiosk("user", "add", "zhang", "--role", "teller", "--password-stdin", text=PASSWORD)
    branch.launch()
    try:
        trusting = client_context(str(authority))
        until(lambda: status(branch.http, trusting) == 200)
        look(branch, trusting)
        until(lambda: followers(branch.http) == 1)
        renew(branch, trusting)
        tell(staff=branch.kiosk("user", "list"), bench=bench(branch, trusting))
    finally:
        branch.stop()
    tell(stopped=branch.returncode, said=branch.output.read_text())


def look(branch: RunningBranch, trusting: ssl.SSLContext) -> None:
    """As somebody outside."""
    caller = http.client.HTTPSConnection(HOST, branch.http, context=trusting, timeout=10)
    kind = {"Content-Type": "application/json"}
    caller.request("POST", "/api/v1/login", SIGN_IN, kind)
    answer = caller.getresponse()
    answer.read()
    tell(
        signed_in=answer.status,
        hsts=answer.headers["Strict-Transport-Security"],
        cookie="Secure" in answer.headers["Set-Cookie"],
    )
    caller.close()
    with suppress(ConnectionError, http.client.HTTPException):
        plain = http.client.HTTPConnection(HOST, branch.http, timeout=10)
        plain.request("GET", "/api/v1/health")
        tell(plain=plain.getresponse().status)


def renew(branch: RunningBranch, trusting: ssl.SSLContext) -> None:
    """While somebody is connected and a window follows the feed."""
    caller = http.client.HTTPSConnection(HOST, branch.http, context=trusting, timeout=10)
    caller.request("GET", "/api/v1/health")
    caller.getresponse().read()
    before = seen(branch.http, trusting)
    held = caller.sock
    branch.kiosk("certificate", "renew")
    until(lambda: seen(branch.http, trusting) != before)
    caller.request("GET", "/api/v1/health")
    tell(connected=caller.getresponse().status, same=caller.sock is held)
    tell(followers=followers(branch.http))
    caller.close()


def bench(branch: RunningBranch, trusting: ssl.SSLContext) -> int:
    """Whether there are hands for simulated devices."""
    caller = http.client.HTTPSConnection(HOST, branch.http, context=trusting, timeout=10)
    caller.request("GET", "/bench")
    answer = caller.getresponse()
    answer.read()
    caller.close()
    return answer.status


def seen(port: int, trusting: ssl.SSLContext) -> bytes:
    """What a new visitor is shown."""
    caller = http.client.HTTPSConnection(HOST, port, context=trusting, timeout=10)
    caller.connect()
    assert isinstance(caller.sock, ssl.SSLSocket)
    shown = caller.sock.getpeercert(binary_form=True)
    caller.close()
    return shown or b""


def status(port: int, trusting: ssl.SSLContext) -> int:
    """0 while nobody listens."""
    caller = http.client.HTTPSConnection(HOST, port, context=trusting, timeout=10)
    try:
        caller.request("GET", "/api/v1/health")
        return caller.getresponse().status
    except ConnectionError:
        return 0
    finally:
        caller.close()


def followers(port: int) -> int:
    """Connections to the branch that are open: the window's alone, when nobody else calls."""
    established = "01"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    calling = [one for one in lines if one[2].endswith(f":{port:04X}") and one[3] == established]
    return len(calling)


def until(condition: Callable[[], object]) -> None:
    """Within 20 s."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def tell(**said: object) -> None:
    """One line of JSON."""
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
