"""内置数据库与数据库角色."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app import pg_server
from app.pg import Cluster, ClusterError
from app.pg_home import RECORD, abandoned
from tests.support_pg import connect

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys
from pathlib import Path
from app.pg import Cluster
cluster = Cluster(Path(sys.argv[1]), fsync=False)
cluster.start()
print("up", flush=True)
sys.stdin.read()
"""


def owner(cluster: Cluster, db: str = "township") -> psycopg.Connection:
    return connect(cluster.owner_url(db))


def notes(cluster: Cluster) -> list[tuple]:
    with owner(cluster) as connection:
        return connection.execute("SELECT word FROM note").fetchall()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("数据 目录 $HOME `x` ' \"")


@pytest.fixture(scope="module")
def cluster(data_dir: Path) -> Iterator[Cluster]:
    """一套库，一个库里有一张表，表里一行."""
    one = Cluster(data_dir, fsync=False)
    with one:
        one.ensure_database("township")
        with owner(one) as connection:
            connection.execute("CREATE TABLE note (word text)")
            connection.execute("INSERT INTO note VALUES ('塔石')")
        yield one
        one.destroy()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Cluster]:
    """另一套，各测试自己起停."""
    one = Cluster(tmp_path / "别处", fsync=False)
    yield one
    if (one.data_dir / RECORD).exists():
        one.destroy()


@pytest.fixture
def holder(cluster: Cluster) -> Iterator[subprocess.Popen]:
    """另一个进程也在用同一套库."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(cluster.data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "up\n"
        yield process
        process.kill()


def test_it_listens_on_loopback_only_and_wants_a_password(cluster):
    with owner(cluster) as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("listen_addresses", "random_page_cost", "jit")
        ]
    assert shown == ["127.0.0.1", "1.1", "off"]
    wrong = cluster.app_url("township").replace("township_app:", "township_app:x")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(wrong)


def test_the_record_of_passwords_is_for_its_owner_only(cluster):
    assert (cluster.data_dir / RECORD).stat().st_mode & 0o777 == 0o600


def test_a_database_is_cloned_from_a_template_and_dropped(cluster):
    cluster.create_from_template("copy", "township")
    with owner(cluster, "copy") as connection:
        assert connection.execute("SELECT word FROM note").fetchall() == [("塔石",)]
        connection.execute(
            "CREATE TABLE mine (during daterange, EXCLUDE USING gist (during WITH &&))"
        )
        cluster.drop("copy")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_psql_finds_its_way(cluster):
    said = subprocess.run(
        ["psql", "-Atc", "SELECT current_user"],
        env=cluster.psql_env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "township_owner\n"


def test_the_data_survive_a_restart(cluster):
    cluster.stop()
    assert pg_server.running(cluster.home) is None
    cluster.start()
    assert notes(cluster) == [("塔石",)]


def test_it_recovers_after_the_server_was_killed(cluster):
    found = pg_server.running(cluster.home)
    os.kill(found.pid, signal.SIGKILL)
    second = Cluster(cluster.data_dir, fsync=False)
    second.start()
    cluster.port = second.port
    assert notes(second) == [("塔石",)]
    second.stop()
    assert cluster.is_running()


def test_a_stale_pid_file_naming_another_process_does_not_stop_it(cluster):
    cluster.stop()
    stale = f"{os.getpid()}\n{cluster.home.data}\n0\n5432\n\n127.0.0.1\n 0 0\nready   \n"
    (cluster.home.data / "postmaster.pid").write_text(stale)
    assert pg_server.running(cluster.home) is None
    cluster.start()
    assert notes(cluster) == [("塔石",)]


def test_who_leaves_first_does_not_stop_the_server_for_the_other(cluster, holder):
    cluster.stop()
    assert cluster.is_running()
    holder.communicate("")
    cluster.start()
    assert notes(cluster) == [("塔石",)]


def test_a_killed_user_does_not_keep_the_server_up(cluster, holder):
    holder.kill()
    holder.wait()
    cluster.stop()
    assert not cluster.is_running()
    cluster.start()


def test_two_townships_run_on_one_machine(cluster, other):
    other.start()
    other.ensure_database("township")
    assert other.port != cluster.port
    with owner(other) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)
    with pytest.raises(psycopg.OperationalError):
        connect(other.owner_url("township").replace(str(other.port), str(cluster.port)))
    other.stop()
    assert cluster.is_running()


def test_an_interrupted_first_start_is_made_good(other):
    other.start()
    other.stop()
    shutil.move(other.home.data, other.home.folder / "data.new")
    (other.home.folder / "data.new" / "PG_VERSION").unlink()
    other.start()
    assert other.is_running()


def test_data_of_another_major_version_are_refused(other):
    other.start()
    other.stop()
    (other.home.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(ClusterError, match="PostgreSQL 17"):
        other.start()


def test_a_lost_record_is_named(other):
    other.start()
    other.stop()
    kept = (other.data_dir / RECORD).read_text()
    record = json.loads(kept)
    (other.data_dir / RECORD).write_text(json.dumps(record | {"superuser": "wrong"}))
    with pytest.raises(ClusterError, match="连不上内置数据库"):
        other.start()
    assert pg_server.running(other.home) is None
    (other.data_dir / RECORD).write_text(kept)


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 的数据库不在数据目录里")
def test_a_copied_data_folder_is_refused_and_a_moved_one_is_not(other, tmp_path):
    other.start()
    other.stop()
    copy, moved = tmp_path / "副本", tmp_path / "新家"
    shutil.copytree(other.data_dir, copy)
    with pytest.raises(ClusterError, match="复制来的"):
        Cluster(copy, fsync=False).start()
    other.data_dir.rename(moved)
    with Cluster(moved, fsync=False) as again:
        assert again.is_running()
        assert again.home.folder not in abandoned()
    (moved / RECORD).rename(other.data_dir.with_name("藏起"))
    assert again.home.folder in abandoned()
    (other.data_dir.with_name("藏起")).rename(moved / RECORD)
    moved.rename(other.data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="root 才换身份")
def test_root_keeps_the_server_to_a_user_of_its_own(cluster):
    found = pg_server.running(cluster.home)
    assert Path(f"/proc/{found.pid}").stat().st_uid == cluster.home.uid != 0
    assert cluster.home.folder.stat().st_mode & 0o777 == 0o700


def test_a_command_alone_starts_the_server_and_stops_it_at_its_end(other):
    script = (
        "import os; from config import Settings; from app.pg import urls_for;"
        "s = Settings.from_env(os.environ); a = urls_for(s);"
        "assert urls_for(s) == a; print(a.app)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.defpath, "HOME": "/tmp", "DATA_DIR": str(other.data_dir)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.startswith("postgresql+psycopg://township_app:")
    with pytest.raises(psycopg.OperationalError):
        connect(said.stdout.strip())
