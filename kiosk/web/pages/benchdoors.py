"""What the addresses of the hardware bench have in common."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.ids import DeviceId

Key = TypeVar("Key", bound=str)
Thing = TypeVar("Thing")
Choice = TypeVar("Choice", bound=StrEnum)
Handler = Callable[[Request], Awaitable[Response]]
DONE = Response(status_code=204)


def eye(path: str, answer: Handler) -> Route:
    """Something to look at or listen to."""
    return Route(path, answer, name="page-bench")


def hand(path: str, answer: Handler) -> Route:
    """Something to do."""
    return Route(path, answer, methods=["POST"], name="page-bench")


def png(data: bytes) -> Response:
    """A picture."""
    return Response(data, media_type="image/png")


def named(request: Request, devices: Mapping[DeviceId, Thing]) -> Thing:
    """The device of that name in the address; 404 when there is none."""
    return found(devices, DeviceId(request.path_params["name"]))


def found(things: Mapping[Key, Thing], name: Key) -> Thing:
    """The thing of that name; 404 when there is none."""
    if name not in things:
        raise HTTPException(404)
    return things[name]


def choice(kind: type[Choice], request: Request, parameter: str) -> Choice:
    """What an address means by a word; 404 when it is none of them."""
    try:
        return kind(request.path_params[parameter])
    except ValueError:
        raise HTTPException(404) from None
