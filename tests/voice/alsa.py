"""ALSA without a sound card: an output that writes what is played into a file."""

from pathlib import Path

CONFIGURATION = """
</usr/share/alsa/alsa.conf>
pcm.capture {{
  type file
  slave.pcm "null"
  file "| cat >> {file}"
  format "raw"
}}
"""


def captured(folder: Path) -> tuple[dict[str, str], Path]:
    """The environment in which the output ``capture`` exists, and the file of all it has played."""
    file, configuration = folder / "played.raw", folder / "alsa.conf"
    file.touch()
    configuration.write_text(CONFIGURATION.format(file=file))
    return {"ALSA_CONFIG_PATH": str(configuration)}, file
