"""A key of the bank's that may be in the middle of being changed."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChangingKey:
    """Under ``present`` clients are known from now on; whom only ``former`` knows is entered anew."""

    present: bytes = field(repr=False)
    former: bytes | None = field(default=None, repr=False)


KeyNow = Callable[[], ChangingKey]
"""Asked at each card: keys change while the branch runs."""
