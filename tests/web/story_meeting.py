"""由界面开联席会议：排期、提议题、列入、通知、请假、点名、审议、议定、纪要三签、报告与确认."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import text

from app.db import session
from app.plan.demo_script import Act
from app.plan.demo_texts import JointItem, JointText, read_texts
from app.plan.load import load
from tests.web.story_page import Page
from tests.web.story_player import Player, Told
from tests.web.story_words import Play, local

SERIES = "“四个平台”联席会议"
LAST = """SELECT action, actor_name, at FROM journal
WHERE module IN ('meeting', 'resolution') ORDER BY chain_seq DESC LIMIT 1"""


class JointMeeting:
    """一次联席会议：``held_at`` 是开会的时刻；``titles`` 是三个议题，依要议的先后."""

    def __init__(self, player: Player, held_at: datetime, titles: tuple[str, ...]) -> None:
        self.player, self.held_at, self.titles = player, held_at, titles
        self.words: JointText = read_texts(load()).joint
        self.home = ""

    def __call__(self, told: Told, act: Act) -> None:
        """演会议那边的一步；查日志最后一条是谁、何时."""
        _STEPS[act.action](self, told, act)
        with self.player.app.app_context():
            row = session.execute(text(LAST)).one()
        wanted = (told.play.people[act.who], self.player.clock.at)
        assert (row.actor_name, row.at) == wanted, f"{act.action}：{row}"

    def see(self, login: str, more: str = "") -> Page:
        """会议页."""
        page = self.player.see(login, f"{self.home}{more}")
        assert page.status == 200, f"{login} 开不了 {self.home}{more}：{page.status}"
        return page

    def press(self, login: str, words: str, more: str = "") -> Page:
        """会议页上按一个按钮."""
        return self.player.press(login, self.see(login, more), words)

    def schedule(self, told: Told, act: Act) -> None:
        """排期：会议清单上有去处."""
        assert self.player.see(act.who, "/meetings/").link("/meetings/add") is not None
        page = self.player.see(act.who, "/meetings/add")
        form = page.form("/meetings/add")
        where = {"planned_at": local(self.held_at), "place": self.words.place}
        form.fill({"series_id": SERIES, **where})
        self.home = self.player.send(act.who, page, form, "排期").path

    def collect(self, told: Told, act: Act) -> None:
        """自拟议题."""
        page = self.see(act.who)
        form = page.form(f"{self.home}/collect")
        form.fill({"title": self.words.title, "section": self.words.section})
        page = self.player.send(act.who, page, form, "提出")
        assert self.words.title in page.text

    def admit(self, told: Told, act: Act) -> None:
        """看过议程，排好先后，逐个列入."""
        page = self.see(act.who)
        for title in self.titles:
            assert title in page.text, f"议程上没有 {title}"
        self.press(act.who, f"上移：{self.titles[1]}")
        for title in self.titles:
            page = self.press(act.who, f"列入：{title}")
        places = [page.text.index(title) for title in self.titles]
        assert places == sorted(places)

    def notice(self, told: Told, act: Act) -> None:
        """发通知."""
        page = self.press(act.who, "发通知")
        assert "已通知" in page.chips, page.chips

    def leave(self, told: Told, act: Act) -> None:
        """请假，写事由."""
        assert self.see(act.who).link(f"{self.home}/request_leave") is not None
        page = self.see(act.who, "/request_leave")
        form = page.form(f"{self.home}/request_leave")
        form.fill({"reason": self.words.leave[act.who]})
        self.player.send(act.who, page, form, "请假")

    def open(self, told: Told, act: Act) -> None:
        """开会点名：请了假的不必再点，其余全到."""
        self.press(act.who, "开会")
        page = self.press(act.who, "其余全到")
        assert "应 20 · 到 17 · 假 3 · 缺 0" in page.text, page.text

    def debate(self, told: Told, act: Act) -> None:
        """逐题审议：首项听取，其余写讨论与结论."""
        page = self.see(act.who)
        standing = page.link_named("上次议定事项落实情况")
        self.player.press(act.who, self.player.see(act.who, standing.url), "已听取")
        for title, item in self._items():
            page = self.player.see(act.who, self.see(act.who).link_named(title).url)
            form = page.form(f"{self.home}/deliberate")
            form.fill({"discussion": item.discussion, "conclusion": item.conclusion})
            self.player.send(act.who, page, form, "记下")

    def _items(self) -> list[tuple[str, JointItem]]:
        return list(zip(self.titles, self.words.items.values(), strict=True))

    def resolve(self, told: Told, act: Act) -> None:
        """逐题议定：内容、责任人、牵头单位、协办、期限、标准."""
        play: Play = told.play
        for title, item in self._items():
            page = self.player.see(act.who, self.see(act.who).link_named(title).url)
            form = page.form(f"{self.home}/resolve")
            form.fill(
                {
                    "content": item.content,
                    "duty_person_id": play.people[item.duty],
                    "lead_org_id": play.orgs[item.org],
                    "assist_org_ids": [play.orgs[code] for code in item.assist],
                    "due_on": f"{item.due:%Y-%m-%d}",
                    "criteria": item.criteria,
                }
            )
            page = self.player.send(act.who, page, form, "加上")
            assert item.content in page.text

    def close(self, told: Told, act: Act) -> None:
        """散会."""
        assert "已结束待纪要" in self.press(act.who, "结束会议").chips

    def draft(self, told: Told, act: Act) -> None:
        """起草纪要：正文写好，数字是取来的."""
        page = self.press(act.who, "起草纪要")
        form = page.form(f"{self.home}/save_minutes")
        form.fill({"analysis": self.words.analysis, "distribution": self.words.distribution})
        page = self.player.send(act.who, page, form, "保存")
        assert page.form_or_none("审核通过") is None, "起草人不该能审核"

    def review(self, told: Told, act: Act) -> None:
        """另一人审核."""
        page = self.press(act.who, "审核通过")
        assert page.form_or_none("签发") is None, "审核人不该能签发"

    def sign(self, told: Told, act: Act) -> None:
        """签发：决议有了编号，生效."""
        page = self.press(act.who, "签发")
        assert "纪要已签发" in page.chips, page.chips

    def report(self, told: Told, act: Act) -> None:
        """责任人报告完成."""
        self._on_resolution(told, act, "report_resolution", {**act.words, "done": True})

    def confirm(self, told: Told, act: Act) -> None:
        """确认完成."""
        self._on_resolution(told, act, "confirm_resolution", {})

    def _on_resolution(self, told: Told, act: Act, action: str, typed: dict[str, object]) -> None:
        number = list(self.words.items).index(told.play.script.key)
        page = self.player.see(act.who, self.see(act.who).link_named(self.titles[number]).url)
        path = f"{self.home}/{action}"
        link = next((one for one in page.links if one.url.startswith(f"{path}?")), None)
        assert link is not None, f"{act.who} 看不到 {action}：{page.text}"
        page = self.player.see(act.who, link.url)
        form = page.form(path)
        form.fill(typed)
        self.player.send(act.who, page, form, form.buttons[-1].words)


_STEPS: Mapping[str, Callable[[JointMeeting, Told, Act], None]] = {
    "meeting.schedule": JointMeeting.schedule,
    "meeting.schedule.2": JointMeeting.notice,
    "meeting.collect_agenda": JointMeeting.collect,
    "meeting.admit_agenda": JointMeeting.admit,
    "meeting.request_leave": JointMeeting.leave,
    "meeting.request_leave.2": JointMeeting.leave,
    "meeting.request_leave.3": JointMeeting.leave,
    "meeting.roll_call": JointMeeting.open,
    "meeting.roll_call.2": JointMeeting.debate,
    "meeting.roll_call.3": JointMeeting.close,
    "resolution.assign": JointMeeting.resolve,
    "meeting.draft_minutes": JointMeeting.draft,
    "meeting.review_minutes": JointMeeting.review,
    "meeting.sign_minutes": JointMeeting.sign,
    "resolution.report": JointMeeting.report,
    "resolution.confirm": JointMeeting.confirm,
}
