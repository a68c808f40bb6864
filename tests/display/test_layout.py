from itertools import combinations

import pytest

from kiosk.display.layout import scene
from kiosk.display.outage import lost_screen, stale
from kiosk.display.palette import contrast
from kiosk.display.picture import action_at
from kiosk.display.portrait import REACH
from kiosk.display.render import SMALLEST, fitted
from kiosk.display.scene import Code, Icon, Label, Panel, Rect, Scene
from tests.display.examples import LANGUAGES, board, everything

MILLIMETRES_20 = 81
"""Pixels, on a portrait screen of 21.5 inches."""

SCENES = {
    **{name: scene(screen) for name, screen in everything().items()},
    "board-14-second-page": scene(board(14), 1),
    "board-stale": scene(stale(board(3), LANGUAGES, "09:31:07")),
    "lost": scene(lost_screen(LANGUAGES, staff_hint=True)),
}

every_scene = pytest.mark.parametrize("shown", SCENES.values(), ids=SCENES)


def overlap(one: Rect, other: Rect) -> bool:
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )


@every_scene
def test_nothing_stands_out_of_the_screen(shown: Scene) -> None:
    whole = Rect(0, 0, shown.width, shown.height)
    for part in shown.parts:
        assert part.place.width > 0
        assert part.place.height > 0
        assert part.place.inset(0, 0) == part.place
        assert whole.x <= part.place.x
        assert part.place.right <= whole.right
        assert whole.y <= part.place.y
        assert part.place.bottom <= whole.bottom


@every_scene
def test_no_text_sign_or_code_stands_on_another(shown: Scene) -> None:
    content = [part for part in shown.parts if isinstance(part, Label | Icon | Code)]
    for one, other in combinations(content, 2):
        assert not overlap(one.place, other.place), (one, other)


@every_scene
def test_every_text_fits_its_place_without_becoming_too_small(shown: Scene) -> None:
    for part in shown.parts:
        if isinstance(part, Label):
            size, lines = fitted(part)
            assert size > SMALLEST or part.size <= SMALLEST + 2, part
            assert "".join(lines).replace(" ", "") == part.text.replace(" ", "").replace("\n", "")


@every_scene
def test_every_text_can_be_read_by_weak_eyes(shown: Scene) -> None:
    for part in shown.parts:
        if isinstance(part, Label | Icon):
            assert contrast(part.colour, part.on) >= 7, part


@every_scene
def test_buttons_are_large_within_reach_and_apart(shown: Scene) -> None:
    buttons = [part for part in shown.parts if isinstance(part, Panel) and part.action]
    for button in buttons:
        assert button.place.height >= MILLIMETRES_20
        assert button.place.width >= MILLIMETRES_20
        assert button.place.y >= REACH
    for one, other in combinations(buttons, 2):
        assert not overlap(one.place, other.place)


@pytest.mark.parametrize("name", ["services.zh", "services-many.zh", "services-warning.en"])
def test_service_buttons_are_very_large(name: str) -> None:
    panels = [part for part in SCENES[name].parts if isinstance(part, Panel) and part.action]
    services = [one for one in panels if one.action and one.action.startswith("service:")]
    assert services
    assert min(one.place.height for one in services) >= 170


def test_every_enabled_button_is_touched_at_its_middle_and_no_other() -> None:
    for name, screen in everything().items():
        panels = [part for part in SCENES[name].parts if isinstance(part, Panel) and part.action]
        enabled = [one["action"] for one in screen.get("buttons", []) if one["enabled"]]
        assert sorted(panel.action or "" for panel in panels) == sorted(enabled)
        for panel in panels:
            place = panel.place
            middle = place.x + place.width / 2, place.y + place.height / 2
            assert action_at(screen, *middle) == panel.action


def test_nothing_is_touched_between_the_buttons() -> None:
    assert action_at(everything()["services.zh"], 5, 5) is None


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
