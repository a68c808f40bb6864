"""The test picture: marks where a finger is told from a wrong mapping, and a line along each edge."""

import pytest

from kiosk.display.scene import Panel, Rect
from kiosk.display.testpicture import MARKS, marks_hit, picture

CORNERS = {"touch": (1080, 1920), "board": (1920, 1080)}


@pytest.mark.parametrize("kind", CORNERS)
def test_each_corner_has_a_mark_and_the_middle_too(kind: str) -> None:
    width, height = CORNERS[kind]
    scene = picture(kind, ["touch"], [])
    points = [(1, 1), (width - 1, 1), (width - 1, height - 1), (1, height - 1)]
    points.append((width // 2, height // 2))
    assert [scene.action_at(*point) for point in points] == list(MARKS)
    assert (scene.width, scene.height) == (width, height)


def test_a_mark_counts_once_and_beside_it_nothing() -> None:
    scene = picture("touch", [], [])
    assert marks_hit(scene, [(5, 5), (500, 400), (9, 9), (1079, 1919)]) == ["1", "3"]


def test_the_cross_stands_where_the_finger_was_and_hides_no_mark() -> None:
    scene = picture("touch", [], [(5, 5), (300, 700)])
    assert Rect(0, 698, 1080, 4) in [part.place for part in scene.parts]
    assert Rect(298, 0, 4, 1920) in [part.place for part in scene.parts]
    assert scene.action_at(90, 90) == "1"


@pytest.mark.parametrize("kind", CORNERS)
def test_the_line_along_the_edges_is_on_top(kind: str) -> None:
    width, height = CORNERS[kind]
    edges = picture(kind, [], [(1, 1)]).parts[-4:]
    assert {part.place for part in edges if isinstance(part, Panel)} == {
        Rect(0, 0, width, 6),
        Rect(0, height - 6, width, 6),
        Rect(0, 0, 6, height),
        Rect(width - 6, 0, 6, height),
    }
