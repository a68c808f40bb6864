"""HTTP/1.1 as bytes, for requests that no library would send."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in lower case; of several the last."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Line:
    """One connection to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    async def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send a request as it is written here, and read its answer."""
        lines = [f"{method} {target} HTTP/1.1"]
        sent = {"host": self.host, **(headers or {})}
        if body is not None:
            sent |= {"content-length": str(len(body))}
        lines += [f"{name}: {value}" for name, value in sent.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b""))
        return await self.answer(has_body=method != "HEAD")

    async def answer(self, *, has_body: bool = True) -> Answer:
        """The next answer. Raises IncompleteReadError when the server hangs up instead."""
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *rest = head.strip().split("\r\n")
            pairs = (line.partition(":") for line in rest)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            length = int(headers.get("content-length", "0")) if has_body else 0
            return Answer(int(first.split()[1]), headers, await self.reader.readexactly(length))

    @property
    def ended(self) -> bool:
        """Whether the server has ended the connection; of a line on which it said nothing."""
        return self.reader.at_eof() or self.reader.exception() is not None

    async def hung_up(self, within: float = 5) -> bool:
        """Whether the server ends the connection; what it still says is thrown away."""
        try:
            async with asyncio.timeout(within):
                while await self.reader.read(65536):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            pass
        return True


@contextlib.asynccontextmanager
async def line_to(address: str, source: str | None = None) -> AsyncIterator[Line]:
    """A connection to ``http://host:port``, also from another of this machine's addresses."""
    host = urlsplit(address).netloc
    name, _, port = host.rpartition(":")
    local = (source, 0) if source else None
    reader, writer = await asyncio.open_connection(name, int(port), local_addr=local)
    try:
        yield Line(reader, writer, host)
    finally:
        writer.transport.abort()
