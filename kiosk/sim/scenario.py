"""Scenarios: a branch and its people, as a TOML file says them. Every key is in ``reference.toml``."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.ports import KioskError

Minutes = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class ScenarioFault(KioskError):
    """The scenario can't be used; one line for each thing to mend."""

    exit_code = 2


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Normal(_Section):
    """A normal distribution, or that of a logarithm."""

    location: float
    spread: float = Field(ge=0)


class Patience(_Section):
    """How long people stay: log-normal."""

    median: float = Field(gt=0)
    spread: float = Field(ge=0)


class WalkIns(_Section):
    """Who comes without an appointment."""

    per_minute: float = Field(ge=0)
    half_hours: tuple[Minutes, ...] = Field(min_length=1)
    day_factor: Normal = Normal(location=0, spread=0)
    vip: Share = 0


class Appointments(_Section):
    """Who comes with one."""

    count: int = Field(default=0, ge=0)
    first: Minutes = 0
    every: Minutes = 20
    services: tuple[str, ...] = ()
    come: Share = 1
    offset: Normal = Normal(location=0, spread=0)


class ServiceSection(_Section):
    """What people come for. ``mean`` is what the branch believes."""

    id: str
    mean: int = Field(gt=0)
    variation: float = Field(ge=0)
    share: Share


class CounterSection(_Section):
    """A counter and when a teller is there."""

    id: str
    services: tuple[str, ...]
    duty: tuple[tuple[float, float], ...]


class ClassSection(_Section):
    """A priority class; those that aren't given are as in every branch."""

    id: str
    target_wait: float = Field(gt=0)
    max_wait: float = Field(gt=0)
    credit: float = 0


class Unannounced(_Section):
    """A counter that is left in mid-day without a word."""

    counter: str
    at: Minutes
    until: float


class Scenario(_Section):
    """A branch and its people."""

    open_for: Minutes
    walk: Minutes
    absence: Minutes
    teller_speed: float = Field(default=0, ge=0)
    patience: Patience
    walk_ins: WalkIns
    appointments: Appointments = Appointments()
    service: tuple[ServiceSection, ...]
    counter: tuple[CounterSection, ...]
    class_: tuple[ClassSection, ...] = Field(default=(), alias="class")
    shape: Literal["log-normal", "gamma"] = "log-normal"
    """Of service times."""
    slowness: float = Field(default=1, gt=0)
    """Factor on every service time, of which the branch knows nothing."""
    unannounced: tuple[Unannounced, ...] = ()

    @model_validator(mode="after")
    def _services_exist(self) -> Self:
        known = {service.id for service in self.service}
        named = {*self.appointments.services}
        named |= {service for counter in self.counter for service in counter.services}
        if strangers := sorted(named - known):
            raise ValueError(f"no service has the id {strangers[0]!r}")
        if self.appointments.count and not self.appointments.services:
            raise ValueError("appointments need services")
        return self


def load(path: Path) -> Scenario:
    """The scenario in this file. Raises ScenarioFault with all faults."""
    try:
        return Scenario.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ScenarioFault(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioFault(f"{path}: can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioFault(f"{path.name}: is not TOML: {error}") from None
    except ValidationError as error:
        faults = [
            f"{path.name}: {'.'.join(map(str, fault['loc'])) or 'scenario'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise ScenarioFault("\n".join(faults)) from None
