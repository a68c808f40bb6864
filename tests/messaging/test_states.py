"""State messages as displays and monitoring read them: the hall, and nobody's name in it."""

import json

from kiosk.clock import SystemClock
from kiosk.domain.commands import CallNext, OpenCounter
from kiosk.domain.ids import BranchId
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.state import counter_state, queue_state
from kiosk.messaging.states import views_of
from kiosk.messaging.topics import Topics
from tests.domain.day import GOLD, LI, ONE, Day
from tests.support.branch import V

TOPICS = Topics(BranchId("0755"))


def test_no_state_names_a_client_though_the_hall_knows_them() -> None:
    """Not even by the reference: displays get the same message as staff."""
    day, book = Day(), EstimateBook()
    day.issue("t1", GOLD)
    day.issue("t2", GOLD)
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI))
    views = views_of(day.plan, TOPICS, book, SystemClock())
    shown = {topic: view(day.branch, day.now) for topic, view in views.items()}
    assert str(GOLD.client) not in json.dumps(shown)

    queue, counter = shown[TOPICS.queue(V)], shown[TOPICS.counter(ONE)]
    known_queue = queue_state(day.branch, V, day.now, book)
    known_counter = counter_state(day.branch, ONE)
    assert [one["client"] for one in known_queue["tickets"]] == [GOLD.client]
    assert known_counter["ticket"]["client"] == GOLD.client
    known_queue["tickets"][0]["client"] = None
    known_counter["ticket"]["client"] = None
    assert (queue, counter) == (known_queue, known_counter)
