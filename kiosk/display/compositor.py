"""Which window stands on which screen: the configuration of the compositor, sway, in production.

Only the outputs are the compositor's. A window is turned by itself, as everywhere else, and turns
its touches back; the panel is mapped onto its output as that lies.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from kiosk.display.window import window_class
from kiosk.ports import KioskError
from kiosk.settings.devices import DisplaySection

PREAMBLE = """\
# Written by `kiosk screens` from [[display]] of the settings: change it there.
default_border none
default_floating_border none
focus_follows_mouse no
seat * hide_cursor 100
output * background #000000 solid_color
exec printf 'DISPLAY=%s\\n' "$DISPLAY" > "$RUNTIME_DIRECTORY/display" && systemd-notify --ready
"""


class ScreensFault(KioskError):
    """The displays of the settings can't be told apart by a compositor."""

    exit_code = 2


def compositor_configuration(displays: Sequence[DisplaySection]) -> str:
    """The text of sway's configuration, sway(5). Raises ScreensFault naming every fault."""
    if faults := [f"[[display]] {fault}" for fault in _faults(displays)]:
        raise ScreensFault("\n".join(faults))
    lines = [line for display in displays for line in _window(display)]
    return "\n".join([PREAMBLE, *lines, *_touch_panel(displays)]) + "\n"


def _faults(displays: Sequence[DisplaySection]) -> Iterator[str]:
    if not displays:
        yield "is missing: there is nothing to show"
    times = Counter(display.output for display in displays)
    for display in displays:
        name = f"{display.id}: output"
        if display.output.isdigit():
            yield f"{name}: a number means nothing to a compositor; take its name, such as HDMI-A-1"
        elif not display.output and len(displays) > 1:
            yield f"{name}: is needed to tell several screens apart, such as HDMI-A-1"
        elif times[display.output] > 1:
            yield f"{name}: {display.output} is the screen of another display too"


def _window(display: DisplaySection) -> Iterator[str]:
    name = window_class(display.id)
    if display.output:
        yield f"workspace {name} output {display.output}"
    yield f'for_window [class="^{name}$"] move container to workspace {name}, fullscreen enable'


def _touch_panel(displays: Sequence[DisplaySection]) -> Iterator[str]:
    """Several panels can't be told apart here: udev's ``WL_OUTPUT`` says where each belongs."""
    touched = [display.output for display in displays if display.kind == "touch"]
    if len(touched) == 1 and touched[0]:
        yield f"input type:touch map_to_output {touched[0]}"
