"""A disk that takes nothing from one process, and what that process says all the same."""

import asyncio
import subprocess
import sys
from pathlib import Path

from kiosk.soak.disk import Disk
from kiosk.soak.output import written_down
from tests.support.eventually import until

WRITER = """
import errno, sys
with open(sys.argv[1], "ab", buffering=0) as file:
    for _ in sys.stdin:
        try:
            file.write(b"x")
            print("written", flush=True)
        except OSError as error:
            print(errno.errorcode[error.errno], flush=True)
"""


def test_nothing_is_written_while_it_refuses_and_everything_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "file"
    command = [sys.executable, "-c", WRITER, str(file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as writer:
        assert writer.stdin
        assert writer.stdout
        disk, found = Disk(writer.pid), []
        for refusing in (False, True, False):
            (disk.refuse if refusing else disk.take)()
            writer.stdin.write("\n")
            found.append(writer.stdout.readline().strip())
        writer.stdin.close()
    assert found == ["written", "EFBIG", "written"]
    assert file.read_bytes() == b"xx"


async def test_what_a_process_says_is_written_down_for_it(tmp_path: Path) -> None:
    path = tmp_path / "output.txt"
    speak = "import sys; sys.stdin.read(); print('a disk that takes nothing')"
    async with written_down(path) as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", speak), stdin=subprocess.PIPE, stdout=said
        )
        Disk(process.pid).refuse()
        await process.communicate(b"")
        await until(path.read_bytes)
    assert path.read_text() == "a disk that takes nothing\n"
