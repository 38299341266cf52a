"""What comes before a body is counted, for each answer apart (whole answers over sockets: test_hostile_answers.py)"""

import pytest
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request, ResponseFailed
from twisted.web.http_headers import Headers

from crawler import heads
from crawler.heads import LARGEST_HEAD

PAD = b"X-Pad: " + b"a" * 10_000 + b"\r\n"
WITHIN = LARGEST_HEAD // len(PAD) - 1


@pytest.fixture
def client():
    made = heads.LimitedProtocol(lambda _protocol: None)
    made.makeConnection(StringTransport())
    return made


def ask(client):
    """The answers and the failures of one request, as lists that fill."""
    answers, failures = [], []
    request = Request._construct(b"GET", b"/", Headers({b"Host": [b"a.example"]}), None, persistent=True)
    client.request(request).addCallbacks(answers.append, failures.append)
    return answers, failures


def send(client, pads, status=b"200 OK"):
    client.dataReceived(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n")
    for _ in range(pads):
        client.dataReceived(PAD)
    client.dataReceived(b"\r\n")


def test_a_large_head_is_taken(client):
    answers, failures = ask(client)
    send(client, WITHIN)
    assert answers[0].code == 200
    assert not failures


def test_one_that_is_larger_ends_the_connection(client):
    answers, failures = ask(client)
    send(client, WITHIN + 3)
    assert not answers
    assert failures[0].check(ResponseFailed)
    assert failures[0].value.reasons[0].check(heads.HeadTooLargeError)
    assert client.transport.disconnecting


def test_answers_to_one_connection_are_counted_apart(client):
    for _ in range(3):
        answers, failures = ask(client)
        send(client, WITHIN)
        assert answers
        assert not failures


def test_informational_answers_count_with_the_one_they_announce(client):
    answers, failures = ask(client)
    for _ in range(3):
        client.dataReceived(b"HTTP/1.1 103 Early Hints\r\n" + PAD * (WITHIN // 2) + b"\r\n")
    assert not answers
    assert failures
