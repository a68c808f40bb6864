"""The HTTP API, ``/api/v1``, by subject. What is called most stands first."""

from starlette.routing import BaseRoute

from kiosk.web.alerts import AlertRoutes
from kiosk.web.clientmode import ClientModeRoutes
from kiosk.web.context import WebContext
from kiosk.web.counters import CounterRoutes
from kiosk.web.devices import DeviceRoutes
from kiosk.web.events import EventRoutes
from kiosk.web.eventtext import EventTexts
from kiosk.web.feed import FeedRoutes
from kiosk.web.hall import HallRoutes
from kiosk.web.handling import HandlingRoutes
from kiosk.web.health import HealthRoutes
from kiosk.web.protocolfiles import ProtocolRoutes
from kiosk.web.reports import ReportRoutes
from kiosk.web.signin import SignInRoutes
from kiosk.web.terminals import TerminalRoutes
from kiosk.web.tickets import TicketRoutes
from kiosk.web.visits import VisitRoutes


def api_routes(context: WebContext) -> list[BaseRoute]:
    """Every route of the API, named as in the role table."""
    texts = EventTexts(context.source)
    return [
        *TicketRoutes(context).routes(),
        *CounterRoutes(context).routes(),
        *TerminalRoutes(context).routes(),  # before the verbs: a slip is none
        *HandlingRoutes(context).routes(),
        *HallRoutes(context).routes(),
        *VisitRoutes(context).routes(),
        *AlertRoutes(context).routes(),
        *EventRoutes(context, texts).routes(),
        *FeedRoutes(context, texts).routes(),
        *ReportRoutes(context).routes(),
        *SignInRoutes(context).routes(),
        *DeviceRoutes(context).routes(),
        *ClientModeRoutes(context).routes(),
        *HealthRoutes(context).routes(),
        *ProtocolRoutes().routes(),
    ]
