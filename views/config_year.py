"""配置：一年的工作日历——看十二个月、登记全年安排."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from app.domain.calendar_lines import BadDayError, YearPlan, read_days, write_days, year_plan
from app.domain.errors import Refused
from app.domain.working_time import DayKind, WorkingCalendar
from app.queries.calendar_gaps import absent_of, guessed_cases, missing_years
from app.services import calendar_year
from app.services.calendar_year import Difference
from app.services.rules import calendar_of
from views.base import OurView, clock_now, commit, current_actor, may, refuse, today
from views.forms_base import Needed, at_most

FIRST, LAST = 2004, 2099
LONG = 2000
WEEK = ("一", "二", "三", "四", "五", "六", "日")


class YearForm(FlaskForm):
    """全年安排（calendar of a year）：放假的日子、补班的周末、依据."""

    rest = TextAreaField(
        _l("Days off"),
        [Needed(), at_most(LONG)],
        description=_l("As in the notice, e.g. 1月1日至3日、4月5日; weekends inside are fine."),
    )
    makeup = TextAreaField(
        _l("Weekends worked"),
        [at_most(LONG)],
        description=_l("Saturdays and Sundays on which people work; leave empty if none."),
    )
    basis = StringField(
        _l("Basis"), [Needed(), at_most(256)], description=_l("The notice it rests on.")
    )

    def plan(self, year: int) -> YearPlan | None:
        """读出全年安排；读不懂的标在那一框，返回空."""
        found: dict[str, tuple[date, ...]] = {}
        for box in (self.rest, self.makeup):
            try:
                found[box.name] = read_days(box.data or "", year)
            except BadDayError as bad:
                box.errors = [*box.errors, bad_words(bad)]
        if len(found) < 2:
            return None
        try:
            return year_plan(year, found["rest"], found["makeup"])
        except BadDayError as bad:
            self.makeup.errors = [*self.makeup.errors, bad_words(bad)]
            return None


def bad_words(bad: BadDayError) -> str:
    """看不懂的一段：哪一段，怎么改."""
    return _(f"bad_day.{bad.why}") % {"words": bad.words}


class CalendarYearView(OurView):
    """全年的工作日历（calendar of a year）."""

    route_base = "/config/calendar-year"
    class_permission_name = "config"
    method_permission_name: Mapping[str, str] = {
        "list": "read",
        "show": "read",
        "put": "calendar",
    }
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> Any:
        """今年的；缺明年的就去明年."""
        gaps = missing_years(current_actor().township_id, today())
        return redirect(url_for(".show", year=gaps[0] if gaps else today().year))

    @expose("/<int:year>", methods=["GET"])
    @has_access
    def show(self, year: int) -> Any:
        """十二个月：哪天上班、哪天休息；缺日历的说明白."""
        _check(year)
        actor = current_actor()
        book = calendar_of(actor.township_id)
        is_missing = bool(absent_of(actor.township_id, [year]))
        return self.render_template(
            "config/year.html",
            title=_("Working calendar of %(year)s", year=year),
            year=year,
            months=_months(book, year),
            week=WEEK,
            is_missing=is_missing,
            guessed=guessed_cases(actor.township_id) if is_missing else 0,
            figures=_figures(book, year),
            may_put=may(actor, "config", "calendar"),
            before=url_for(".show", year=year - 1) if year > FIRST else "",
            after=url_for(".show", year=year + 1) if year < LAST else "",
        )

    @expose("/<int:year>/put", methods=["GET", "POST"])
    @has_access
    def put(self, year: int) -> Any:
        """登记全年：先看差别，再登记."""
        _check(year)
        form, seen, error = YearForm(), None, ""
        if request.method == "GET":
            _prefill(form, year)
        elif form.validate() and (plan := form.plan(year)) is not None:
            if "go" in request.form:
                done = self._import(plan, form)
                if not isinstance(done, str):
                    return done
                error = done
            seen = _difference(plan, calendar_year.difference(plan, current_actor()))
        return self.render_template(
            "config/year_put.html",
            title=_("Enter the calendar of %(year)s", year=year),
            year=year,
            form=form,
            seen=seen,
            error=error,
            back=url_for(".show", year=year),
        )

    def _import(self, plan: YearPlan, form: YearForm) -> Any:
        """登记；不成的返回那句话."""
        try:
            count = calendar_year.import_year(
                plan, basis=form.basis.data or "", actor=current_actor(), now=clock_now()
            )
        except Refused as refused:
            return refuse(
                refused, module="config", action="calendar", kind="calendar_year", key=None
            )
        commit()
        words = _("The calendar of %(year)s is in force.", year=plan.year)
        again = _("%(n)s cases counted by guess have been reckoned again.", n=count)
        flash(f"{words}{again}" if count else words, "success")
        return redirect(url_for(".show", year=plan.year))


def _check(year: int) -> None:
    if not FIRST <= year <= LAST:
        abort(404)


def _months(book: WorkingCalendar, year: int) -> list[dict[str, Any]]:
    """十二个月，各几周；一天是（日、日别、是否估算），不在本月的空着."""
    weeks = calendar.Calendar(firstweekday=0)
    return [
        {
            "month": month,
            "works": sum(1 for week in grid for day in week if day and day["works"]),
            "weeks": grid,
        }
        for month in range(1, 13)
        for grid in [
            [
                [_day(book, day) if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ]
        ]
    ]


def _day(book: WorkingCalendar, day: date) -> dict[str, Any]:
    kind = book.day_kind(day)
    mark = {DayKind.HOLIDAY: _("off"), DayKind.MAKEUP: _("work")}.get(kind, "")
    return {
        "n": day.day,
        "kind": str(kind),
        "works": kind in (DayKind.WORKDAY, DayKind.MAKEUP),
        "mark": mark,
        "words": f"{day.month}月{day.day}日 " + _(f"day_kind.{kind}"),
        "is_today": day == today(),
    }


def _figures(book: WorkingCalendar, year: int) -> dict[str, int]:
    kinds = [book.day_kind(day) for day in _days_of(year)]
    return {
        "works": kinds.count(DayKind.WORKDAY) + kinds.count(DayKind.MAKEUP),
        "rest": kinds.count(DayKind.HOLIDAY),
        "makeup": kinds.count(DayKind.MAKEUP),
    }


def _prefill(form: YearForm, year: int) -> None:
    """已有的安排写进框里；缺日历的空着."""
    township_id = current_actor().township_id
    if absent_of(township_id, [year]):
        return
    book = calendar_of(township_id)
    days = _days_of(year)
    form.rest.data = write_days(d for d in days if book.day_kind(d) is DayKind.HOLIDAY)
    form.makeup.data = write_days(d for d in days if book.day_kind(d) is DayKind.MAKEUP)


def _days_of(year: int) -> list[date]:
    """这一年的每一天."""
    ends = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    return [date.fromordinal(n) for n in range(*ends)]


def _difference(plan: YearPlan, found: Difference) -> dict[str, Any]:
    return {
        "rest": len(plan.rest),
        "makeup": len(plan.makeup),
        "cases": found.cases,
        "lines": [
            (words, write_days(days).replace("\n", "、"))
            for words, days in (
                (_("New"), found.added),
                (_("Changed"), found.changed),
                (_("Taken off"), found.dropped),
            )
            if days
        ],
    }
