"""Staff: the people who sign in."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.ids import StaffRef
from kiosk.domain.role import Role


@dataclass(frozen=True, slots=True)
class StaffUser:
    """A member of staff. ``reference`` is random and opaque: what events carry."""

    name: str
    reference: StaffRef
    display_name: str
    role: Role
    disabled: bool = False
    last_seen: datetime | None = None
    """In a session that still exists; to the minute."""
