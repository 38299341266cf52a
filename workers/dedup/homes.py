"""Which portals are an agency's own, learnt from what they print"""

import json
import re
from collections import Counter

from workers.agencies import Agencies

ENOUGH = 5  # articles of a portal
SHARE = 0.95  # of them credited to the one agency; its customers print texts of their own too
_PARTS = re.compile(r"[^\w]+|_")


class Homes:
    """Counts the agencies that each portal credits.

    A portal that prints one agency only could also live on copying it, so its name must name the agency as well.
    """

    def __init__(self, agencies: Agencies, saved: bytes | None = None) -> None:
        self._agencies = agencies
        self._credited = {portal: Counter(counts) for portal, counts in json.loads(saved or b"{}").items()}

    def to_bytes(self) -> bytes:
        """Return the counts as JSON."""
        return json.dumps(self._credited, ensure_ascii=False).encode()

    def learn(self, portal: str, agency: str | None) -> None:
        """Count one more article of a portal."""
        self._credited.setdefault(portal, Counter())[agency or ""] += 1

    def agency_of(self, portal: str, *names: str | None) -> str | None:
        """Return the agency whose own portal this is, None if nobody's; `names` are what it calls itself."""
        counts = self._credited.get(portal)
        if not counts or counts.total() < ENOUGH:
            return None
        agency, count = counts.most_common(1)[0]
        if not agency or count < SHARE * counts.total():
            return None
        return agency if any(self._is_named(agency, name) for name in (portal, *names) if name) else None

    def _is_named(self, agency: str, name: str) -> bool:
        """Return whether a name or host name names the agency: whole, by a word, or by how it begins."""
        words = [word for word in _PARTS.split(name) if word]
        if agency in (self._agencies.find(name), *map(self._agencies.find, words)):
            return True
        known = self._agencies.by_key.get(agency)
        starts = tuple(mark.casefold() for mark in (known.marks if known else ()) if mark.isalnum())
        return bool(starts) and name.casefold().removeprefix("www.").startswith(starts)
