import pytest

from dateline.lab.plan import plan


def test_each_site_has_its_own_address() -> None:
    layout = plan("demo", port=8000, net="ips")
    assert [site.authority for site in layout.sites[:2]] == ["127.0.0.10:8000", "127.0.0.11:8000"]
    ports = plan("demo", port=8000, net="ports")
    assert [site.authority for site in ports.sites] == [f"127.0.0.1:{number}" for number in range(8001, 8011)]
    assert (layout.trap, ports.trap) == ("127.0.1.1:8000", "")


@pytest.mark.parametrize("scale", ["huge", "0", "-3", ""])
def test_an_unknown_scale_is_refused(scale: str) -> None:
    with pytest.raises(ValueError, match="small, demo or a number"):
        plan(scale, port=8000, net="ips")


def test_news_arrives_only_in_a_live_lab() -> None:
    assert plan("small", port=8000, net="ips").arrivals == 0
    assert plan("small", port=8000, net="ips", every_seconds=2.0, arrivals=9).arrivals == 9
