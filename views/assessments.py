"""考核的界面：清单、一版的全表、数字背后的行、计算、复核、发布."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.domain.errors import Refused
from app.queries.assessments import sheet_of
from app.services import assessment
from models.assessment import Assessment
from views.assessment_asks import ASKS, ask_of
from views.assessment_lists import behind_page, listing, months_offered
from views.assessment_page import crumbs, page_of
from views.assessment_words import month_of, sentence
from views.base import OurView, clock_now, commit, current_actor, refuse, undo
from views.meeting_forms import whole

CONFLICT, INVALID = 409, 422


class AssessmentView(OurView):
    """考核."""

    route_base = "/assessments"
    class_permission_name = "assess"
    default_view = "list"
    method_permission_name: Mapping[str, str] = {
        "list": "view",
        "show": "view",
        "rows": "view",
        "ask": "view",
        "new": "calculate",
        "calculate": "calculate",
        "review": "review",
        "publish": "publish",
    }

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> Any:
        """清单."""
        return self.render_template("assessments/list.html", **listing(current_actor()))

    @expose("/<int:assessment_id>", methods=["GET"])
    @has_access
    def show(self, assessment_id: int) -> Any:
        """一版的全表；不在范围内的与没有一样."""
        page = _or_404(lambda: page_of(_sane(assessment_id), actor=current_actor()))
        return self.render_template("assessments/show.html", **page)

    @expose("/<int:assessment_id>/rows", methods=["GET"])
    @has_access
    def rows(self, assessment_id: int) -> Any:
        """数字背后的每一行；没有说是哪个数的回到全表."""
        key = _sane(assessment_id)
        if not request.args.get("indicator"):
            _or_404(lambda: sheet_of(key, current_actor()))
            return redirect(url_for(".show", assessment_id=key))
        page = _or_404(lambda: behind_page(key, current_actor()))
        return self.render_template("assessments/rows.html", **page)

    @expose("/new", methods=["GET"])
    @has_access
    def new(self) -> Any:
        """选一个月来算."""
        return self._new_page()

    def _new_page(self, error: str = "") -> str:
        return self.render_template(
            "assessments/new.html",
            crumbs=crumbs(),
            months=months_offered(current_actor()),
            month=request.form.get("month") or request.args.get("month", ""),
            reason=request.form.get("reason", ""),
            error=error,
            back=url_for(".list"),
        )

    @expose("/calculate", methods=["POST"])
    @has_access
    def calculate(self) -> Any:
        """计算，或另出一版."""
        month = month_of(request.form.get("month"))
        if month is None:
            return self._new_page(_("Choose a month.")), INVALID
        try:
            made = assessment.calculate(
                month,
                actor=current_actor(),
                now=clock_now(),
                reason=request.form.get("reason"),
            )
        except Refused as refused:
            return self._new_page(_settle(refused, "calculate", None)), INVALID
        return self._done(made, "calculate")

    @expose("/<int:assessment_id>/<action>", methods=["GET"])
    @has_access
    def ask(self, assessment_id: int, action: str) -> Any:
        """确认页：没有脚本也能办."""
        if action not in ASKS:
            abort(404)
        return self._ask(_sane(assessment_id), action)

    def _ask(self, assessment_id: int, action: str, error: str = "") -> str:
        sheet = _or_404(lambda: sheet_of(assessment_id, current_actor()))
        deed = {**ask_of(sheet, action), "error": error}
        return self.render_template(
            "assessments/ask.html",
            deed={**deed, "reason_text": request.form.get("reason", "")},
            crumbs=crumbs(sheet.head),
            back=url_for(".show", assessment_id=assessment_id),
        )

    @expose("/<int:assessment_id>/review", methods=["POST"])
    @has_access
    def review(self, assessment_id: int) -> Any:
        """复核：同意或不同意."""
        line, agreed = request.form.get("line", ""), request.form.get("agreed") == "1"
        name = f"{'agree' if agreed else 'refuse'}-{line}"
        if name not in ASKS:
            abort(404)
        return self._run(
            assessment_id,
            name,
            "review" if agreed else "refuse",
            lambda key: assessment.review(
                key,
                line=line,
                agreed=agreed,
                opinion=request.form.get("reason"),
                actor=current_actor(),
                now=clock_now(),
                seen=whole(request.form.get("version")),
            ),
        )

    @expose("/<int:assessment_id>/publish", methods=["POST"])
    @has_access
    def publish(self, assessment_id: int) -> Any:
        """发布."""
        return self._run(
            assessment_id,
            "publish",
            "publish",
            lambda key: assessment.publish(
                key,
                actor=current_actor(),
                now=clock_now(),
                seen=whole(request.form.get("version")),
            ),
        )

    def _run(
        self, assessment_id: int, name: str, done: str, act: Callable[[int], Assessment]
    ) -> Any:
        """办一步：一次请求一次提交；不行的回到确认页，写过的字都在."""
        key = _sane(assessment_id)
        try:
            made = act(key)
        except Refused as refused:
            if refused.code == "not_found":
                undo()
                abort(404)
            words = _settle(refused, done, key)
            status = CONFLICT if refused.code == "changed_meanwhile" else INVALID
            return self._ask(key, name, words), status
        return self._done(made, done)

    def _done(self, made: Assessment, done: str) -> Any:
        key = made.id
        commit()
        flash(_(f"assessment_done.{done}"), "success")
        return redirect(url_for(".show", assessment_id=key))


def _sane(assessment_id: int) -> int:
    """太大的编号不必去问数据库."""
    if assessment_id.bit_length() > 62:
        abort(404)
    return assessment_id


def _or_404(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Refused:
        abort(404)


def _settle(refused: Refused, verb: str, key: int | None) -> str:
    """作废改动，越权的记日志；说成一句话."""
    action = "review" if verb == "refuse" else verb
    refuse(refused, module="assess", action=action, kind="assessment", key=key)
    return sentence(refused)
