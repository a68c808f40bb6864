"""Settings of the teller's page."""

from typing import Annotated

from pydantic import Field

from kiosk.settings.values import Section


class ConsoleSection(Section):
    """``[console]``"""

    lock_on_break: bool = True
    lock_after: Annotated[int, Field(ge=0, le=240)] = 15
