"""What a window is woken by, on the driver without a screen; a real click is in ``test_window``."""

import threading
import time
from collections.abc import Iterator

import pygame
import pytest

from kiosk.display.doorbell import Doorbell


@pytest.fixture
def doorbell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Doorbell]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    bell = Doorbell()
    bell.attend()
    yield bell
    bell.close()
    pygame.display.quit()


def waited(doorbell: Doorbell, seconds: float) -> float:
    began = time.monotonic()
    doorbell.wait(seconds)
    return time.monotonic() - began


def test_another_thread_wakes_it(doorbell: Doorbell) -> None:
    ringing = threading.Timer(0.05, doorbell.ring)
    ringing.start()
    assert waited(doorbell, 20) < 10
    ringing.join()


def test_what_rang_before_is_heard_once(doorbell: Doorbell) -> None:
    doorbell.ring()
    doorbell.ring()
    assert waited(doorbell, 20) < 10
    assert waited(doorbell, 0.05) >= 0.05


def test_while_nothing_happens_it_does_nothing(doorbell: Doorbell) -> None:
    before = time.thread_time()
    assert waited(doorbell, 0.3) >= 0.3
    assert time.thread_time() - before < 0.02
