"""配置：工作日历覆盖表，与规则的版本（只看）."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml
from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.errors import Refused
from app.services import calendar_days
from models.rules import CalendarDay, RuleSet
from views.base import clock_now, commit, current_actor, refuse, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_parts import fact
from views.forms_base import ConfigForm, ReasonForm
from views.forms_intake import CalendarDayForm
from views.labels import chip
from views.ui_filters import cn_day

WEEKDAYS = "一二三四五六日"


def day_words(day: Any) -> str:
    """哪天星期几."""
    return _("%(day)s (weekday %(n)s)", day=cn_day(day, today()), n=WEEKDAYS[day.weekday()])


def _outline(body: Any) -> str:
    """规则的全文：一项一行，按层缩进（全角空格，页面上不会被并掉）."""
    lines = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=10_000).splitlines()
    return "\n".join("　" * (len(x) - len(x.lstrip(" "))) + x.lstrip(" ") for x in lines)


class CalendarDayView(OurModelView):
    """工作日历（working calendar）的覆盖表：先于国家调休表，须写依据."""

    datamodel = ScopedInterface(CalendarDay)
    route_base = "/config/calendar"
    verb, kind, icon = "calendar", "calendar_day", "calendar-event"
    writes = ("drop",)
    dated = False
    form_class = CalendarDayForm
    list_title, add_title = _l("Working calendar"), _l("Add a day")
    list_columns = ["day", "is_working", "basis"]
    order_columns = ["day"]
    quick = "basis"
    search_columns = ["day", "is_working", "basis"]
    base_order = ("day", "desc")
    label_columns = {"day": _l("Day"), "is_working": _l("That day"), "basis": _l("Basis")}

    def cell_day(self, row: CalendarDay) -> str:
        """日期与星期."""
        return day_words(row.day)

    def cell_is_working(self, row: CalendarDay) -> Any:
        """上班还是休息."""
        return chip("info", _("Working day")) if row.is_working else chip("ok", _("Day off"))

    def save(self, form: ConfigForm, row: CalendarDay | None) -> Any:
        """写一天。Raises Refused."""
        return calendar_days.save(
            row,
            day=form.day.data,
            is_working=form.is_working.data == "1",
            basis=form.basis.data,
            seen=form.version.data,
            actor=current_actor(),
            now=clock_now(),
        )

    def head_actions(self) -> list[dict[str, Any]]:
        """看全年、添一天."""
        whole = {"label": _("The whole year"), "url": url_for("CalendarYearView.list")}
        return [{**whole, "icon": "calendar-event"}, *super().head_actions()]

    def actions_of(self, row: CalendarDay) -> list[dict[str, Any]]:
        """去掉这一天、改."""
        found = super().actions_of(row)
        if found:
            found.insert(0, {"label": _("Take it off"), "url": url_for(".drop", pk=row.id)})
        return found

    @expose("/drop/<int:pk>", methods=["GET", "POST"])
    @has_access
    def drop(self, pk: int) -> Any:
        """去掉一天：回到国家调休表；须写理由，日志里留着原样."""
        row = self.row(pk)
        form, error = ReasonForm(), None
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                try:
                    calendar_days.drop(
                        row, form.reason.data, actor=current_actor(), now=clock_now()
                    )
                    commit()
                    flash(_("Saved."), "success")
                    return redirect(url_for(".list"))
                except Refused as refused:
                    error = refuse(refused, **self.naming, key=pk)
                    row = self.row(pk)
        deed = {
            "id": "drop",
            "title": _("Take %(day)s off the calendar", day=day_words(row.day)),
            "url": url_for(".drop", pk=pk),
            "words": _("The national calendar applies to that day again."),
            "button": _("Take it off"),
        }
        return self.ask_page(deed, form, error, url_for(".show", pk=pk))


class RuleSetView(OurModelView):
    """规则的版本（rule set）：只增不改，这里只看；案件记下当时用的版本."""

    datamodel = ScopedInterface(RuleSet)
    route_base = "/config/rules"
    verb, kind, icon = "sla", "rule_set", "clock"
    dated = False
    form_class = ConfigForm
    exclude_route_methods = OurModelView.exclude_route_methods | {"add", "edit", "end"}
    list_title = _l("Rule versions")
    list_columns = ["code", "kind", "valid_from", "basis"]
    order_columns = ["valid_from"]
    quick = "code"
    search_columns = ["code", "kind"]
    base_order = ("valid_from", "desc")
    label_columns = {
        "code": _l("Rule version"),
        "kind": _l("Rules of"),
        "valid_from": _l("In force from"),
        "basis": _l("Basis"),
    }

    def cell_kind(self, row: RuleSet) -> str:
        """哪种规则."""
        key = f"rule_kind.{row.kind}"
        return _(key) if _(key) != key else row.kind

    def actions_of(self, row: RuleSet) -> list[dict[str, Any]]:
        """只看，没有按钮."""
        return []

    def facts(self, row: RuleSet) -> list[dict[str, Any]]:
        """版本的事实."""
        return [
            fact(_l("Rule version"), row.code),
            fact(_l("Rules of"), self.cell_kind(row)),
            fact(_l("In force from"), cn_day(row.valid_from, today())),
            fact(_l("Basis"), row.basis),
        ]

    def sections(self, row: RuleSet) -> Iterable[dict[str, Any]]:
        """全文，一项一行."""
        yield {
            "title": _("Content"),
            "icon": "file-text",
            "text": _outline(row.body),
        }
