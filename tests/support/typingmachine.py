"""A machine with a reader that types, for a command run under umockdev-wrapper.

``python -m tests.support.typingmachine DESCRIPTION ANSWERS NODE PIPE COMMAND…``: whatever
``struct input_event`` is written into the named pipe, the reader types.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from typing import Any


class Machine:
    """umockdev's testbed, by its C interface: the package is there without its Python bindings."""

    def __init__(self, description: str, answers: str, node: str) -> None:
        self._library: Any = ctypes.CDLL("libumockdev.so.0")
        for name in ("umockdev_testbed_new", "umockdev_testbed_add_from_string"):
            getattr(self._library, name).restype = ctypes.c_void_p
        self._bed = ctypes.c_void_p(self._library.umockdev_testbed_new())
        self._do("add_from_string", description.encode(), None)
        self._do("load_ioctl", node.encode(), answers.encode(), None)
        self._keyboard = int(self._do("get_dev_fd", node.encode()))

    def type(self, pipe: str) -> None:
        """Type what comes in, for ever."""
        line = os.open(pipe, os.O_RDONLY)
        while data := os.read(line, 65536):
            os.write(self._keyboard, data)

    def _do(self, verb: str, *values: object) -> Any:
        done = getattr(self._library, f"umockdev_testbed_{verb}")(self._bed, *values)
        assert done, verb
        return done


def main(description: str, answers: str, node: str, pipe: str, *command: str) -> int:
    with open(description, encoding="utf-8") as file:
        machine = Machine(file.read(), answers, node)
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=machine.type, args=(pipe,), daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
