"""备份与恢复：装回来的一行不差、文件逐字节相同、能登录、能解密；坏的、多的、不空的都不动手."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app import crypto, migrate, storage
from app.access.load import actor_of_user
from app.backup import make, postgres, schedule, shelf
from app.backup.check import verify
from app.backup.loading import Loading
from app.backup.make import DRAFT, Source, make_backup
from app.backup.manifest import FILES, NAME, Manifest
from app.backup.pack import Packer, opened
from app.backup.restore import LOCK, Target, restore_backup
from app.backup.schedule import Schedule, source_of
from app.backup.trouble import BackupError, BackupRefused
from app.db import Model, db, session
from app.domain.retention import Retention
from app.factory import create_app
from app.pg import Cluster, Urls
from app.queries import backups as past
from app.queries.selfcheck import self_check
from app.services import backups, documents
from app.unit import unit_of_work
from config import Settings
from models.attachment import Attachment, Document, Notification
from models.backup import BackupRun
from models.case import CaseInformant
from models.security import Account, User
from models.township import Township
from reports.kit_build import build_kit
from tests import support_pg
from tests.conftest import FIELD_KEY, NOW, PASSWORD, TODAY, _prepare
from tests.factories import Walk
from tests.meeting_walk import MeetingWalk
from tests.reports.conftest import cache_dir
from tests.site import Browser

PHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Town:
    """一个乡：库、数据目录、装在上面的应用."""

    urls: Urls
    folder: Path
    app: Flask

    def run(self, *words: str) -> Any:
        """跑一条命令."""
        with self.app.app_context():
            db.engine.dispose()
        done = self.app.test_cli_runner().invoke(args=["township", *words])
        with self.app.app_context():
            session.remove()
            db.engine.dispose()
        return done


def town(urls: Urls, folder: Path) -> Town:
    environ = {"DATA_DIR": str(folder), "FONT_CACHE_DIR": os.environ.get("FONT_CACHE_DIR", "")}
    options = {"NOW": lambda: NOW, "TESTING": True, "RATELIMIT_ENABLED": False}
    app = create_app(
        Settings.from_env(environ),
        SQLALCHEMY_DATABASE_URI=urls.app,
        OWNER_URL=urls.owner,
        **options,
    )
    app.test_client_class = Browser
    return Town(urls, folder, app)


@pytest.fixture(scope="module", autouse=True)
def _as_it_was(bare: Flask) -> Iterator[None]:
    """密钥与存放目录是进程里的一份：用完放回去."""
    files, fonts = storage.root(), dict(documents._state)
    yield
    crypto.configure(FIELD_KEY)
    storage.configure(files)
    documents._state.clear()
    documents._state.update(fonts)


def lived(found: Town) -> None:
    """过了一阵的乡：几件案件、附件、做好了 PDF 的纪要."""

    def actor(login: str) -> Any:
        user = session.execute(select(User.id).where(User.username == login)).scalar_one()
        return actor_of_user(user, TODAY)

    with found.app.app_context():
        documents.configure(cache_dir=cache_dir())
        with unit_of_work():
            Walk(actor, NOW).archived()
            Walk(actor, NOW + timedelta(hours=3)).handled()
            Walk(actor, NOW + timedelta(hours=6)).reported()
            walk = MeetingWalk(actor, NOW + timedelta(hours=9))
            documents.render(walk.signed().id, now=walk.later())
        session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def source(bare: Flask, tmp_path_factory: pytest.TempPathFactory) -> Town:
    build_kit(cache_dir(), cache_dir() / "work", progress=lambda text: None)
    urls = support_pg.worker_database(_prepare, "backup")
    folder = tmp_path_factory.mktemp("原来的乡")
    (folder / "field_key").write_text(FIELD_KEY)
    found = town(urls, folder)
    lived(found)
    return found


@pytest.fixture(scope="module")
def image(source: Town) -> dict[str, Any]:
    """备份前库里的样子."""
    return picture(source.urls.owner)


@pytest.fixture(scope="module")
def file(source: Town, image: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("备份") / "乡.tar.gz"
    done = source.run("backup", str(path))
    assert done.exit_code == 0, done.output
    assert "谁拿到谁就能读" in done.output
    return path


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """另一套服务器."""
    with Cluster(tmp_path_factory.mktemp("另一台"), fsync=False) as found:
        yield found
        found.destroy()


def empty(cluster: Cluster, name: str) -> Urls:
    cluster.ensure_database(name)
    return Urls(cluster.app_url(name), cluster.owner_url(name))


@pytest.fixture(scope="module")
def restored(file: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("新家")
    bare_town = town(empty(cluster, "restored"), folder)
    done = bare_town.run("restore", str(file))
    assert done.exit_code == 0, done.output
    assert "的日志链：" in done.output
    assert "恢复好了" in done.output
    return town(bare_town.urls, folder)


def picture(url: str) -> dict[str, Any]:
    """每张表的行数与全部行的指纹，每个序列走到哪里；备份的登记除外."""
    found: dict[str, Any] = {}
    with postgres.connected(url) as connection:
        for name in postgres.tables(connection):
            if name != "backup_run":
                rows = (
                    f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
                )
                found[name] = connection.execute(rows).fetchone()
        query = "SELECT sequencename, last_value FROM pg_sequences WHERE sequencename !~ 'backup'"
        found |= dict(connection.execute(query).fetchall())
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    root = folder / "files"
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


# 装回来的


def test_every_row_and_every_sequence_comes_back(image, restored):
    assert image["case_record"][0] == 3
    assert picture(restored.urls.owner) == image


def test_every_file_comes_back_byte_for_byte(source, restored):
    before = files_of(source.folder)
    assert {name.split("/")[0] for name in before} == {"file", "thumb", "document"}
    assert files_of(restored.folder) == before
    modes = {p.stat().st_mode & 0o777 for p in (restored.folder / "files").rglob("*.*")}
    assert modes == {0o600}


def test_the_keys_come_back_and_the_fresh_ones_are_laid_aside(source, restored):
    for name in ("field_key", "secret_key"):
        path = restored.folder / name
        assert path.read_text() == (source.folder / name).read_text()
        assert path.stat().st_mode & 0o777 == 0o600
        assert (restored.folder / f"{name}.replaced").read_text() != path.read_text()


def test_people_sign_in_and_read_sealed_columns_and_signed_minutes(restored):
    with restored.app.app_context():
        storage.configure(restored.folder / "files")
        crypto.configure((restored.folder / "field_key").read_text())
        phones = set(session.execute(select(CaseInformant.phone)).scalars())
        document = session.execute(select(Document)).scalar_one()
        content = storage.read(document.path)
        session.remove()
    assert "13800000612" in phones
    assert content.startswith(b"%PDF")
    browser: Any = restored.app.test_client()
    page = browser.enter("clerk", PASSWORD).get("/cases/?view=all")
    assert page.status_code == 200
    assert "高山村口垃圾成堆" in page.get_data(as_text=True)


def test_the_journal_can_still_only_grow(restored):
    with support_pg.connect(restored.urls.app) as connection:
        with pytest.raises(Exception, match="permission denied"):
            connection.execute("DELETE FROM journal")
        kinds = connection.execute("SELECT kind, is_ok FROM backup_run").fetchall()
    assert kinds == [("RESTORE", True)]


# 不动手的


def test_nothing_is_restored_over_what_is_there(restored, file):
    done = restored.run("restore", str(file))
    assert done.exit_code == 2
    assert "只往空库里装" in done.output


def test_files_already_there_are_not_mixed_with_others(cluster, file, tmp_path):
    found = town(empty(cluster, "mixed"), tmp_path)
    (tmp_path / "files" / "file").mkdir()
    (tmp_path / "files" / "file" / "x.jpg").touch()
    done = found.run("restore", str(file))
    assert (done.exit_code, "里已经有文件" in done.output) == (2, True)
    assert untouched(found)


def test_a_newer_programs_backup_is_refused(cluster, file, tmp_path):
    found = town(empty(cluster, "newer"), tmp_path / "家")
    newer = rewritten(file, tmp_path / "新.tar.gz", revision="9999")
    done = found.run("restore", str(newer))
    assert (done.exit_code, "更新的程序" in done.output) == (2, True)
    assert untouched(found)


def test_an_older_backup_is_brought_up_to_date(cluster, tmp_path):
    old = empty(cluster, "old")
    migrate.upgrade(old.owner, "0002")
    path = tmp_path / "旧.tar.gz"
    keys = {"secret_key": "s" * 40, "field_key": FIELD_KEY}
    manifest = make_backup(Source(old.owner, tmp_path / "无", **keys), path, now=NOW)
    assert manifest.revision == "0002"
    target = empty(cluster, "brought_up")
    restore_backup(path, Target(target.app, target.owner, tmp_path / "家", keys))
    assert migrate.drift(target.owner) == []


def test_a_township_that_is_running_is_not_restored_into(cluster, file, tmp_path):
    found = town(empty(cluster, "running"), tmp_path)
    with (tmp_path / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = found.run("restore", str(file))
    assert (done.exit_code, "先停下来" in done.output) == (2, True)
    assert untouched(found)


def untouched(found: Town) -> bool:
    with postgres.connected(found.urls.owner) as connection:
        return postgres.tables(connection) == [] and not (found.folder / "files.restoring").exists()


def rewritten(file: Path, path: Path, *, change: str = "", **facts: Any) -> Path:
    """照抄一份，改清单里的几项或一个成员的内容；哈希照原来的写."""
    with opened(file, None) as members, path.open("wb") as out, Packer(out, None) as pack:
        for name, content in members:
            body = content.read()
            if name == NAME:
                given = Manifest.from_json(body)
                changed = {one: getattr(given, one) for one in Manifest.__slots__} | facts
                pack.finish(Manifest(**changed))
            else:
                pack.put(name, body + b"x" if name == change else body)
    return path


def test_a_changed_member_is_found_before_anything_is_touched(cluster, file, tmp_path):
    name = next(name for name in verify(file).members if name.startswith(FILES))
    bad = rewritten(file, tmp_path / "改.tar.gz", change=name)
    with pytest.raises(BackupError, match="与清单不符"):
        verify(bad)
    found = town(empty(cluster, "tampered"), tmp_path / "家")
    done = found.run("restore", str(bad))
    assert (done.exit_code, "改过" in done.output) == (1, True)
    assert untouched(found)


@pytest.mark.parametrize("cut", [0.5, 0.999])
def test_a_truncated_or_flipped_file_is_not_whole(file, tmp_path, cut):
    body = file.read_bytes()
    bad = tmp_path / "x.tar.gz"
    bad.write_bytes(body[: int(len(body) * cut)])
    with pytest.raises(BackupError):
        verify(bad)
    middle = len(body) // 2
    bad.write_bytes(body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :])
    with pytest.raises(BackupError):
        verify(bad)


def test_names_that_leave_the_folder_are_refused(file, tmp_path):
    for name in ("files/../../x", "/etc/x", "files/a//b", "other/x"):
        path = tmp_path / "x.tar.gz"
        with path.open("wb") as out, Packer(out, None) as pack:
            pack.put(name, b"x")
        with pytest.raises(BackupRefused, match="不该有的东西"):
            verify(path)


# 写


def test_what_is_there_is_not_overwritten_unless_asked(source, file):
    before = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    done = source.run("backup", str(file))
    assert (done.exit_code, "--force" in done.output) == (2, True)
    assert file.read_bytes() == before
    assert source.run("backup", str(file), "--force").exit_code == 0
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_with_a_passphrase_it_opens_only_with_it(source, tmp_path):
    phrase, path = tmp_path / "口令", tmp_path / "x.sealed"
    phrase.write_text(PHRASE + "\n")
    assert source.run("backup", str(path), "--passphrase-file", str(phrase)).exit_code == 0
    assert b"case_record" not in path.read_bytes()
    assert source.run("verify-backup", str(path)).exit_code == 2
    done = source.run("verify-backup", str(path), "--passphrase-file", str(phrase))
    assert (done.exit_code, "完好" in done.output) == (0, True)
    for wrong in (PHRASE + "x", PHRASE[:-1]):
        with pytest.raises(BackupError, match="口令不对"):
            verify(path, passphrase=wrong)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BackupError, match="口令不对"):
        verify(path, passphrase=PHRASE)


def test_without_keys_the_old_field_key_is_asked_for(source, cluster, tmp_path):
    path = tmp_path / "x.tar.gz"
    assert source.run("backup", str(path), "--without-keys").exit_code == 0
    assert not any(name.startswith("keys/") for name in verify(path).members)
    found = town(empty(cluster, "keyless"), tmp_path / "家")
    done = found.run("restore", str(path))
    assert (done.exit_code, "原来的 field_key" in done.output) == (2, True)
    (found.folder / "field_key").write_text(FIELD_KEY)
    again = town(found.urls, found.folder)
    done = again.run("restore", str(path))
    assert done.exit_code == 0, done.output


def test_a_file_gone_from_the_folder_is_named(source, tmp_path):
    with source.app.app_context():
        path = session.execute(select(Attachment.path)).scalars().first()
        session.remove()
    gone = source.folder / "files" / path
    kept = gone.read_bytes()
    gone.unlink()
    try:
        manifest = make_backup(origin(source), tmp_path / "x.tar.gz", now=NOW)
    finally:
        gone.write_bytes(kept)
    assert manifest.missing == (path,)


def origin(found: Town) -> Any:
    return source_of(found.app.config["SETTINGS"], found.urls.app)


def test_every_column_that_names_a_file_is_called_so(source):
    """列名与长短是认文件列的凭据：备份据此知道库里记着哪些文件."""
    named = {
        (table.name, column.name)
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("path") and table.name != "org"
    }
    with postgres.connected(source.urls.app) as connection:
        assert set(connection.execute(make._STORED).fetchall()) == named


def test_an_older_servers_programs_are_spoken_to_in_their_own_words(source, cluster, tmp_path):
    """新客户端装进旧服务器：化成 SQL 去掉旧服务器不认得的一句，一个事务."""
    urls = empty(cluster, "older")
    path = tmp_path / "x.tar.gz"
    make_backup(origin(source), path, now=NOW)
    server = postgres.Server.at(urls.owner)
    older = postgres.Server(urls.owner, 15)
    for whole in (False, True):
        with opened(path, None) as members, Loading(older, server.major) as loading:
            pieces = [c.read() for n, c in members if n.startswith("database/")]
            content = b"".join(pieces)
            loading.write(content if whole else content[: len(content) // 2])
            if whole:
                loading.finish()
            else:
                with pytest.raises(BackupError, match="装不进数据库"):
                    loading.finish()
        with postgres.connected(urls.owner) as connection:
            assert bool(postgres.tables(connection)) is whole


# 定时


@pytest.fixture
def plan(source: Town, tmp_path: Path) -> Iterator[Schedule]:
    with source.app.app_context():
        yield Schedule(origin(source), tmp_path / "架", time(2, 30), Retention(2, 0, 0))
        session.rollback()
        with unit_of_work():
            session.execute(delete(BackupRun))
            session.execute(
                Notification.__table__.delete().where(Notification.kind == backups.FAILED)
            )
        session.remove()
        db.engine.dispose()


def moment(day: int, hour: int) -> datetime:
    """2017 年 6 月某日几时，东八区."""
    return datetime(2017, 6, day, hour, 0, tzinfo=UTC) - timedelta(hours=8)


def test_once_a_day_after_the_hour_and_the_old_ones_go(plan):
    done = [
        schedule.back_up_if_due(plan, lambda at=at: at)
        for at in (moment(1, 2), moment(1, 3), moment(1, 4), moment(2, 23), moment(3, 3))
    ]
    assert done == [False, True, False, True, True]
    assert sorted(p.name for p in plan.folder.iterdir()) == [
        "township-20170602-230000.tar.gz",
        "township-20170603-030000.tar.gz",
    ]
    assert past.latest().is_ok


def test_off_means_never(plan):
    off = Schedule(plan.source, plan.folder, None, plan.retention)
    assert not schedule.back_up_if_due(off, lambda: moment(1, 3))


def test_a_failure_is_told_to_administrators_once_and_tried_again_later(plan, source, tmp_path):
    (tmp_path / "file").touch()
    broken = Schedule(plan.source, tmp_path / "file" / "架", plan.at, plan.retention)
    for at in (moment(30, 3), moment(30, 3) + timedelta(minutes=5), moment(30, 5)):
        assert not schedule.back_up_if_due(broken, lambda at=at: at)
    runs = session.execute(select(BackupRun.is_ok)).scalars().all()
    assert runs == [False, False]
    told = session.execute(
        select(Notification).where(Notification.kind == backups.FAILED)
    ).scalars()
    admin = select(Account.person_id).join(User).where(User.username == "admin")
    assert [one.person_id for one in told] == [session.execute(admin).scalar_one()]
    township = session.execute(select(Township.id)).scalar_one()
    line = {one.code: one for one in self_check(township, TODAY)}["backup"]
    assert (line.ok, bool(line.details)) == (False, True)


def test_the_self_check_says_when_the_last_backup_was(plan):
    township = session.execute(select(Township.id)).scalar_one()

    def line(day: Any = TODAY) -> Any:
        return {one.code: one for one in self_check(township, day)}["backup"]

    assert (line().ok, line().found) == ("warn", "没有")
    session.rollback()
    assert schedule.run(plan, lambda: moment(30, 3))
    assert (line().ok, line().found) == (True, "2017-06-30 03:00")
    assert line(TODAY + timedelta(days=3)).ok is False


def test_only_our_own_files_are_cleared_away(tmp_path):
    names = [
        "township-20170601-023000.tar.gz",
        "township-20170602-023000.tar.gz.sealed",
        "notes.tar.gz",
        "township-2017.tar.gz",
        f"{DRAFT}0-township-20170602-023000.tar.gz",
        f"{DRAFT}1-township-20170601-023000.tar.gz",
    ]
    for name in names:
        (tmp_path / name).touch()
    os.utime(tmp_path / names[-1], (0, 0))
    assert [p.name for p in shelf.prune(tmp_path, Retention(1, 0, 0))] == [names[0]]
    assert {p.name for p in tmp_path.iterdir()} == set(names[1:-1])
