"""样品册的样例值：全是虚构的，只给部件画样子用，不进数据库，也不从数据库来."""

from __future__ import annotations

from typing import Any

from flask import url_for

from views.gallery_form import LONG, SHORT, bad_form, form
from views.gallery_terms import terms
from views.ui_filters import FLAG_LOOKS, STATE_LOOKS

PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "甲某某", "post": "样例办公室主任", "mode": "在任", "phone": "13000000000"},
    {"name": "乙某", "post": "样例所长", "mode": "代行"},
    {"name": "丙某", "post": "样例村第一网格员", "mode": "兼任"},
    {"name": "", "post": "样例分管领导", "mode": "空缺"},
)
PLATFORMS = tuple({"short_name": f"样台{n}", "hue": n} for n in range(1, 9))
FLAGS = ("退回 1 次", "直报", "督办", "批示", "黄牌", "红牌", "敏感", "疑似重复")
EXPLAIN: dict[str, Any] = {
    "title": "办结期限",
    "rule": "较大件 3 个工作日（样例版本，2000年1月1日起）",
    "start": "1月4日 10:02 交办，较大件",
    "total": "3 个工作日",
    "spans": [
        {"words": "1月4日 周二（起算日）", "value": "不计", "skipped": True},
        {"words": "1月5日 周三至 7 日 周五", "value": "3 天"},
        {"words": "1月6日 14:00 至 16:00 挂起", "value": "不计", "skipped": True},
    ],
    "note": "暂停 2 小时，没有延期",
    "due": "1月7日 17:30",
    "warning": "2001 年调休未录入，按周一至周五估算",
    "href": "#marks",
    "href_words": "看这条规则",
}
DEADLINES: tuple[dict[str, Any], ...] = (
    {"words": "剩 3 个工作日", "tone": "mute", "explain": EXPLAIN},
    {"words": "剩 1 个工作日", "tone": "warn"},
    {"words": "剩 40 分钟", "tone": "warn"},
    {"words": "今日到期", "tone": "warn"},
    {"words": "超 2 个工作日", "tone": "bad"},
    {"words": "暂停", "tone": "mute", "icon": "player-pause"},
    {"words": "县级办理，不计乡级", "tone": "mute", "icon": "arrow-right"},
)
FACTS: tuple[dict[str, Any], ...] = (
    {"label": "来件人", "value": "甲*某", "reveal": "#case"},
    {"label": "电话", "value": "130****0000", "num": True, "reveal": "#case"},
    {"label": "位置", "value": "样例村口", "url": "#case", "url_words": "看地图"},
    {"label": "主体", "value": "样例便利店", "url": "#case"},
    {"label": "来件时间", "value": ""},
    {"label": "人数", "value": 3, "num": True},
    {"label": "内容", "value": LONG, "wide": True},
)
STEPS: tuple[dict[str, Any], ...] = (
    {"words": "受理", "state": "done", "at": "1月4日 09:10"},
    {"words": "分流", "state": "done", "at": "1月4日 10:02", "note": "退回 1 次"},
    {"words": "签收", "state": "done", "at": "1月4日 11:20"},
    {"words": "办理", "state": "now", "at": "应 1月7日前", "note": "挂起：等县级勘测"},
    {"words": "核查", "state": ""},
    {"words": "反馈", "state": ""},
    {"words": "归档", "state": ""},
)
COLUMNS: tuple[dict[str, Any], ...] = (
    {"key": "code", "label": "编号", "nowrap": True},
    {"key": "title", "label": "事项", "main": True},
    {"key": "place", "label": "地点", "sort_url": "#lists", "sort": "asc"},
    {"key": "people", "label": "人数", "align": "right", "sort_url": "#lists"},
)
ROWS: tuple[dict[str, Any], ...] = (
    {"code": "样2000-00001", "title": SHORT, "place": "样例一网格", "people": 2},
    {"code": "样2000-00002", "title": LONG, "place": "样例二网格", "people": 1200},
    {"code": "样2000-00003", "title": "刚变过的一行", "place": "样例三网格", "people": 0},
    {"code": "样2000-00004", "title": "要补的一行", "place": "", "people": 7},
)


