"""How a window stands: on which screen, how large, how it is turned."""

from dataclasses import dataclass
from typing import Any, Self

import pygame

from kiosk.display.doorbell import HEADLESS
from kiosk.display.scene import Scene


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the settings say about a window. It is asked once there is a video driver."""

    rotate: int = 0
    """Degrees, clockwise."""
    output: str = ""
    """The screen's number, or a name, which SDL doesn't tell."""
    size: tuple[int, int] | None = None
    """None: the whole screen."""

    @classmethod
    def told(cls, message: dict[str, Any]) -> Self:
        """As the feed's first message says it."""
        size = message.get("size")
        return cls(
            int(message.get("rotate", 0)),
            str(message.get("output", "")),
            (int(size[0]), int(size[1])) if size else None,
        )

    def window_size(self, scene: Scene) -> tuple[int, int]:
        """As arranged, else the whole screen (0, 0), else, without a screen, the scene's own."""
        if self.size:
            return self.size
        if pygame.display.get_driver() not in HEADLESS:
            return 0, 0
        lies = self.rotate % 180 != 0
        return (scene.height, scene.width) if lies else (scene.width, scene.height)

    @property
    def flags(self) -> int:
        """Of pygame: over the whole screen, if there is one and no size is given."""
        if self.size or pygame.display.get_driver() in HEADLESS:
            return 0
        return pygame.FULLSCREEN | pygame.NOFRAME

    @property
    def screen(self) -> int:
        """The screen by its number; the first one for a name."""
        count = pygame.display.get_num_displays()
        return int(self.output) if self.output.isdigit() and int(self.output) < count else 0
