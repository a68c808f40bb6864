"""Where a sign-in comes from, and what it brings along."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one request. Headers in which a proxy tells for whom it asks are anybody's to write."""

    source: str
    """The peer's address, see :func:`kiosk.web.addresses.network_of`."""
    browser: str | None = field(default=None, repr=False)
    """What it keeps since somebody signed in from it."""
    session: str | None = field(default=None, repr=False)
    """The token of the session that it has so far."""


HERE = Origin("local")
