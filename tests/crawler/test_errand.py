"""What a short crawl keeps in memory"""

import asyncio

from crawler.errand import MemoryKeeper
from storage.config import Config


def test_a_host_has_one_gate_and_one_turn_at_a_time():
    async def run():
        keeper = MemoryKeeper(Config(host_delay_seconds=0.05))
        gate = await keeper.hold("example.org")
        assert await keeper.hold("example.org") is gate
        assert await keeper.hold("www.example.org") is not gate
        under_way, most = 0, 0

        async def visit():
            nonlocal under_way, most
            async with gate.turn():
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0.01)
                under_way -= 1

        await asyncio.gather(*(visit() for _ in range(3)))
        return most

    assert asyncio.run(run()) == 1


def test_portals_are_told_apart():
    keeper = MemoryKeeper(Config())
    one, other = (
        keeper.know("a", "https://example.org/"),
        keeper.know("b", "https://example.com/", ("cdn.example.net",)),
    )
    assert keeper.portals == {one.id: one, other.id: other}
    assert other.value.hosts == ("cdn.example.net",)
