"""Settings of readers and displays that have a wire of their own."""

from typing import Literal

from kiosk.settingsvalues import Section, TopicLevel


class ReaderSection(Section):
    """``[[reader]]``"""

    id: TopicLevel
    driver: Literal["magstripe-serial"]
    port: str
    baud: int = 9600


class DisplaySection(Section):
    """``[[display]]``"""

    id: TopicLevel
    kind: Literal["touch", "board"]
    output: str = ""
    rotate: Literal[0, 90, 180, 270] = 0
