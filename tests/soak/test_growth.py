"""What counts as grown between the first and the last quarter of a soak."""

import pytest

from kiosk.soak.growth import (
    COUNTED,
    LATENCY,
    MEMORY,
    YARDSTICK,
    Bound,
    Growth,
    Reading,
    growths,
)


def readings(name: str, *values: float, tickets: int = 0, slower: float = 1) -> list[Reading]:
    """One a second; the machine becomes slower in the middle."""
    half = len(values) / 2
    return [
        Reading(
            at=nth,
            tickets=nth * tickets,
            figures={name: value, YARDSTICK: 10 * (slower if nth > half else 1)},
        )
        for nth, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("bound", "first", "last", "tickets", "slower", "grew"),
    [
        (COUNTED, 20, 23, 0, 1, False),
        (COUNTED, 20, 24, 0, 1, True),
        (COUNTED, 20, 5, 0, 1, False),
        (MEMORY, 80, 88, 0, 1, False),
        (MEMORY, 80, 89, 0, 1, True),
        (MEMORY, 80, 89, 100, 1, False),
        (LATENCY, 4, 8, 0, 1, False),
        (LATENCY, 4, 8.1, 0, 1, True),
        (LATENCY, 4, 12, 0, 2, False),
        (COUNTED, 20, 24, 0, 2, True),
        (LATENCY, 4, 8.1, 0, 0.5, True),
    ],
)
def test_a_figure_beyond_its_bound_has_grown(
    *, bound: Bound, first: float, last: float, tickets: int, slower: float, grew: bool
) -> None:
    values = [first] * 6 + [last] * 6
    found = growths(readings("it", *values, tickets=tickets, slower=slower), {"it": bound})
    assert [(one.name, one.first, one.last, one.too_much) for one in found] == [
        ("it", first, last, grew)
    ]


def test_one_moment_of_many_files_is_no_growth() -> None:
    (found,) = growths(readings("files", *[9] * 10, 80, 9), {"files": COUNTED})
    assert found == Growth("files", 9, 9, 12)


def test_what_was_never_read_has_not_grown() -> None:
    assert growths([], {"files": COUNTED}) == []
    assert growths(readings("files", *[9] * 8), {"tasks": COUNTED}) == []
