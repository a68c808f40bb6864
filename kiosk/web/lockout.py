"""Lock-out: how many wrong passwords are too many, without anybody locking others out by them.

Whoever has signed in from a browser before, with the name that is tried, is counted apart from
everybody else there, so that nobody else can use up that count. Strangers are counted by the address
that they come from: for one name, and for all names together (one password tried with every name).
A name that is tried from many addresses is open to none of them that was wrong already; a first
attempt from anywhere passes, for it may be the right person at another desk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.flow.attempts import Attempts, TooManyAttempts

MINUTE, TEN_MINUTES = 60.0, 600.0
WRONG_A_MINUTE = 10
"""With one name from one place (interfaces.md)."""
WRONG_FROM_A_SOURCE = 100
"""In ten minutes, with any names: a branch that shows one address for all its desks mistypes less."""
WRONG_FROM_STRANGERS = 50
"""In ten minutes, with one name from anywhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a password comes from."""

    source: str
    """An address, see :func:`kiosk.web.addresses.network_of`."""
    known: str | None = None
    """Names the browser or device from which this user has signed in before."""


class Lockout:
    """Counts wrong passwords. Names of users and strangers are counted alike."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._at_a_place = Attempts(WRONG_A_MINUTE, MINUTE, monotonic)
        self._from_a_source = Attempts(WRONG_FROM_A_SOURCE, TEN_MINUTES, monotonic)
        self._from_strangers = Attempts(WRONG_FROM_STRANGERS, TEN_MINUTES, monotonic)
        self._wrong_once = Attempts(1, TEN_MINUTES, monotonic)

    def attempt(self, user: str, place: Place) -> None:
        """A password is tried, and counts as wrong until it was right. Raises TooManyAttempts."""
        if place.known:
            self._at_a_place.count((user, place.known))
            return
        here = (user, place.source)
        self._at_a_place.check(here)
        self._from_a_source.check(place.source)
        self._check_strangers(user, here)
        self._at_a_place.count(here)
        self._from_a_source.count(place.source)

    def wrong(self, user: str, place: Place) -> None:
        """It was wrong."""
        if place.known:
            return
        _count(self._from_strangers, user)
        _count(self._wrong_once, (user, place.source))

    def right(self, user: str, place: Place) -> None:
        """It was right: what was mistyped before is forgiven, at this place alone."""
        self._at_a_place.clear((user, place.known or place.source))
        if not place.known:
            self._from_a_source.take_back(place.source)

    def undecided(self, place: Place) -> None:
        """It was right, and something else is still asked for: nothing is forgiven yet."""
        if not place.known:
            self._from_a_source.take_back(place.source)

    def _check_strangers(self, user: str, here: tuple[str, str]) -> None:
        try:
            self._from_strangers.check(user)
        except TooManyAttempts:
            self._wrong_once.check(here)


def _count(attempts: Attempts, name: object) -> None:
    try:
        attempts.count(name)
    except TooManyAttempts:
        return  # it is counted that they are too many
