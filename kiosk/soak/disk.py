"""A disk that takes nothing for a while, for one process."""

import resource


class Disk:
    """As the controller meets it; what it had open stays open, and can be read."""

    def __init__(self, controller: int) -> None:
        self._controller = controller
        self._limits = resource.prlimit(controller, resource.RLIMIT_FSIZE)

    def refuse(self) -> None:
        """Nothing can be written to any file (EFBIG), until :meth:`take`."""
        _, hard = self._limits
        resource.prlimit(self._controller, resource.RLIMIT_FSIZE, (0, hard))

    def take(self) -> None:
        """Everything can be written again."""
        resource.prlimit(self._controller, resource.RLIMIT_FSIZE, self._limits)
