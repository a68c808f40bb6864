"""Passwords: what checking them leaves behind in memory."""

import subprocess
import sys

_MANY_CHECKS = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from kiosk.machine.allocator import give_back_what_is_large, share_one_arena
from kiosk.store.passwords import Passwords

share_one_arena()
give_back_what_is_large()  # as the controller begins

def held():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])

passwords = Passwords()
hashed = passwords.hash("right")
before = held()
with ThreadPoolExecutor(6) as pool:
    assert all(pool.map(lambda _: passwords.check(hashed, "right"), range(24)))
print(held() - before)
"""


def test_memory_of_a_password_is_given_back_by_every_thread() -> None:
    """P11: a controller at which many people sign in stays small."""
    command = [sys.executable, "-c", _MANY_CHECKS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert int(done.stdout) < 10_000, "kB more than after the first one"
