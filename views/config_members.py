"""配置：议事机构的成员——党政办提出，组长批准才生效."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, TextAreaField

from app.domain.errors import Refused
from app.queries import config_choices
from app.services import organisation
from models.platform import Body, BodyMember
from views.base import OurView, clock_now, commit, current_actor, find, may, refuse, today
from views.forms_base import DeedForm, Needed, PickField, at_most
from views.forms_platform import BodyMemberForm


class MemberEndForm(DeedForm):
    """成员到某天为止，谁提出的."""

    proposer_id = PickField(_l("Proposed by"), [Needed()])
    last_day = DateField(_l("Last day"), [Needed()], default=today)
    reason = TextAreaField(_l("Reason"), [Needed(), at_most(200)])


class BodyMemberView(OurView):
    """议事机构成员（body member）：添与结束，批准的人做，写明谁提出."""

    route_base = "/config/body-members"
    class_permission_name = "body"
    method_permission_name = {"add": "members", "end": "members"}
    default_view = "add"

    @staticmethod
    def crumbs(row: Any = None) -> list[dict[str, Any]]:
        """面包屑：配置 / 议事机构."""
        return [
            {"label": _("Configuration"), "url": url_for("ConfigHomeView.index")},
            {"label": _("Bodies"), "url": url_for("BodyView.list")},
        ]

    @staticmethod
    def may_change() -> bool:
        """能不能批准成员变动（只能提出的不算）."""
        return may(current_actor(), "body", "members")

    @expose("/add/<int:pk>", methods=["GET", "POST"])
    @has_access
    def add(self, pk: int) -> Any:
        """给一个机构添成员."""
        body = find(Body, pk)
        form = BodyMemberForm()
        form.prepare(None, current_actor(), today())
        if form.validate_on_submit():
            row = BodyMember(township_id=body.township_id, body_id=body.id)
            form.fill(row)
            try:
                organisation.add(
                    row,
                    actor=current_actor(),
                    now=clock_now(),
                    proposer_id=form.proposer_id.as_id(),
                )
                commit()
                flash(_("Saved."), "success")
                return redirect(url_for("BodyView.show", pk=pk))
            except Refused as refused:
                form.complain(refused, self._refuse(refused, pk))
                body = find(Body, pk)
        return self.render_template(
            "config/form.html",
            title=_("Add a member to %(name)s", name=body.name),
            form=form,
            sets=form.sets(),
            back=url_for("BodyView.show", pk=pk),
            view=self,
        )

    @expose("/end/<int:pk>", methods=["GET", "POST"])
    @has_access
    def end(self, pk: int) -> Any:
        """成员到某天为止."""
        row = find(BodyMember, pk)
        form, error = MemberEndForm(), None
        form.proposer_id.offer(config_choices.proposers(current_actor(), today()))
        back = url_for("BodyView.show", pk=row.body_id)
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                error = self._end(row, form, pk)
                if error is None:
                    flash(_("Ended."), "success")
                    return redirect(back)
                row = find(BodyMember, pk)
        deed = {
            "id": "end-member",
            "title": _("End the membership: %(name)s", name=row),
            "url": url_for(".end", pk=pk),
            "button": _("End the membership"),
            "error": error,
        }
        return self.render_template(
            "config/ask.html", title=deed["title"], deed=deed, form=form, back=back
        )

    def _end(self, row: BodyMember, form: MemberEndForm, pk: int) -> str | None:
        last_day: date = form.last_day.data
        try:
            organisation.end(
                row,
                last_day,
                form.reason.data,
                actor=current_actor(),
                now=clock_now(),
                proposer_id=form.proposer_id.as_id(),
            )
            commit()
        except Refused as refused:
            return self._refuse(refused, pk)
        return None

    @staticmethod
    def _refuse(refused: Refused, pk: int) -> str:
        return refuse(refused, module="body", action="members", kind="body_member", key=pk)
