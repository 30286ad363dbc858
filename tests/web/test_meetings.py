"""会议的界面：从排期到下载，各人用各人的账号；越权 404，写过的字不丢，语句有数。"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.domain.working_time import SHANGHAI
from app.services import documents, meetings
from models.meeting import AgendaItem, Attendance, Meeting, Minutes, Resolution
from reports.fonts import Kit
from tests.conftest import NOW
from tests.factories import Walk, org_id, person_id
from tests.meeting_walk import DISCUSSION, MeetingWalk, series_id
from tests.reports.conftest import cache_dir
from tests.sql import counted


@pytest.fixture
def sign_in(client_for: Callable[..., Any], clock: Any) -> Callable[[str], Any]:
    """登录，得一个浏览器."""
    return client_for


@pytest.fixture
def walk(actor: Any) -> MeetingWalk:
    return MeetingWalk(actor, NOW)


@pytest.fixture
def fonts(monkeypatch: pytest.MonkeyPatch, font_kit: Kit) -> None:
    """字库已备."""
    monkeypatch.setattr(documents, "_state", {"cache_dir": cache_dir(), "font_dir": None})


@pytest.fixture(scope="session")
def font_kit() -> Kit:
    """真的文书字库；缓存里没有就建一次。"""
    from reports.kit_build import build_kit  # noqa: PLC0415 - 只有用到的用例才建

    folder = cache_dir()
    return build_kit(folder, folder / "work", progress=lambda text: None)


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """还没有字库."""
    monkeypatch.setattr(documents, "_state", {"cache_dir": tmp_path, "font_dir": None})


def words(answer: Any) -> str:
    """页面上的字."""
    text = answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def version_of(answer: Any) -> str:
    """页面上头一个版本号."""
    return re.findall(r'name="version" value="(\d+)"', answer.get_data(as_text=True))[0]


def the_meeting(db_session: Any) -> Meeting:
    """唯一的一次会."""
    db_session.expire_all()
    return db_session.execute(select(Meeting)).scalar_one()


def test_the_whole_walk_by_three_people_ends_in_the_same_pdf_twice(
    sign_in, fonts, actor, db_session, clock
):
    case = Walk(actor, NOW - timedelta(days=7)).processing()
    case.return_count = 1
    db_session.commit()
    f, g = sign_in("zhifa"), sign_in("zhifa_lead")

    answer = f.post(
        "/meetings/add",
        data={
            "series_id": series_id(),
            "planned_at": "2017-05-24 14:30",
            "place": "乡政府二楼会议室",
        },
    )
    assert answer.status_code == 302
    meeting = the_meeting(db_session)
    home = f"/meetings/{meeting.id}"
    assert answer.location.endswith(home)
    db_session.commit()

    page = f.get(f"{home}?pick=1")
    assert case.number in words(page)
    assert f.post(f"{home}/collect_cases", data={"case_id": case.id}).status_code == 302
    db_session.commit()
    item = db_session.execute(select(AgendaItem).where(AgendaItem.case_id == case.id)).scalar_one()
    key = item.id
    db_session.commit()
    assert g.post(f"{home}/admit", data={"item_id": key}).status_code == 302
    assert f.post(f"{home}/notice", data={}).status_code == 302
    clock.at = datetime(2017, 5, 24, 14, 30, tzinfo=SHANGHAI)
    f, f2, g = sign_in("zhifa"), sign_in("zhifa2"), sign_in("zhifa_lead")
    assert f.post(f"{home}/open", data={}).status_code == 302
    page = f.get(f"{home}?item={key}")
    assert "应 5 · 到 0" in words(page)
    answer = f.post(
        f"{home}/deliberate",
        data={
            "item_id": key,
            "discussion": DISCUSSION,
            "conclusion": "限期清运",
            "version": version_of(page),
        },
    )
    assert answer.location.endswith(f"{home}?item={key}")
    answer = f.post(
        f"{home}/resolve",
        data={
            "item_id": key,
            "content": "高山村口增设2个清运点",
            "lead_org_id": org_id("SHZX"),
            "duty_person_id": person_id("蓝望岫"),
            "due_on": "2017-06-02",
            "assist_org_ids": [org_id("ZFZD")],
        },
    )
    assert answer.status_code == 302
    db_session.commit()
    f.post(f"{home}/mark?person_id={person_id('盘月岚')}&status=出席")
    f.post(f"{home}/mark_all_present")
    assert f.post(f"{home}/close").status_code == 302
    assert "起草纪要" in words(f.get(home))
    assert f.post(f"{home}/draft_minutes").status_code == 302
    page = f.get(home)
    assert "上周（5月15日至5月21日）本平台收件1件" in page.get_data(as_text=True)
    assert "送签前还差" not in words(page)
    assert f.get(f"{home}/minutes/draft.pdf").data.startswith(b"%PDF")
    assert f2.post(f"{home}/review_minutes").status_code == 302
    assert g.post(f"{home}/sign_minutes").status_code == 302

    page = g.get(home)
    assert "纪要已签发" in words(page)
    assert "〔2017〕第21周" in words(page)
    first, second = g.get(f"{home}/minutes.pdf"), g.get(f"{home}/minutes.pdf")
    assert first.data == second.data
    assert first.data.startswith(b"%PDF")
    assert "attachment" in first.headers["Content-Disposition"]
    case_page = f.get(f"/cases/{case.id}")
    assert "高山村口增设2个清运点" in words(case_page)


def test_another_platforms_operator_gets_404_everywhere(sign_in, walk, db_session):
    walk.signed()
    key = walk.id
    db_session.commit()
    stranger = sign_in("zongzhi")
    for path in ("", "/minutes.pdf", "/minutes/draft.pdf", "/cancel", "/mark"):
        assert stranger.get(f"/meetings/{key}{path}").status_code == 404, path
    for action in ("notice", "mark", "deliberate", "sign_minutes", "reissue_minutes", "admit"):
        answer = stranger.post(
            f"/meetings/{key}/{action}",
            data={"reason": "理由写满十个字以上的一句话", "item_id": 1, "person_id": 1},
        )
        assert answer.status_code == 404, action
    assert "综合执法平台例会" not in words(stranger.get("/meetings/"))


def test_the_inspector_reads_everything_and_has_no_button(sign_in, walk, db_session):
    walk.reviewed()
    key = walk.id
    db_session.commit()
    inspector = sign_in("jiwei")
    page = inspector.get(f"/meetings/{key}")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "上周工作分析" in text
    assert f"/meetings/{key}/sign_minutes" not in text
    assert f"/meetings/{key}/mark" not in text
    assert inspector.post(f"/meetings/{key}/sign_minutes").status_code == 422


def test_grid_members_have_no_meeting_page(sign_in, walk, db_session):
    walk.scheduled()
    key = walk.id
    db_session.commit()
    client = sign_in("grid01")
    assert client.get("/meetings/").status_code in (302, 403)
    assert client.get(f"/meetings/{key}").status_code in (302, 403)


def test_what_was_typed_stays_when_the_form_is_refused(sign_in, walk, db_session, clock):
    walk.opened()
    item = walk.item()
    key = item.id
    db_session.commit()
    clock.at = walk.now
    f = sign_in("zhifa")
    answer = f.post(
        f"/meetings/{walk.id}/deliberate",
        data={"item_id": key, "discussion": "写了很久的审议情况", "version": "1"},
    )
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "写了很久的审议情况" in text
    assert "您这一步没有生效" in text
    assert "盘月岚" in text
    again = f.post(
        f"/meetings/{walk.id}/deliberate",
        data={"item_id": key, "discussion": "写了很久的审议情况", "version": version_of(answer)},
    )
    assert again.status_code == 302


def test_a_gap_is_named_on_the_page_and_stops_the_review(sign_in, walk, db_session, clock):
    walk.drafted(walk.terms(duty_person_id=None))
    key = walk.id
    db_session.commit()
    clock.at = walk.now
    page = sign_in("zhifa").get(f"/meetings/{key}")
    assert "送签前还差 1 处" in words(page)
    assert "决01 没有责任人。" in words(page)
    answer = sign_in("zhifa2").post(f"/meetings/{key}/review_minutes")
    assert answer.status_code == 422
    assert "决01 缺责任人、牵头单位或期限" in words(answer)


def test_leave_and_proxy_ask_for_words_even_without_script(sign_in, walk, db_session, clock):
    walk.opened()
    key, person = walk.id, person_id("雷巡野")
    db_session.commit()
    clock.at = walk.now
    f = sign_in("zhifa")
    answer = f.post(f"/meetings/{key}/mark?person_id={person}&status=请假")
    assert answer.status_code == 422
    assert "请假要写理由" in words(answer)
    assert 'name="person_id"' in answer.get_data(as_text=True)
    done = f.post(
        f"/meetings/{key}/mark", data={"person_id": person, "status": "请假", "reason": "外出"}
    )
    assert done.status_code == 302
    row = db_session.execute(select(Attendance).where(Attendance.person_id == person)).scalar_one()
    assert (row.status, row.reason) == ("请假", "外出")
    db_session.commit()
    answer = f.post(f"/meetings/{key}/mark?person_id={person}&status=代会")
    assert "请写代会人" in words(answer)
    assert 'name="proxy_name"' in answer.get_data(as_text=True)


def test_scheduling_twice_in_a_week_says_which_meeting_is_there(sign_in, walk, db_session):
    walk.scheduled()
    db_session.commit()
    answer = sign_in("zhifa").post(
        "/meetings/add",
        data={"series_id": series_id(), "planned_at": "2017-05-26 09:00", "place": "会议室"},
    )
    assert answer.status_code == 422
    assert "这一周已经排过：2017年第21周综合执法平台例会" in words(answer)
    assert "会议室" in answer.get_data(as_text=True)


def test_the_schedule_form_offers_only_the_operators_own_series(sign_in, db_session):
    text = sign_in("zhifa").get("/meetings/add").get_data(as_text=True)
    assert "综合执法平台例会" in text
    assert "综治工作平台例会" not in text
    answer = sign_in("zhifa").post(
        "/meetings/add",
        data={
            "series_id": series_id("MS-ZZ"),
            "planned_at": "2017-05-26 09:00",
            "place": "会议室",
        },
    )
    assert answer.status_code == 422
    assert db_session.execute(select(Meeting)).first() is None


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/999999999",
        "/meetings/99999999999999999999999",
        "/meetings/999999999/minutes.pdf",
        "/meetings/999999999/cancel",
        "/meetings/1/nothing-like-this",
    ],
)
def test_an_unknown_meeting_or_step_is_404(sign_in, path):
    assert sign_in("zhifa").get(path).status_code == 404


def test_an_unknown_step_is_404_and_a_wild_form_is_refused(sign_in, walk, db_session, clock):
    walk.opened()
    key, standing = walk.id, walk.standing().id
    db_session.commit()
    clock.at = walk.now
    f = sign_in("zhifa")
    assert f.post(f"/meetings/{key}/destroy").status_code == 404
    assert f.post(f"/meetings/{key}/deliberate", data={"item_id": "abc"}).status_code == 404
    assert f.post(f"/meetings/{key}/mark?person_id=x&status=y").status_code == 404
    long = f.post(f"/meetings/{key}/entrust", data={"person_id": 1, "reason": "长" * 10_000})
    assert long.status_code == 422
    assert "至多 500 个字" in words(long)
    huge = f.post(
        f"/meetings/{key}/deliberate", data={"item_id": standing, "discussion": "长" * 5000}
    )
    assert huge.status_code == 422


def test_a_list_address_made_by_hand_is_simply_the_first_page(sign_in, walk, db_session):
    walk.scheduled()
    db_session.commit()
    f = sign_in("zhifa")
    for query in ("?cursor=abc", "?series=zzz", "?state=NOPE", "?series=999999", "?cursor="):
        page = f.get(f"/meetings/{query}")
        assert page.status_code == 200, query
        assert "2017年第21周综合执法平台例会" in words(page)
    empty = f.get("/meetings/?state=MINUTED")
    assert "2017年第21周综合执法平台例会" not in words(empty)


def test_the_list_shows_the_weeks_missed_and_the_one_to_plan(sign_in, walk, db_session):
    page = words(sign_in("clerk").get("/meetings/"))
    assert page.count("本周还没排期") == 4
    assert "未开" in page
    assert "未排期" in page


def test_pages_follow_one_another_without_gap_or_repeat(sign_in, walk, db_session, monkeypatch):
    from app.queries import meeting_list  # noqa: PLC0415

    monkeypatch.setattr(meeting_list, "PAGE", 2)
    for day in (24, 31):
        walk.scheduled(datetime(2017, 5, day, 9, tzinfo=SHANGHAI))
    for day in (7, 14, 21):
        walk.scheduled(datetime(2017, 6, day, 9, tzinfo=SHANGHAI))
    db_session.commit()
    f = sign_in("zhifa")
    seen: list[str] = []
    url: str | None = "/meetings/"
    while url:
        text = f.get(url).get_data(as_text=True)
        seen += re.findall(r'data-open href="/meetings/(\d+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        url = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, key=int, reverse=True)


def test_without_fonts_the_page_says_what_is_missing_and_how_to_get_it(
    sign_in, walk, no_fonts, db_session
):
    walk.signed()
    key = walk.id
    db_session.commit()
    g = sign_in("zhifa_lead")
    page = words(g.get(f"/meetings/{key}"))
    assert "签发的纪要还没有做成 PDF" in page
    assert "文书字库还没有生成" in page
    assert "flask --app run fonts build" in page
    answer = g.get(f"/meetings/{key}/minutes.pdf", follow_redirects=True)
    assert "PDF 还没有做好" in words(answer)


def test_saving_the_draft_keeps_its_rows_and_refuses_a_second_tab(sign_in, walk, db_session, clock):
    walk.drafted()
    key = walk.id
    db_session.commit()
    clock.at = walk.now
    f = sign_in("zhifa")
    page = f.get(f"/meetings/{key}")
    form = page.get_data(as_text=True).split('id="analysis"')[0]
    version = re.findall(r'name="version" value="(\d+)"', form)[-1]
    data = {
        "analysis": "上周情况平稳。",
        "row_content": ["入户宣传", ""],
        "row_responsible": ["雷霁月", ""],
        "row_lead_unit": ["社会事业服务中心", ""],
        "row_due": ["2017-05-26", ""],
        "distribution": "综合执法平台各成员单位，党政办",
        "version": version,
    }
    assert f.post(f"/meetings/{key}/save_minutes", data=data).status_code == 302
    row = db_session.execute(select(Minutes)).scalar_one()
    rows = next(one for one in row.sections if one["code"] == "arrangements")["rows"]
    assert rows == [
        {
            "content": "入户宣传",
            "responsible": "雷霁月",
            "lead_unit": "社会事业服务中心",
            "due": "2017-05-26",
        }
    ]
    db_session.commit()
    stale = f.post(f"/meetings/{key}/save_minutes", data={**data, "analysis": "另一页写的字"})
    assert stale.status_code == 409
    assert "另一页写的字" in stale.get_data(as_text=True)
    bad = f.post(
        f"/meetings/{key}/save_minutes",
        data={**data, "version": "", "row_due": ["五月", ""]},
    )
    assert bad.status_code == 422
    assert "应如 2017-06-02" in words(bad)


def test_a_resolution_is_reported_and_confirmed_from_the_next_meeting(
    sign_in, walk, db_session, clock
):
    walk.signed()
    row = db_session.execute(select(Resolution)).scalar_one()
    walk.at(29, 9)
    walk.scheduled(datetime(2017, 5, 31, 9, tzinfo=SHANGHAI))
    key, resolution = walk.id, row.id
    db_session.commit()
    clock.at = walk.now
    f, g = sign_in("zhifa"), sign_in("zhifa_lead")
    page = f.get(f"/meetings/{key}")
    assert "2017年第21周综合执法平台例会-决01" in words(page)
    assert f.get(f"/meetings/{key}/report_resolution?resolution_id={resolution}").status_code == 200
    f.post(
        f"/meetings/{key}/report_resolution",
        data={"resolution_id": resolution, "text": "两处都建好了", "done": "1"},
    )
    assert "两处都建好了" in words(g.get(f"/meetings/{key}"))
    g.post(f"/meetings/{key}/confirm_resolution", data={"resolution_id": resolution})
    db_session.expire_all()
    assert db_session.get(Resolution, resolution).state == "CONFIRMED"


def test_a_corrected_edition_is_issued_from_the_page_and_the_old_one_stays(
    sign_in, walk, fonts, db_session, clock
):
    document = walk.signed()
    documents.render(document.id, now=walk.later())
    key = walk.id
    db_session.commit()
    clock.at = walk.later(days=1)
    g = sign_in("zhifa_lead")
    old = g.get(f"/meetings/{key}/minutes.pdf").data
    answer = g.post(
        f"/meetings/{key}/reissue_minutes",
        data={"analysis": "上周收件3件。", "reason": "收件数写错，更正为3件"},
    )
    assert answer.status_code == 302
    assert g.get(f"/meetings/{key}/minutes.pdf?edition=1").data == old
    assert g.get(f"/meetings/{key}/minutes.pdf").data != old
    assert "已由第 2 版替代" in words(g.get(f"/meetings/{key}"))


@pytest.mark.parametrize(
    ("stage", "login", "most"),
    [
        ("scheduled", "zhifa", 15),
        ("opened", "zhifa", 16),
        ("drafted", "zhifa", 15),
        ("reviewed", "zhifa_lead", 15),
        ("signed", "jiwei", 15),
    ],
)
def test_the_meeting_page_stays_within_its_statements(
    sign_in, walk, stage, login, most, db_session, clock
):
    getattr(walk, stage)()
    key = walk.id
    db_session.commit()
    clock.at = walk.now
    client = sign_in(login)
    client.get(f"/meetings/{key}")
    with counted() as found:
        assert client.get(f"/meetings/{key}").status_code == 200
    assert len(found) <= most, found.report


def test_the_list_stays_within_ten_statements(sign_in, walk, db_session):
    for day in (24, 31):
        walk.scheduled(datetime(2017, 5, day, 9, tzinfo=SHANGHAI))
    db_session.commit()
    client = sign_in("clerk")
    client.get("/meetings/")
    with counted() as found:
        assert client.get("/meetings/").status_code == 200
    assert len(found) <= 10, found.report


def test_signing_on_the_web_stays_within_its_statements(sign_in, walk, no_fonts, db_session, clock):
    walk.reviewed()
    key = walk.id
    db_session.commit()
    clock.at = walk.now
    g = sign_in("zhifa_lead")
    with counted() as found:
        assert g.post(f"/meetings/{key}/sign_minutes").status_code == 302
    assert len(found) <= 30, found.report


def test_the_lead_units_own_person_reports_on_the_meetings_page(sign_in, walk, db_session, clock):
    walk.drafted(walk.terms(lead_org_id=org_id("ZFZD"), duty_person_id=person_id("雷巡野")))
    meetings.review_minutes(walk.id, actor=walk.f2, now=walk.later())
    meetings.sign_minutes(walk.id, actor=walk.g, now=walk.later())
    row = db_session.execute(select(Resolution)).scalar_one()
    key, resolution, item = walk.id, row.id, row.agenda_item_id
    db_session.commit()
    clock.at = walk.now
    link = f"/meetings/{key}/report_resolution?resolution_id={resolution}"
    member, other = sign_in("chengguan"), sign_in("huanbao")
    assert link in member.get(f"/meetings/{key}?item={item}").get_data(as_text=True)
    assert link not in other.get(f"/meetings/{key}?item={item}").get_data(as_text=True)
    refused = other.post(
        f"/meetings/{key}/report_resolution", data={"resolution_id": resolution, "text": "完成"}
    )
    assert refused.status_code == 422
    done = member.post(
        f"/meetings/{key}/report_resolution", data={"resolution_id": resolution, "text": "已开工"}
    )
    assert done.status_code == 302
    db_session.expire_all()
    assert db_session.get(Resolution, resolution).state == "IN_PROGRESS"


def test_the_office_schedules_the_joint_meeting_and_no_weekly_one(sign_in, db_session):
    page = sign_in("clerk").get("/meetings/add").get_data(as_text=True)
    names = dict(db_session.execute(text("SELECT code, name FROM meeting_series")).all())
    offered = {code for code, name in names.items() if f">{name}<" in page}
    assert offered == {"MS-JM"}
