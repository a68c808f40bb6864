"""Those who follow the branch over WebSockets and only listen: PADs at the feed, other people's pages."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from kiosk.bench.site import Site
from kiosk.tasks import end

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection


@asynccontextmanager
async def following(place: Site, followed: Iterable[tuple[str, str]]) -> AsyncIterator[None]:
    """So many connections, each an address with whose token it is opened, empty for nobody's."""
    from websockets.asyncio.client import connect

    async with AsyncExitStack() as ending:
        for address, token in followed:
            follower = await ending.enter_async_context(
                connect(
                    f"ws://127.0.0.1:{place.http}{address}",
                    additional_headers={"Authorization": f"Bearer {token}"} if token else {},
                    compression=None,
                    max_size=None,
                    proxy=None,
                )
            )
            ending.push_async_callback(end, asyncio.create_task(_listen(follower)))
        yield


async def _listen(follower: "ClientConnection") -> None:
    async for _ in follower:
        pass
