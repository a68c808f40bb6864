from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from kiosk.display.layout import scene
from kiosk.display.outage import lost_screen, stale
from kiosk.display.palette import Colour
from kiosk.display.picture import action_at
from kiosk.display.render import SMALLEST, fitted, text_width
from kiosk.display.scene import Code, Icon, Label, Panel, Rect, Scene
from kiosk.display.servicescreen import ROOM
from kiosk.display.sheet import HEIGHT, LOW_REACH, REACH
from kiosk.domain.ids import Language
from kiosk.domain.visit import ChoosingService
from tests.display.contrast import contrast
from tests.display.examples import (
    CS,
    EN,
    LANGUAGES,
    RU,
    ZH,
    board,
    everything,
    made_accessible,
    screen,
    stages,
)
from tests.display.regenerate import drawn

MILLIMETRES_20 = 81
"""Pixels, on a portrait screen of 21.5 inches."""

SCREENS = everything() | made_accessible()

SCENES = {
    **{name: scene(screen) for name, screen in SCREENS.items()},
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


@pytest.mark.parametrize("count", [6, 12, 20, 30])
@pytest.mark.parametrize("language", LANGUAGES)
def test_counters_with_long_names_never_run_into_each_other(count: int, language: Language) -> None:
    shown = board(3, desks=count, first=language)
    for counter in shown["counters"]:
        counter["counter"] = LONG_NAMES[language]
    for call in shown["calling"] + shown["last"]:
        call["counter"] = LONG_NAMES[language]
    for part in scene(shown).parts:
        if isinstance(part, Label):
            size, lines = fitted(part)
            widest = max(text_width(line, size, part.bold) for line in lines)
            assert widest <= part.place.width, lines
            if part.text in {one["text"] for one in shown["counters"]} and count <= 20:
                assert lines == [part.text], "what a counter does is never cut"


LONG_NAMES = {
    ZH: "财富管理中心贵宾理财室",
    EN: "Wealth management room",
    RU: "Зал обслуживания премиальных клиентов",
    CS: "Místnost pro soukromé bankovnictví",
}


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
        assert button.place.y >= REACH, button
    for one, other in combinations(buttons, 2):
        assert not overlap(one.place, other.place)


@pytest.mark.parametrize("name", [name for name in SCENES if name.endswith(("low", "both"))])
def test_every_button_can_be_reached_from_a_wheelchair(name: str) -> None:
    buttons = [one for one in SCENES[name].parts if isinstance(one, Panel) and one.action]
    assert buttons
    assert min(one.place.y for one in buttons) >= LOW_REACH
    assert (HEIGHT - LOW_REACH) * 476 / HEIGHT <= 215, "millimetres of the screen"


@pytest.mark.parametrize("name", [name for name in SCENES if name.endswith(("large", "both"))])
def test_large_text_is_large_and_strong(name: str) -> None:
    before = SCENES[name.rpartition(".")[0]].parts
    usual = {part.text: part for part in before if isinstance(part, Label)}
    for part in SCENES[name].parts:
        if isinstance(part, Label):
            size, _ = fitted(part)
            assert size >= 32, f"8 mm: {part}"
            assert contrast(part.colour, part.on) >= 12
            if part.text in usual:
                assert size >= fitted(usual[part.text])[0] * 0.8, "hardly ever smaller than usual"
        if isinstance(part, Icon):
            assert contrast(part.colour, part.on) >= 12


@pytest.mark.parametrize(
    "name", ["services.ru.large", "phone-complete.zh.both", "ticket-unknown.cs.large"]
)
def test_what_is_drawn_is_as_strong_as_its_colours(name: str) -> None:
    picture = drawn(SCREENS[name])
    for part in SCENES[name].parts:
        if isinstance(part, Label):
            place = part.place
            area = (place.x // 2, place.y // 2, place.right // 2, place.bottom // 2)
            pixels = picture.crop(area).tobytes()
            colours = Counter(_colours(pixels))
            [(ground, _)] = colours.most_common(1)
            assert max(contrast(ground, colour) for colour in colours) >= 7, part


def _colours(pixels: bytes) -> Iterator[Colour]:
    """Three bytes a pixel."""
    return ((red, green, blue) for red, green, blue in zip(*[iter(pixels)] * 3, strict=True))


def test_every_service_is_on_some_page() -> None:
    stage = stages(EN)["services-crowded"]
    assert isinstance(stage, ChoosingService)
    for accessibility, room in ROOM.items():
        found: list[str] = []
        for page in range(9):
            shown = screen(replace(stage, page=page), accessibility)["buttons"]
            services = [one["action"] for one in shown if one["style"] == "service"]
            assert len([one for one in shown if one["style"] in {"service", "more"}]) <= room
            found += [one for one in services if one not in found]
        assert len(found) == len(stage.offers)


@pytest.mark.parametrize("name", ["services.zh", "services-many.zh", "services-warning.en"])
def test_service_buttons_are_very_large(name: str) -> None:
    panels = [part for part in SCENES[name].parts if isinstance(part, Panel) and part.action]
    services = [one for one in panels if one.action and one.action.startswith("service:")]
    assert services
    assert min(one.place.height for one in services) >= 170


def test_every_enabled_button_is_touched_at_its_middle_and_no_other() -> None:
    for name, given in SCREENS.items():
        panels = [part for part in SCENES[name].parts if isinstance(part, Panel) and part.action]
        enabled = [one["action"] for one in given.get("buttons", []) if one["enabled"]]
        assert sorted(panel.action or "" for panel in panels) == sorted(enabled)
        for panel in panels:
            place = panel.place
            middle = place.x + place.width / 2, place.y + place.height / 2
            assert action_at(given, *middle) == panel.action


def test_nothing_is_touched_between_the_buttons() -> None:
    assert action_at(everything()["services.zh"], 5, 5) is None


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
