"""Learnt figures in memory."""

from kiosk.domain.learnt import Learnt
from kiosk.ports import KioskError


class Shelf:
    """``LearntFigures`` that keep the latest and can be full."""

    def __init__(self, kept: Learnt | None = None) -> None:
        self.kept = kept
        self.saved = 0
        self.full = False

    def load(self) -> Learnt | None:
        return self.kept

    def save(self, learnt: Learnt) -> None:
        if self.full:
            raise KioskError("the disk is full")
        self.kept = learnt
        self.saved += 1
