from datetime import UTC, datetime

from kiosk.domain.ids import StaffRef
from kiosk.domain.role import Role
from kiosk.store.staff import StaffUser
from kiosk.web.halfway import MOST, WITHIN, Halfway

AMY = StaffUser("amy", StaffRef("ab12"), "Amy", Role.TELLER, last_seen=datetime.now(UTC))


def test_whoever_waits_is_found_until_the_time_is_over_or_the_code_was_right() -> None:
    now = 0.0
    halfway = Halfway(lambda: now)
    token = halfway.wait(AMY, "mark")
    found = halfway.find(token)
    assert found is not None
    assert (found.user, found.mark) == (AMY, "mark")
    assert halfway.find("made up") is None
    halfway.leave(token)
    assert halfway.find(token) is None
    token = halfway.wait(AMY, "mark")
    now = WITHIN
    assert halfway.find(token) is None


def test_only_so_many_wait() -> None:
    halfway = Halfway(lambda: 0.0)
    tokens = [halfway.wait(AMY, "mark") for _ in range(MOST + 1)]
    assert [halfway.find(token) is not None for token in tokens] == [False] + [True] * MOST
