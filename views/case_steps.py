"""走一步的界面：表单页与提交；拒绝时一字不丢，别人先办了的说清楚再让继续."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.domain.case_words import Action
from app.domain.errors import Refused
from app.domain.numbering import parse_case_number
from app.queries.case_options import WIRED, barrier_of, who_can
from app.queries.case_page import Dossier, case_id_of_number, dossier_of
from app.services.case_closing import informants_of
from app.services.case_merge import lock_pair
from models.case import Case
from views.base import OurView, commit, current_actor, refuse, today, undo
from views.case_common import case_or_404, is_in_reach, moment_words, now, office
from views.case_files import posted_files, take_loose_files
from views.case_forms import FORMS
from views.case_forms.base import Desk, FilesField, StepForm
from views.case_repeat import is_repeat
from views.case_verbs import perform
from views.case_words import DENIALS, action_words, barrier_item, refusal_sentence

LEAVES = frozenset({Action.RETURN_CASE, Action.TRANSFER, Action.SELF_CLOSE, Action.DIRECT_REPORT})
"""办完可能就不在本人范围里的动作."""
DENIED, CONFLICT, INVALID = 403, 409, 422


def make_form(action: Action, desk: Desk, data: MultiDict[str, str] | None = None) -> StepForm:
    """这一步的表单：选项按情境填好；头一次打开的填上缺省."""
    form = FORMS[action](formdata=data)
    form.prepare(desk)
    if data is None:
        form.preset(desk)
        form.version.process_data(str(desk.case.version))
    return form


def step_of_form(form: StepForm, page: Dossier) -> dict[str, Any]:
    """模板要的一步：标题、按钮、地址、要紧的事实."""
    case = page.case
    return {
        "form": form,
        "action": form.action.value,
        "title": action_words(form.action),
        "tone": form.tone,
        "url": url_for("CaseStepView.take", case_id=case.id, action=form.action.value),
        "key": f"case-{case.id}-{form.action}",
        "facts": case_facts_line(page),
        "files": {name: posted_files(name) for name in file_fields(form)}
        if request.method == "POST"
        else {},
    }


def file_fields(form: StepForm) -> list[str]:
    """这张表里的附件框."""
    return [one.short_name for one in form if isinstance(one, FilesField)]


def case_facts_line(page: Dossier) -> list[dict[str, str]]:
    """这一步要动到的事实：编号与事项；看不到正文的只有编号."""
    title = page.case.title if page.is_full else "—"
    return [
        {"label": _("Number"), "value": page.case.number or _("draft")},
        {"label": _("Matter"), "value": title},
    ]


class CaseStepView(OurView):
    """走一步：GET 是表单页，POST 是办；行先过数据范围，动作由服务再判."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"ask": "read", "take": "read"}

    @expose("/<int:case_id>/<action>", methods=["GET"])
    @has_access
    def ask(self, case_id: int, action: str) -> Any:
        """表单页：没有脚本也能办；现在不能做的说明原因."""
        case, verb = case_or_404(case_id), _verb(action)
        page = dossier_of(case, actor=current_actor())
        item = _blocked(verb, page)
        if item is not None:
            flash(f"{item['deed']}：{item['why']}", "warning")
            return redirect(_case_url(case))
        form = make_form(verb, desk_of(case, verb, page))
        return self._page(form, page)

    @expose("/<int:case_id>/<action>", methods=["POST"])
    @has_access
    def take(self, case_id: int, action: str) -> Any:
        """办：一次请求一次提交."""
        verb = _verb(action)
        _lock_other(case_id, verb)
        case = case_or_404(case_id, lock=True)
        form = make_form(verb, desk_of(case, verb), _typed())
        if not form.validate():
            undo()
            return self._again(case_id, form, INVALID)
        try:
            self._attach(form)
            perform(case, form, actor=current_actor(), now=now(), seen=form.seen)
            number = case.number
            commit()
        except Refused as refused:
            return self._refused(case_id, form, refused)
        flash(_("Done: %(deed)s, %(number)s", deed=action_words(verb), number=number), "success")
        return redirect(_after(case_id, verb))

    @staticmethod
    def _attach(form: StepForm) -> None:
        for name in file_fields(form):
            form[name].data += take_loose_files(name)

    def _refused(self, case_id: int, form: StepForm, refused: Refused) -> Any:
        """拒绝：重复提交的当作办成；别人先办了的给出新版本；其余写在那一项上."""
        naming = {"module": "case", "action": form.action.value, "kind": "case", "key": case_id}
        refuse(refused, **naming)
        if refused.code == "changed_meanwhile":
            if _is_repeat(case_id, form):
                flash(_("It was already done; the second click changed nothing."), "success")
                return redirect(_after(case_id, form.action))
            return self._again(case_id, form, CONFLICT, refused)
        form.complain(refused, refusal_sentence(refused))
        return self._again(case_id, form, DENIED if refused.code in DENIALS else INVALID)

    def _again(
        self, case_id: int, form: StepForm, status: int, refused: Refused | None = None
    ) -> Any:
        """表单再给一次，填过的都在."""
        case = case_or_404(case_id)
        page = dossier_of(case, actor=current_actor())
        blocked = _blocked(form.action, page)
        form.prepare(desk_of(case, form.action, page))
        if refused is not None:
            form.version.process_data(str(case.version))
        conflict = _conflict(form, refused) if refused is not None else None
        return self._page(form, page, conflict=conflict, blocked=blocked), status

    def _page(self, form: StepForm, page: Dossier, **more: Any) -> str:
        return self.render_template(
            "cases/step.html",
            step=step_of_form(form, page),
            case=page.case,
            back=_case_url(page.case),
            texts=form.texts(),
            **more,
        )


