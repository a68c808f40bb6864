"""The window of the operating system: its size and turn, its touches, and drawing on it."""

import os
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import pygame

from kiosk.display.arrangement import Arrangement
from kiosk.display.doorbell import Doorbell
from kiosk.display.render import Renderer
from kiosk.display.scene import Scene

Json = dict[str, Any]


class NoVideo(Exception):
    """There is nothing to show a window on."""


class Canvas:
    """One window. Its methods belong to one thread, except ``post`` and ``stop``."""

    def __init__(self, title: str) -> None:
        """Nothing is shown yet. Raises NoVideo."""
        try:
            pygame.display.init()
        except pygame.error as error:
            raise NoVideo(str(error)) from error
        # What SDL falls back to when it finds no screen; only whoever asks for it means it.
        if pygame.display.get_driver() == "offscreen" and "SDL_VIDEODRIVER" not in os.environ:
            pygame.display.quit()
            raise NoVideo("there is no screen")
        pygame.display.set_caption(title)
        self._arrangement = Arrangement()
        self._scene: Scene | None = None
        self._window: pygame.Surface | None = None
        self._renderer: Renderer | None = None
        self._shape = self._fitted = (0, 0)
        self._message = pygame.event.custom_type()
        self._doorbell = Doorbell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pygame.display.quit()
        self._doorbell.close()

    def arrange(self, arrangement: Json) -> None:
        """How the window is to stand from now on: ``rotate`` (clockwise), ``output``, ``size``."""
        self._arrangement = Arrangement.told(arrangement)
        self._window = None

    def show(self, scene: Scene) -> None:
        """Draw a scene; only what changed since the one before."""
        self._scene = scene
        if self._window is None or self._shape != (scene.width, scene.height):
            self._open(scene)
        assert self._renderer is not None
        pygame.display.update(self._renderer.draw(scene))

    def post(self, message: Json) -> None:
        """Hand in a message from another thread; it comes out of ``happenings``."""
        pygame.event.post(pygame.event.Event(self._message, message=message))
        self._doorbell.ring()

    def stop(self) -> None:
        """End ``happenings``."""
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        self._doorbell.ring()

    def happenings(self, nap: float) -> Iterator[Json | tuple[float, float] | None]:
        """Messages, touches as points of the scene, and None after ``nap`` seconds without."""
        until = time.monotonic() + nap
        while True:
            event = pygame.event.poll()
            if event.type == pygame.NOEVENT and (left := until - time.monotonic()) > 0:
                self._doorbell.wait(left)
                continue
            until = time.monotonic() + nap
            if event.type == pygame.QUIT:
                return
            if event.type == self._message:
                yield event.message
            elif (point := self._touched(event)) is not None:
                yield point
            elif event.type == pygame.WINDOWSIZECHANGED:
                self._resized()
            elif event.type == pygame.WINDOWEXPOSED and self._window is not None:
                pygame.display.flip()
            elif event.type == pygame.NOEVENT:
                yield None

    def _open(self, scene: Scene) -> None:
        arrangement = self._arrangement
        try:
            self._window = pygame.display.set_mode(
                arrangement.window_size(scene), arrangement.flags, display=arrangement.screen
            )
        except pygame.error as error:
            raise NoVideo(str(error)) from error
        pygame.mouse.set_visible(False)
        self._doorbell.attend()
        self._shape = (scene.width, scene.height)
        self._fit(self._window, scene)

    def _resized(self) -> None:
        """A compositor has put the window on another output, or given it another size."""
        window = pygame.display.get_surface()
        if self._scene is None or window is None or self._window is None:
            return
        if window is not self._window or window.get_size() != self._fitted:
            self._fit(window, self._scene)
            self.show(self._scene)

    def _fit(self, window: pygame.Surface, scene: Scene) -> None:
        """Draw from now on into the whole of this window."""
        self._window = window
        self._fitted = window.get_size()
        self._renderer = Renderer(window, scene, self._arrangement.rotate)

    def _touched(self, event: pygame.Event) -> tuple[float, float] | None:
        if self._window is None or self._renderer is None:
            return None
        width, height = self._window.get_size()
        if event.type == pygame.FINGERDOWN:
            return self._renderer.point(event.x * width, event.y * height)
        # A touch comes as a mouse event too: only a mouse's own counts.
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and not event.touch:
            return self._renderer.point(*event.pos)
        return None
