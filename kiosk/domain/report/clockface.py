"""The clock on the branch's wall: local times of instants, in the order of the business day."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo


@dataclass(frozen=True, slots=True)
class Clockface:
    """Of a branch whose business day begins at ``starts``."""

    zone: tzinfo
    starts: time

    def local(self, moment: datetime) -> datetime:
        """What the clock shows."""
        return moment.astimezone(self.zone)

    def place(self, shown: str) -> int:
        """Where ``09`` or ``09:15`` stands in the business day, to sort by: minutes after its start."""
        hour, _, minute = shown.partition(":")
        since_midnight = int(hour) * 60 + int(minute or 0)
        # An hour that the day's start divides belongs to its beginning.
        begin = self.starts.hour * 60 + (self.starts.minute if minute else 0)
        return (since_midnight - begin) % (24 * 60)
