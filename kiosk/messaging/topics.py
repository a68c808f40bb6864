"""Topics: under which name each message of a branch is published (messaging.md, Topics)."""

from dataclasses import dataclass

from kiosk.domain.alert import Recipient
from kiosk.domain.events import Event
from kiosk.domain.ids import BranchId, CounterId, QueueId
from kiosk.wire import name_of

VERSION = "v1"


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one branch."""

    branch: BranchId

    def event(self, event: Event) -> str:
        """Of a fact: ``kiosk/v1/0755/event/ticket/called``."""
        return self.kind(name_of(event))

    def kind(self, name: str) -> str:
        """Of events of the name ``ticket.called``."""
        return self.under(f"event/{name.replace('.', '/')}")

    def alert(self, recipient: Recipient) -> str:
        """Where one recipient is told of alerts: ``kiosk/v1/0755/alert/role/lobby-manager``."""
        return self.under(f"alert/{recipient}")

    def queue(self, queue: QueueId) -> str:
        """Who waits in a queue, in calling order."""
        return self.under(f"state/queue/{queue}")

    def public_queue(self, queue: QueueId) -> str:
        """How many wait in a queue, and how long."""
        return self.under(f"state/public/queue/{queue}")

    def counter(self, counter: CounterId) -> str:
        """What a counter does."""
        return self.under(f"state/counter/{counter}")

    @property
    def board(self) -> str:
        """What a hall board draws."""
        return self.under("state/board")

    @property
    def hall(self) -> str:
        """The open day and what doesn't work."""
        return self.under("state/branch")

    def presence(self, node: str) -> str:
        """Whether a node is there: the name of its token or device."""
        return self.under(f"presence/{node}")

    def under(self, rest: str) -> str:
        """A topic or filter of this branch; ``#`` is all of it."""
        return f"kiosk/{VERSION}/{self.branch}/{rest}"
