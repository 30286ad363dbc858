"""导出：行与清单一样、该遮的遮住、印记与留痕对得上、大的由任务做、别人的下载不了."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app import storage
from app.access.export_reach import export_reach
from app.db import session
from app.jobs import tasks
from app.queries.case_list import CaseFilter, case_page
from app.services import export_work as work
from app.services.export_sources import Listing, Query, Source, register, sources
from models.attachment import Notification
from models.export import ExportJob
from models.journal import Journal
from models.township import Org
from reports.workbook import Column
from tests.conftest import NOW, TODAY
from tests.site import actor_named
from tests.sql import counted
from tests.web.case_desk import Desk, done, words

SECRET, SECRET_TITLE = "有人在串联，准备集体上访。", "村口有人串联准备上访"


@pytest.fixture
def desk(app: Any, client_for: Callable[..., Any]) -> Iterator[Desk]:
    """几个人的浏览器；限度用完还原."""
    kept = work.limits()
    yield Desk(client_for, app)
    work._state["limits"] = kept


@pytest.fixture
def cases(desk: Desk) -> dict[str, int]:
    """四件：待分流、综合执法待签收、综治的敏感件、草稿."""
    found = {"plain": desk.enter(title="=1+1 路灯坏了，电话13912345678")}
    found["zf"] = desk.enter(submit_key="key-2", informant_name="蓝某山")
    done(desk.step(desk.clerk, found["zf"], "dispatch", platform="ZF"))
    found["secret"] = desk.enter(
        submit_key="key-3",
        title=SECRET_TITLE,
        body=SECRET,
        category_id=str(desk.category("ZZ0204")),
        level="重大",
        people_count="12",
        informant_name="钟某某",
        informant_phone="13711112222",
    )
    done(desk.step(desk.clerk, found["secret"], "dispatch", platform="ZZ"))
    found["draft"] = desk.enter(submit_key="key-4", do="draft", title="还没写完")
    return found


def sheet_of(answer: Any) -> Any:
    """下载下来的那张表."""
    assert answer.status_code == 200, words(answer)
    assert "spreadsheetml" in answer.mimetype
    with answer:
        return openpyxl.load_workbook(io.BytesIO(answer.data))


def lines(book: Any) -> list[dict[str, Any]]:
    """各行：表头 → 值；首行、末行的印记不算."""
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    head = rows[0]
    return [dict(zip(head, row, strict=True)) for row in rows[1:-1]]


def export(client: Any, path: str = "/exports/start/cases") -> Any:
    """按一下导出."""
    return client.post(path)


@contextmanager
def worker(app: Any, clock: Any) -> Iterator[None]:
    """任务进程接上这个应用."""
    kept = dict(tasks._state)
    tasks.attach(app.app_context, clock)
    try:
        yield
    finally:
        tasks._state.clear()
        tasks._state.update(kept)


# 行


def shown(desk: Desk, login: str, wanted: CaseFilter) -> list[str]:
    """清单上这个人看得到的编号，次序照清单；只限本平台的再限一次."""
    with desk.app.app_context():
        actor = actor_named(login, TODAY)
        reach, found, cursor = export_reach(actor), [], None
        while True:
            page = case_page(wanted, actor=actor, cursor=cursor)
            mine = reach.platforms if reach.is_limited else None
            found += [r.number for r in page.rows if mine is None or r.platform in mine]
            cursor = page.next
            if cursor is None:
                return found


@pytest.mark.parametrize("login", ["clerk", "mayor", "zhifa", "zongzhi_lead", "jiwei"])
def test_the_rows_are_exactly_those_of_the_list(desk, cases, login, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    client = desk.open(login)
    for query, wanted in (
        ("", CaseFilter()),
        ("?sort=recent", CaseFilter(sort="recent")),
        ("?view=all&platform=ZF&platform=ZZ", CaseFilter("all", "recent", platforms=("ZF", "ZZ"))),
        ("?view=DISPATCHED", CaseFilter(states=("DISPATCHED",))),
        ("?level=%E8%BE%83%E5%A4%A7&q=%E6%A3%9A", CaseFilter(levels=("较大",), words="棚")),
    ):
        expected = shown(desk, login, wanted)
        answer = export(client, f"/exports/start/cases{query}")
        if expected:
            assert [one["编号"] for one in lines(sheet_of(answer))] == expected, query
        else:
            assert answer.status_code == 302, query
            assert "一行也没有" in words(client.get("/cases/"))


def test_a_platform_exports_only_what_it_leads(desk, cases):
    numbers = [one["编号"] for one in lines(sheet_of(export(desk.zhifa)))]
    with desk.app.app_context():
        statement = "SELECT number FROM case_record WHERE platform = 'ZF' AND is_open"
        assert numbers == list(session.connection().exec_driver_sql(statement).scalars())
    assert len(numbers) == 1


def test_only_the_registrars_own_drafts_are_in_the_drafts(desk, cases):
    found = lines(sheet_of(export(desk.clerk, "/exports/start/cases?view=drafts")))
    assert [one["事项"] for one in found] == ["还没写完"]
    assert export(desk.open("mayor"), "/exports/start/cases?view=drafts").status_code == 302


# 遮住


@pytest.mark.parametrize("login", ["mayor", "zongzhi", "clerk", "jiwei"])
def test_a_sensitive_case_shows_only_number_and_state_to_whoever_exports(desk, cases, login):
    answer = export(desk.open(login))
    book = sheet_of(answer)
    row = next(one for one in lines(book) if one["平台"] == "综治工作" or "敏感" in one["事项"])
    assert row["事项"] == "敏感事项 · 矛盾化解"
    assert row["状态"] == "待签收"
    for name in ("来件人", "电话", "村", "网格", "小类", "渠道"):
        assert not row.get(name), name
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        every = "".join(file.read(name).decode() for name in file.namelist())
    for secret in (SECRET, SECRET_TITLE, "钟某", "13711112222", "137****2222"):
        assert secret not in every, secret


def test_names_phones_and_numbers_in_the_matter_are_masked(desk, cases):
    rows = {one["编号"]: one for one in lines(sheet_of(export(desk.open("mayor"))))}
    plain = next(one for one in rows.values() if "路灯" in one["事项"])
    assert plain["事项"] == "=1+1 路灯坏了，电话139****5678"
    assert "雷某某" in {one["来件人"] for one in rows.values()}
    assert "138****5678" in {one["电话"] for one in rows.values()}
    assert all("振兴路" not in str(value) for one in rows.values() for value in one.values())


def test_a_reporter_who_asks_to_be_kept_secret_is_not_named_to_anybody(desk, cases, db_session):
    statement = "UPDATE case_informant SET is_confidential = true WHERE case_id = %s"
    db_session.connection().exec_driver_sql(statement, (cases["plain"],))
    db_session.commit()
    found = lines(sheet_of(export(desk.clerk)))
    row = next(one for one in found if "路灯" in one["事项"])
    assert row["来件人"] == "要求保密" or "保密" in row["来件人"]
    assert not row["电话"]


def test_a_title_that_looks_like_a_formula_stays_text(desk, cases):
    sheet = sheet_of(export(desk.clerk)).active
    cell = next(c for row in sheet.iter_rows() for c in row if "路灯" in str(c.value))
    assert cell.data_type == "s"
    assert cell.quotePrefix


# 印记与留痕


def test_who_when_and_the_number_are_in_the_file_and_the_file_is_in_the_journal(
    desk, cases, db_session
):
    answer = export(desk.clerk, "/exports/start/cases?view=all&platform=ZF")
    book = sheet_of(answer)
    entry = db_session.execute(
        select(Journal).where(Journal.module == "export").order_by(Journal.id.desc())
    ).scalar_one()
    job = db_session.execute(select(ExportJob)).scalar_one()
    assert (entry.action, entry.subject_id, entry.data["rows"]) == ("masked", job.id, 1)
    assert entry.data["sha256"] == hashlib.sha256(answer.data).hexdigest() == job.sha256
    assert entry.data["query"] == [["view", "all"], ["platform", "ZF"]]
    assert "平台：执法" in entry.data["conditions"]
    assert job.number == "导〔2017〕1号"
    for cell in (book.active["A1"], book.active.cell(book.active.max_row, 1)):
        assert entry.actor_name in cell.value
        assert "2017-05-22 09:00" in cell.value
        assert job.number in cell.value
    assert storage.read(job.path) == answer.data


def test_dates_are_dates_and_a_second_export_takes_the_next_number(desk, cases, db_session):
    sheet_of(export(desk.clerk))
    sheet = sheet_of(export(desk.clerk)).active
    head = [cell.value for cell in sheet[2]]
    assert sheet.cell(3, head.index("上报时间") + 1).is_date
    numbers = db_session.execute(select(ExportJob.number).order_by(ExportJob.id)).scalars()
    assert list(numbers) == ["导〔2017〕1号", "导〔2017〕2号"]


# 别的清单


def test_every_list_of_the_framework_exports_what_it_shows(desk, db_session):
    inspector, wrong = desk.open("jiwei"), []
    for source in sources():
        if source.code == "assessment-rows":  # 要说哪一版哪个数，见 test_export_papers
            continue
        answer = export(inspector, f"/exports/start/{source.code}")
        if answer.status_code == 302:
            assert "一行也没有" in words(inspector.get("/config/orgs/list/")), source.code
            continue
        rows = lines(sheet_of(answer))
        if not rows or any("<" in str(v) for one in rows for v in one.values()):
            wrong.append(source.code)
    assert wrong == []
    codes = {source.code for source in sources()}
    assert {"cases", "meetings", "OrgView", "PersonView", "AccountView", "RuleSetView"} <= codes


def test_a_framework_list_keeps_its_filter_its_order_and_its_tab(desk, db_session):
    mayor = desk.open("mayor")
    query = "_flt_0_name=%E5%BF%83&_oc_OrgView=name&_od_OrgView=desc&life=all"
    rows = lines(sheet_of(export(mayor, f"/exports/start/OrgView?{query}")))
    ordered = select(Org.name).where(Org.name.contains("心")).order_by(Org.name.desc())
    assert [one["名称"] for one in rows] == list(db_session.execute(ordered).scalars())
    assert len(rows) > 2
    page = mayor.get(f"/config/orgs/list/?{query}").get_data(as_text=True)
    assert "/exports/start/OrgView?_flt_0_name=" in page
    assert all(hasattr(one["起用日"], "year") for one in rows if one.get("起用日"))


def test_a_filter_that_cannot_be_read_is_refused_in_words(desk):
    mayor = desk.open("mayor")
    assert export(mayor, "/exports/start/OrgView?_flt_9_name=x").status_code == 302
    assert "看不懂" in words(mayor.get("/"))


def test_who_may_not_see_or_export_a_list_has_no_button_and_no_way(desk, cases):
    assert "导出 Excel" not in words(desk.open("viewer").get("/cases/"))
    assert export(desk.open("viewer")).status_code == 403
    assert export(desk.open("admin"), "/exports/start/OrgView").status_code == 403
    assert export(desk.clerk, "/exports/start/OrgView").status_code == 302
    assert "没有“脱敏导出”" in words(desk.clerk.get("/"))
    assert export(desk.clerk, "/exports/start/NoSuchList").status_code == 404
    assert "导出 Excel" in words(desk.clerk.get("/cases/"))
    assert "导出 Excel" in words(desk.clerk.get("/meetings/"))


# 大的


def small(at_once: int = 1, most: int = 1000) -> None:
    """把当场给的行数调小."""
    work.configure(at_once=at_once, most=most, keep_days=7)


def job_of(db_session: Any) -> ExportJob:
    """最后的一次."""
    db_session.expire_all()
    return db_session.execute(select(ExportJob).order_by(ExportJob.id.desc()).limit(1)).scalar_one()


def test_a_large_one_is_made_by_the_worker_and_ends_in_a_notice(
    desk, cases, db_session, clock, monkeypatch
):
    small()
    monkeypatch.setattr(work, "CHUNK", 2)
    answer = desk.clerk.post(
        "/exports/start/cases?view=all", headers={"Referer": "http://localhost/cases/?view=all"}
    )
    assert (answer.status_code, answer.location) == (302, "/cases/?view=all")
    job = job_of(db_session)
    assert (job.state, job.rows_total, job.in_background) == ("QUEUED", 3, True)
    page = desk.clerk.get("/cases/?view=all").get_data(as_text=True)
    assert f'data-export="/exports/{job.id}/state"' in page
    assert export(desk.clerk, "/exports/start/cases?view=all").status_code == 302
    assert job_of(db_session).id == job.id
    queued = (
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'run_export' AND lock = 'export'"
    )
    assert desk.id_of(queued) == 1
    assert "排着队" in desk.clerk.get(f"/exports/{job.id}/state").get_json()["words"]
    with worker(desk.app, clock):
        tasks.run_export(job.id)
        finished = job_of(db_session)
        assert (finished.state, finished.rows_done, finished.rows_total) == ("DONE", 3, 3)
        before = finished.sha256
        tasks.run_export(job.id)
        assert job_of(db_session).sha256 == before
    told = desk.clerk.get(f"/exports/{job.id}/state").get_json()
    assert told["over"]
    assert told["file"] == f"/exports/{job.id}/file"
    assert len(lines(sheet_of(desk.clerk.get(told["file"])))) == 3
    assert "data-export=" not in desk.clerk.get("/cases/").get_data(as_text=True)
    notice = db_session.execute(
        select(Notification).where(Notification.kind == "export.done")
    ).scalar_one()
    assert notice.facts["export_id"] == job.id
    assert "案件清单”导出好了，3 行" in words(desk.clerk.get("/notifications/"))
    assert "下载" in words(desk.clerk.get("/exports/"))


def test_anothers_export_is_not_found_and_a_lost_right_closes_the_door(desk, cases, db_session):
    sheet_of(export(desk.clerk))
    key = job_of(db_session).id
    for login in ("clerk2", "mayor", "jiwei"):
        other = desk.open(login)
        assert other.get(f"/exports/{key}/file").status_code == 404
        assert other.get(f"/exports/{key}/state").status_code == 404
        assert "导〔2017〕1号" not in words(other.get("/exports/"))
    with desk.clerk.get(f"/exports/{key}/file") as answer:
        assert answer.status_code == 200
    statement = "UPDATE holding SET valid_to = '2017-05-21' WHERE person_id = %s"
    db_session.connection().exec_driver_sql(statement, (job_of(db_session).person_id,))
    db_session.commit()
    assert desk.clerk.get(f"/exports/{key}/file").status_code == 403


def test_a_right_lost_while_waiting_makes_it_fail_with_the_reason(desk, cases, db_session, clock):
    small()
    export(desk.clerk)
    job = job_of(db_session)
    statement = "UPDATE holding SET valid_to = '2017-05-21' WHERE person_id = %s"
    db_session.connection().exec_driver_sql(statement, (job.person_id,))
    db_session.commit()
    with worker(desk.app, clock):
        tasks.run_export(job.id)
    assert (job_of(db_session).state, job_of(db_session).error) == ("FAILED", "not_granted")


def broken() -> Source:
    """读到第二批就出错的一张清单."""

    def rows(keys: Any) -> Iterator[Any]:
        for key in keys:
            yield (1 // (3 - key),)

    @contextmanager
    def read(query: Query, reach: Any) -> Iterator[Listing]:
        yield Listing("会出错的", "", (Column("数"),), lambda most: [1, 2, 3], rows)

    return Source("broken", (("case", "read"),), has_platform=False, read=read)


def test_one_that_breaks_says_so_and_can_be_asked_for_again(desk, db_session, clock):
    small()
    register(broken())
    try:
        export(desk.clerk, "/exports/start/broken?a=1")
        job = job_of(db_session)
        with worker(desk.app, clock):
            tasks.run_export(job.id)
        assert (job_of(db_session).state, job_of(db_session).error) == ("FAILED", "export_broke")
        assert list(storage.root().glob(".new-*")) == []
        page = desk.clerk.get("/exports/")
        assert "程序出了错" in words(page)
        assert "/exports/start/broken?a=1" in page.get_data(as_text=True)
        assert "没有导出成" in words(desk.clerk.get("/notifications/"))
        export(desk.clerk, "/exports/start/broken?a=1")
        assert job_of(db_session).id != job.id
    finally:
        from app.services import export_sources  # noqa: PLC0415 - 只为撤下登记

        export_sources._sources.pop("broken")


def test_one_that_was_cut_off_is_seen_told_and_replaced(desk, cases, db_session, clock):
    small()
    export(desk.clerk)
    job = job_of(db_session)
    with desk.app.app_context():
        work.claim(job.id, now=NOW)
        session.commit()
    clock.later(minutes=6)
    assert desk.clerk.get(f"/exports/{job.id}/state").get_json()["over"]
    assert "中断了" in words(desk.clerk.get("/exports/"))
    with worker(desk.app, clock):
        assert tasks.tidy_exports(0) == 1
    assert (job_of(db_session).state, job_of(db_session).error) == ("FAILED", "export_died")
    assert "做到一半断了" in words(desk.clerk.get("/notifications/"))
    export(desk.clerk)
    with worker(desk.app, clock):
        tasks.run_export(job_of(db_session).id)
    assert job_of(db_session).state == "DONE"


def test_a_worker_that_died_frees_the_queue_for_the_next(desk, cases, db_session, clock):
    small()
    export(desk.clerk)
    job = job_of(db_session)
    doing = "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'run_export'"
    db_session.connection().exec_driver_sql(doing)
    db_session.commit()
    with worker(desk.app, clock):
        tasks.tidy_exports(0)
    assert (job_of(db_session).state, job_of(db_session).error) == ("FAILED", "export_died")
    held = "SELECT count(*) FROM procrastinate_jobs WHERE lock = 'export' AND status = 'doing'"
    assert desk.id_of(held) == 0
    assert job.id == job_of(db_session).id


def test_a_file_past_its_day_is_gone_and_says_so(desk, cases, db_session, clock):
    sheet_of(export(desk.clerk))
    job = job_of(db_session)
    path, key = job.path, job.id
    with desk.app.app_context():
        assert work.tidy(now=NOW + timedelta(days=6)) == 0
        assert work.tidy(now=NOW + timedelta(days=8)) == 1
        session.commit()
    assert not storage.path_of(path).exists()
    assert job_of(db_session).state == "EXPIRED"
    assert desk.clerk.get(f"/exports/{key}/file").status_code == 302
    page = words(desk.clerk.get("/exports/"))
    assert "已过保留期" in page
    assert "重新导出" in page


def test_too_many_rows_are_refused_in_words_and_leave_no_trace(desk, cases, db_session):
    small(most=2)
    assert export(desk.clerk, "/exports/start/cases?view=all").status_code == 302
    assert "超过 2 行" in words(desk.clerk.get("/cases/"))
    assert db_session.execute(select(ExportJob)).first() is None


# 几条语句


def test_an_export_takes_a_few_statements_whatever_the_rows(desk, cases, monkeypatch):
    export(desk.clerk).close()
    with counted() as found:
        export(desk.clerk).close()
    whole = len(found)
    assert whole <= 24, found.report
    monkeypatch.setattr(work, "CHUNK", 1)
    with counted() as found:
        export(desk.clerk).close()
    assert len(found) <= whole + 2 * 2, found.report


def test_asking_for_the_progress_is_cheap(desk, cases, db_session):
    sheet_of(export(desk.clerk))
    key = job_of(db_session).id
    with counted() as found:
        desk.clerk.get(f"/exports/{key}/state", headers={"X-Quiet": "1"})
    assert len(found) <= 6, found.report
