"""The shapes of the facts that are there for an auditor, and their names on the wire."""

from kiosk.domain.auditevents import AuditEvent, ClientOpened, KnownBy, SettingsChanged
from kiosk.domain.ids import ClientRef, VisitId
from kiosk.shapewriting import Shape


class ClientOpenedShape(Shape):
    """A client that somebody was told of."""

    client: ClientRef
    visit: VisitId
    known_by: KnownBy


class SettingsShape(Shape):
    """What the branch goes by."""

    digest: str
    program: str


AUDIT_KINDS: dict[str, type[AuditEvent]] = {
    "client.opened": ClientOpened,
    "settings.changed": SettingsChanged,
}
AUDIT_SHAPES: dict[str, type[Shape]] = {
    "client.opened": ClientOpenedShape,
    "settings.changed": SettingsShape,
}
