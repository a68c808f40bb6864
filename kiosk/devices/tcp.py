"""Devices on the network."""

import asyncio
import socket

from kiosk.devices.descriptor import DescriptorWire
from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

_CONNECT_SECONDS = 3.0
# A device that was switched off sends no farewell: these find out within some 15 s.
_KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 3),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 15_000),
)


async def open_tcp(device: DeviceId, host: str, port: int) -> Wire:
    """Connect to a device, small writes unheld (TCP_NODELAY) and a silent loss found by keepalive.

    Raises ``DeviceError``: ``NOT_FOUND`` when the address is unknown or nobody listens there,
    ``NO_ANSWER`` when nothing came of it within 3 s.
    """
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            line = await _connect(host, port)
    except TimeoutError as error:
        raise DeviceError(device, Fault.NO_ANSWER, f"{where}: connection timed out") from error
    except OSError as error:
        raise DeviceError(device, Fault.NOT_FOUND, f"{where}: {error.strerror}") from error
    return DescriptorWire(device, where, line.fileno(), line.close)


async def _connect(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    family, kind, protocol, _, address = (
        await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )[0]
    line = socket.socket(family, kind | socket.SOCK_NONBLOCK, protocol)
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for level, option, value in _KEEPALIVE:
            line.setsockopt(level, option, value)
        await loop.sock_connect(line, address)
    except BaseException:
        line.close()
        raise
    return line
