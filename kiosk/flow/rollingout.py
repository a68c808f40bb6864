"""The estimator's process: scenes come in on standard input, prospects go out on standard output.

``python -m kiosk.flow.rollingout``. It ends when its input does, that is with the controller.
"""

import os
import pickle
import struct
import sys
import time
from contextlib import suppress
from typing import BinaryIO

from kiosk.domain.prospects import prospects

SIZE = struct.Struct(">I")
"""Before each pickled message: its bytes. Both ends are this program."""


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    while size := questions.read(SIZE.size):
        scene, standings, seed = pickle.loads(questions.read(*SIZE.unpack(size)))  # noqa: S301
        began = time.process_time()
        found = prospects(scene, standings, seed)
        answer = pickle.dumps((found, time.process_time() - began))
        answers.write(SIZE.pack(len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    os.nice(10)  # whoever issues or calls goes first
    with suppress(BrokenPipeError):  # the controller was killed
        serve(sys.stdin.buffer, sys.stdout.buffer)
