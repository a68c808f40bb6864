"""What systemd is told of the controller: that it serves, that it lives, that it ends (sd_notify(3))."""

import asyncio
import socket
from collections.abc import MutableMapping


class ServiceManager:
    """The service manager that started this process; nobody listens where there is none.

    ``environment``: ``NOTIFY_SOCKET`` says where it listens, ``WATCHDOG_USEC`` how often it wants to
    hear that the process lives. Both are taken out of it: a child such as mosquitto would speak for
    the whole service otherwise.
    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        address = environment.pop("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._watchdog = int(environment.pop("WATCHDOG_USEC", "0")) / 1e6

    def ready(self, address: str) -> None:
        """The branch serves at this address."""
        self._tell(f"READY=1\nSTATUS=serves at {address}")

    def stopping(self) -> None:
        """The branch ends; its tickets are safe."""
        self._tell("STOPPING=1\nSTATUS=stops")

    async def keep_watchdog(self) -> None:
        """Say that the process lives, three times as often as is wanted, until cancelled.

        Whatever keeps the loop from its work keeps this from being said.
        """
        while self._watchdog:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog / 3)

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
            try:
                line.connect(self._address)
                line.send(state.encode())
            except OSError:
                return  # who doesn't listen isn't told; the branch goes on
