"""Somebody who calls the HTTP interface, over one connection that is kept alive."""

import asyncio
import json
import secrets
from typing import Any, Self

from kiosk.ports import KioskError

Json = dict[str, Any]


class Refusal(KioskError):
    """What was asked was answered with a status that is no success."""

    def __init__(self, path: str, status: int, answer: str) -> None:
        super().__init__(f"{path} was answered with {status}: {answer}")
        self.status = status


class Caller:
    """Use it as an asynchronous context manager; one call at a time."""

    def __init__(self, port: int, token: str = "") -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        if token:
            self._head += f"Authorization: Bearer {token}\r\n"
        self._keys = secrets.token_hex(8)
        self._calls = 0

    async def __aenter__(self) -> Self:
        """Connect. Raises OSError."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def post(self, path: str, body: Json | None = None) -> Json:
        """Command something under a key of its own. Raises Refusal."""
        self._calls += 1
        data = json.dumps(body or {})
        head = f"Idempotency-Key: {self._keys}-{self._calls}\r\nContent-Length: {len(data)}\r\n"
        status, answer = await self._ask(f"POST /api/v1{path}", head, data)
        if status >= 300:
            raise Refusal(path, status, answer.decode())
        found: Json = json.loads(answer)
        return found

    async def status(self, path: str) -> int:
        """The status with which a question is answered."""
        return (await self._ask(f"GET /api/v1{path}"))[0]

    async def text(self, path: str) -> str:
        """The answer to a question. Raises Refusal when it isn't 200."""
        status, answer = await self._ask(f"GET /api/v1{path}")
        if status != 200:
            raise Refusal(path, status, answer.decode())
        return answer.decode()

    async def _ask(self, line: str, head: str = "", data: str = "") -> tuple[int, bytes]:
        request = f"{line} HTTP/1.1\r\n{self._head}{head}\r\n{data}".encode()
        try:
            return await self._answer(request)
        except asyncio.IncompleteReadError as closed:
            if closed.partial:
                raise
        except ConnectionError:
            pass
        # A server ends connections on which nobody asked for a while.
        self._writer.close()
        await self.__aenter__()
        return await self._answer(request)

    async def _answer(self, request: bytes) -> tuple[int, bytes]:
        self._writer.write(request)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = answer.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return int(answer[9:12]), await self._reader.readexactly(int(length or 0))
