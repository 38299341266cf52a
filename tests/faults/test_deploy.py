"""A new version, with a migration, takes over during a crawl; killed in the middle of it, the old one goes on"""

import shutil
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.models.article import Revision
from tests import running

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crawler", "dateline", "storage", "workers")
MIGRATION = '''"""A trial"""

import os
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{down}"


def upgrade():
    op.create_table("trial", sa.Column("id", sa.Integer(), primary_key=True))
    Path(os.environ["TRIAL"]).touch()
    time.sleep(float(os.environ["TRIAL_SECONDS"]))
    op.create_table("trial_end", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("trial_end")
    op.drop_table("trial")
'''
pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(900)]


@pytest.fixture
def new_version(tmp_path):
    """A copy of the code with other cleaning rules and a migration more."""
    folder = tmp_path / "new"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    job = folder / "workers" / "clean" / "job.py"
    before = job.read_text("utf-8")
    after = before.replace('RULE_VERSION = "1"', 'RULE_VERSION = "new"')
    assert after != before
    job.write_text(after, "utf-8")
    versions = folder / "storage" / "migrations" / "versions"
    newest = max(p.stem.split("_")[0] for p in versions.glob("0*.py"))
    (versions / "9999_trial.py").write_text(MIGRATION.format(down=newest), "utf-8")
    return folder


def rules(daemon):
    store = daemon.store()
    try:
        with store.read() as session:
            return set(session.scalars(sa.select(Revision.rule_version).distinct()))
    finally:
        store.close()


def tables(daemon):
    store = daemon.store()
    try:
        return set(sa.inspect(store.engine).get_table_names())
    finally:
        store.close()


def assert_deployed(scene, new_version, mark):
    daemon = scene.daemon
    daemon.code = new_version
    daemon.variables = {"TRIAL": str(mark), "TRIAL_SECONDS": "60"}
    refused = daemon.run("up", seconds=60)
    assert (refused.returncode, mark.exists()) == (2, False), refused.stderr
    scene.stop()
    killed = daemon.start("up")
    running.until(mark.exists, "the migration is under way")
    killed.kill()
    killed.wait()
    assert not tables(daemon) & {"trial", "trial_end"}
    daemon.code = Path()
    scene.start_again()
    scene.goes_on()
    assert rules(daemon) == {"1"}
    daemon.code, daemon.variables["TRIAL_SECONDS"] = new_version, "0"
    scene.stop()
    scene.start_again()
    scene.goes_on()
    assert rules(daemon) == {"1", "new"}
    assert tables(daemon) >= {"trial", "trial_end"}
    scene.settle()


def test_on_sqlite(scene, new_version, tmp_path):
    assert_deployed(scene, new_version, tmp_path / "mark")


@pytest.mark.postgres
def test_on_postgres(postgres_scene, new_version, tmp_path):
    assert_deployed(postgres_scene, new_version, tmp_path / "mark")


def test_a_second_daemon_is_refused(scene):
    second = scene.daemon.run("up", seconds=60)
    assert second.returncode == 2
    assert "already works" in second.stderr
    scene.goes_on()
    scene.settle()


def test_a_first_start_that_is_killed_again_and_again(tmp_path, seed):
    """Wherever the first migration is when it is killed, the next start makes it whole."""
    with (
        running.web(tmp_path / "lab", "--scale", "12", "--no-brakes", "--seed", str(seed)) as web,
        running.daemon(tmp_path / "var", web) as daemon,
    ):
        for delay in (0.6, 0.8, 1.0, 1.2, 1.5, 2.0):
            process = daemon.start("up")
            time.sleep(delay)
            process.kill()
            process.wait()
            daemon.started.clear()
        daemon.once()
        assert daemon.broken() == []
