"""查看、添、改、停用：配置界面共用的一套."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.domain.errors import Refused
from app.queries import config_history
from app.services import config_rows, organisation
from views.base import KEY_BITS, clock_now, commit, current_actor, refuse, today
from views.base_list import OurListView
from views.config_parts import fact, paired
from views.forms_base import ConfigForm, EndForm
from views.labels import history_rows


class OurModelView(OurListView):
    """配置界面的基类（model view）.

    子类给：``datamodel``、``route_base``、``verb``（写的动作，在 ``config`` 模块）、``kind``
    （日志里的对象种类）、``form_class``、``list_columns``；可给 ``dated``（有起止日，可停用）、
    ``prepare``、``cell``、``facts``、``sections``。不提供删除。
    """

    class_permission_name = "config"
    module = "config"
    verb = "org"
    kind = "row"
    writes: Sequence[str] = ()
    dated = True
    form_class: type[ConfigForm]
    icon = "settings"
    end_title: Any = _l("End its use")

    exclude_route_methods = {"delete", "download", "action", "action_post"}
    show_template = "config/show.html"
    form_template = "config/form.html"
    ask_template = "config/ask.html"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """读要 read，写要 ``verb``."""
        super().__init_subclass__(**kwargs)
        reads = dict.fromkeys(("list", "show", "options", "matrix"), "read")
        writes = dict.fromkeys(("add", "edit", "end", *cls.writes), cls.verb)
        cls.method_permission_name = {**reads, **writes}
        if not cls.dated:
            cls.exclude_route_methods = cls.exclude_route_methods | {"end"}

    def head_actions(self) -> list[dict[str, Any]]:
        """清单右上：添."""
        if "add" in self.exclude_route_methods or not self.may_write():
            return []
        add = {"label": self.add_title, "url": url_for(".add"), "icon": "plus"}
        return [{**add, "tone": "primary", "key": "n"}]

    # 查看

    @expose("/show/<int:pk>")
    @has_access
    def show(self, pk: int) -> Any:
        """查看：事实、各节、改动记录."""
        row = self.row(pk)
        self.prepare([row])
        return self.page(
            self.show_template,
            title=str(row),
            row=row,
            facts=paired(self.facts(row)),
            sections=self.sections(row),
            history=self.history(row),
            chips=[self.cell_life(row)] if "life" in self.list_columns else [],
            actions=self.actions_of(row),
            deed=self.end_deed(row) if self.may_end(row) else None,
            ask=EndForm() if self.may_end(row) else None,
        )

    def history(self, row: Any) -> list[dict[str, Any]]:
        """改动记录，新的在前；子类可以添上别处记的."""
        found = config_history.of_subject(self.kind, self.key_of(row), current_actor())
        return history_rows(found)

    def row(self, pk: int) -> Any:
        """范围内的一行；不在范围内与不存在一样是 404."""
        if pk.bit_length() > KEY_BITS:
            abort(404)
        return self.datamodel.get(pk) or abort(404)

    def key_of(self, row: Any) -> Any:
        """一行的主键."""
        return self.datamodel.get_pk_value(row)

    def facts(self, row: Any) -> list[dict[str, Any]]:
        """查看页上的事实；子类给出."""
        return [fact(self.label_columns[c], self.cell(row, c)) for c in self.list_columns]

    def sections(self, row: Any) -> Iterable[dict[str, Any]]:
        """查看页上的各节（见 config/show.html）；缺省没有."""
        return ()

    def actions_of(self, row: Any) -> list[dict[str, Any]]:
        """查看页右上的按钮."""
        if not self.may_write():
            return []
        found: list[dict[str, Any]] = []
        if self.may_end(row):
            found.append(
                {
                    "label": self.end_title,
                    "url": url_for(".end", pk=self.key_of(row)),
                    "dialog": f"end-{self.kind}-{self.key_of(row)}",
                    "icon": "player-pause",
                }
            )
        edit = {"label": _("Edit"), "url": url_for(".edit", pk=self.key_of(row)), "icon": "edit"}
        return [*found, {**edit, "tone": "primary", "key": "e"}]

    def may_write(self) -> bool:
        """这个人能不能添改."""
        return bool(self.appbuilder.sm.has_access(f"can_{self.verb}", self.module))

    def may_end(self, row: Any) -> bool:
        """能不能停用：有权，且还在用."""
        return self.dated and self.may_write() and (row.valid_to is None or row.valid_to >= today())

    # 添与改

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """添一行；不成的留着已填的字."""
        form = self.make_form(None)
        if form.validate_on_submit():
            done = self._attempt(form, None)
            if done is not None:
                return done
        return self.form_page(form, None)

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int) -> Any:
        """改一行；别人先改了的说明，不覆盖."""
        row = self.row(pk)
        form = self.make_form(row)
        if form.validate_on_submit():
            done = self._attempt(form, row)
            if done is not None:
                return done
            row = self.row(pk)
        return self.form_page(form, row)

    def make_form(self, row: Any) -> ConfigForm:
        """这一行的表单，下拉的选项按范围取好."""
        form = self.form_class(obj=row)
        form.prepare(row, current_actor(), today())
        if row is not None and not form.is_submitted():
            form.version.data = config_rows.version_of(row)
        return form

    def _attempt(self, form: ConfigForm, row: Any) -> Response | None:
        """试着写：成了就提交并去查看页；不成的把话放进表单."""
        key = self.key_of(row) if row is not None else None
        try:
            saved = self.save(form, row)
            commit()
        except Refused as refused:
            form.complain(refused, refuse(refused, **self.naming, key=key))
            return None
        flash(_("Saved."), "success")
        return redirect(url_for(".show", pk=self.key_of(saved)))

    @property
    def naming(self) -> dict[str, str]:
        """记拒绝时用的名目."""
        return {"module": self.module, "action": self.verb, "kind": self.kind}

    def save(self, form: ConfigForm, row: Any) -> Any:
        """写一行：改的先锁住对一下版本，再交给服务。Raises Refused."""
        actor, now = current_actor(), clock_now()
        if row is None:
            row = self.datamodel.obj(township_id=actor.township_id)
            self.fill(form, row)
            return organisation.add(row, actor=actor, now=now)
        config_rows.lock(row, form.version.data)
        before = config_rows.snapshot(row)
        self.fill(form, row)
        organisation.change(row, before, actor=actor, now=now)
        return row

    def fill(self, form: ConfigForm, row: Any) -> None:
        """把表单填进行里；推出的列由服务填."""
        form.fill(row)

    def form_page(self, form: ConfigForm, row: Any, title: Any = None) -> Any:
        """填表的一页."""
        if title is None:
            title = _("Edit %(name)s", name=row) if row is not None else self.add_title
        back = url_for(".show", pk=self.key_of(row)) if row is not None else url_for(".list")
        return self.page(
            self.form_template, title=title, form=form, row=row, back=back, sets=form.sets()
        )

    # 停用

    @expose("/end/<int:pk>", methods=["GET", "POST"])
    @has_access
    def end(self, pk: int) -> Any:
        """停用或任期结束：写最后一天与理由；仍被用着的说明谁在用."""
        row = self.row(pk)
        form = EndForm()
        if request.method == "GET":
            return self._end_page(row, form, None)
        if not form.validate():
            return self._end_page(row, form, form.first_error())
        try:
            self.do_end(row, form)
            commit()
        except Refused as refused:
            return self._end_page(self.row(pk), form, refuse(refused, **self.naming, key=pk))
        flash(_("Ended."), "success")
        return redirect(url_for(".show", pk=pk))

    def do_end(self, row: Any, form: EndForm) -> None:
        """停用一行；还被用着的不许。Raises Refused."""
        last_day, reason = form.last_day.data, form.reason.data
        organisation.end(row, last_day, reason, actor=current_actor(), now=clock_now())

    def end_deed(self, row: Any) -> dict[str, Any]:
        """停用的对话框与确认页的内容（见 config/ask.html）."""
        return {
            "id": f"end-{self.kind}-{self.key_of(row)}",
            "title": f"{self.end_title}：{row}",
            "url": url_for(".end", pk=self.key_of(row)),
            "words": _("It stays in old records; it can no longer be chosen afterwards."),
            "button": str(self.end_title),
        }

    def _end_page(self, row: Any, form: EndForm, error: str | None) -> Any:
        return self.ask_page(self.end_deed(row), form, error, url_for(".show", pk=self.key_of(row)))

    def ask_page(self, deed: dict[str, Any], form: Any, error: str | None, back: str) -> Any:
        """确认页：写理由（与日期），没有脚本时与服务器退回时用."""
        return self.page(
            self.ask_template,
            title=deed["title"],
            deed={**deed, "error": error},
            form=form,
            back=back,
        )
