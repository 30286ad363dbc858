"""受理段的表单：上报、退回补正、补正、受理、不予受理、撤销."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.domain.case_choices import RejectReason
from app.domain.case_states import State
from app.domain.case_words import Action
from app.queries.case_suggest import suggest_categories
from views.case_common import names
from views.case_forms.base import (
    SHORT,
    ChoiceField,
    Desk,
    FilesField,
    MomentField,
    Needed,
    StepForm,
    at_most,
    blank,
    fixed,
    long_text,
    reason_field,
)
from views.case_forms.choices import category_groups, grids, kinds, levels, villages

TELL = ("电话", "当面", "短信", "书面", "网上回复")
"""告知、反馈的方式."""


class ReportForm(StepForm):
    """上报."""

    action = Action.REPORT
    words = _l("It gets its number, enters the register, and the acceptance clock starts.")


class RequestSupplementForm(StepForm):
    """退回补正：一次说清全部缺项."""

    action = Action.REQUEST_SUPPLEMENT
    tone = "danger"
    rows = (("items",), ("reason",))
    words = _l("Say everything that is missing at once; a case can be sent back twice at most.")

    items = long_text(_l("What is missing"), needed=True)
    reason = reason_field()


class SupplementForm(StepForm):
    """补正：登记人补，党政办代补须写通话时间."""

    action = Action.SUPPLEMENT
    rows = (
        ("content",),
        ("call_at", "people_count"),
        ("village_id", "grid_id", "place"),
        ("attachments",),
    )

    content = long_text(_l("What is supplied"), needed=True, most=1000)
    call_at = MomentField(_l("Time of the call (when supplied for the registrar)"))
    village_id = ChoiceField(_l("Village"), coerce=int)
    grid_id = ChoiceField(_l("Grid"), coerce=int, render_kw={"data-depends": "village_id"})
    place = StringField(_l("Exact place"), [Optional(), at_most(200)])
    people_count = IntegerField(
        _l("People concerned"), [Optional(), NumberRange(0, 100000, _l("Between 0 and 100000."))]
    )
    attachments = FilesField()

    def prepare(self, desk: Desk) -> None:
        """村与网格."""
        self.village_id.choices = blank(villages(), _("Choose"))
        self.grid_id.choices = blank(grids(), _("Choose"))
        if desk.case.registrar_id == desk.actor.person_id:
            self.drop("call_at")

    def preset(self, desk: Desk) -> None:
        """原来填的."""
        for name in ("village_id", "grid_id", "place", "people_count"):
            self[name].process_data(getattr(desk.case, name))

    def inputs(self) -> dict[str, Any]:
        """补正说明、通话时间、附件；地点与人数另由视图并进登记表."""
        call = self.call_at.data if "call_at" in self else None
        return {"content": self.content.data, "call_at": call, "attachments": self.attachments.data}

    def changes(self) -> dict[str, Any]:
        """登记表里补的几样."""
        names_ = ("village_id", "grid_id", "place", "people_count")
        return {name: self[name].data for name in names_}


class AcceptForm(StepForm):
    """受理：小类从“待定”落到具体小类，定等级、件别、是否敏感."""

    action = Action.ACCEPT
    rows = (("category_id", "level", "kind"), ("sensitive",))

    category_id = SelectField(_l("Category"), [InputRequired(_l("Choose one of the list."))])
    level = ChoiceField(_l("Level"), [Needed()])
    kind = ChoiceField(_l("Kind of case"), [Needed()])
    sensitive = BooleanField(_l("Sensitive: only those named by the rules see the text"))

    def prepare(self, desk: Desk) -> None:
        """小类按平台分组；写出关键词的建议，由人选."""
        self.category_id.choices = category_groups(pending=_("Undecided"))
        self.level.choices, self.kind.choices = levels(), kinds()
        body = desk.page.body if desk.page else ""
        found = suggest_categories(f"{desk.case.title} {body}", names())
        if found and desk.case.category_id is None:
            words = "；".join(f"{one.category.name}（{'、'.join(one.words)}）" for one in found)
            self.category_id.description = _("Suggested by key words: %(words)s", words=words)

    def preset(self, desk: Desk) -> None:
        """登记时填的."""
        self.category_id.process_data(str(desk.case.category_id or ""))
        self.level.process_data(desk.case.level)
        self.kind.process_data(desk.case.kind)
        self.sensitive.process_data(desk.case.is_sensitive)

    def inputs(self) -> dict[str, Any]:
        """小类编号、等级、件别、是否敏感."""
        return {
            "category_id": int(self.category_id.data),
            "level": self.level.data,
            "kind": self.kind.data,
            "sensitive": bool(self.sensitive.data),
        }


class RejectForm(StepForm):
    """不予受理：原因、告知内容、告知方式、理由."""

    action = Action.REJECT
    tone = "danger"
    rows = (("reject_reason", "method"), ("notice",), ("reason",))

    reject_reason = ChoiceField(_l("Cause"), [Needed()], choices=fixed(RejectReason))
    method = ChoiceField(_l("Told by"), [Needed()], choices=fixed(TELL))
    notice = long_text(_l("What the person is told"), needed=True)
    reason = reason_field()


class CancelForm(StepForm):
    """撤销：受理前由登记人撤；之后须有撤回凭据或误登说明."""

    action = Action.CANCEL
    tone = "danger"
    rows = (("reason",), ("withdrawal",), ("mistake_note",))

    reason = reason_field()
    withdrawal = StringField(_l("Proof that it was withdrawn"), [Optional(), at_most(SHORT)])
    mistake_note = long_text(_l("How it was entered by mistake"))

    def prepare(self, desk: Desk) -> None:
        """受理前只要理由."""
        if desk.case.state in (State.DRAFT, State.REPORTED, State.SUPPLEMENT):
            self.drop("withdrawal", "mistake_note")
