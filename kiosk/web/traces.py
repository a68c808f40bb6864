"""The traces of other programs: what they have the hall do is theirs, too (W3C Trace Context)."""

import re
from uuid import UUID

from starlette.requests import Request


def trace_of(request: Request) -> str | None:
    """The caller's trace, from ``traceparent``, as a correlation id; None for none that can be read.

    Of a later version its beginning counts, as the standard has it (4.1).
    """
    found = _TRACE_PARENT.fullmatch(request.headers.get("traceparent", ""))
    return str(UUID(found["trace"])) if found else None


_TRACE_PARENT = re.compile(
    r"(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    r"(-.*)?"
)
