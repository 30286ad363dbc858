"""每一条读得到的路都走到：无障碍、两种主题、三种宽度、没有行内代码、体积不超.

路由自己列出来，新画面不用登记就在其中；带参数的由 ``SAMPLES`` 给样例，
不是画面的写在 ``NOT_PAGES``。
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, Response

from config import ROOT
from tests.browser import axe
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import LAPTOP, PHONE, WIDE, Visitor

LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")
NOT_PAGES = {
    "static": "文件",
    "AttachmentView.show": "文件",
    "AttachmentView.thumb": "文件",
    "MeetingView.minutes": "文件",
    "MeetingView.draft": "文件",
    "AssessmentPaperView.circular": "文件",
    "AssessmentPaperView.draft": "文件",
    "DownloadView.file": "文件",
    "ExportView.file": "文件",
    "ExportView.state": "进度，给脚本看",
    "AssessmentView.show": "这个舞台上没有考核",
    "AssessmentView.rows": "这个舞台上没有考核",
    "AssessmentView.ask": "这个舞台上没有考核",
    "CaseSlipView.sign": "这个舞台上没有协办条",
    "CaseMediationView.visit": "这个舞台上没有调解协议",
    "CaseReturnView.judge": "这个舞台上没有退回的，表单页与 CaseStepView.ask 同一张模板",
    "BoardView.changes": "片段",
    "BoardView.lane": "片段",
    "SearchView.find": "给脚本看",
    "NoticeView.unread": "给脚本看",
    "CaseSuggestView.suggest": "片段",
    "PersonView.options": "下拉的选项",
    "HealthView.healthz": "给监控看",
    "HealthView.readyz": "给监控看",
}
SAMPLES = {
    "CaseView.show": "/cases/{processing}",
    "CaseView.look": "/cases/{sensitive}/look",
    "CaseStepView.ask": "/cases/{processing}/finish",
    "CaseIntakeView.edit": "/cases/{draft}/edit",
    "MeetingView.show": "/meetings/{meeting}",
    "MeetingView.ask": "/meetings/{meeting}/cancel",
    "RoleView.grants": "/roles/grants/1/case",
    "RoleMatrixView.who": "/roles/who/case/dispatch",
    "CalendarYearView.show": "/config/calendar-year/2017",
    "CalendarYearView.put": "/config/calendar-year/2017/put",
    "CaseCodeView.code": "/cases/{processing}/code",
}
"""带参数的路的样例地址；花括号里是 tests.browser.stage 布置的编号."""
WHO = {"Case": "clerk", "Meeting": "zhifa_lead", "Home": "clerk", "SignInView.login": None}
"""谁先去看；看不到的再换别人."""
LOGINS = ("admin", "clerk", "zhifa", "zhifa_lead", "mayor", "jiwei", None)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", re.IGNORECASE)
BUNDLE = re.compile(r'(?:src|href)="/static/ui/([^"#]+\.(?:js|css))"')
FIRST_PAGE = 120 * 1024
FULL_HD = (1920, 1080)
SHARED = re.compile(r"^/(config|users|roles)/")
"""这些画面共用几张模板：窄屏的无障碍每张模板查一次."""


def weight(html: str) -> int:
    """这一页要下载的脚本与样式，压缩后的字节."""
    names = set(BUNDLE.findall(html))
    files = (ROOT / "app" / "static" / "ui" / name for name in names)
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


class Walk:
    """一个浏览器一个人，按需登录；走到的地址不重复."""

    def __init__(self, visit: Visit, site: Site) -> None:
        self.visit, self.site = visit, site
        self.here: dict[str | None, Visitor] = {}
        self.kinds: set[str] = set()

    def who(self, login: str | None) -> Visitor:
        """这个人的浏览器."""
        if login not in self.here:
            self.here[login] = self.visit(login) if login else self.visit()
        return self.here[login]

    def address(self, endpoint: str, rule: str) -> str | None:
        """这条路的样例地址；没有参数的就是它自己，``pk`` 取清单里头一行的."""
        if endpoint in SAMPLES:
            return SAMPLES[endpoint].format(**self.site.stage)
        if "<int:pk>" in rule and rule.count("<") == 1:
            return rule.replace("<int:pk>", self._first_row(endpoint, rule))
        return None if "<" in rule else rule

    def _first_row(self, endpoint: str, rule: str) -> str:
        base = "/".join(rule.split("/")[:3])
        request = self.who("admin").page.request
        if "body-members" in base:
            text = request.get("/config/bodies/show/1").text()
            found = re.search(rf"{rule.split('<', maxsplit=1)[0]}(\d+)", text)
        else:
            text = request.get(f"{base}/list/").text()
            found = re.search(rf"{base}/(?:show|edit|end|extend|drop|grants)/(\d+)", text)
        return found[1] if found else "1"

    def open(self, endpoint: str, path: str) -> tuple[Visitor, Response] | None:
        """谁看得到就由谁打开；谁也看不到为空."""
        first = next((login for head, login in WHO.items() if endpoint.startswith(head)), "admin")
        for login in dict.fromkeys((first, *LOGINS)):
            visitor = self.who(login)
            _resize(visitor, WIDE)
            try:
                answer = visitor.go(path)
            except Error:  # 地址给的是下载
                return None
            if answer.status == 200 and visitor.page.url.endswith(path):
                return visitor, answer
        return None

    def is_known(self, path: str) -> bool:
        """这张模板在别的地址看过了（配置各画面共用几张模板）."""
        kind = re.sub(r"^/(config/[^/]+|users|roles)/|/\d+$", "", path)
        if not SHARED.match(path):
            return False
        known = kind in self.kinds
        self.kinds.add(kind)
        return known


def _resize(visitor: Visitor, size: tuple[int, int]) -> None:
    width, height = size
    visitor.page.set_viewport_size({"width": width, "height": height})


def in_source(html: str) -> Iterator[str]:
    """源文里的毛病：行内代码、太重、一级标题不是一个."""
    if found := INLINE.search(html):
        yield f"行内代码 {found[0]}"
    if (size := weight(html)) > FIRST_PAGE:
        yield f"要下载 {size} 字节"
    if (titles := len(re.findall(r"<h1\b", html))) != 1:
        yield f"一级标题有 {titles} 个"


def on_screen(visitor: Visitor) -> Iterator[str]:
    """画出来的毛病：无障碍、横滚."""
    yield from axe.in_both_themes(visitor.page)
    for size in (FULL_HD, LAPTOP, PHONE):
        _resize(visitor, size)
        yield from (f"{size[0]} 宽：{words}" for words in visitor.page.evaluate(LOOK))
    # 粘着的底栏盖住恰好滚到那里的按钮，人再滚一下就露出来：从页首查
    visitor.page.evaluate("scrollTo(0, 0)")
    yield from (f"390 宽：{words}" for words in axe.faults(visitor.page, colours=False))


def test_every_screen_is_accessible_in_both_themes_and_within_its_budget(
    visit: Visit, site: Site
) -> None:
    walk, found, unseen = Walk(visit, site), [], []
    for endpoint, rule in json.loads((site.home / "routes.json").read_text()):
        if endpoint in NOT_PAGES:
            continue
        path = walk.address(endpoint, rule)
        if path and walk.is_known(path):
            html = walk.who("admin").page.request.get(path).text()
            found += [f"{path} {words}" for words in in_source(html)]
            continue
        opened = walk.open(endpoint, path) if path else None
        if opened is None:
            unseen.append(f"{endpoint} {rule} → {path}")
            continue
        visitor, answer = opened
        found += [f"{path} {words}" for words in in_source(answer.text())]
        found += [f"{path} {words}" for words in on_screen(visitor)]
    assert unseen == [], "没有走到：给 SAMPLES 一个样例地址；不是画面的写进 NOT_PAGES"
    assert not found, "\n".join(found)
