"""由界面演故事：到时刻、登录这个人、开案件页、按按钮、填表、交上去，看走到了哪里."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.access.actor import SYSTEM_NAME
from app.db import session
from app.domain.case_flow import step_of
from app.domain.case_states import State
from app.domain.case_words import Action
from app.jobs import tasks
from app.plan.demo_script import Act
from tests.factories import photo
from tests.site import Browser, Clock
from tests.web.story_page import Form, Page
from tests.web.story_words import (
    BYSTANDERS,
    FOLLOWS,
    NOTICES,
    Play,
    full_intake,
    short_intake,
    typed,
)
from views.security_session import IDLE_KEY

SYSTEM = "SYS"
ZERO, MINUTE = timedelta(), timedelta(minutes=1)
LAST = """SELECT action, actor_name, at, coalesce(after, before) AS state
FROM journal WHERE case_id = :id AND module = 'case' ORDER BY chain_seq DESC LIMIT 1"""
HANDLING = "SELECT yellow_at FROM case_clock WHERE case_id = :id AND clock = 'handle'"
CARD = "SELECT max(triggered_at) AS triggered_at FROM supervision WHERE case_id = :id"
BY_SYSTEM = """SELECT count(*) AS times, string_agg(concat_ws(' ', at, action, data), '；') AS deeds
FROM journal WHERE case_id = :id AND module = 'case' AND actor_id IS NULL"""


@dataclass
class Told:
    """讲着的一件：本子、编号、状态、办结的人."""

    play: Play
    case_id: int = 0
    state: State | None = None
    by_system: int = 0
    number: str = ""

    @property
    def home(self) -> str:
        """案件页的地址."""
        return f"/cases/{self.case_id}"

    def after(self, act: Act) -> State:
        """按流程表这一步到哪个状态；有几个可能的以故事写的为准."""
        step = step_of(self.state, Action(act.action))
        wanted = self.play.reached.get(act.at)
        return step.settle(State(wanted) if wanted else None)


class Player:
    """演的人：各账号一个浏览器，几件案件."""

    def __init__(self, app: Flask, clock: Clock, client_for: Callable[[str], Browser]) -> None:
        self.app, self.clock = app, clock
        self._open = client_for
        self._browsers: dict[str, Browser] = {}
        self.cases: dict[str, Told] = {}

    def browser(self, login: str) -> Browser:
        """这个人登录好的浏览器：头一次由登录页进，过几天的只把闲置的钟拨到此刻（登录另有用例）."""
        if login not in self._browsers:
            self._browsers[login] = self._open(login)
        browser = self._browsers[login]
        with browser.session_transaction() as kept:
            kept[IDLE_KEY] = self.clock.at.isoformat()
        return browser

    def see(self, login: str, path: str) -> Page:
        """打开一页."""
        answer = self.browser(login).get(path)
        return Page(answer.get_data(as_text=True), answer.status_code, path)

    def send(self, login: str, page: Page, form: Form, press: str) -> Page:
        """按下按钮交上去，跟着改道到下一页；令牌、版本都是页上的."""
        data, button = form.data(press), form.button(press)
        path = (button and button.url) or form.url or page.path
        answer = self.browser(login).post(path, data=data, csrf=False)
        if answer.status_code != 302:
            wrong = Page(answer.get_data(as_text=True), answer.status_code, page.path)
            raise AssertionError(f"{page.path} 没有办成（{wrong.status}）：{wrong.text}")
        return self.see(login, answer.headers["Location"])

    def press(self, login: str, page: Page, words: str) -> Page:
        """按页上的一个按钮."""
        return self.send(login, page, page.form_with(words), words)

    def attach(self, login: str, form: Form, name: str, label: str) -> None:
        """由上传件传一张照片，得编号放进表单."""
        box = form.box(name)
        token = form.box("csrf_token").value
        sent = {"file": (io.BytesIO(photo()), f"{label}.jpg"), "csrf_token": token}
        answer = self.browser(login).post(box.upload_url, data=sent, csrf=False)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        box.add_file(answer.get_json()["id"])

    def read(self, statement: str, told: Told) -> Any:
        """库里这件案件的一行."""
        with self.app.app_context():
            return session.execute(text(statement), {"id": told.case_id}).one()

    def play(self, *plays: Play, aside: Callable[[Told, Act], None] | None = None) -> None:
        """几件按时刻合在一起演；``aside`` 演会议那边的几步，同一刻排在案件之后."""
        acts = [(act.at, 0, act, one) for one in plays for act in one.script.acts]
        acts += [(act.at, 1, act, one) for one in plays for act in one.others]
        for at, is_aside, act, one in sorted(acts, key=lambda entry: entry[:2]):
            told = self.cases.setdefault(one.script.key, Told(one))
            self.clock.at = at.astimezone(UTC)
            if not is_aside:
                self.perform(told, act)
            elif act.action in ("sign_in", "mediation.record"):
                self.follow(told, act)
            elif aside is not None:
                aside(told, act)

    def follow(self, told: Told, act: Act) -> None:
        """不改状态的几步：签收协办条，调解的履行回访；由案件页上的链接进去."""
        wanted, words, press = FOLLOWS[act.action]
        page = self.see(act.who, told.home)
        pattern = re.compile(f"{told.home}/{wanted}")
        link = next((one for one in page.links if pattern.fullmatch(one.url)), None)
        assert link is not None, f"{act.who} 的案件页上没有 {wanted}：{page.text}"
        page = self.see(act.who, link.url)
        form = page.form(link.url)
        form.fill(words(told.play, act))
        page = self.send(act.who, page, form, press)
        assert page.path == told.home

    def perform(self, told: Told, act: Act) -> None:
        """演一步：先让任务进程把到点的事做了；演完查到达态."""
        # 到点的牌是过了那一刻，任务进程下一分钟发的
        self.clock.at = act.at.astimezone(UTC) + (MINUTE if act.action == "auto_card" else ZERO)
        reached = State.DRAFT if told.state is None else told.after(act)
        self.tick()
        page = None
        if act.who == SYSTEM:
            told.by_system += 1
        elif told.state is None:
            page = self.enter(told, act)
        else:
            page = self.take(told, act)
        told.state = reached
        self.check(told, act, page)

    def tick(self) -> None:
        """任务进程每分钟做的那一下."""
        tasks.attach(self.app.app_context, self.clock)
        tasks.tick(int(self.clock.at.timestamp()))

    def enter(self, told: Told, act: Act) -> Page:
        """登记：由工作台的按钮进表，填了存草稿."""
        page = self.see(act.who, "/")
        assert page.link("/cases/add") is not None, f"{act.who} 的工作台上没有登记的去处"
        page = self.see(act.who, "/cases/add")
        form = page.form("/cases/add")
        words = short_intake if "matter" in form.boxes else full_intake
        form.fill(words(told.play, act))
        for shot in act.shots:
            self.attach(act.who, form, "attachments", shot.label)
        page = self.send(act.who, page, form, "存草稿")
        told.case_id = int(page.path.rsplit("/", 1)[1])
        home = self.see(act.who, "/")
        found = home.link("/cases/?view=drafts") or home.link(told.home)
        assert found is not None, f"{act.who} 的工作台上找不回自己的草稿"
        return page

    def take(self, told: Told, act: Act) -> Page:
        """走一步：案件页上有按得动的按钮，旁人没有；开表，填，交."""
        path = f"{told.home}/{act.action}"
        page = self.see(act.who, told.home)
        button = page.link(path)
        assert button is not None, f"{act.who} 的案件页上没有 {act.action}：{page.text}"
        self.check_bystander(told, act, path)
        self.check_notice(told, act)
        if act.action == "finish":
            self.check_due(told, page)
        page = self.see(act.who, path)
        assert page.status == 200, f"{path} 开不了：{page.status}"
        form = page.form(path)
        form.fill(typed(told.play, act, {key: one.number for key, one in self.cases.items()}))
        for shot in act.shots:
            self.attach(act.who, form, "attachments", shot.label)
        page = self.send(act.who, page, form, button.words)
        return self.tell_the_others(told, act, page) if act.action == "feedback" else page

    def tell_the_others(self, told: Told, act: Act, page: Page) -> Page:
        """并入件的来件人也要反馈：表上自会选好还没有反馈的那一位，逐一来，直到可以归档."""
        path, seen = f"{told.home}/feedback", {""}
        while page.link(f"{told.home}/archive") is None:
            page = self.see(act.who, path)
            form = page.form(path)
            chosen = form.box("informant_id").pairs()[0][1]
            assert chosen not in seen, "表上没有选好还没反馈的人"
            seen.add(chosen)
            form.fill({"method": "电话", "content": act.words["content"]})
            page = self.send(act.who, page, form, "反馈来件人")
        return page

    def check_end(self, key: str, state: str, shown: tuple[str, ...]) -> None:
        """演完：停在这个状态；登记人看得到结局；受理员打开案件页，期限与该看得到的都在."""
        told = self.cases[key]
        assert told.state == state, f"{key} 停在 {told.state}"
        page = self.see(told.play.doer("draft"), told.home)
        assert State(state).zh in page.chips, f"登记人看到的是 {page.chips}"
        page = self.see("clerk2", told.home)
        missing = [words for words in shown if words not in page.text]
        assert not missing, f"{key} 的案件页上没有 {missing}：{page.text}"
        if told.play.due is not None:
            self.check_due(told, page)
            assert "按时办结" in page.text

    def check_bystander(self, told: Told, act: Act, path: str) -> None:
        """不该办这一步的人：看得见的也没有这个按钮."""
        other = BYSTANDERS.get(act.action)
        if other is not None:
            login = other(told.play) if callable(other) else other
            assert self.see(login, told.home).link(path) is None, f"{login} 不该能 {act.action}"

    def check_notice(self, told: Told, act: Act) -> None:
        """轮到他办的，通知里有这一件、有这句话."""
        words = NOTICES.get(act.action)
        if words is not None:
            page = self.see(act.who, "/notifications/")
            told_so = re.search(f"{told.number}(「[^」]*」)? ?{words}", page.text)
            assert told_so, f"{act.who} 没有接到“{words}”：{page.text}"

    def check_due(self, told: Told, page: Page) -> None:
        """办结之前，案件页的期限卡与库里的办理时钟都是故事写的那一刻."""
        due = told.play.due
        if due is not None:
            assert f"{due.month}月{due.day}日 {due:%H:%M} 到期" in page.text, page.text
            assert self.read(HANDLING, told).yellow_at == due

    def check(self, told: Told, act: Act, page: Page | None) -> None:
        """页面上、库里、日志里都到了这个状态；系统没有插手过别的."""
        assert told.state is not None
        if page is not None and page.path == told.home:
            assert told.state.zh in page.chips, f"{act.action} 之后页面上是 {page.chips}"
        row = self.read(LAST, told)
        name = told.play.people.get(act.who, SYSTEM_NAME)
        wanted, found = (act.action, name, self.clock.at), (row.action, row.actor_name, row.at)
        assert found == wanted, f"日志里最后是 {found}，应是 {wanted}"
        if act.action == "auto_card":
            assert self.read(CARD, told).triggered_at == act.at
        case = self.read("SELECT state, number FROM case_record WHERE id = :id", told)
        assert case.state == row.state == told.state, f"{act.action} 之后是 {case.state}"
        told.number = case.number
        done = self.read(BY_SYSTEM, told)
        assert done.times == told.by_system, f"{act.action} 之前任务进程做了：{done.deeds}"
