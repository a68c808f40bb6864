"""Settings of alerts."""

from typing import Annotated, Literal

from pydantic import Field

from kiosk.settings.values import Section


class AlertsSection(Section):
    """``[alerts]``, minutes"""

    long_wait: Annotated[int, Field(ge=1, le=120)] = 15
    no_counter: Annotated[int, Field(ge=1, le=120)] = 2
    escalate_after: Annotated[int, Field(ge=0, le=120)] = 5
    escalate_to: Literal["lobby-manager", "wealth-manager", "administrator"] = "wealth-manager"
    off: tuple[
        Literal[
            "long_wait", "key_client", "no_counter", "device", "paper_low", "clock", "degraded"
        ],
        ...,
    ] = ()
