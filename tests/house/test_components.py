"""界面部件画出来的样子：标签、期限、列表、表单、对话框、控件."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.filters import TemplateFilters
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import fields, validators

from views.controls import PICK_FROM, control, search_control
from views.ui import icon, init_ui, static_ui
from views.ui_filters import STATE_LOOKS, cn_moment, file_size, initial, state_look

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask(
        __name__,
        template_folder=str(ROOT / "app" / "templates"),
        static_folder=str(ROOT / "app" / "static"),
    )
    made.config.update(SECRET_KEY="for-tests", TESTING=True, BABEL_DEFAULT_LOCALE="en")
    Babel(made)
    CSRFProtect(made)
    TemplateFilters(made, None)
    init_ui(made)
    return made


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/cases/list/"):
        yield


def draw(app: Flask, source: str, **facts: Any) -> str:
    """用部件画一段：``{% from "components/…" import … %}`` 之后的模板."""
    return app.jinja_env.from_string(source).render(**facts)


class Case(FlaskForm):
    """样例表单."""

    title = fields.StringField(
        "标题", [validators.DataRequired("请写标题。")], description="一句话"
    )
    body = fields.TextAreaField("内容")
    level = fields.SelectField("等级", choices=["一般", "较大", "重大"])
    category = fields.SelectField("小类", choices=[f"C{n}" for n in range(PICK_FROM + 1)])
    channel = fields.RadioField("来源", choices=[("GRID", "网格"), ("HOTLINE", "热线")])
    urgent = fields.BooleanField("加急")
    people = fields.IntegerField("人数")
    due = fields.DateField("期限")
    met_at = fields.DateTimeLocalField("来访", format="%Y-%m-%d %H:%M")
    phone = fields.TelField("电话", render_kw={"maxlength": 20})
    photo = fields.MultipleFileField("照片")
    key = fields.PasswordField("密码")


# ------------------------------------------------------------------ 控件


def test_a_required_field_with_an_error_says_so_to_a_screen_reader() -> None:
    form = Case(formdata=MultiDict({"title": ""}), meta={"csrf": False})
    form.validate()
    html = control(form.title)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="title-hint title-error"' in html
    assert "is-invalid" in html
    assert " required" in html


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("title", 'class="form-control"'),
        ("body", "<textarea"),
        ("level", "<select"),
        ("channel", 'role="radiogroup"'),
        ("urgent", 'type="checkbox"'),
        ("people", 'inputmode="numeric"'),
        ("due", 'data-date="date" data-format="Y-m-d"'),
        ("met_at", 'data-date="datetime" data-format="Y-m-d H:i"'),
        ("phone", 'inputmode="tel" maxlength="20"'),
        ("photo", "multiple"),
        ("key", 'type="password"'),
    ],
)
def test_each_kind_of_field_gets_its_control(name: str, wanted: str) -> None:
    assert wanted in control(Case(meta={"csrf": False})[name])


def test_only_a_long_list_becomes_a_searchable_select() -> None:
    form = Case(meta={"csrf": False})
    assert "data-ts" not in control(form.level)
    assert 'data-ts="local"' in control(form.category)


def test_a_search_value_is_never_required_and_leaves_the_form_field_alone() -> None:
    form = Case(meta={"csrf": False})
    html = search_control(form.title, "_flt_2_title", "落石")
    assert 'name="_flt_2_title"' in html
    assert 'value="落石"' in html
    assert "required" not in html
    assert form.title.name == "title"


def test_a_search_on_a_tick_box_sends_the_only_value_that_is_understood() -> None:
    html = search_control(Case(meta={"csrf": False}).urgent, "_flt_0_urgent", "")
    assert 'type="hidden" name="_flt_0_urgent" value="y"' in html


# ------------------------------------------------------------------ 部件


def test_every_state_has_a_chip_with_words(app: Flask) -> None:
    source = '{% from "components/chips.html" import state_chip %}{{ state_chip(code) }}'
    for code in STATE_LOOKS:
        html = draw(app, source, code=code)
        assert f"state.{code}" in html
        assert f"chip-{state_look(code).tone}" in html


def test_a_name_with_markup_in_it_is_shown_as_text(app: Flask) -> None:
    nasty = "<script>alert(1)</script>"
    html = draw(
        app,
        '{% from "components/person.html" import person %}{{ person({"name": n, "post": n}) }}',
        n=nasty,
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2


def test_an_ordinary_level_makes_no_chip(app: Flask) -> None:
    source = '{% from "components/chips.html" import level_chip %}{{ level_chip(level) }}'
    assert draw(app, source, level="一般").strip() == ""
    assert "chip-solid-danger" in draw(app, source, level="重大")


def test_a_deadline_opens_its_reasoning_without_a_script(app: Flask) -> None:
    deadline = {
        "words": "剩 2 个工作日",
        "tone": "mute",
        "explain": {
            "start": "5月16日 10:02 交办",
            "spans": [{"words": "5月16日（起算日）", "value": "不计", "skipped": True}],
            "due": "5月19日 17:30",
            "warning": "2027 年调休未录入",
        },
    }
    source = '{% from "components/chips.html" import deadline_chip %}{{ deadline_chip(d, "x") }}'
    html = draw(app, source, d=deadline)
    assert "<details" in html
    assert "<summary" in html
    for words in ("不计", "5月19日 17:30", "2027 年调休未录入"):
        assert words in html
    assert "<details" not in draw(app, source, d={"words": "暂停", "tone": "mute"})


def test_a_list_labels_every_cell_for_narrow_screens(app: Flask) -> None:
    html = draw(
        app,
        '{% from "components/table.html" import list_table, pager %}'
        '{{ list_table(columns, rows, pick="pick") }}{{ pager(None, "/next", "共 2 件") }}',
        columns=[{"key": "code", "label": "编号"}, {"key": "n", "label": "人数", "align": "right"}],
        rows=[{"id": 1, "cells": {"code": Markup("<b>甲</b>"), "n": 3}}],
    )
    assert html.count("data-label=") == 2
    assert "<b>甲</b>" in html
    assert 'name="rowid" value="1" form="pick"' in html
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_an_empty_list_says_what_to_do(app: Flask) -> None:
    html = draw(
        app,
        '{% from "components/table.html" import list_table %}{{ list_table([], [], '
        'empty_words="今天没有待分流。", empty_action={"label": "去登记", "url": "/cases/add"}) }}',
    )
    assert "今天没有待分流。" in html
    assert 'href="/cases/add"' in html


def test_the_error_summary_leads_to_each_field(app: Flask) -> None:
    form = Case(formdata=MultiDict({"title": ""}), meta={"csrf": False})
    form.validate()
    html = draw(
        app, '{% from "components/forms.html" import error_summary %}{{ error_summary(f) }}', f=form
    )
    assert 'role="alert"' in html
    assert 'href="#title"' in html
    assert "标题：请写标题。" in html


def test_a_deed_posts_with_a_token_and_starts_on_cancel(app: Flask) -> None:
    deed = {"id": "d", "title": "退回重分", "url": "/cases/1/return_case", "reason": "required"}
    html = draw(
        app,
        '{% from "components/dialog.html" import reason_dialog %}{{ reason_dialog(d) }}',
        d={**deed, "version": 3, "reasons": ["不属本平台职责"]},
    )
    assert 'method="post" action="/cases/1/return_case"' in html
    assert 'name="csrf_token"' in html
    assert 'name="version" value="3"' in html
    assert re.search(r"data-close autofocus>Cancel<", html)
    assert ">退回重分</button>" in html


def test_what_cannot_be_done_is_shown_with_its_reason(app: Flask) -> None:
    html = draw(
        app,
        '{% from "components/buttons.html" import more_menu %}{{ more_menu(groups) }}',
        groups=[{"title": "流转", "items": [{"label": "核查", "off": "核查人不能是承办人。"}]}],
    )
    assert 'aria-disabled="true"' in html
    assert html.count("核查人不能是承办人。") == 2
    assert "<form" not in html


def test_an_unknown_icon_fails_while_testing() -> None:
    assert static_ui("icons.svg") in icon("inbox")
    with pytest.raises(LookupError, match=r"icons\.txt"):
        icon("no-such-icon")


# ------------------------------------------------------------------ 写法


def test_moments_are_shown_in_china_and_drop_this_year() -> None:
    today = date(2017, 5, 24)
    assert cn_moment(datetime(2017, 5, 24, 9, 30, tzinfo=UTC), today) == "5月24日 17:30"
    assert cn_moment(datetime(2016, 12, 31, 20, 0, tzinfo=UTC), today) == "1月1日 04:00"
    assert cn_moment(date(2016, 1, 2), today) == "2016年1月2日"


def test_sizes_and_surnames() -> None:
    assert [file_size(n) for n in (None, 12, 217_088, 3_600_000)] == [
        "",
        "12 B",
        "212 KB",
        "3.4 MB",
    ]
    assert initial("钟某玲") == "钟"
