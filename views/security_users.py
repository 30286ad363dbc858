"""账号：清单、一个人能做什么凭什么、停用与恢复、一次性口令、解锁."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Query, joinedload
from wtforms import StringField

from app.domain.errors import Refused
from app.queries import config_holders, config_people, config_security
from app.services import accounts, sign_in
from models.people import Person
from models.security import Account
from views.base import clock_now, commit, current_actor, may, refuse, today
from views.base_model import OurModelView
from views.base_scope import ScopedInterface
from views.config_holdings import holding_table
from views.config_parts import LIFE, fact, table
from views.forms_base import ReasonForm
from views.forms_security import AccountForm
from views.labels import chip, joined, limit_words, link, moment_words, word


class FilterWho(BaseFilter):
    """姓名或登录名含有."""

    name = _l("Contains")
    arg_name = "who"

    def apply(self, query: Query[Any], value: str) -> Query[Any]:
        """姓名或登录名里有这几个字."""
        people = select(Person.id).where(Person.name.contains(value.strip(), autoescape=True))
        users = select(User.id).where(User.username.contains(value.strip(), autoescape=True))
        return query.filter(or_(Account.person_id.in_(people), Account.user_id.in_(users)))


class AccountView(OurModelView):
    """账号（account）：登录用的户头，挂在一个人名下；停用不删除."""

    datamodel = ScopedInterface(
        Account,
        eager=(joinedload(Account.user), joinedload(Account.person).joinedload(Person.org)),
        special={"who": [FilterWho]},
    )
    class_permission_name = module = "user"
    route_base = "/users"
    verb, kind, icon = "manage", "account", "key"
    writes = ("disable", "enable", "code", "unlock")
    exclude_route_methods = OurModelView.exclude_route_methods | {"edit", "end"}
    dated = False
    form_class = AccountForm
    list_title, add_title = _l("Accounts"), _l("Open an account")
    list_columns = ["person", "login", "org", "holdings", "last_seen_at", "life"]
    order_columns = ["last_seen_at"]
    quick = "who"
    search_columns = ["who"]
    search_form_extra_fields = {"who": StringField(_l("Name or user name"))}
    base_order = ("user_id", "asc")
    label_columns = {
        "who": _l("Name or user name"),
        "person": _l("Full name"),
        "login": _l("User name"),
        "org": _l("Unit"),
        "holdings": _l("Posts and roles today"),
        "last_seen_at": _l("Last signed in"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """整页各人今天的任职，一条语句."""
        people = [row.person for row in rows]
        self.remember(held=config_people.holdings_of(people, current_actor(), today()))

    def cell_person(self, row: Account) -> str:
        """姓名."""
        return row.person.name

    def cell_login(self, row: Account) -> str:
        """登录名."""
        return row.user.username

    def cell_org(self, row: Account) -> str:
        """机构."""
        return row.person.org.name if row.person.org else ""

    def cell_holdings(self, row: Account) -> Any:
        """今天的任职；没有的说明什么也做不了."""
        found = self.remembered("held").get(row.person_id, ())
        return "；".join(found) or chip("warn", _("No post or role"))

    def cell_last_seen_at(self, row: Account) -> str:
        """上次登录."""
        return moment_words(row.last_seen_at)

    def cell_life(self, row: Account) -> Any:
        """在用、停用、锁着、须改口令、演示."""
        return joined(self._marks(row))

    @staticmethod
    def _marks(row: Account) -> Iterable[Any]:
        if not row.user.active:
            yield chip("mute", _("Disabled"))
            return
        if row.is_locked(clock_now()):
            yield chip("bad", _("Locked"))
        if row.must_change_password:
            yield chip("warn", _("Has to change the password"))
        yield chip("line", _("Demo")) if row.is_demo else chip("ok", _("In use"))

    def facts(self, row: Account) -> list[dict[str, Any]]:
        """账号的事实."""
        return [
            fact(_l("Full name"), link(row.person.name, "PersonView.show", pk=row.person_id)),
            fact(_l("User name"), row.user.username),
            fact(_l("Unit"), self.cell_org(row)),
            fact(LIFE, self.cell_life(row)),
            fact(_l("Last signed in"), moment_words(row.last_seen_at)),
            fact(_l("Password changed"), moment_words(row.password_changed_at)),
        ]

    def sections(self, row: Account) -> Iterable[dict[str, Any]]:
        """任职的先后；有效权限：能做什么、凭哪条任职、受什么限定."""
        actor = current_actor()
        rows = config_holders.of_person(row.person_id, actor)
        yield holding_table(rows, actor, may_write=False, actions=[])
        places = config_holders.place_names(actor)
        rights = config_security.rights_of(row.person_id, today())
        yield table(
            _("What this person may do today: %(n)s", n=len(rights)),
            (
                ("what", _l("May do")),
                ("module", _l("Module")),
                ("why", _l("By which holding")),
                ("reach", _l("What it reaches")),
                ("limits", _l("Limits")),
            ),
            [
                {
                    "cells": {
                        "what": _(f"{right.module}.{right.action}"),
                        "module": word("module", right.module),
                        "why": right.holding.title,
                        "reach": self._reach(right.holding, places),
                        "limits": limit_words(right.limits),
                    }
                }
                for right in rights
            ],
            icon="shield-check",
            empty=_("Nothing: there is no holding in force today."),
        )

    @staticmethod
    def _reach(holding: Any, places: dict[str, str]) -> str:
        scope = word("scope", holding.scope)
        where = places.get(holding.platform or "") or places.get(f"body:{holding.body_id}")
        return f"{scope}：{where}" if where else scope

    def actions_of(self, row: Account) -> list[dict[str, Any]]:
        """有效权限、以其身份预览；停用或恢复、解锁、一次性口令."""
        pk = row.user_id
        looks = self._looks(row)
        return [*looks, *self._deeds(row, pk)] if self.may_write() else looks

    @staticmethod
    def _looks(row: Account) -> list[dict[str, Any]]:
        """只看的：有效权限（查得了配置的）、以其身份预览（授了权的，不是本人）."""
        actor, found = current_actor(), []
        if may(actor, "config", "read"):
            url = url_for("PersonRightsView.show", pk=row.person_id)
            found.append({"label": _("Effective permissions"), "url": url, "icon": "shield-check"})
        if may(actor, "user", "view_as") and row.user.active and row.user_id != actor.user_id:
            url = url_for("PreviewView.start", pk=row.user_id)
            found.append({"label": _("See as this person"), "url": url, "icon": "eye"})
        return found

    @staticmethod
    def _deeds(row: Account, pk: int) -> list[dict[str, Any]]:
        if not row.user.active:
            return [{"label": _("Enable again"), "url": url_for(".enable", pk=pk)}]
        found = [{"label": _("Disable"), "url": url_for(".disable", pk=pk)}]
        if row.is_locked(clock_now()):
            found.append({"label": _("Unlock"), "url": url_for(".unlock", pk=pk), "post": True})
        code = {"label": _("One-time code"), "url": url_for(".code", pk=pk), "post": True}
        return [*found, {**code, "icon": "key", "tone": "primary"}]

    def save(self, form: Any, row: Account | None) -> Account:
        """开账号。Raises Refused."""
        return accounts.create_account(
            person_id=form.person_id.as_id(),
            login=form.login.data.strip(),
            password=form.password.data,
            actor=current_actor(),
            now=clock_now(),
        )

    @expose("/disable/<int:pk>", methods=["GET", "POST"])
    @has_access
    def disable(self, pk: int) -> Any:
        """停用：别处的登录当即作废."""
        return self._with_reason(pk, "disable", accounts.disable, _("Disable"))

    @expose("/enable/<int:pk>", methods=["GET", "POST"])
    @has_access
    def enable(self, pk: int) -> Any:
        """恢复停用的账号."""
        return self._with_reason(pk, "enable", accounts.enable, _("Enable again"))

    def _with_reason(self, pk: int, name: str, verb: Callable[..., None], words: str) -> Any:
        row, form, error = self.row(pk), ReasonForm(), None
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                try:
                    verb(row, form.reason.data, actor=current_actor(), now=clock_now())
                    commit()
                    flash(_("Saved."), "success")
                    return redirect(url_for(".show", pk=pk))
                except Refused as refused:
                    error = refuse(refused, **self.naming, key=pk)
                    row = self.row(pk)
        title = f"{words}：{row.person.name}（{row.user.username}）"
        deed = {"id": name, "title": title, "url": url_for(f".{name}", pk=pk), "button": words}
        return self.ask_page(deed, form, error, url_for(".show", pk=pk))

    @expose("/unlock/<int:pk>", methods=["POST"])
    @has_access
    def unlock(self, pk: int) -> Any:
        """提前解开连错五次的锁."""
        row = self.row(pk)
        sign_in.unlock(row, actor=current_actor(), now=clock_now())
        commit()
        flash(_("Unlocked."), "success")
        return redirect(url_for(".show", pk=pk))

    @expose("/code/<int:pk>", methods=["POST"])
    @has_access
    def code(self, pk: int) -> Any:
        """发一次性口令：只在这一页显示一次，当面交给本人."""
        row = self.row(pk)
        name, login = row.person.name, row.user.username
        code = sign_in.issue_reset_code(row, actor=current_actor(), now=clock_now())
        commit()
        return self.page(
            "security/code.html",
            title=_("One-time code for %(name)s", name=name),
            code=f"{code[:4]} {code[4:]}",
            name=name,
            login=login,
            minutes=sign_in.CODE_MINUTES,
            back=url_for(".show", pk=pk),
        )
