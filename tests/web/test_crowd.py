"""Who gives way when there are more than there is room for."""

from dataclasses import dataclass

import pytest

from kiosk.web.crowd import gives_way, source_of


@dataclass(frozen=True)
class Somebody:
    source: str
    since: float
    worth: int = 0


@pytest.mark.parametrize(
    ("present", "leaves"),
    [
        ([Somebody("a", 1)], 0),
        ([Somebody("a", 1), Somebody("a", 2), Somebody("b", 0)], 0),
        ([Somebody("b", 0), Somebody("a", 2), Somebody("a", 1)], 2),
        ([Somebody("a", 1, 3), Somebody("a", 2, 1), Somebody("a", 3, 2)], 1),
        ([Somebody("a", 1, 3), Somebody("a", 2, 3), Somebody("b", 3)], 0),
        ([Somebody("a", 1, 1), Somebody("b", 2, 1), Somebody("c", 3, 0)], 2),
    ],
    ids=["alone", "first of most", "by time", "least lost", "even at work", "of equal crowds"],
)
def test_who_leaves(present: list[Somebody], leaves: int) -> None:
    assert gives_way(present) is present[leaves]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("127.0.0.1", "127.0.0.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "elsewhere", True),
    ],
)
def test_who_comes_from_the_same_place(one: str, other: str, same: bool) -> None:
    assert (source_of(one) == source_of(other)) is same
