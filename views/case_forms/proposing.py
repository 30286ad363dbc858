"""待批条的表单：不予受理建议、多平台请示、延期、挂起，以及对它们的决定."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from app.domain.case_choices import RejectReason, SuspendReason
from app.domain.case_guards_life import EXTENSION_TOTAL_WD
from app.domain.case_words import Action
from app.queries.case_proposals import asked_of
from views.base import today
from views.case_common import names
from views.case_forms.base import (
    ChoiceField,
    DayField,
    Desk,
    FilesField,
    Needed,
    StepForm,
    TasksField,
    fixed,
    long_text,
    reason_field,
)
from views.case_forms.choices import platforms
from views.case_forms.finishing import any_file
from views.ui_filters import cn_day


class ProposeRejectForm(StepForm):
    """建议不予受理：原因、拟告知内容、理由."""

    action = Action.PROPOSE_REJECT
    tone = "danger"
    rows = (("reject_reason",), ("notice",), ("reason",))

    reject_reason = ChoiceField(_l("Cause"), [Needed()], choices=fixed(RejectReason))
    notice = long_text(_l("What the person is to be told"), needed=True)
    reason = reason_field()


class _OpinionForm(StepForm):
    """只写一句意见的决定；上面写出所请的是什么."""

    rows = (("opinion",),)
    kind: ClassVar[str] = ""

    opinion = long_text(_l("Opinion"), needed=True)

    def prepare(self, desk: Desk) -> None:
        """所请的是什么、谁请的、为什么."""
        found = asked_of(desk.case, self.kind)
        if found is None:
            return
        self.words = _(
            "Asked by %(who)s: %(what)s",
            who=names().person(found.proposer_id),
            what=asked_words(self.kind, found.asked, found.reason),
        )


def asked_words(kind: str, asked: dict[str, Any], reason: str) -> str:
    """所请的一句话."""
    if kind == "extension":
        words = _("%(n)s more working days", n=asked.get("wd"))
    elif kind == "suspend":
        code = str(asked.get("reason") or "")
        cause = SuspendReason(code).zh if code in set(SuspendReason) else code
        day = cn_day(date.fromisoformat(str(asked.get("resume_on"))), today())
        words = _("%(cause)s, expected until %(day)s", cause=cause, day=day)
    elif kind == "multi":
        platforms_ = [str(asked.get("platform") or ""), *(asked.get("assist_platforms") or ())]
        found = [names().platform(code) for code in platforms_]
        words = " + ".join(one.short for one in found if one is not None)
    else:
        words = str(asked.get("reject_reason") or "")
    return "；".join(part for part in (words, reason.strip()) if part)


class DeclineRejectForm(_OpinionForm):
    """不同意不予受理."""

    action = Action.DECLINE_REJECT
    kind = "reject"


class RefuseMultiForm(_OpinionForm):
    """不同意多平台分流：改单平台，或提交联席会议."""

    action = Action.REFUSE_MULTI_DISPATCH
    tone = "danger"
    kind = "multi"


class RefuseExtensionForm(_OpinionForm):
    """不批准延期."""

    action = Action.REFUSE_EXTENSION
    tone = "danger"
    kind = "extension"


class RefuseSuspendForm(_OpinionForm):
    """不批准挂起."""

    action = Action.REFUSE_SUSPEND
    tone = "danger"
    kind = "suspend"


class RequestMultiForm(StepForm):
    """提请多平台协调：主办、协办与各平台任务、理由."""

    action = Action.REQUEST_MULTI_DISPATCH
    rows = (("platform",), ("assist_platforms",), ("note",))
    words = _l("The township head or the Party secretary decides; the dispatch clock goes on.")

    platform = RadioField(_l("Leading platform"), [InputRequired(_l("Choose one of the list."))])
    assist_platforms = TasksField(_l("Assisting platforms and their tasks"))
    note = long_text(_l("Why several platforms"), needed=True)

    def prepare(self, desk: Desk) -> None:
        """各平台."""
        self.platform.choices = platforms()
        self.assist_platforms.choices = platforms()

    def preset(self, desk: Desk) -> None:
        """已有的请示先填上；没有的取小类的主办平台."""
        found = asked_of(desk.case, "multi", pending=False)
        if found is not None:
            self.platform.process_data(found.asked.get("platform"))
            tasks = found.asked.get("tasks") or {}
            chosen = found.asked.get("assist_platforms") or ()
            self.assist_platforms.data = {code: tasks.get(code, "") for code in chosen}
            return
        wanted = names().category(desk.case.category_id)
        if wanted is not None:
            self.platform.process_data(wanted.platform)

    def inputs(self) -> dict[str, Any]:
        """主办、协办、任务、理由."""
        return {
            "platform": self.platform.data,
            "assist_platforms": list(self.assist_platforms.data),
            "tasks": dict(self.assist_platforms.data),
            "note": (self.note.data or "").strip(),
        }


class DispatchMultiForm(RequestMultiForm):
    """多平台分流：主要领导直接作出，或受理员凭已有的批准、决议."""

    action = Action.DISPATCH_MULTI
    words = _l("One platform leads; each assisting platform gets a slip of its own to sign for.")

    note = long_text(_l("Instruction"))

    def inputs(self) -> dict[str, Any]:
        """另带凭据：已有的批准或决议."""
        return {**super().inputs(), "reference": self.reference}

    reference = ""

    def prepare(self, desk: Desk) -> None:
        """各平台；写出凭的是什么."""
        super().prepare(desk)
        facts = desk.page.facts if desk.page is not None else None
        self.reference = (facts.multi_reference if facts else None) or reference_of(desk)
        if self.reference and not self.reference.startswith("multi:"):
            self.words = _("By the resolution %(number)s", number=self.reference)


def reference_of(desk: Desk) -> str:
    """已有的批准或决议；没有为空."""
    from app.queries.case_facts import facts_of  # noqa: PLC0415 - 提交时没有案卷，另取一次

    return facts_of(desk.case).multi_reference or ""


class RequestExtensionForm(StepForm):
    """申请延期：几个工作日、已做工作、理由."""

    action = Action.REQUEST_EXTENSION
    rows = (("extension_wd",), ("work_done",), ("reason",))
    words = _l("Until it is approved the clock goes on; a case can be extended twice.")

    extension_wd = IntegerField(
        _l("Working days"),
        [Needed(), NumberRange(1, EXTENSION_TOTAL_WD, _l("Between 1 and 20 working days."))],
    )
    work_done = long_text(_l("What has been done"), needed=True)
    reason = reason_field()


class ApproveExtensionForm(_OpinionForm):
    """批准延期：准几个工作日，可少于申请."""

    action = Action.APPROVE_EXTENSION
    rows = (("granted_wd",), ("opinion",))
    kind = "extension"

    granted_wd = IntegerField(
        _l("Working days granted"),
        [Needed(), NumberRange(1, EXTENSION_TOTAL_WD, _l("Between 1 and 20 working days."))],
    )

    def preset(self, desk: Desk) -> None:
        """缺省照申请的."""
        found = asked_of(desk.case, "extension")
        self.granted_wd.process_data(found.asked.get("wd") if found else None)


class RequestSuspendForm(StepForm):
    """申请挂起：原因、预计恢复日、依据、理由."""

    action = Action.REQUEST_SUSPEND
    rows = (("suspend_reason", "resume_on"), ("attachments",), ("reason",))
    words = _l("Until it is approved the clock goes on.")

    suspend_reason = ChoiceField(_l("Cause"), [Needed()])
    resume_on = DayField(_l("Expected to go on from"))
    attachments = FilesField(_l("Evidence"), [any_file])
    reason = reason_field()

    def prepare(self, desk: Desk) -> None:
        """挂起的原因."""
        self.suspend_reason.choices = [
            ("", _("Choose"), {}),
            *((one.value, one.zh, {}) for one in SuspendReason),
        ]


class ApproveSuspendForm(_OpinionForm):
    """批准挂起：批准到哪一日."""

    action = Action.APPROVE_SUSPEND
    rows = (("until_on",), ("opinion",))
    kind = "suspend"

    until_on = DayField(_l("Until"))

    def preset(self, desk: Desk) -> None:
        """缺省到申请的预计恢复日."""
        found = asked_of(desk.case, "suspend")
        day = found.asked.get("resume_on") if found else None
        if day:
            self.until_on.process_data(date.fromisoformat(str(day)))


class ResumeForm(StepForm):
    """恢复办理：原因."""

    action = Action.RESUME
    rows = (("note",),)
    words = _l("The deadline moves on by the days it stood still.")

    note = long_text(_l("Why it goes on"), needed=True)
