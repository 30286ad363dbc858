"""改与回头的表单：调整小类或等级、更正登记信息、撤回办结、重开、满意度评价."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from app.access.visibility import Sight
from app.domain.case_choices import ReopenReason, Satisfaction
from app.domain.case_words import Action
from app.queries.case_page import sight_on, words_of
from app.services.case_amend import Corrections
from app.services.case_record import Informant
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
from views.case_forms.choices import category_groups, grids, levels, villages
from views.case_forms.fields import PhoneField

BY_PHONE = ("电话回访", "上门回访", "窗口当面")
"""党政办回访的方式."""


class ReclassifyForm(StepForm):
    """调整小类或等级：期限按新等级从原起点重算."""

    action = Action.RECLASSIFY
    rows = (("category_id", "level"), ("reason",))
    words = _l("The deadlines are reckoned anew from the same start by the new level.")

    category_id = SelectField(_l("Category"), [Optional()])
    level = ChoiceField(_l("Level"), [Needed()])
    reason = reason_field()

    def prepare(self, desk: Desk) -> None:
        """小类与等级."""
        self.category_id.choices = category_groups(pending=_("Undecided"))
        self.level.choices = levels()

    def preset(self, desk: Desk) -> None:
        """现在的."""
        self.category_id.process_data(str(desk.case.category_id or ""))
        self.level.process_data(desk.case.level)

    def inputs(self) -> dict[str, Any]:
        """小类编号、等级、理由."""
        return {
            "category_id": int(self.category_id.data) if self.category_id.data else None,
            "level": self.level.data,
            "reason": self.reason.data,
        }


TEXTS = ("title", "body", "informant_name", "informant_phone", "is_anonymous", "is_confidential")
"""看不到正文的人更正不了的几项."""


class CorrectForm(StepForm):
    """更正登记信息：原值留在日志里；改来件时间须附依据."""

    action = Action.CORRECT
    rows = (
        ("title",),
        ("body",),
        ("village_id", "grid_id", "place"),
        ("received_at", "occurred_at", "people_count"),
        ("informant_name", "informant_phone"),
        ("is_anonymous", "is_confidential"),
        ("attachments",),
        ("reason",),
    )
    words = _l("Change only what is wrong; what stood before stays in the record.")

    title = StringField(_l("Title"), [Needed(), at_most(200)])
    body = long_text(_l("What is reported"), most=5000)
    village_id = ChoiceField(_l("Village"), coerce=int)
    grid_id = ChoiceField(_l("Grid"), coerce=int, render_kw={"data-depends": "village_id"})
    place = StringField(_l("Exact place"), [Optional(), at_most(200)])
    received_at = MomentField(_l("Received"))
    occurred_at = MomentField(_l("Happened"))
    people_count = IntegerField(
        _l("People concerned"), [Optional(), NumberRange(0, 100000, _l("Between 0 and 100000."))]
    )
    informant_name = StringField(_l("Name of the person"), [Optional(), at_most(32)])
    informant_phone = PhoneField(_l("Phone"))
    is_anonymous = BooleanField(_l("Anonymous"))
    is_confidential = BooleanField(_l("Keep the person confidential"))
    attachments = FilesField(_l("Evidence"))
    reason = reason_field()

    def prepare(self, desk: Desk) -> None:
        """村格；看不到正文的不给改正文与来件人."""
        self.village_id.choices = blank(villages(), _("Choose"))
        self.grid_id.choices = blank(grids(), _("Choose"))
        seen = desk.page.sight if desk.page is not None else sight_on(desk.case, desk.actor)
        if seen is not Sight.FULL:
            self.drop(*TEXTS)

    def preset(self, desk: Desk) -> None:
        """现在登记的."""
        for name in ("village_id", "grid_id", "place", "received_at", "occurred_at"):
            self[name].process_data(getattr(desk.case, name))
        self.people_count.process_data(desk.case.people_count)
        if "title" not in self:
            return
        body, informants = words_of(desk.case)
        own = next((one for one in informants if one.from_case_id is None), None)
        self.title.process_data(desk.case.title)
        self.body.process_data(body)
        if own is not None:
            self.informant_name.process_data(own.name)
            self.informant_phone.process_data(own.phone)
            self.is_anonymous.process_data(own.is_anonymous)
            self.is_confidential.process_data(own.is_confidential)

    def _text(self, name: str) -> str | None:
        return (self[name].data or "").strip() if name in self else None

    def inputs(self) -> dict[str, Any]:
        """更正的各项；没有改的服务自会略去."""
        person = None
        if "informant_name" in self:
            person = Informant(
                self._text("informant_name") or None,
                self.informant_phone.data or None,
                bool(self.is_anonymous.data),
                bool(self.is_confidential.data),
            )
        corrections = Corrections(
            title=self._text("title") or None,
            body=self._text("body"),
            place=self._text("place"),
            village_id=self.village_id.data,
            grid_id=self.grid_id.data,
            received_at=self.received_at.data,
            occurred_at=self.occurred_at.data,
            people_count=self.people_count.data,
            informant=person,
        )
        return {
            "corrections": corrections,
            "attachments": self.attachments.data,
            "reason": self.reason.data,
        }


class WithdrawFinishForm(StepForm):
    """撤回办结：原办结人，每案一次."""

    action = Action.WITHDRAW_FINISH
    tone = "danger"
    rows = (("reason",),)
    words = _l("Only whoever reported it finished, once a case; it does not count as rework.")

    reason = reason_field()


class ReopenForm(StepForm):
    """重开：原因、依据、理由."""

    action = Action.REOPEN
    tone = "danger"
    rows = (("reopen_reason", "basis"), ("reason",))
    words = _l("A new round begins and its deadline starts anew; the old file is kept.")

    reopen_reason = ChoiceField(_l("Cause"), [Needed()], choices=fixed(ReopenReason))
    basis = StringField(_l("Basis"), [Optional(), at_most(SHORT)])
    reason = reason_field()


class RateForm(StepForm):
    """满意度评价：党政办电话回访所得."""

    action = Action.RATE
    rows = (("satisfaction", "method"), ("reference",), ("opinion",))
    words = _l("Whoever handled the case must not rate it for the person.")

    satisfaction = ChoiceField(_l("Satisfaction"), [Needed()], choices=fixed(Satisfaction))
    method = ChoiceField(_l("Asked by"), [Needed()], choices=fixed(BY_PHONE))
    reference = StringField(_l("Call record (number and time)"), [Needed(), at_most(SHORT)])
    opinion = long_text(_l("What the person said"))
