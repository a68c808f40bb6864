"""Screens and sound: what the windows and the voice of the branch need."""

from kiosk.assembly.windows import screens_here
from kiosk.doctor.plugged import screens
from kiosk.doctor.site import Site
from kiosk.domain.device import DeviceCondition
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Symptom, Verdict
from kiosk.flow.announcing import VOICE
from kiosk.locale import say
from kiosk.ports import DeviceError
from kiosk.settings.devices import DisplaySection
from kiosk.settings.values import SIMULATED
from kiosk.settings.voice import VoiceSection
from kiosk.voice.loudspeaker import AlsaLoudspeaker, check
from kiosk.voice.synthesizer import Synthesizer


def subject_of(section: DisplaySection) -> Subject:
    """A display as it stands in the settings."""
    output = section.output or "0"
    return Subject(section.id, f"{section.kind}, output {output}, rotate {section.rotate}")


def display(site: Site, section: DisplaySection, condition: DeviceCondition | None) -> Finding:
    """Whether there is a screen for a window, and what a running branch says of it."""
    subject = subject_of(section)
    if condition is not None and condition.fault is not None:
        return faulted(site.language, subject, condition.fault, condition.detail)
    connected = [name for name, plugged in screens(site.machine).items() if plugged]
    if connected:
        return subject.well(
            say(site.language, "Screens found: {found}", found=", ".join(connected))
        )
    if screens_here(site.machine.dev):
        return subject.well(say(site.language, "There is a window system to show it on."))
    says = say(site.language, "No screen is plugged into this machine.")
    advice = say(site.language, "Check the screen's cable and power, then start the branch anew.")
    return subject.warn(Symptom.NO_SCREEN, says, advice)


async def voice(site: Site, section: VoiceSection, condition: DeviceCondition | None) -> Finding:
    """Whether something can be heard; of a running branch what it says, else by a moment of silence."""
    subject = Subject(VOICE, f"voice, output {section.output}")
    if condition is not None and condition.fault is not None:
        return _mute(site, subject, condition.detail)
    if section.output == SIMULATED:
        says = say(site.language, "Simulated: its hands are on the page /bench.")
        return Finding(subject.name, subject.what, says, Verdict.OK, Symptom.SIMULATED)
    try:
        if not section.clips:
            Synthesizer().check()
        await check(AlsaLoudspeaker(section.output))
    except DeviceError as error:
        return _mute(site, subject, error.detail)
    return subject.well(say(site.language, "The sound output takes sound."))


def _mute(site: Site, subject: Subject, detail: str) -> Finding:
    says = say(site.language, "Nothing can be heard: {detail}", detail=detail)
    advice = say(
        site.language,
        "aplay -L lists the outputs; user {user} has to be in the group audio.",
        user=site.machine.user.name,
    )
    return subject.wrong(Symptom.FAULT, says, advice)
