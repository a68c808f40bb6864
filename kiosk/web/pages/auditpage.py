"""The page of the audit trail: who did what on a business day, and the day's seal."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kiosk.access import sees_family
from kiosk.domain.role import Role
from kiosk.locale import say
from kiosk.store.audit import ANSWERED_FOR, TrailPage
from kiosk.store.dayrecords import END
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.pages.auditlines import AuditLines
from kiosk.web.pages.frame import page
from kiosk.web.problems import language_of

LINES = 200
"""At most on one page."""


class Topic(StrEnum):
    """What the trail can be narrowed to."""

    ALL = ""
    CLIENTS = "clients"
    TICKETS = "tickets"
    ACCOUNTS = "accounts"
    SETTINGS = "settings"
    DEVICES = "devices"

    def covers(self, family: str) -> bool:
        """Whether facts of this family belong to it."""
        return self is Topic.ALL or family in _FAMILIES[self]


_FAMILIES: Mapping[Topic, frozenset[str]] = {
    Topic.CLIENTS: frozenset({"client"}),
    Topic.TICKETS: frozenset({"ticket", "alert", "day"}),
    Topic.ACCOUNTS: frozenset({"account", "session", "signin"}),
    Topic.SETTINGS: frozenset({"settings", "key"}),
    Topic.DEVICES: frozenset({"device"}),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; ``day`` None: the latest one."""

    day: date | None = None
    topic: Topic = Topic.ALL
    after: int = 0
    before: int = END

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Raises ValueError."""
        day = query.get("day")
        asked = cls(
            date.fromisoformat(day) if day else None,
            Topic(query.get("topic", "")),
            int(query.get("after", 0)),
            int(query.get("before", END)),
        )
        if not 0 <= asked.after <= END or not 0 < asked.before <= END:
            raise ValueError(query)
        return asked


class AuditPage:
    """Answers ``/audit?day=2026-11-20&topic=tickets&before=4711``."""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    async def show(self, request: Request) -> Response:
        """The page; of the latest day when no other is asked for."""
        language, role = language_of(request), caller_of(request).role
        sentence = None
        try:
            asked = Asked.of(request.query_params)
        except ValueError:
            asked, sentence = Asked(), say(language, "There is no such page. This is the latest.")
        kinds = {kind for kind in ANSWERED_FOR if _is_shown(kind, asked.topic, role)}
        found = await asyncio.to_thread(
            self._context.trail.page,
            asked.day,
            kinds,
            LINES,
            after=asked.after,
            before=asked.before,
        )
        lines = AuditLines(self._context.plan, language)
        values = {
            "asked": asked,
            "found": found,
            "lines": [lines.line(deed) for deed in found.deeds],
            "topics": [
                (topic, topic_name(topic, language)) for topic in Topic if _is_seen(topic, role)
            ],
            "days": list(_other_days(found, asked.topic, language)),
            "pages": list(_other_pages(found, asked.topic, language)),
            "sentence": sentence,
        }
        status = 400 if sentence else 200
        return page(request, self._context.plan, "audit.html", values, status)


def _is_shown(kind: str, topic: Topic, role: Role) -> bool:
    family = kind.partition(".")[0]
    return topic.covers(family) and sees_family(role, family)


def _is_seen(topic: Topic, role: Role) -> bool:
    """Whether there is anything of it for this role."""
    return any(_is_shown(kind, topic, role) for kind in ANSWERED_FOR)


def _other_days(found: TrailPage, topic: Topic, language: str) -> Iterator[tuple[str, str]]:
    """The days beside this one that the log holds: name and query."""
    if found.day is None:
        return
    before = [day for day in found.days if day < found.day]
    after = [day for day in found.days if day > found.day]
    if before:
        yield say(language, "The day before"), _query(before[-1], topic)
    if after:
        yield say(language, "The day after"), _query(after[0], topic)


def _other_pages(found: TrailPage, topic: Topic, language: str) -> Iterator[tuple[str, str]]:
    """What came later and earlier on this day: name and query."""
    if found.day is None or not found.deeds:
        return
    if found.later:
        yield say(language, "Later"), _query(found.day, topic, after=found.deeds[0].sequence)
    if found.earlier:
        yield say(language, "Earlier"), _query(found.day, topic, before=found.deeds[-1].sequence)


def _query(day: date, topic: Topic, **place: int) -> str:
    return urlencode({"day": day, **({"topic": topic.value} if topic else {}), **place})


def topic_name(topic: Topic, language: str) -> str:
    """What is written in the list."""
    match topic:
        case Topic.ALL:
            return say(language, "everything")
        case Topic.CLIENTS:
            return say(language, "clients")
        case Topic.TICKETS:
            return say(language, "tickets, alerts and the day")
        case Topic.ACCOUNTS:
            return say(language, "sign-ins and accounts")
        case Topic.SETTINGS:
            return say(language, "settings and keys")
        case Topic.DEVICES:
            return say(language, "devices")
        case _:
            assert_never(topic)
