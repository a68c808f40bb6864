"""State messages that the broker keeps of queues and counters which the branch has no more.

The settings may have named them at its last start; whoever comes later would still be told of them.
"""

from collections.abc import Set

from kiosk.messaging.mqtt import MqttPublisher
from kiosk.messaging.topics import Topics
from kiosk.ports import Message


class KeptStates:
    """What the broker has kept below ``state/`` when a connection begins."""

    def __init__(self, topics: Topics) -> None:
        self._filter = topics.under("state/#")
        self._kept: set[str] = set()

    async def ask(self, publisher: MqttPublisher) -> None:
        """Have the broker name them; what is published from now on comes back behind them."""
        await publisher.follow(self._filter, self._take)

    async def clear(self, publisher: MqttPublisher, shown: Set[str]) -> None:
        """Take away what isn't shown any more, once all that is shown was published.

        Raises BrokerLost.
        """
        await publisher.unfollow(self._filter)
        for topic in sorted(self._kept - shown):
            await publisher.publish(Message(topic, b"", retain=True))

    def _take(self, topic: str, payload: bytes) -> None:
        if payload:
            self._kept.add(topic)
