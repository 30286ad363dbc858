"""流程的十九条不变量之三：敏感的正文在五处都不出现（INV15），匿名与保密处处一样（INV18）."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.crypto import seal
from app.services import case_dispatch, case_handling, case_reception, case_time
from app.services.case_record import Informant
from models.case import Case
from tests.conftest import NOW
from tests.factories import LONG, REASON, Walk, category_id, grid_id, org_id
from tests.site import Browser

MARK = "琉璃鹤唳"
"""特征串：只在敏感件的正文、标题、地点与办理内容里."""

BLIND = (
    *("clerk", "clerk3", "deputy", "member", "zhifa", "zhifa_lead", "chengguan", "shichang"),
    *("grid09", "viewer", "jiwei", "admin"),
)
"""没有敏感权限的：受理员交办后也只见编号，纪委未写事由的也是."""
SIGHTED = ("zongzhi", "mayor", "secretary")

Client = Callable[[str], Browser]


@pytest.fixture
def walk(actor: Any, app: Any, db_session: Any) -> Walk:
    """往前走的一件；界面看见的是同一个库."""
    return Walk(actor, NOW)


def unpacked(answer: Any) -> str:
    """页面上的字，或导出文件里的全部文字."""
    if "spreadsheetml" not in answer.mimetype:
        return answer.get_data(as_text=True)
    with answer, zipfile.ZipFile(io.BytesIO(answer.get_data())) as file:
        return "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())


def looked(client: Browser, case_ids: list[int]) -> dict[str, str]:
    """五处（另加工作台、看板）各看到的字：清单、检索、导出、通知、办理经过."""
    pages = {
        "list": client.get("/cases/?view=all"),
        "list_found": client.get(f"/cases/?view=all&q={MARK[:2]}"),
        "board": client.get("/board/"),
        "home": client.get("/"),
        "search": client.get(f"/search/?q={MARK[:2]}"),
        "find": client.get(f"/search/find?q={MARK[:2]}"),
        "export": client.post("/exports/start/cases?view=all"),
        "notices": client.get("/notifications/?group=about"),
        "notices_waiting": client.get("/notifications/"),
    }
    for case_id in case_ids:
        pages[f"journal_{case_id}"] = client.get(f"/cases/{case_id}")
    assert all(answer.status_code < 500 for answer in pages.values())
    return {name: unpacked(answer) for name, answer in pages.items()}


def secret_from_the_start(walk: Walk) -> Case:
    """小类就是敏感的：交到综治，派出所承办，每一步都写着特征串."""
    case = walk.reported(
        category_id=category_id("ZZ0501"),
        title=f"{MARK}后山种植罂粟",
        body=f"有人看见{MARK}，夜里浇水。",
        place=f"后山{MARK}旁",
        grid_id=grid_id("G09"),
        informant=Informant(name="钟某某", phone="13711112222"),
    )
    clerk, zongzhi, head = (walk.actor(one) for one in ("clerk2", "zongzhi", "zongzhi_lead"))
    case_reception.accept(
        case,
        category_id=case.category_id or 0,
        level="一般",
        kind="EVENT",
        sensitive=True,
        actor=clerk,
        now=walk.later(),
    )
    case_dispatch.dispatch(case, platform="ZZ", note=f"速查{MARK}", actor=clerk, now=walk.later())
    case_dispatch.sign_in(
        case,
        org_id=org_id("PCS"),
        handler_id=walk.actor("police").person_id or 0,
        actor=zongzhi,
        now=walk.later(),
    )
    case_handling.record_progress(
        case, content=f"已到{MARK}现场核实", actor=zongzhi, now=walk.later()
    )
    case_time.request_extension(
        case,
        extension_wd=2,
        work_done=f"已布控{MARK}",
        reason=f"{MARK}一带地形复杂，须再查。",
        actor=zongzhi,
        now=walk.later(),
    )
    case_time.approve_extension(
        case, granted_wd=2, opinion=f"同意，盯住{MARK}", actor=head, now=walk.later()
    )
    return case


def secret_on_second_thought(walk: Walk) -> Case:
    """报上来时是平常事，受理时才定为敏感：此前发出的通知、写下的日志也不再露出正文."""
    case = walk.reported(title=f"{MARK}有人聚众", body=f"{MARK}：{LONG}", place=f"{MARK}路口")
    clerk = walk.actor("clerk2")
    case_reception.accept(
        case,
        category_id=case.category_id or 0,
        level="一般",
        kind="EVENT",
        sensitive=True,
        actor=clerk,
        now=walk.later(),
    )
    case_dispatch.dispatch(case, platform="ZF", actor=clerk, now=walk.later())
    case_dispatch.return_case(
        case,
        return_reason="内容不清无法办理",
        suggestion=f"{MARK}请综治来办",
        reason=REASON,
        actor=walk.actor("zhifa"),
        now=walk.later(),
    )
    case_dispatch.dispatch(case, platform="ZF", actor=clerk, now=walk.later())
    return case


def test_inv15_the_text_of_a_sensitive_case_shows_in_none_of_the_five_places(
    walk: Walk, client_for: Client, db_session: Any
) -> None:
    first, second = secret_from_the_start(walk), secret_on_second_thought(walk)
    walk.processing(title="高山村口平常的一件")
    db_session.commit()
    ids, numbers = [first.id, second.id], [first.number, second.number]
    stored = text("SELECT count(*) FROM notification WHERE case_id = :c AND facts::text LIKE :m")
    kept = {"c": first.id, "m": f"%{MARK}%"}
    assert db_session.execute(stored, kept).scalar_one() == 0
    leaks = [
        (login, place)
        for login in BLIND
        for place, shown in looked(client_for(login), ids).items()
        if MARK in shown
    ]
    assert leaks == []
    numbered = looked(client_for("clerk"), ids)
    assert all(number in numbered["list"] for number in numbers)
    assert all(number in numbered["export"] for number in numbers)
    for login in SIGHTED:
        shown = looked(client_for(login), ids)
        assert MARK in shown["list"], login
        assert MARK in shown[f"journal_{first.id}"], login
        assert MARK not in shown["export"], "导出不论谁都只写编号"


# INV18：登记人与来件人的匿名、保密

KEPT, KEPT_PHONE = "钟某保", "13800000777"
OPEN, OPEN_PHONE = "雷某英", "13800000612"
NAMELESS_PHONE = "13800000888"
TRUSTED = ("clerk", "clerk3", "mayor", "secretary")
UNTRUSTED = ("zhifa", "zhifa2", "zhifa_lead", "chengguan", "grid09", "grid09b", "jiwei", "viewer")


def masked(phone: str) -> str:
    """电话遮中间四位."""
    return f"{phone[:3]}****{phone[-4:]}"


def test_inv18_who_asked_to_be_kept_secret_is_kept_secret_everywhere(
    walk: Walk, client_for: Client, db_session: Any
) -> None:
    """案件页、反馈表单、清单、检索、导出、工作台与通知；交办单、卷宗的文书要等下一件事."""
    call = {"line": "12345", "call_time": "2017-05-22T08:55:00+08:00", "reply_required": True}
    who = {"name": KEPT, "phone": KEPT_PHONE, "is_confidential": True}
    hushed = walk.verified(
        title="高山村口有人倒废土",
        channel_data={**call, "caller": seal(KEPT_PHONE)},
        informant=Informant(**who),
    )
    nameless = walk.verified(
        title="高山村口夜里施工",
        channel_data={**call, "caller": seal(NAMELESS_PHONE)},
        informant=Informant(name="不留名", phone=NAMELESS_PHONE, is_anonymous=True),
    )
    visit = walk.verified(
        channel="PETITION",
        title="高山村三户来访",
        channel_data={
            **{"form": "来访", "people": 3, "repeat": False, "group_visit": False},
            **{"demand": "要求停工", "representative": KEPT},
        },
        informant=Informant(**who),
    )
    plain = walk.verified(informant=Informant(name=OPEN, phone=OPEN_PHONE))
    db_session.commit()
    pages = [
        *(f"/cases/{case.id}" for case in (hushed, visit, nameless, plain)),
        *(f"/cases/{hushed.id}/feedback", f"/cases/{nameless.id}/feedback"),
        *("/cases/?view=all", f"/search/?q={KEPT[:2]}", "/search/find?q=0777", "/"),
        *("/notifications/", "/search/find?q=0888"),
    ]
    for login in UNTRUSTED:
        client = client_for(login)
        for path in pages:
            shown = unpacked(client.get(path))
            assert KEPT not in shown, (login, path)
            assert masked(KEPT_PHONE) not in shown, (login, path)
            assert NAMELESS_PHONE not in shown, (login, path)
        exported = unpacked(client.post("/exports/start/cases?view=all"))
        for secret in (KEPT, KEPT_PHONE, masked(KEPT_PHONE), masked(NAMELESS_PHONE), "不留名"):
            assert secret not in exported, (login, secret)
    for login in TRUSTED:
        client = client_for(login)
        page = unpacked(client.get(f"/cases/{hushed.id}"))
        assert KEPT in page, login
        assert KEPT_PHONE not in page, login
        assert "不留名" not in unpacked(client.get(f"/cases/{nameless.id}")), login
        exported = unpacked(client.post("/exports/start/cases?view=all"))
        assert KEPT not in exported, login
        assert masked(OPEN_PHONE) in exported, login
    stored = text("SELECT count(*) FROM journal WHERE data::text LIKE :n OR opinion LIKE :n")
    assert db_session.execute(stored, {"n": f"%{KEPT}%"}).scalar_one() == 0
    nothing = text("SELECT count(*) FROM case_informant WHERE is_anonymous AND name IS NOT NULL")
    assert db_session.execute(nothing).scalar_one() == 0
