"""What a controller says, written down by somebody else: also while its disk takes nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def written_down(path: Path) -> AsyncIterator[int]:
    """An open file to give to a process; what comes through it is appended to ``path`` at once."""
    ear, mouth = os.pipe()
    os.set_blocking(ear, False)
    with path.open("ab", buffering=0) as file:

        def hear() -> None:
            file.write(os.read(ear, 1 << 16))

        loop = asyncio.get_running_loop()
        loop.add_reader(ear, hear)
        try:
            yield mouth
        finally:
            loop.remove_reader(ear)
            os.close(ear)
            os.close(mouth)
