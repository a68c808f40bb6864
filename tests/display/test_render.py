"""Drawing only what changed gives the same picture as drawing everything."""

from itertools import pairwise

import pygame
import pytest

from kiosk.display.layout import scene
from kiosk.display.render import Renderer
from kiosk.display.scene import Scene
from tests.display.examples import everything


def surface_of(shown: Scene, scale: float) -> pygame.Surface:
    return pygame.Surface((round(shown.width * scale), round(shown.height * scale)))


@pytest.mark.parametrize("scale", [0.5, 0.37])
@pytest.mark.parametrize("kind", ["services", "ticket", "idle", "board"])
def test_changes_leave_no_trace(kind: str, scale: float) -> None:
    scenes = [scene(shown) for name, shown in everything().items() if name.startswith(kind)]
    surface = surface_of(scenes[0], scale)
    renderer = Renderer(surface, scenes[0])
    for before, after in pairwise([*scenes, scenes[0]]):
        renderer.draw(before)
        renderer.draw(after)
        fresh = surface_of(after, scale)
        Renderer(fresh, after).draw(after)
        assert pygame.image.tobytes(surface, "RGB") == pygame.image.tobytes(fresh, "RGB")


def test_only_what_changed_is_drawn() -> None:
    warning = everything()["services-warning.en"]
    later = warning | {"countdown": warning["countdown"] | {"seconds": 6}}
    surface = surface_of(scene(warning), 1)
    renderer = Renderer(surface, scene(warning))
    renderer.draw(scene(warning))
    assert renderer.draw(scene(warning)) == []
    changed = renderer.draw(scene(later))
    assert 0 < sum(area.width * area.height for area in changed) < 1080 * 1920 / 20


def test_a_point_of_a_smaller_surface_is_found_in_the_scene() -> None:
    shown = scene(everything()["idle.zh"])
    renderer = Renderer(pygame.Surface((740, 960)), shown)
    assert renderer.point(100, 0) == (0, 0)
    assert renderer.point(640, 960) == (1080, 1920)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_picture_is_the_upright_one_turned(turn: int) -> None:
    screens = [scene(everything()[name]) for name in ("idle.zh", "services.zh", "services.en")]
    upright = pygame.Surface((540, 960))
    lying = pygame.Surface((960, 540) if turn % 180 else (540, 960))
    turned = Renderer(lying, screens[0], turn)
    drawing = Renderer(upright, screens[0])
    for one in screens:
        drawing.draw(one)
        areas = turned.draw(one)
        wanted = pygame.transform.rotate(upright, -turn)
        assert pygame.image.tobytes(lying, "RGB") == pygame.image.tobytes(wanted, "RGB")
        assert all(lying.get_rect().contains(area) for area in areas)


@pytest.mark.parametrize(
    ("turn", "point"), [(0, (100, 30)), (90, (929, 100)), (180, (439, 929)), (270, (30, 439))]
)
def test_a_touch_is_turned_back(turn: int, point: tuple[int, int]) -> None:
    shown = scene(everything()["idle.zh"])
    surface = pygame.Surface((960, 540) if turn % 180 else (540, 960))
    x, y = Renderer(surface, shown, turn).point(*point)
    assert (x, y) == pytest.approx((200, 60), abs=2.1)
