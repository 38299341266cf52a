"""The daemon says at its start whom it follows and starts where it is alone; an emptied queue is filled at once"""

import pytest
from click.testing import CliRunner

from dateline.cli import service
from dateline.cli.service import followed
from storage import broker, db, processes, queue, schema
from storage.config import Config
from storage.errors import Refused
from tests import factories
from tests.dateline.cli import running

ENTRY = '[[portal]]\nid = "p{0}"\nhome = "https://p{0}.example/"\nenabled = {1}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.format(1, "true") + ENTRY.format(2, "false"), "following p1"),
        ("".join(ENTRY.format(n, "true") for n in range(7)), "following p0, p1, p2, p3, p4 and 2 more"),
        (ENTRY.format(1, "false"), "none of the 1 portals"),
        ("[[portal]\n", "followed until the file is right"),
    ],
)
def test_followed(tmp_path, text, said):
    path = tmp_path / "portals.toml"
    path.write_text(text)
    assert said in followed(path)


@pytest.fixture
def server(tmp_path):
    """Settings of a daemon whose queue server runs."""
    config = Config(var=tmp_path / "var", clean_batch=20)
    embedded = broker.Embedded(config)
    embedded.start()
    yield config
    embedded.stop()


def waiting(database, number):
    """So many fetches that wait for cleaning, and one that is done; the ids of those that wait."""
    with database.session() as session:
        pages = [factories.page(session, f"https://a.example/{n}") for n in range(number + 1)]
        ids = [factories.fetch(session, page, b"x", at=db.now(session)).id for page in pages]
        pages[-1].state, pages[-1].step = "done", "fetch"
    return ids[:-1]


@pytest.mark.slow
def test_recover_fills_an_emptied_queue_with_all_that_waits(database, server):
    ids = waiting(database, 45)
    connection = broker.connect(server)
    queue.enqueue_clean(connection, ids[:3], 20)
    connection.flushall()
    said = running.run(database, service.recover, var=server.var, clean_batch=20)
    assert said == "45 fetches queued again\n"
    jobs = queue.open_queue(connection, queue.CLEAN).jobs
    assert [len(job.args[0]) for job in jobs] == [20, 20, 5]
    assert sorted(number for job in jobs for number in job.args[0]) == ids
    assert queue.wait(connection, queue.DEDUP)  # the writer is woken too
    connection.close()


def test_recover_without_a_server_says_so(sqlite, tmp_path):
    waiting(sqlite, 2)
    config = Config(database=sqlite.engine.url.render_as_string(hide_password=False), var=tmp_path / "none")
    result = CliRunner().invoke(service.recover, obj=config)
    assert result.exit_code == 1
    assert "doesn't answer" in result.output


@pytest.mark.parametrize("command", [service.up, service.once])
def test_a_daemon_that_is_refused_changes_no_table(tmp_path, command):
    portals = tmp_path / "portals.toml"
    portals.write_text(ENTRY.format(1, "true"))
    config = Config(var=tmp_path / "var", portals=portals)
    with processes.alone(config.var), pytest.raises(Refused, match="already works"):
        running.invoke(command, config)
    database = db.Database(config.database_url)
    assert schema.current(database) is None
    database.close()
