import contextlib
import http.client
import json
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dateline.lab import manners, truth


def call(url: str, method: str = "GET", body: str | None = None) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body)
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        connection.close()


def homes(folder: Path) -> dict[str, str]:
    return {site: rules["home"] for site, rules in truth.read(folder).sites.items()}


def test_serves_its_articles_and_logs_each_request(running_lab: Any) -> None:
    known = truth.read(running_lab.folder)
    served = [a for a in known.articles if not a.gone_at and a.site != "lowland-post"][:10]
    for article in served:
        assert call(article.url)[0] == 200
    deadline = time.monotonic() + 5  # a request is logged when its answer has left
    while len(log := manners.read(running_lab.folder)) < len(served) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [visit.path for visit in log] == [urlsplit(article.url).path for article in served]
    assert all(visit.end >= visit.at and visit.status == 200 for visit in log)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system doesn't tell")
def test_a_request_that_waits_for_a_busy_lab_is_logged_as_of_when_it_came(running_lab: Any) -> None:
    """Else a crawler would seem to have asked later than it did: after a refusal, say."""
    home = urlsplit(homes(running_lab.folder)["harbour-courier"])
    with contextlib.closing(http.client.HTTPConnection(home.netloc, timeout=10)) as connection:
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
        running_lab.process.send_signal(signal.SIGSTOP)
        try:
            connection.request("GET", "/")
            sent = time.time()
            time.sleep(1)
        finally:
            running_lab.process.send_signal(signal.SIGCONT)
        connection.getresponse().read()
    deadline = time.monotonic() + 5  # a request is logged when its answer has left
    while (visit := manners.read(running_lab.folder)[-1]).path != "/" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert visit.path == "/"
    assert abs(visit.came - sent) < 0.5
    assert visit.at > sent + 0.9


def test_a_busy_host_answers_429_and_503_with_both_forms_of_retry_after(running_lab: Any) -> None:
    home = homes(running_lab.folder)["lowland-post"]
    seen: dict[int, str] = {}
    deadline = time.monotonic() + 20
    while set(seen) != {429, 503} and time.monotonic() < deadline:
        status, headers, _ = call(home)
        if status != 200:
            seen.setdefault(status, headers["retry-after"])
            until = max(visit.retry_until or 0 for visit in manners.read(running_lab.folder))
            time.sleep(max(0.0, until - time.time()))
    assert seen[429].isdecimal()
    assert parsedate_to_datetime(seen[503]) > datetime(2026, 1, 1, tzinfo=UTC)


def test_faults_are_switched_on_and_off(running_lab: Any) -> None:
    home = homes(running_lab.folder)["harbour-courier"]
    faults = f"{running_lab.control}/faults"
    assert call(faults, "POST", json.dumps([{"kind": "errors", "site": "harbour-courier", "value": 502}]))[0] == 200
    assert call(home)[0] == 502
    assert call(homes(running_lab.folder)["talbote"])[0] == 200
    call(faults, "POST", json.dumps([{"kind": "cut"}]))
    with pytest.raises(http.client.IncompleteRead):
        call(home)
    call(faults, "POST", json.dumps([{"kind": "reset"}]))
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        call(home)
    call(faults, "POST", json.dumps([{"kind": "latency", "value": 0.3}]))
    begun = time.monotonic()
    assert call(home)[0] == 200
    assert time.monotonic() - begun >= 0.3
    call(faults, "POST", "[]")
    assert call(home)[0] == 200


def test_poison_is_served_only_while_it_is_on(running_lab: Any) -> None:
    home = homes(running_lab.folder)["harbour-courier"]
    assert call(f"{home}poison/nested")[0] == 404
    call(f"{running_lab.control}/faults", "POST", json.dumps([{"kind": "poison", "site": "harbour-courier"}]))
    assert len(call(f"{home}poison/nested")[2]) > 1_000_000
    assert b"/poison/bomb" in call(f"{home}feeds/news.rss")[2]


def test_a_wrong_fault_is_refused_with_what_is_expected(running_lab: Any) -> None:
    for body in ('[{"kind": "flood"}]', "nonsense", '{"kind": "cut"}', '[{"kind": "cut", "rate": 7}]'):
        assert call(f"{running_lab.control}/faults", "POST", body)[0] == 400
    assert json.loads(call(f"{running_lab.control}/state")[2])["faults"] == []


def test_a_contact_with_the_trap_is_a_violation(running_lab: Any) -> None:
    known = truth.read(running_lab.folder)
    home = homes(running_lab.folder)["harbour-courier"]
    status, headers, _ = call(f"{home}go/internal")
    assert status == 302
    assert manners.problems(known, manners.read(running_lab.folder)[:0]) == []
    assert call(headers["location"])[0] == 200
    time.sleep(0.1)
    rules = {problem.rule for problem in manners.problems(known, manners.read(running_lab.folder))}
    assert "forbidden address" in rules


def test_garbage_on_the_wire_does_not_end_the_lab(running_lab: Any) -> None:
    host, port = urlsplit(homes(running_lab.folder)["talbote"]).netloc.split(":")
    for garbage in (b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"x" * 70_000):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(garbage)
    assert call(f"http://{host}:{port}/")[0] == 200


def test_stops_when_told(running_lab: Any) -> None:
    assert call(f"{running_lab.control}/stop", "POST")[0] == 200
    assert running_lab.process.wait(10) == 0
