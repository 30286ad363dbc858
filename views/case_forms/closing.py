"""收尾段的表单：核查通过、退回重办、反馈来件人、归档."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Optional

from app.domain.case_choices import NoFeedback, Retention, VerifyMethod
from app.domain.case_words import Action
from app.queries.case_page import TRUSTED, told_of
from models.case import CaseInformant
from views.case_common import masked_phone
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
from views.case_forms.reception import TELL


class VerifyForm(StepForm):
    """核查通过：方式与意见."""

    action = Action.VERIFY
    rows = (("verify_method",), ("opinion",), ("attachments",))
    words = _l("Whoever handled the case in this round cannot verify it.")

    verify_method = ChoiceField(_l("Verified by"), [Needed()], choices=fixed(VerifyMethod))
    opinion = long_text(_l("Opinion of the check"), needed=True)
    attachments = FilesField()

    def inputs(self) -> dict[str, Any]:
        """方式、意见、附件."""
        return {
            "method": self.verify_method.data,
            "opinion": self.opinion.data,
            "attachments": self.attachments.data,
        }


class ReworkForm(StepForm):
    """退回重办：不合格项、整改要求、理由."""

    action = Action.REWORK
    tone = "danger"
    rows = (("faults",), ("demand",), ("reason",))

    faults = long_text(_l("What is not in order"), needed=True)
    demand = long_text(_l("What has to be done"), needed=True)
    reason = reason_field()


class FeedbackForm(StepForm):
    """反馈来件人：写方式、内容、时间，或写无须反馈的理由；有并入件的一人一次."""

    action = Action.FEEDBACK
    told: frozenset[int] = frozenset()
    rows = (
        ("informant_id", "receiver"),
        ("method", "feedback_at"),
        ("content",),
        ("county_reply_no",),
        ("no_feedback",),
        ("reference",),
    )

    informant_id = ChoiceField(_l("Person who reported"), coerce=int)
    receiver = StringField(_l("Taken by"), [Optional(), at_most(SHORT)])
    method = ChoiceField(_l("Told by"), choices=blank(fixed(TELL), ""))
    feedback_at = MomentField(_l("Time of the feedback"))
    content = long_text(_l("What the person is told"), most=1000)
    county_reply_no = StringField(_l("Reply number to the county"), [Optional(), at_most(64)])
    no_feedback = ChoiceField(_l("No feedback owed because"), choices=blank(fixed(NoFeedback), ""))
    reference = StringField(_l("Asked to by the office (who, when)"), [Needed(), at_most(SHORT)])

    def prepare(self, desk: Desk) -> None:
        """来件人各一项；电话遮住."""
        self.told = told_of(desk.case) if len(desk.informants) > 1 else frozenset()
        self.informant_id.choices = blank(
            [(str(one.id), self._option(one, desk), {}) for one in desk.informants], ""
        )
        left = [self.informant_words(o, desk) for o in desk.informants if o.id not in self.told]
        if len(desk.informants) > 1:
            self.words = _(
                "One feedback for each person; still to be told: %(names)s",
                names="、".join(left) or _("nobody"),
            )
        self.method.choices = blank(fixed(TELL), _("Choose"))
        self.no_feedback.choices = blank(fixed(NoFeedback), _("Feedback is given"))
        if desk.case.channel != "COUNTY":
            self.drop("county_reply_no")
        if "H" not in desk.actor.roles or "B" in desk.actor.roles:
            # 站所反馈须有党政办的委托（WITH_REF），党政办自己不用
            self.drop("reference")

    def _option(self, one: CaseInformant, desk: Desk) -> str:
        words = self.informant_words(one, desk)
        return _("%(name)s (told)", name=words) if one.id in self.told else words

    @staticmethod
    def informant_words(one: CaseInformant, desk: Desk) -> str:
        """来件人的写法：电话遮住，要打的在案件页上按“显示号码”."""
        name = _("anonymous") if one.is_anonymous else (one.name or _("no name"))
        if one.is_confidential and not desk.actor.roles & TRUSTED:
            return _("person kept confidential")
        return " · ".join(part for part in (name, masked_phone(one.phone)) if part)

    def preset(self, desk: Desk) -> None:
        """头一位还没有反馈到的来件人、电话、此刻."""
        left = [one for one in desk.informants if one.id not in self.told]
        known = next((one for one in left if not one.is_anonymous), None)
        if known is None and self.told and left:
            # 匿名的也要逐一记明无须反馈
            self.informant_id.process_data(left[0].id)
        if known is not None:
            self.informant_id.process_data(known.id)
            if not known.is_confidential:
                self.receiver.process_data(known.name or "")
            self.method.process_data(TELL[0] if known.phone else None)
            self.feedback_at.process_data(desk.now)

    def inputs(self) -> dict[str, Any]:
        """反馈的各项."""
        reply = self["county_reply_no"].data if "county_reply_no" in self else ""
        return {
            "informant_id": self.informant_id.data,
            "receiver": (self.receiver.data or "").strip(),
            "method": self.method.data or "",
            "feedback_at": self.feedback_at.data,
            "content": self.content.data or "",
            "county_reply_no": reply or "",
            "no_feedback": self.no_feedback.data or "",
            "reference": (self["reference"].data or "").strip() if "reference" in self else "",
        }


class ArchiveForm(StepForm):
    """归档：保管期限，确认密级与敏感标记."""

    action = Action.ARCHIVE
    rows = (("retention",), ("secrecy_confirmed",))
    words = _l("Afterwards the case is read-only; it can be reopened for 30 days.")

    retention = ChoiceField(_l("Kept for"), [Needed()])
    secrecy_confirmed = BooleanField(_l("The secrecy and sensitive marks have been checked"))

    def prepare(self, desk: Desk) -> None:
        """保管期限."""
        self.retention.choices = [(one.value, one.zh, {}) for one in Retention]

    def preset(self, desk: Desk) -> None:
        """缺省 10 年."""
        self.retention.process_data(Retention.YEARS_10.value)
