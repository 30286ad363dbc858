"""案件界面用例共用的：几个人的浏览器、填好的登记表、走到某一步的一件."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import text

from app.db import session

Answer = Any

TITLE = "临时棚房占用消防通道"
LONG_STORY = "户主已自行拆除彩钢棚，消防通道恢复畅通，现场复核无误。"


def form_of(client: FlaskClient, path: str) -> str:
    """表单页里的版本号."""
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="version" value="(\d+)"', page)
    return found[1] if found else ""


class Desk:
    """几个人的浏览器与一件案件."""

    def __init__(self, client_for: Callable[[str], FlaskClient], app: Any) -> None:
        self.app = app
        self.open = client_for
        self.clerk = client_for("clerk")
        self.zhifa = client_for("zhifa")

    def id_of(self, statement: str, **facts: Any) -> int:
        """按名称取编号."""
        with self.app.app_context():
            return session.execute(text(statement), facts).scalar_one()

    def org(self, name: str) -> int:
        """机构编号."""
        return self.id_of("SELECT id FROM org WHERE name = :name", name=name)

    def person(self, name: str) -> int:
        """人的编号."""
        return self.id_of("SELECT id FROM person WHERE name = :name", name=name)

    def category(self, code: str) -> int:
        """小类编号."""
        return self.id_of("SELECT id FROM category WHERE code = :code", code=code)

    def intake(self, **more: str) -> dict[str, str]:
        """一份填好的登记表."""
        grid = self.id_of("SELECT id FROM grid WHERE name = '板桥一网格'")
        return {
            "channel": "HOTLINE",
            "title": TITLE,
            "body": "振兴路东侧有人搭建彩钢棚，堆放毛竹，占用消防通道。",
            "HOTLINE_line": "12345",
            "HOTLINE_call_time": "2017-05-22 08:50",
            "HOTLINE_caller": "13812345678",
            "received_at": "2017-05-22 08:50",
            "category_id": str(self.category("ZF0402")),
            "level": "较大",
            "kind": "EVENT",
            "grid_id": str(grid),
            "place": "振兴路东侧",
            "informant_name": "雷某英",
            "informant_phone": "13812345678",
            "submit_key": "key-1",
            "do": "accept",
            **more,
        }

    def enter(self, **more: str) -> int:
        """登记一件，返回编号."""
        answer = self.clerk.post("/cases/add", data=self.intake(**more))
        assert answer.status_code == 302, words(answer)
        return int(answer.headers["Location"].rsplit("/", 1)[1])

    def step(self, client: FlaskClient, case_id: int, action: str, **data: Any) -> Answer:
        """走一步：先打开表单页，再交."""
        version = form_of(client, f"/cases/{case_id}/{action}")
        return client.post(f"/cases/{case_id}/{action}", data={"version": version, **data})

    def dispatched(self) -> int:
        """分流到综合执法的一件."""
        case_id = self.enter()
        done(self.step(self.clerk, case_id, "dispatch", platform="ZF"))
        return case_id

    def in_hand(self) -> int:
        """办理中的一件."""
        case_id = self.dispatched()
        place = {"org_id": self.org("社会事业服务中心"), "handler_id": self.person("蓝望岫")}
        done(self.step(self.zhifa, case_id, "sign_in", **place))
        return case_id

    def finished(self) -> int:
        """待核查的一件."""
        case_id = self.in_hand()
        file_id = upload(self.zhifa).get_json()["id"]
        data = {"result": "已解决", "content": LONG_STORY, "attachments": file_id}
        done(self.step(self.zhifa, case_id, "finish", **data))
        return case_id

    def state(self, case_id: int) -> str:
        """案件的状态."""
        return self.id_of("SELECT state FROM case_record WHERE id = :id", id=case_id)


def done(answer: Answer) -> Answer:
    """这一步办成了（改道）."""
    assert answer.status_code == 302, words(answer)
    return answer


def words(answer: Answer) -> str:
    """页面上的字."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def photo() -> bytes:
    """一张照片."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def upload(client: FlaskClient, name: str = "现场.jpg", content: bytes | None = None) -> Answer:
    """传一个文件."""
    sent = (io.BytesIO(photo() if content is None else content), name)
    return client.post("/cases/attachments", data={"file": sent})
