"""Visits of a branch: who comes, as the client directory knows them under the bank's key."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from kiosk.assembly.core import Core
from kiosk.assembly.demonstration import Demonstration
from kiosk.assembly.erasing import keep_erasures
from kiosk.assembly.keychange import rekeyed
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.opening import keep_opening
from kiosk.clients.seen import SeenClients
from kiosk.documents import document_keys
from kiosk.flow.identify import Identification
from kiosk.flow.visits import Visits
from kiosk.keys.keyring import Keyring
from kiosk.settings import Settings
from kiosk.store.pads import Pads


async def visits_of(
    settings: Settings,
    var: Path,
    core: Core,
    demonstration: Demonstration | None,
    ending: AsyncExitStack,
    *,
    keys: Keyring,
    pads: Pads,
) -> Visits:
    """Its directory is opened, or has been tried, when this returns."""
    report = core.conditions.report
    directory = EmbeddedDirectory(
        var / "clients.db", lambda: document_keys(keys.card_key()), rekeyed(core)
    )
    ending.push_async_callback(directory.close)

    async def enrol() -> None:
        if demonstration:
            await demonstration.enrol_clients(directory, keys.card_key().present, core.clock)

    tried = asyncio.Event()
    core.tasks.start("client directory", keep_opening(directory, enrol, report, tried))
    await tried.wait()
    seen = SeenClients(directory, var / "clients.db")
    keep_erasures(seen, settings.retention.clients, core)
    identification = Identification(seen, report)
    plan = core.hall.branch.plan
    budget = settings.clients.budget_ms / 1000
    visits = Visits(plan, core.desk, identification, core.clock, budget, pads=pads.told_of)
    ending.push_async_callback(visits.close)
    return visits
