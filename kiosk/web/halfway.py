"""Half-way in: people whose password was right and who look at their phone for the code."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.store.staff import StaffUser
from kiosk.store.tokens import digest, new_token

WITHIN = 180.0
"""Seconds in which the code is given; later the password is asked for again."""
MOST = 100


@dataclass(frozen=True, slots=True)
class HalfIn:
    """One of them. ``mark`` is another one when password or secret were changed meanwhile."""

    user: StaffUser
    mark: str
    until: float


class Halfway:
    """Remembers them by a token that stands in their page and lets nobody in by itself."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._people: OrderedDict[str, HalfIn] = OrderedDict()

    def wait(self, user: StaffUser, mark: str) -> str:
        """The token by which the password needn't be given again."""
        token = new_token()
        self._people[digest(token)] = HalfIn(user, mark, self._monotonic() + WITHIN)
        if len(self._people) > MOST:
            self._people.popitem(last=False)
        return token

    def find(self, token: str) -> HalfIn | None:
        """Who it is; None when that was too long ago, or never."""
        found = self._people.get(digest(token))
        return found if found and found.until > self._monotonic() else None

    def leave(self, token: str) -> None:
        """The code was right: the token is used up."""
        self._people.pop(digest(token), None)
