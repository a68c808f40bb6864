"""Names of topics, and which facts change which state."""

import re

import pytest

from kiosk.domain.commands import CallNext, Command, IssueTicket, OpenCounter, ReportDevice
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus
from kiosk.domain.events import TicketIssued
from kiosk.domain.ids import BranchId, CounterId, DeviceId, QueueId, StaffRef, TicketId, VisitId
from kiosk.flow.estimatebook import EstimateBook
from kiosk.messaging.states import changed_by, views_of
from kiosk.messaging.topics import Topics
from tests.messaging.parts import TestedBranch
from tests.support.branch import CASH, ZH, small_plan

TOPICS = Topics(BranchId("0755"))


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        (TOPICS.queue(QueueId("A")), "kiosk/v1/0755/state/queue/A"),
        (TOPICS.public_queue(QueueId("A")), "kiosk/v1/0755/state/public/queue/A"),
        (TOPICS.counter(CounterId("1")), "kiosk/v1/0755/state/counter/1"),
        (TOPICS.board, "kiosk/v1/0755/state/board"),
        (TOPICS.hall, "kiosk/v1/0755/state/branch"),
        (TOPICS.presence("wall"), "kiosk/v1/0755/presence/wall"),
        (TOPICS.under("#"), "kiosk/v1/0755/#"),
    ],
)
def test_topics_have_the_names_that_others_rely_on(topic: str, name: str) -> None:
    assert topic == name


async def test_an_events_topic_is_its_family_and_verb(branch: TestedBranch) -> None:
    [receipt] = await branch.issue()
    [fact] = receipt.facts
    assert isinstance(fact.event, TicketIssued)
    assert TOPICS.event(fact.event) == "kiosk/v1/0755/event/ticket/issued"
    assert re.fullmatch(r"[\w/-]+", TOPICS.event(fact.event))


async def test_facts_change_the_states_that_show_them(branch: TestedBranch) -> None:
    plan = small_plan()
    one, li = CounterId("1"), StaffRef("li")
    slip = DeviceCondition(DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.OFFLINE)
    issue = IssueTicket(TicketId("t"), VisitId("v"), CASH, ZH)
    queue = {"queue/A", "public/queue/A", "board"}
    table: list[tuple[Command, set[str]]] = [
        (issue, queue),
        (OpenCounter(one, li), {"counter/1", "board"}),
        (CallNext(one, li), {*queue, "counter/1"}),
        (ReportDevice(slip), {"branch"}),
    ]
    for command, states in table:
        receipt = await branch.desk.submit(command)
        changed = changed_by(receipt.facts, plan, TOPICS)
        assert changed == {TOPICS.under(f"state/{state}") for state in states}, command


async def test_a_new_day_changes_everything(branch: TestedBranch) -> None:
    plan = small_plan()
    await branch.issue()
    [opened] = branch.log.read(0, 1)
    assert changed_by([opened], plan, TOPICS) == set(
        views_of(plan, TOPICS, EstimateBook(), branch.clock)
    )
