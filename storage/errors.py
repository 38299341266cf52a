"""The family of errors: Rejected, Retryable, Permanent, Refused."""

from storage.domain import RejectionReason


class DatelineError(Exception):
    """Base of every error this project raises on purpose."""


class Rejected(DatelineError):
    """A page is kept out on purpose; becomes a rejection, never a failure."""

    def __init__(self, reason: RejectionReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Retryable(DatelineError):
    """The cause may pass by itself (server away, host busy); try again later."""


class Permanent(DatelineError):
    """Trying again cannot help; becomes a failure that an operator sees."""


class StaleFence(DatelineError):
    """The lease was lost while the work was done: its result must be thrown away."""


class Refused(DatelineError):
    """What was asked is wrong or unsafe; the message says what to do instead."""