def rows(*, actions: bool = False) -> list[dict[str, Any]]:
    """表的几行：平常、长字、刚变过、要补."""
    look: list[dict[str, Any]] = [{}, {}, {"new": True}, {"edit": True}]
    doing = {"actions": [{"label": "去改", "url": "#lists", "small": True}]} if actions else {}
    return [
        {"id": n, "url": "#lists", "cells": cells, **extra, **doing}
        for n, (cells, extra) in enumerate(zip(ROWS, look, strict=True), 1)
    ]


def entries() -> list[dict[str, Any]]:
    """经过的几条：进展带附件、批示、协办、签收、退回."""
    return [
        {
            "at": "1月5日 10:26",
            "kind": "flow",
            "mark": "now",
            "tag": {"tone": "info", "words": "进展"},
            "deed": "现场核实，住户同意 1 月 7 日前自行清走",
            "who": "甲某某 · 样例办公室",
            "attachments": files(),
        },
        {
            "at": "1月4日 16:05",
            "kind": "note",
            "mark": "flag",
            "tag": {"tone": "bad", "words": "批示"},
            "deed": "1 月 7 日前必须清出来",
            "who": "乙某 · 样例所长",
            "quote": {"tone": "bad", "icon": "flag", "words": "已转为催办，办结期限不变。"},
        },
        {
            "at": "1月4日 15:30",
            "kind": "flow",
            "tag": {"hue": 2, "words": "协办"},
            "deed": "样例所派 2 人到场",
            "quote": {"tone": "warn", "icon": "clock", "words": "比约定晚了半天。"},
        },
        {"at": "1月4日 11:20", "kind": "flow", "mark": "ok", "deed": "签收", "who": "甲某某"},
        {"at": "1月4日 10:02", "kind": "flow", "deed": "分流到样台1", "detail": LONG},
    ]


def files() -> list[dict[str, Any]]:
    """附件的几种：图、PDF、别的文件、锁着的."""
    picture = url_for("static", filename="favicon.svg")
    return [
        {
            "name": "处理前.svg",
            "url": picture,
            "thumb": picture,
            "kind": "image",
            "label": "处理前",
        },
        {"name": "现场.svg", "url": picture, "thumb": picture, "kind": "image", "label": ""},
        {
            "name": "样例告知书.pdf",
            "url": picture,
            "kind": "pdf",
            "size": 217_088,
            "note": "已签收",
        },
        {"name": f"{SHORT}的登记表.xlsx", "url": picture, "kind": "file", "size": 3_600_000},
        {"name": "身份材料.jpg", "locked": "#case"},
    ]


def deed(code: str, **more: Any) -> dict[str, Any]:
    """一件要确认的事."""
    return {
        "id": f"sample-{code}",
        "title": "退回重分",
        "icon": "arrow-back-up",
        "url": "#dialogs",
        "words": "退回后由样例办公室重新分派，期限不变。",
        "facts": FACTS[:3],
        "reason": "required",
        "reasons": ["不属本台职责", "地点不在本网格", "与已办的重复"],
        "button": "退回重分",
        **more,
    }


def roll() -> list[dict[str, Any]]:
    """点名的几种：到、假、缺，和可改的."""
    marks = (("到", "ok"), ("假", "warn"), ("缺", "bad"), ("到", "ok"))
    choices = [{"url": "#case", "mark": m, "tone": t} for m, t in marks[:3]]
    return [
        {**who, "name": who["name"] or "丁某", "mark": mark, "tone": tone}
        | ({"choices": choices} if n == 3 else {})
        for n, (who, (mark, tone)) in enumerate(zip(PEOPLE, marks, strict=True))
    ]


