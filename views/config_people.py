"""配置：人与任职——添任职、续任、任职结束、离开."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.domain.errors import Refused
from app.queries import config_choices, config_holders, config_people
from app.services import appointments, organisation
from models.people import Person
from views.base import clock_now, commit, current_actor, refuse, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_holdings import holding_table, place_of
from views.config_parts import LIFE, NOTE, fact
from views.forms_base import EndForm
from views.forms_people import HoldingForm, PersonForm
from views.labels import chip, joined, link
from views.terms_chart import person_chart
from views.ui_filters import cn_day


class PersonView(OurModelView):
    """人（person）：姓名、电话、机构、任职；与登录账号是两回事."""

    datamodel = ScopedInterface(Person, eager=(joinedload(Person.org),), named="name")
    route_base = "/config/people"
    verb, kind, icon = "post", "person", "users"
    writes = ("appoint", "leave")
    form_class = PersonForm
    dated = False
    list_title, add_title = _l("People"), _l("Add a person")
    list_columns = ["name", "org", "holdings", "account", "life"]
    order_columns = ["name"]
    search_columns = ["name", "org"]
    base_order = ("sort_key", "asc")
    label_columns = {
        "name": _l("Full name"),
        "org": _l("Unit"),
        "holdings": _l("Posts and roles today"),
        "account": _l("Account"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """整页各人的任职与账号，两条语句."""
        actor = current_actor()
        self.remember(
            holdings=config_people.holdings_of(rows, actor, today()),
            accounts=config_people.accounts_of(rows, actor),
        )

    def cell_holdings(self, row: Person) -> Any:
        """今天的任职."""
        return "；".join(self.remembered("holdings").get(row.id, ()))

    def cell_account(self, row: Person) -> Any:
        """登录名；停用的注明."""
        found = self.remembered("accounts").get(row.id)
        if found is None:
            return ""
        off = "" if found.active else chip("mute", _("Disabled"))
        return joined((link(found.username, "AccountView.show", pk=found.user_id), off))

    def cell_life(self, row: Person) -> Any:
        """在职、已离开."""
        if row.left_on is not None and row.left_on < today():
            return chip("mute", _("Left %(day)s", day=cn_day(row.left_on, today())))
        return chip("ok", _("In service"))

    def facts(self, row: Person) -> list[dict[str, Any]]:
        """人的事实；电话遮住中间几位."""
        unit = row.org and link(row.org, "OrgView.show", pk=row.org_id)
        return [
            fact(_l("Full name"), row.name),
            fact(_l("Unit"), unit),
            fact(_l("Phone"), masked(row.phone)),
            fact(_l("Account"), self.cell_account(row)),
            fact(_l("Left on"), cn_day(row.left_on, today())),
            fact(NOTE, row.note, wide=True),
        ]

    def sections(self, row: Person) -> Iterable[dict[str, Any]]:
        """任职的先后."""
        actor = current_actor()
        rows = config_holders.of_person(row.id, actor)
        add = {"label": _("Add a holding"), "url": url_for(".appoint", pk=row.id), "icon": "plus"}
        may = self.may_write() and row.left_on is None
        found = holding_table(rows, actor, may_write=may, actions=[add] if may else [])
        yield {**found, "chart": person_chart(row, rows)}

    def actions_of(self, row: Person) -> list[dict[str, Any]]:
        """有效权限；离开、改."""
        url = url_for("PersonRightsView.show", pk=row.id)
        rights = {"label": _("Effective permissions"), "url": url, "icon": "shield-check"}
        found = super().actions_of(row)
        if found and row.left_on is None:
            found.insert(
                0, {"label": _("Leaves the township"), "url": url_for(".leave", pk=row.id)}
            )
        return [rights, *found]

    @expose("/options")
    @has_access
    def options(self) -> Any:
        """按字找人：头 20 名."""
        words = request.args.get("q", "").strip()[:32]
        found = config_choices.people(current_actor(), words)
        return jsonify([{"value": str(key), "text": text} for key, text in found])

    @expose("/appoint/<int:pk>", methods=["GET", "POST"])
    @has_access
    def appoint(self, pk: int) -> Any:
        """添一条任职；席位满了、犯职责分离的说明."""
        row = self.row(pk)
        form = HoldingForm()
        form.prepare(None, current_actor(), today())
        if form.validate_on_submit():
            done = self._try(form, pk, lambda: self._appoint(row, form), _("Appointed."))
            if done is not None:
                return done
            row = self.row(pk)
        return self.form_page(form, row, _("Add a holding for %(name)s", name=row.name))

    def _appoint(self, row: Person, form: HoldingForm) -> None:
        role = form.role.data or config_people.role_of_post(form.post_id.as_id())
        if not role:
            raise Refused("role_needed")
        appointments.appoint(
            person_id=row.id,
            role_code=role,
            post_id=form.post_id.as_id(),
            mode=form.mode.data,
            basis=form.basis.data,
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
            actor=current_actor(),
            now=clock_now(),
            **place_of(form),
        )

    @expose("/leave/<int:pk>", methods=["GET", "POST"])
    @has_access
    def leave(self, pk: int) -> Any:
        """离开本乡：任职到那天为止，账号停用，名字与署名保留."""
        row = self.row(pk)
        if row.left_on is not None:
            abort(404)
        form, error = EndForm(), None
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                try:
                    self._leave(row, form)
                    commit()
                    flash(_("Saved."), "success")
                    return redirect(url_for(".show", pk=pk))
                except Refused as refused:
                    error = refuse(refused, **self.naming, key=pk)
                    row = self.row(pk)
        deed = {
            "id": "leave",
            "title": _("%(name)s leaves the township", name=row.name),
            "url": url_for(".leave", pk=pk),
            "words": _(
                "Posts end that day and the account is disabled; the name stays in records."
            ),
            "button": _("Leaves the township"),
        }
        return self.ask_page(deed, form, error, url_for(".show", pk=pk))

    @staticmethod
    def _leave(row: Person, form: EndForm) -> None:
        organisation.leave(
            row, form.last_day.data, form.reason.data, actor=current_actor(), now=clock_now()
        )

    def _try(self, form: Any, pk: int, work: Callable[[], Any], words: str) -> Any:
        try:
            work()
            commit()
        except Refused as refused:
            form.complain(refused, refuse(refused, **self.naming, key=pk))
            return None
        flash(words, "success")
        return redirect(url_for(".show", pk=pk))


def masked(phone: str | None) -> str:
    """电话：留头三位与末两位."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) > 6 else "****"
