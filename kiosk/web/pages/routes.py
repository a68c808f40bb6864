"""The pages and their addresses (interfaces.md, "Pages")."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.web.app import Pages
from kiosk.web.context import WebContext
from kiosk.web.pages.admin import Workshop
from kiosk.web.pages.adminroutes import AdminRoutes
from kiosk.web.pages.auditpage import AuditPage
from kiosk.web.pages.bench import Bench
from kiosk.web.pages.benchcardroutes import CardPlaceRoutes
from kiosk.web.pages.benchroutes import BenchRoutes, ScannerRoutes, VoiceRoutes
from kiosk.web.pages.frame import refusal
from kiosk.web.pages.livepages import LivePages
from kiosk.web.pages.reception import Reception
from kiosk.web.pages.reportpage import ReportPage
from kiosk.web.pages.templates import FOLDER
from kiosk.web.sockets import SocketRoute

STATIC = FOLDER.parent / "static"


def pages(context: WebContext) -> Pages:
    """Every page, what they are made of, and the socket that keeps them up to date."""
    reception = Reception(context)
    workshop = (
        Workshop(context.maintenance, context.clock.now, context.register.pads)
        if context.maintenance
        else None
    )
    live = LivePages(context, workshop)
    reports = ReportPage(context)
    routes: list[BaseRoute] = [
        Route("/", reception.chooser, name="page-chooser"),
        Route("/login", reception.sign_in_form, name="page-sign-in"),
        Route("/login", reception.sign_in, methods=["POST"], name="page-sign-in"),
        Route("/logout", reception.sign_out, methods=["POST"], name="page-sign-out"),
        Route("/counter/{counter}", live.console, name="page-counter"),
        Route("/board", live.board, name="page-board"),
        Route("/reports", reports.show, name="page-reports"),
        Route("/audit", AuditPage(context).show, name="page-audit"),
        SocketRoute("/live", live.live, name="page-live"),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]
    if workshop:
        routes.append(Route("/admin", live.admin, name="page-admin"))
        routes += AdminRoutes(context, workshop).routes()
    if isinstance(context.bench, Bench):
        routes.append(Route("/bench", live.bench, name="page-bench"))
        routes += BenchRoutes(context, context.bench).routes()
        routes += CardPlaceRoutes(context.bench).routes()
        routes += ScannerRoutes(context.bench).routes()
        if context.bench.loudspeaker:
            routes += VoiceRoutes(context.bench.loudspeaker).routes()
    return Pages(routes, lambda connection, problem: refusal(connection, context.plan, problem))
