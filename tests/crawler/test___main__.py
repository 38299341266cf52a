"""Words of a command line reach the crawls that they name"""

import pytest

from crawler import __main__ as command
from crawler import errand, probing
from crawler.spiders.portals import PortalSpider
from storage import processes, telemetry


@pytest.fixture
def errands(monkeypatch):
    """What short crawls were asked for; each ends with the code 3."""
    asked = []

    def run(settings, act):
        act(settings)
        return 3

    monkeypatch.setattr(errand, "run", run)
    monkeypatch.setattr(probing, "look", lambda _ours, url, seconds: asked.append((url, seconds)))
    monkeypatch.setattr(probing, "fetch", lambda _ours, urls: asked.append(urls))
    return asked


def test_a_probe_takes_the_address_in_its_plain_form_and_its_time(errands):
    assert command.main(["probe", "HTTPS://Example.ORG:443/#top"]) == 3
    assert command.main(["probe", "https://example.org/", "--seconds", "5"]) == 3
    assert errands == [("https://example.org/", command.PROBE_SECONDS), ("https://example.org/", 5.0)]


def test_what_is_no_address_is_said_and_nothing_asked(errands, capsys):
    assert command.main(["probe", "mailto:a@example.org"]) == 2
    assert "'mailto:a@example.org' is not an address" in capsys.readouterr().err
    assert errands == []


def test_pages_are_fetched_in_the_order_given(errands):
    assert command.main(["fetch", "https://b.example/", "https://a.example/"]) == 3
    assert errands == [["https://b.example/", "https://a.example/"]]


@pytest.mark.parametrize("words", [[], ["fetch"], ["probe"], ["crawl"], ["run", "fast"]])
def test_words_that_name_nothing_are_refused(words, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    assert ended.value.code == 2
    assert "usage: python -m crawler" in capsys.readouterr().err


@pytest.mark.parametrize("owner", ["", "crawl-1"])
@pytest.mark.parametrize(("words", "until_idle"), [(["run"], ""), (["run", "--until-idle"], "1")])
def test_a_run_follows_the_portals_and_ends_with_its_parent_if_it_is_a_child(monkeypatch, owner, words, until_idle):
    events = []

    class Process:
        def __init__(self, settings):
            self.config = settings["DATELINE"]
            assert not settings.getbool("LOG_INSTALL_ROOT_HANDLER")
            events.append("made")

        def crawl(self, spider, **given):
            assert (spider, given) == (PortalSpider, {"until_idle": until_idle})

        def start(self):
            events.append("started")

    config = command.Config(owner=owner)
    monkeypatch.setattr("crawler.settings.DATELINE", config)
    monkeypatch.setattr(command, "AsyncCrawlerProcess", Process)
    monkeypatch.setattr(processes, "end_as_orphan", lambda: events.append("watched"))
    monkeypatch.setattr(processes, "spare_collection", lambda: events.append("spared"))
    monkeypatch.setattr(telemetry, "set_up_logs", lambda level, form: events.append((level, form)))
    assert command.main(words) == 0
    logs = (config.log_level, config.log_format)
    assert events == [*(["watched"] if owner else []), "made", logs, "spared", "started"]