def _lock_other(case_id: int, action: Action) -> None:
    """并案牵涉两件：两件一起锁，编号小的在前."""
    other: int | None = None
    if action is Action.MERGE:
        wanted = parse_case_number(request.form.get("main_number", ""))
        if wanted is not None:
            year = wanted.year or today().year
            other = case_id_of_number(year, wanted.seq, current_actor())
    elif action is Action.UNMERGE:
        other = case_or_404(case_id).merged_into_id
    if other is not None:
        # 有一件不在范围内的，下一步自会说没有
        with suppress(Refused):
            lock_pair(case_id, other, actor=current_actor())


def _blocked(action: Action, page: Dossier) -> dict[str, str] | None:
    """这个人现在办不了的原因与谁可以；办得了为空."""
    actor = current_actor()
    barrier = barrier_of(action, page.facts, actor, now())
    if barrier is None:
        return None
    who = who_can(action, page.facts, office(), now(), but=actor.person_id)
    return barrier_item(replace(barrier, who=who))


def _verb(action: str) -> Action:
    """已有界面的动作；别的是 404."""
    if action not in set(WIRED):
        abort(404)
    return Action(action)


def _typed() -> MultiDict[str, str]:
    """填来的内容；记一笔的框叫 text，与 content 是一回事."""
    data = request.form.copy()
    if "text" in data and "content" not in data:
        data.setlist("content", data.poplist("text"))
    return data


def desk_of(case: Case, action: Action, page: Dossier | None = None) -> Desk:
    """填表的情境；来件人只在反馈时另取."""
    informants = page.informants if page is not None else ()
    if page is None and action is Action.FEEDBACK:
        informants = informants_of(case)
    return Desk(case, current_actor(), now(), page, informants)


def _case_url(case: Case) -> str:
    return url_for("CaseView.show", case_id=case.id)


def _after(case_id: int, action: Action) -> str:
    """办完去哪里：本件；已不在范围里的回清单."""
    if action in LEAVES and not is_in_reach(case_id):
        return url_for("CaseListView.list")
    return url_for("CaseView.show", case_id=case_id)


def _conflict(form: StepForm, refused: Refused) -> dict[str, Any]:
    """谁、做了什么、何时；写过的字还给他."""
    facts = refused.facts
    return {
        "who": facts.get("who") or "—",
        "what": action_words(str(facts.get("what") or "")),
        "when": moment_words(facts.get("at")),
        "kept": form.texts(),
    }


def _is_repeat(case_id: int, form: StepForm) -> bool:
    """点了两下：同样的内容已经办成了."""
    return is_repeat(case_or_404(case_id), form.action, form.seen, form.inputs())
