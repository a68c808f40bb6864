"""A small branch for tests: two kinds of business, and a line for preferred clients."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.alert import AlertRules
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Segment
from kiosk.domain.counter import CounterPlan, WorkProfile
from kiosk.domain.ids import BranchId, ClassId, CounterId, Language, QueueId, SegmentId, ServiceId
from kiosk.domain.queue import DEFAULT_CLASSES, VIP, NumberSeries, Queue
from kiosk.domain.rules import Break, CallingRules, ReasonFor
from kiosk.domain.service import Service

ZH, EN = Language("zh"), Language("en")
A, B, V = QueueId("A"), QueueId("B"), QueueId("V")
Q_NOWHERE = QueueId("Q")
CASH, ACCOUNT = ServiceId("cash"), ServiceId("account")

AT_ONCE = CallingRules(recalls_minimum=0, recall_cooldown=timedelta(), recall_limit=99)
"""Tests that aren't about it needn't wait between calls."""
REASONS = {
    ReasonFor.DROP: {"left": {ZH: "已离开", EN: "Has left"}},
    ReasonFor.PARK: {"documents": {ZH: "补充证件", EN: "Documents are missing"}},
    ReasonFor.PRIORITY: {"elderly": {ZH: "老年客户", EN: "Elderly"}},
    ReasonFor.FINISH: {"done": {ZH: "已办结", EN: "Done"}},
    ReasonFor.CLEAR: {"evacuation": {ZH: "紧急疏散", EN: "Evacuation"}},
}


def small_plan() -> BranchPlan:
    """Branch 0755: services ``cash`` (queue A, preferred clients V) and ``account`` (queue B).

    Counter 1 serves V and A, counter 2 A and B, counter 3 B. Segment ``vip`` from 500,000 on.
    """
    return BranchPlan(
        id=BranchId("0755"),
        names={ZH: "科技园支行", EN: "Science Park"},
        zone=ZoneInfo("Asia/Shanghai"),
        day_starts=time(4),
        languages=(ZH, EN),
        services={
            CASH: Service(CASH, {ZH: "现金业务", EN: "Cash"}, A, vip_queue=V),
            ACCOUNT: Service(ACCOUNT, {ZH: "开户", EN: "New account"}, B),
        },
        queues={
            A: _queue(A, "个人现金", "Personal cash"),
            B: _queue(B, "个人非现金", "Personal accounts"),
            V: _queue(V, "贵宾", "Priority"),
        },
        counters={
            plan.id: plan for plan in (_counter("1", V, A), _counter("2", A, B), _counter("3", B))
        },
        classes={one.id: one for one in DEFAULT_CLASSES},
        segments=(
            Segment(SegmentId("vip"), ClassId(VIP), 500_000, frozenset({"gold", "diamond"})),
        ),
        calling=AT_ONCE,
        alerts=AlertRules(kinds=frozenset(), escalate_after=None),
        reasons=REASONS,
        breaks={
            "lunch": Break("lunch", {ZH: "午餐", EN: "Lunch"}, timedelta(minutes=40), 1),
            "short": Break("short", {ZH: "小休", EN: "Short break"}, timedelta(minutes=5)),
        },
    )


def _queue(queue: QueueId, zh: str, en: str) -> Queue:
    return Queue(queue, {ZH: zh, EN: en}, NumberSeries(queue))


def _counter(number: str, *queues: QueueId) -> CounterPlan:
    names = {ZH: f"{number}号窗口", EN: f"Counter {number}"}
    return CounterPlan(CounterId(number), names, WorkProfile(frozenset(queues)))