def beside() -> dict[str, Any]:
    """登记旁栏的几件：建议、相似、期限、日子."""
    days = ((4, "二", "now"), (5, "三", "work"), (6, "四", "work"), (7, "五", "due"))
    more = ((8, "六", "off"), (10, "一", "after"), (11, "二", "red"))
    hint = {"platform": PLATFORMS[2], "because": "路灯、不亮", "share": 82, "on": True}
    alike = {"code": "样2000-00001", "url": "#forms", "title": LONG, "note": SHORT}
    look = [{"label": "对比", "url": "#forms", "small": True}]
    return {
        "suggested": [
            {"code": "1", "words": SHORT, **hint},
            {"code": "2", "words": LONG, "platform": PLATFORMS[3], "share": 21},
        ],
        "alike": [
            {**alike, "reasons": ["同网格", "同小类"], "actions": look},
            {"code": "样2000-00002", "url": "#forms"},
        ],
        "dues": [
            {"label": "应分流", "due": "今天 11:45", "why": "较大件 · 120 工作分钟"},
            {"label": "应办结", "due": "1月7日 17:30", "why": "3 个工作日"},
        ],
        "days": [{"day": day, "week": week, "kind": kind} for day, week, kind in days + more],
        "sent": [
            {"id": 1, "name": "样例.svg", "thumb": url_for("static", filename="favicon.svg")},
            {"id": 2, "name": LONG},
        ],
    }


def case_parts() -> dict[str, Any]:
    """案件页、会议页的几件."""
    chip = "1月7日 17:30 到期"
    cards = (("mute", "剩 3 个工作日", 10), ("warn", "剩 1 个工作日", 66), ("bad", "超 2 天", 100))
    move = {"up": "#case", "down": "#case"}
    return {
        "due_cards": [
            {"words": words, "tone": tone, "chip": chip, "share": share, "explain": EXPLAIN}
            for tone, words, share in cards
        ],
        "parties": [
            {"name": "样例办公室", "note": "主办 · 甲某某", "tone": "info", "state": "办理中"},
            {"name": SHORT, "disc": "综", "note": LONG, "tone": "warn", "state": "未回复 1 天"},
            {"name": "样例所"},
        ],
        "resolution": {
            "meeting": "样例平台第 1 周例会",
            "url": "#case",
            "note": "1月3日 · 议定 2 号",
            "words": LONG,
            "state": "落实中 · 剩 2 天",
        },
        "cannot": [
            {"deed": "归档", "why": "须先核查通过并已反馈。"},
            {"deed": "核查", "why": "核查人不能是承办人，请由样例办公室甲某某核查。"},
        ],
        "agenda": [
            {"no": 1, "words": "上次议定事项落实情况", "note": "到期 10 项", "state": "done"},
            {"no": 2, "words": LONG, "note": "样例", "state": "now", "url": "#case", "move": move},
            {"no": 3, "words": SHORT},
        ],
        "paper": (
            ("样例乡“四个平台”", "联席会议纪要"),
            "〔2000〕1号",
            "样例办公室",
            "2000年1月4日",
            "样例会议纪要",
            "— 1 —",
        ),
    }


def samples() -> dict[str, Any]:
    """样品册各处用的样例."""
    return {
        "terms": terms(),
        "short": SHORT,
        "long": LONG,
        "states": list(STATE_LOOKS)[:14],
        "flags": [{"code": c, "words": w} for c, w in zip(FLAG_LOOKS, FLAGS, strict=True)],
        "people": PEOPLE,
        "platforms": PLATFORMS,
        "explain": EXPLAIN,
        "deadlines": DEADLINES,
        "facts": FACTS,
        "steps": STEPS,
        "columns": COLUMNS,
        "rows": rows(),
        "rows_with_actions": rows(actions=True),
        "entries": entries(),
        "files": files(),
        "form": form(),
        "bad_form": bad_form(),
        "row_form": bad_form("row"),
        "filter_form": form("filter"),
        "deed": deed("deed"),
        "bad_deed": deed("bad", error="您打开之后别人已签收，请看最新情况。", reason="optional"),
        "roll": roll(),
        **beside(),
        **case_parts(),
    }
