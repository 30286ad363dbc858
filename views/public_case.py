"""来件人的查询页：凭查询码看进度、补充、撤回、评价；限速，别的什么也看不到."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import no_cache
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from app.access.actor import Actor, public_actor
from app.access.scope import fetch
from app.domain.case_choices import Satisfaction
from app.domain.case_guards import REASON_MIN
from app.domain.case_states import State, progress
from app.domain.errors import Refused
from app.queries.case_page import words_of
from app.queries.public_case import PublicCase, public_case
from app.services import case_intake, case_rating, case_reception
from app.services.query_codes import find_code
from models.case import Case
from models.case_life import QueryCode
from views.base import OurView, clock_now, commit, public, refusal_words, today, undo
from views.case_forms.base import ChoiceField, Needed, at_most, fixed, long_text
from views.case_verbs import intake_of
from views.ui_filters import cn_moment

GIVEN = (Satisfaction.GOOD, Satisfaction.FAIR, Satisfaction.BAD)
LEGS = ("受理", "分流", "签收", "办理", "核查", "反馈", "归档")


class CodeForm(FlaskForm):
    """查询码."""

    code = StringField(_l("Query code"), [Needed(), at_most(40)])


class SupplementBox(FlaskForm):
    """补充：要补的内容与地点."""

    code = HiddenField()
    content = long_text(_l("What you add"), needed=True, most=1000)
    place = StringField(_l("Exact place"), [at_most(200)])


class WithdrawBox(FlaskForm):
    """撤回：理由."""

    code = HiddenField()
    reason = long_text(_l("Why you withdraw it"), needed=True, least=REASON_MIN, most=500)


class RateBox(FlaskForm):
    """评价."""

    code = HiddenField()
    satisfaction = ChoiceField(_l("Satisfaction"), [Needed()], choices=fixed(GIVEN))
    opinion = TextAreaField(_l("What you want to say"), [at_most(500)])


class PublicCaseView(OurView):
    """来件查询（public query）."""

    route_base = "/q"
    default_view = "ask"

    @expose("/", methods=["GET", "POST"])
    @no_cache
    @public
    def ask(self) -> Any:
        """输入查询码；对了才给看."""
        form = CodeForm()
        if not form.validate_on_submit():
            return self._door(form), 422 if request.method == "POST" else 200
        known = find_code(form.code.data or "")
        if known is None:
            return self._unknown(form)
        return self._page(known, form.code.data or "")

    @expose("/supplement", methods=["POST"])
    @no_cache
    @public
    def supplement(self) -> Any:
        """补充材料."""

        def do(case: Case, actor: Actor, form: Any) -> None:
            body, informants = words_of(case)
            kept = intake_of(case, body, informants)
            place = (form.place.data or "").strip() or kept.place
            case_intake.supplement(
                case,
                content=form.content.data,
                intake=case_intake.replaced(kept, place=place),
                actor=actor,
                now=clock_now(),
            )

        return self._do(SupplementBox(), do, _("Thank you; what you added has been handed in."))

    @expose("/withdraw", methods=["POST"])
    @no_cache
    @public
    def withdraw(self) -> Any:
        """撤回本人的来件."""

        def do(case: Case, actor: Actor, form: Any) -> None:
            case_reception.cancel(
                case, reason=form.reason.data, actor=actor, now=clock_now(), withdrawal="查询码"
            )

        return self._do(WithdrawBox(), do, _("It has been withdrawn."))

    @expose("/rate", methods=["POST"])
    @no_cache
    @public
    def rate(self) -> Any:
        """评价这一轮的办理."""

        def do(case: Case, actor: Actor, form: Any) -> None:
            known = find_code(form.code.data or "")
            case_rating.rate(
                case,
                satisfaction=form.satisfaction.data,
                method="查询码自评",
                opinion=form.opinion.data or "",
                informant_id=known.informant_id if known else None,
                actor=actor,
                now=clock_now(),
            )

        return self._do(RateBox(), do, _("Thank you for telling us."))

    def _do(self, form: Any, do: Any, words: str) -> Any:
        """凭码做一件事：码不对的当作没有；拒绝的说清楚，填过的还在."""
        typed = request.form.get("code", "")
        known = find_code(typed)
        if known is None:
            return self._unknown(CodeForm(formdata=None))
        if not form.validate_on_submit():
            return self._page(known, typed, form), 422
        try:
            actor = _visitor(known)
            case = fetch(Case, known.case_id, actor, lock=True)
            do(case, actor, form)
            commit()
        except Refused as refused:
            undo()
            flash(_public_words(refused), "danger")
            return self._page(known, typed, form), 422
        flash(words, "success")
        return self._page(known, typed)

    def _door(self, form: CodeForm) -> str:
        return self.render_template(
            "public/ask.html", title=_("Where does my case stand"), form=form
        )

    def _unknown(self, form: CodeForm) -> Any:
        form.code.errors = [
            *(form.code.errors or ()),
            _("No case answers to this code. Check it, or ask the office for a new one."),
        ]
        return self._door(form), 404

    def _page(self, known: QueryCode, typed: str, form: Any = None) -> str:
        found = public_case(known.case_id, _visitor(known), clock_now())
        boxes = {
            "supplement": SupplementBox(formdata=None),
            "withdraw": WithdrawBox(formdata=None),
            "rate": RateBox(formdata=None),
        }
        if form is not None:
            boxes[_BOXES[type(form)]] = form
        for name, one in boxes.items():
            one.code.data = typed
            for field in one:
                field.id = f"{name}-{field.short_name}"
        return self.render_template(
            "public/case.html",
            title=_("Case %(number)s", number=found.number),
            case=found,
            steps=_steps(found),
            boxes=boxes,
        )


_BOXES = {SupplementBox: "supplement", WithdrawBox: "withdraw", RateBox: "rate"}


def _public_words(refused: Refused) -> str:
    """拒绝说给来件人听：内部的代码、人名不出现."""
    if refused.code == "required_fields":
        return _("The exact place is still missing; please write it, or ring the office.")
    if refused.code in ("reason_short", "already_rated", "rate_window", "cancel_protected"):
        return refusal_words(refused)
    return _("This cannot be done any more; look at where the case stands, or ring the office.")


def _visitor(known: QueryCode) -> Actor:
    return public_actor(known.case_id, known.township_id, today())


def _steps(found: PublicCase) -> list[dict[str, str]]:
    """进度条：走完的段写时刻."""
    resume = State(found.resume_state) if found.resume_state else None
    at = progress(State(found.state), resume_state=resume, feedback_done=found.fed_back)
    moments = {"受理": "accept", "分流": "dispatch", "办理": "finish", "反馈": "feedback"}
    steps = []
    for leg in LEGS:
        done = leg in set(at.done)
        moment = found.steps.get(moments.get(leg, ""))
        words = cn_moment(moment, today()) if done and moment else ""
        state = "now" if at.now is not None and leg == at.now else ("done" if done else "")
        steps.append({"words": leg, "state": state, "at": words})
    return steps
