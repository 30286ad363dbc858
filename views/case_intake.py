"""登记来件：一张表收各渠道，存草稿、上报、受理并送分流各是一次提交；改草稿也用这张表."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.domain.case_states import State
from app.domain.errors import Refused
from app.queries.case_page import files_of, words_of
from app.services.case_intake import Intake, draft, report, save_draft
from app.services.case_reception import accept
from models.case import Case
from views.base import OurView, commit, current_actor, refuse, undo
from views.case_common import case_or_404, names, now, office, options
from views.case_files import existing, posted_files, take_loose_files
from views.case_forms.fields import field_name
from views.case_forms.intake import BaseIntakeForm, intake_form, opened, own_fields
from views.case_steps import INVALID
from views.case_verbs import intake_of
from views.case_words import refusal_sentence

DRAFT, REPORT, ACCEPT = "draft", "report", "accept"
SHORTCUTS = ("self_close", "direct_report")
"""存成草稿之后接着填的两条快路."""
USUAL: Mapping[str, str] = {"I": "GRID", "J": "WINDOW", "F3": "PATROL", "B": "PETITION"}
"""各角色平常用的渠道：打开时先选中，可改."""
MATTERS: tuple[tuple[str, str], ...] = (
    ("disputes", "users-group"),
    ("safety", "flame"),
    ("roads", "alert-triangle"),
    ("building", "building"),
    ("food", "scale"),
    ("welfare", "user"),
    ("errand", "inbox"),
    ("other", "dots"),
)
"""网格员上报的八类事：只作标题的开头与提示，小类仍由受理的人定."""
TITLE_WORDS = 30


class CaseIntakeView(OurView):
    """登记来件."""

    route_base = "/cases"
    class_permission_name = "case"
    method_permission_name: Mapping[str, str] = {"add": "draft", "edit": "draft"}

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """登记：同一提交钥匙的重复提交得同一件."""
        if request.method == "GET":
            return self._page(_form(preset=_presets()))
        form = _form(_typed())
        return self._try(form, None)

    @expose("/<int:case_id>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, case_id: int) -> Any:
        """改草稿：只有登记人，只在上报之前."""
        case = case_or_404(case_id, lock=request.method == "POST")
        mine = case.registrar_id == current_actor().person_id
        if case.state != State.DRAFT or not mine:
            flash(
                _("Only its registrar changes a draft, and only before it is reported."), "warning"
            )
            return redirect(url_for("CaseView.show", case_id=case_id))
        if request.method == "GET":
            return self._page(_form(preset=_presets_of(case)), case)
        return self._try(_form(request.form), case)

    def _try(self, form: BaseIntakeForm, case: Case | None) -> Any:
        """试着写：不成的留着全部填过的；两次点击撞在一起的以先到的为准."""
        if not form.validate():
            undo()
            return self._page(form, case), INVALID
        try:
            form.attachments.data += take_loose_files()
            saved = write(form, case)
            number, state, key = saved.number, saved.state, saved.id
            commit()
        except Refused as refused:
            naming = {"module": "case", "action": DRAFT, "kind": "case"}
            refuse(refused, **naming, key=None)
            form.complain(refused, refusal_sentence(refused))
            return self._page(form, case), INVALID
        except IntegrityError:
            undo()
            saved = write(form, None)
            number, state, key = saved.number, saved.state, saved.id
            commit()
        return _done(form, key, number, state)

    def _page(self, form: BaseIntakeForm, case: Case | None = None) -> str:
        short = _is_short(case)
        return self.render_template(
            "cases/report.html" if short else "cases/add.html",
            form=form,
            case=case,
            files=_files(case),
            matters=[(code, icon, _(f"matter.{code}")) for code, icon in MATTERS],
            matter=request.values.get("matter", ""),
            may_accept=current_actor().has_verb("case", ACCEPT),
            shortcuts=[one for one in SHORTCUTS if current_actor().has_verb("case", one)],
            members=_members(),
            category_facts=_category_facts(),
        )


def write(form: BaseIntakeForm, case: Case | None) -> Case:
    """写草稿，再按按下的按钮上报、受理；三步各记一条日志。Raises Refused."""
    actor, moment, intake = current_actor(), now(), form.intake()
    given = request.form.get("do", DRAFT)
    if case is None:
        key = form.submit_key.data or None
        case = draft(intake, actor=actor, now=moment, submit_key=key)
        if case.state != State.DRAFT:
            return case
        if case.created_at != moment:
            save_draft(case, intake, actor=actor, now=moment)
    else:
        seen = form.version.data or ""
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
        save_draft(case, intake, actor=actor, now=moment, seen=version)
    if given in (REPORT, ACCEPT):
        report(case, actor=actor, now=moment)
    if given == ACCEPT:
        _accept(case, intake)
    return case


def _accept(case: Case, intake: Intake) -> None:
    if intake.category_id is None:
        raise Refused("category_unnamed")
    accept(
        case,
        category_id=intake.category_id,
        level=intake.level,
        kind=intake.kind,
        sensitive=case.is_sensitive,
        actor=current_actor(),
        now=now(),
    )


def _form(data: Any = None, *, preset: Mapping[str, Any] | None = None) -> BaseIntakeForm:
    return intake_form(data, preset=preset, township_id=current_actor().township_id)


def _typed() -> Any:
    """填来的内容；网格员的短表没有标题，由哪类事与头一句合成."""
    data = request.form.copy()
    if not data.get("title", "").strip() and data.get("matter"):
        first = data.get("body", "").strip().split("\n")[0][:TITLE_WORDS]
        known = dict(MATTERS)
        head = _(f"matter.{data['matter']}") if data["matter"] in known else ""
        data["title"] = "：".join(part for part in (head, first) if part)
    return data


def _presets() -> dict[str, Any]:
    """头一次打开的缺省：平常的渠道、此刻、本人的网格与村；连续录入的沿用上一件的."""
    actor = current_actor()
    enabled = {one.code for one in options().enabled}
    usual = [USUAL[view.role] for view in actor.current if view.role in USUAL]
    wanted = [request.args.get("channel", ""), *usual]
    channel = next((one for one in wanted if one in enabled), None)
    grid = next((view.grid_id for view in actor.current if view.grid_id), None)
    village = next((view.village_id for view in actor.current if view.village_id), None)
    asked = request.args.get("village", "")
    if asked.isascii() and asked.isdigit() and int(asked) in names().villages:
        village, grid = int(asked), None
    return {
        "channel": channel or next(iter(sorted(enabled)), None),
        "submit_key": uuid4().hex,
        "received_at": now(),
        "level": "一般",
        "kind": "EVENT",
        "grid_id": grid,
        "village_id": village or names().grid_village.get(grid or 0),
        "again": "again" in request.args,
    }


def _presets_of(case: Case) -> dict[str, Any]:
    """草稿里已填的."""
    body, informants = words_of(case)
    kept = intake_of(case, body, informants)
    form = options().channel(case.channel)
    own = {
        field_name(case.channel, one.code): opened(one, case.channel_data.get(one.code))
        for one in (own_fields(form) if form else ())
    }
    return {
        **own,
        "version": str(case.version),
        "channel": kept.channel,
        "title": kept.title,
        "body": kept.body,
        "category_id": str(kept.category_id or ""),
        "level": kept.level,
        "kind": kept.kind,
        "people_count": kept.people_count,
        "received_at": kept.received_at,
        "occurred_at": kept.occurred_at,
        "village_id": kept.village_id,
        "grid_id": kept.grid_id,
        "place": kept.place,
        "lon": kept.lon,
        "lat": kept.lat,
        "informant_name": kept.informant.name,
        "informant_phone": kept.informant.phone,
        "is_anonymous": kept.informant.is_anonymous,
        "is_confidential": kept.informant.is_confidential,
    }


def _files(case: Case | None) -> Sequence[dict[str, Any]]:
    if request.method == "POST":
        return posted_files()
    return existing(files_of(case.id)) if case is not None else []


def _members() -> dict[int, str]:
    """各网格的网格员，写在网格下面."""
    return {
        grid: "、".join(f"{name}（{kind}）" for name, kind in found)
        for grid, found in office().members_of.items()
    }


def _category_facts() -> dict[str, dict[str, str]]:
    """小类的缺省等级与件别：选了小类，等级与件别跟着先填上，可改."""
    return {
        str(one.id): {"level": one.level, "kind": one.kind}
        for one in names().categories.values()
        if one.parent_id and one.in_force
    }


def _is_short(case: Case | None) -> bool:
    """网格员登记新件用短表；要全表的点“完整登记表”."""
    roles = current_actor().roles
    wants_full = request.values.get("form") == "full"
    return case is None and not wants_full and bool(roles) and roles <= {"I"}


def _done(form: BaseIntakeForm, key: int, number: str | None, state: str) -> Any:
    """办成之后：连续录入的再开一张，其余去案件页."""
    words = _("Reported, number %(number)s", number=number)
    if state == State.DRAFT:
        words = _("Draft kept.")
    elif state == State.ACCEPTED:
        words = _("Accepted and waiting to be dispatched, number %(number)s", number=number)
    shortcut = request.form.get("do", "")
    if state == State.DRAFT and shortcut in SHORTCUTS:
        return redirect(url_for("CaseStepView.ask", case_id=key, action=shortcut))
    flash(words, "success")
    if form.again.data and state != State.DRAFT:
        village = form.village_id.data
        more = {"village": village} if village else {}
        return redirect(url_for(".add", channel=form.channel.data, again=1, **more))
    return redirect(url_for("CaseView.show", case_id=key))
