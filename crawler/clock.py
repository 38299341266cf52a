"""The store's clock as this process knows it: times that a crawler writes mean the same to whoever reads them"""

from datetime import UTC, datetime, timedelta
from time import monotonic


class Clock:
    """Goes on from the last look at the store's clock; before the first, the machine's own is taken for it."""

    def __init__(self) -> None:
        self.set(datetime.now(UTC))

    def set(self, at: datetime) -> None:
        """The store's clock said `at` this moment."""
        self._seen = at, monotonic()  # in one piece: threads set it

    def now(self) -> datetime:
        """What the store's clock says now."""
        at, since = self._seen
        return at + timedelta(seconds=monotonic() - since)


of_store = Clock()  # a process has one store, and a crawler looks at its clock with every round
now = of_store.now
