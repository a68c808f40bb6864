"""Events as JSON text, written once for all who see the same of them."""

from collections import OrderedDict

from pydantic_core import to_json

from kiosk.access import SEES_CLIENTS
from kiosk.domain.auditevents import OnRecord
from kiosk.domain.events import Fact
from kiosk.domain.role import Role
from kiosk.shapes.cloudevents import cloud_event

EVENTS_KEPT = 128


class EventTexts:
    """CloudEvents of the latest facts as text; ``source`` is this machine's."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._texts: OrderedDict[tuple[int, bool], str] = OrderedDict()

    def text(self, fact: Fact, role: Role) -> str:
        """The fact as one line of JSON, as this role may see it."""
        mark = (fact.sequence, role in SEES_CLIENTS)
        if mark not in self._texts:
            self._texts[mark] = self._write(fact, role in SEES_CLIENTS)
            if len(self._texts) > EVENTS_KEPT:
                self._texts.popitem(last=False)
        return self._texts[mark]

    def _write(self, fact: Fact, sees_clients: bool) -> str:
        event = cloud_event(fact, self._source)
        # Facts for the auditor are about the client: who may not know that isn't told of them.
        blank = not sees_clients and not isinstance(fact.event, OnRecord)
        if blank and "client" in event["data"]:
            event["data"]["client"] = None
        return to_json(event).decode()
