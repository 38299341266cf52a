"""A keeper without a store, and visits that really go over loopback"""

from datetime import datetime

from crawler.desk import KnownPortal
from crawler.gates import Gate, Pace
from storage.config import Config
from storage.portals import Portal
from storage.repositories import hosts
from storage.repositories.hosts import ClaimedHost

CONFIG = Config(allow_addresses="127.0.0.0/8", page_seconds=3.0, redirects=4, retry_seconds=30.0)


class Keeper:
    """Holds every host that it is asked for, but those that another crawler has, and remembers what is written."""

    def __init__(self, config=CONFIG, pace=None):
        self.config = config
        self.pace = pace or Pace(config.host_concurrency, config.host_delay_seconds)
        self.portals, self.gates = {}, {}
        self.elsewhere = set()
        self.reserved, self.rests, self.robots = [], [], []
        self.away = None  # the error of a store that is away

    async def hold(self, name):
        if name in self.elsewhere:
            return None
        if name not in self.gates:
            host = ClaimedHost(len(self.gates) + 1, name, 1, None, None, 0, None, None, None)
            self.gates[name] = Gate(host, self.pace, self._reserve, 60.0)
        return self.gates[name]

    async def _reserve(self, gate: Gate, ready_at: datetime) -> bool:
        self.reserved.append((gate.host.name, ready_at))
        return True

    async def run(self, act):
        if self.away:
            raise self.away
        return act(self)

    def know(self, home, **words) -> KnownPortal:
        portal = Portal.model_validate({"id": f"p{len(self.portals)}", "home": home, **words})
        known = KnownPortal(len(self.portals) + 1, portal, 0, 0)
        self.portals[known.id] = known
        return known


def written(monkeypatch):
    """Have what would be written to hosts' rows kept by the keeper instead, which is passed as the session."""
    monkeypatch.setattr(hosts, "rest", lambda keeper, _id, at, failures: keeper.rests.append((at, failures)))
    monkeypatch.setattr(hosts, "save_robots", lambda keeper, _id, kept, at: keeper.robots.append((kept, at)))
