"""The line on which a broker takes commands for its dynamic-security plugin."""

import asyncio
import itertools
from collections.abc import Sequence

from pydantic_core import from_json, to_json

from kiosk.messaging.dynamicsecurity import CONTROL, RESPONSE, Json
from kiosk.messaging.mqtt import MqttPublisher
from kiosk.ports import KioskError, Message

ANSWER_WITHIN = 3.0
"""Seconds."""
AT_ONCE = 50
"""Commands in one message, so that none is larger than a broker takes."""


class NoControl(KioskError):
    """The broker has no such plugin, or doesn't let the controller use it."""


class BrokerControl:
    """Asks one thing after the other. Raises NoControl, and BrokerLost as publishing does."""

    def __init__(self, publisher: MqttPublisher) -> None:
        self._publisher = publisher
        self._numbers = itertools.count()
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()

    async def open(self) -> None:
        """Before the first question."""
        if not await self._publisher.follow(RESPONSE, self._take):
            raise NoControl(f"it doesn't let the controller read {RESPONSE}")

    async def ask(self, commands: Sequence[Json]) -> list[Json]:
        """The answers in the order of the commands; one that failed has an ``error``."""
        answers: list[Json] = []
        for first in range(0, len(commands), AT_ONCE):
            answers += await self._ask(commands[first : first + AT_ONCE])
        return answers

    def _take(self, topic: str, payload: bytes) -> None:
        del topic
        self._answers.put_nowait(payload)

    async def _ask(self, commands: Sequence[Json]) -> list[Json]:
        mark = str(next(self._numbers))
        marked = [{**command, "correlationData": mark} for command in commands]
        await self._publisher.publish(Message(CONTROL, to_json({"commands": marked})))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                while True:
                    answers: list[Json] = from_json(await self._answers.get())["responses"]
                    if all(answer.get("correlationData") == mark for answer in answers):
                        return answers
        except TimeoutError:
            raise NoControl(f"it doesn't answer at {CONTROL}") from None
