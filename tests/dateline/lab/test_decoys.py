from dateline.lab import material
from dateline.lab.decoys import decoys


def test_the_sites_together_hold_every_kind() -> None:
    kinds = {decoy.kind for site in material.sites() for decoy in decoys(site, "127.0.1.1:80")}
    expected = "about consent gallery gone login poison private soft404 tag teaser trap video"
    assert kinds == set(expected.split())


def test_no_trap_without_its_address() -> None:
    assert not [d for site in material.sites() for d in decoys(site, "") if d.kind == "trap"]
