"""Settings of signing in."""

from typing import Annotated, Literal

from pydantic import Field

from kiosk.settings.values import Section

StaffRole = Literal["teller", "lobby-manager", "wealth-manager", "administrator", "auditor"]


class StaySection(Section):
    """How long somebody stays signed in: minutes without doing anything, and hours at the most."""

    idle: Annotated[int, Field(ge=5, le=1440)]
    hours: Annotated[int, Field(ge=1, le=24)]


_SHIFT = StaySection(idle=120, hours=12)
_OFFICE = StaySection(idle=30, hours=10)


class SignInSection(Section):
    """``[sign_in]``, by role; and who needs a code beside the password"""

    teller: StaySection = _SHIFT
    lobby_manager: StaySection = Field(default=_SHIFT, alias="lobby-manager")
    wealth_manager: StaySection = Field(default=_SHIFT, alias="wealth-manager")
    administrator: StaySection = _OFFICE
    auditor: StaySection = _OFFICE
    code_required: tuple[StaffRole, ...] = ()
    pad_secret_required: bool = False
