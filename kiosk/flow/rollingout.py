"""The estimator's process: scenes come in on standard input, prospects go out on standard output.

``python -m kiosk.flow.rollingout``. It ends when its input does, that is with the controller.
"""

import os
import pickle
import struct
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from kiosk.domain.prospects import Standing, prospects
from kiosk.domain.waiting import Scene, Waiting

SIZE = struct.Struct(">I")
"""Before each pickled message: its bytes. Both ends are this program."""


def question(scene: Scene, standings: Sequence[Standing], seed: str) -> bytes:
    """What :func:`serve` answers. The event loop waits for it, so tickets go as plain tuples: those
    with names take pickle four times as long."""
    tickets = list(map(tuple, scene.waiting))
    asked = pickle.dumps((replace(scene, waiting=()), tickets, standings, seed))
    return SIZE.pack(len(asked)) + asked


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    while size := questions.read(SIZE.size):
        asked = pickle.loads(questions.read(*SIZE.unpack(size)))  # noqa: S301
        began = time.process_time()
        scene, tickets, standings, seed = asked
        scene = replace(scene, waiting=tuple(map(Waiting._make, tickets)))
        found = prospects(scene, standings, seed)
        answer = pickle.dumps((found, time.process_time() - began))
        answers.write(SIZE.pack(len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    os.nice(10)  # whoever issues or calls goes first
    with suppress(BrokenPipeError):  # the controller was killed
        serve(sys.stdin.buffer, sys.stdout.buffer)
