"""Slips that a printer holds out: what becomes of them is written down when they were left there."""

import asyncio

from kiosk.domain.commands import RecordSlipMedia
from kiosk.domain.refusals import UnknownSlip
from kiosk.flow.desk import Desk
from kiosk.ports import LogUnavailable, SlipPresenter


async def record_media(desk: Desk, printer: SlipPresenter, retry_after: float = 5.0) -> None:
    """Write until cancelled; what can't be written is tried again every ``retry_after`` seconds.

    A slip of an earlier day is forgotten.
    """
    async for job, media in printer.media():
        await _record(desk, RecordSlipMedia(job, media), retry_after)


async def _record(desk: Desk, command: RecordSlipMedia, retry_after: float) -> None:
    while True:
        try:
            await desk.submit(command)
        except UnknownSlip:
            return
        except LogUnavailable:
            await asyncio.sleep(retry_after)
        else:
            return
