"""The check of a PAD from which somebody signs in: is it known here, and set up for this branch?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.events import Actor
from kiosk.domain.ids import BranchId
from kiosk.flow.attempts import Attempts
from kiosk.store.deviceregister import DeviceRegister, Standing, code_of
from kiosk.store.staff import StaffUser
from kiosk.store.tokens import digest

LISTED_AN_HOUR = 10
"""PADs that one person may put on the list: enough for whoever sets a branch up."""


@dataclass(frozen=True, slots=True)
class PadClaim:
    """What a PAD says of itself when somebody signs in at it."""

    device: str | None = None
    """Its id; None: this is no PAD."""
    secret: str | None = field(default=None, repr=False)
    """Made by the PAD itself; None: it has none and is known by its id alone."""
    branch: str | None = None
    """What it is set up for."""


NO_PAD = PadClaim()


class PadRefused(Exception):
    """Nobody signs in from this PAD."""

    def __init__(self, standing: Standing, device: str, code: str) -> None:
        super().__init__(standing, device)
        self.standing = standing
        self.device = device
        self.code = code
        """Of the secret it came with, for it to show; empty for none."""


class OtherBranch(Exception):
    """The PAD is set up for another branch (LOB-10)."""

    def __init__(self, branch: str, here: BranchId) -> None:
        super().__init__(branch, here)
        self.branch = branch
        self.here = here


class PadCheck:
    """Looks PADs up in the register, and lists those that nobody knows (LOB-99)."""

    def __init__(
        self,
        register: DeviceRegister,
        here: BranchId,
        monotonic: Callable[[], float],
        *,
        secret_required: bool = False,
    ) -> None:
        """``secret_required``: a PAD that is known by its name alone is nobody's to sign in at."""
        self._register = register
        self._here = here
        self._secret_required = secret_required
        self._listed = Attempts(LISTED_AN_HOUR, 3600, monotonic)

    def is_proven(self, claim: PadClaim) -> bool:
        """Whether it is an approved PAD for sure."""
        if claim.device is None or claim.secret is None:
            return False
        return self._register.proven(claim.device, claim.secret) is Standing.APPROVED

    def check(self, claim: PadClaim, user: StaffUser, now: datetime) -> None:
        """Let it pass, for a user whose password was right; blocks. Staff are this branch's.

        Raises OtherBranch, PadRefused; TooManyAttempts when this user has listed too many.
        """
        if claim.branch is not None and claim.branch != self._here:
            raise OtherBranch(claim.branch, self._here)
        if claim.device is None:
            return
        if self._secret_required and claim.secret is None:
            raise PadRefused(Standing.UNPROVEN, claim.device, "")
        standing = self._register.standing(claim.device, claim.secret)
        by = Actor(user.role, user.reference, claim.device)
        if standing is None:
            self._listed.count(user.reference)
            self._register.ask(claim.device, claim.secret, claim.branch, by, now)
            standing = Standing.PENDING
        elif standing is Standing.APPROVED and claim.secret and not self.is_proven(claim):
            standing = self._register.bind(claim.device, claim.secret, by)  # once is for good
        if standing is not Standing.APPROVED:
            code = code_of(digest(claim.secret)) if claim.secret else ""
            raise PadRefused(standing, claim.device, code)
