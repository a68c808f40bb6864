"""Which segment a client falls into; what a client's repr tells."""

from datetime import date

import pytest

from kiosk.domain.client import Client, Segment, segment_of
from kiosk.domain.ids import ClassId, ClientRef, SegmentId

RICH = Segment(SegmentId("rich"), ClassId("vip"), assets_at_least=500_000)
GRADED = Segment(SegmentId("graded"), ClassId("vip"), grades=frozenset({"gold", "diamond"}))
EITHER = Segment(SegmentId("either"), ClassId("vip"), 1_000, frozenset({"silver"}))


def client(assets: int | None = None, grade: str | None = None) -> Client:
    return Client(ClientRef("c1"), "Jane Sample", "Sample", assets=assets, grade=grade)


@pytest.mark.parametrize(
    ("who", "segments", "expected"),
    [
        (client(), [RICH, GRADED], None),
        (client(assets=499_999), [RICH], None),
        (client(assets=500_000), [RICH], "rich"),
        (client(grade="gold"), [RICH, GRADED], "graded"),
        (client(assets=600_000, grade="gold"), [RICH, GRADED], "rich"),
        (client(assets=600_000, grade="gold"), [GRADED, RICH], "graded"),
        (client(grade="silver"), [EITHER], "either"),
        (client(assets=1_000), [EITHER], "either"),
        (client(assets=0, grade="none"), [], None),
    ],
)
def test_the_first_segment_of_which_any_condition_fits(
    who: Client, segments: list[Segment], expected: str | None
) -> None:
    found = segment_of(who, segments)
    assert (found.id if found else None) == expected


def test_a_repr_tells_nothing_of_a_person() -> None:
    who = Client(
        ClientRef("c1"), "Jane Sample", "Sample", assets=123_456, birthday=date(1971, 3, 8)
    )
    for secret in ("Jane", "Sample", "123456", "1971"):
        assert secret not in repr(who)
