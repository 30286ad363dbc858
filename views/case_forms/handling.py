"""办理段的表单：分流交办、改派、签收、转办、记录进展、退回重分；办结另见 finishing."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from app.domain.case_choices import ReturnReason
from app.domain.case_words import Action
from app.services.case_dispatch import handling_due
from views.case_common import moment_words, names, office
from views.case_forms.base import (
    LONG,
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
from views.case_forms.choices import (
    handler_options,
    org_options,
    orgs_by_platform,
    platforms,
)


def preset_platform(box: RadioField) -> bool:
    """地址里带着平台的（由看板来）就选上它."""
    asked = request.args.get("platform", "")
    if asked not in {code for code, _name in box.choices}:
        return False
    box.process_data(asked)
    return True


class DispatchForm(StepForm):
    """分流交办：主办平台、建议机构、办理期限（可缩短）、交办意见."""

    action = Action.DISPATCH
    rows = (("platform",), ("org_id", "due_at"), ("note",))

    platform = RadioField(_l("Platform"), [InputRequired(_l("Choose one of the list."))])
    org_id = SelectField(_l("Unit suggested"), [Optional()])
    due_at = MomentField(_l("Handling deadline"))
    note = long_text(_l("Instruction"))

    def prepare(self, desk: Desk) -> None:
        """四个平台、各平台的机构；期限写出按规则是哪一刻."""
        self.platform.choices = platforms()
        groups = orgs_by_platform(names().platforms)
        self.org_id.choices = {"": [("", _("Left to the platform"))], **groups}
        due = handling_due(desk.case, desk.now)
        if due is not None:
            words = _("By the rule %(at)s; it may be shortened.", at=moment_words(due))
            self.due_at.description = words
        wanted = names().category(desk.case.category_id)
        if wanted is not None:
            found = names().platform(wanted.platform)
            self.note.description = _(
                "Needed when it does not go to %(platform)s, the platform of its category.",
                platform=found.short if found else wanted.platform,
            )

    def preset(self, desk: Desk) -> None:
        """小类的主办平台与建议机构."""
        wanted = names().category(desk.case.category_id)
        if preset_platform(self.platform) or wanted is None:
            return
        self.platform.process_data(wanted.platform)
        if wanted.org_id in office().orgs_of.get(wanted.platform, ()):
            self.org_id.process_data(str(wanted.org_id))

    def inputs(self) -> dict[str, Any]:
        """平台代码、机构编号、期限、意见."""
        return {
            "platform": self.platform.data,
            "org_id": int(self.org_id.data) if self.org_id.data else None,
            "due_at": self.due_at.data,
            "note": (self.note.data or "").strip(),
        }


class RedispatchForm(StepForm):
    """改派：换一个平台，说明理由；签收之前才行."""

    action = Action.REDISPATCH
    rows = (("platform",), ("org_id",), ("reason",))
    words = _l("Before it is signed for: the first hand-over is void, the clocks start again.")

    platform = RadioField(_l("New platform"), [InputRequired(_l("Choose one of the list."))])
    org_id = SelectField(_l("Unit suggested"), [Optional()])
    reason = reason_field()

    def prepare(self, desk: Desk) -> None:
        """现在的平台以外的各平台与它们的机构."""
        here = desk.case.platform
        self.platform.choices = [one for one in platforms() if one[0] != here]
        groups = orgs_by_platform(code for code in names().platforms if code != here)
        self.org_id.choices = {"": [("", _("Left to the platform"))], **groups}

    def preset(self, desk: Desk) -> None:
        """看板上已挑好的平台."""
        preset_platform(self.platform)

    def inputs(self) -> dict[str, Any]:
        """平台代码、机构编号、理由."""
        return {
            "platform": self.platform.data,
            "org_id": int(self.org_id.data) if self.org_id.data else None,
            "reason": (self.reason.data or "").strip(),
        }


class _HandOverForm(StepForm):
    """定承办机构与承办人：签收与转办共用."""

    org_id = ChoiceField(_l("Unit in charge"), [Needed()], coerce=int)
    handler_id = ChoiceField(
        _l("Person in charge"), [Needed()], coerce=int, render_kw={"data-depends": "org_id"}
    )

    def prepare(self, desk: Desk) -> None:
        """主办平台的机构与其中的人；派驻机构人员只见本机构."""
        orgs = _orgs_for(desk)
        self.org_id.choices = blank(org_options(orgs), _("Choose"))
        self.handler_id.choices = blank(handler_options(orgs), _("Choose"))

    def preset(self, desk: Desk) -> None:
        """建议的机构；本人在那里就填本人."""
        orgs = _orgs_for(desk)
        wanted = names().category(desk.case.category_id)
        guess = desk.case.org_id or (wanted.org_id if wanted else None)
        org = guess if guess in orgs else (orgs[0] if len(orgs) == 1 else None)
        self.org_id.process_data(org)
        people = office().people_of.get(org or 0, ())
        if desk.actor.person_id in people:
            self.handler_id.process_data(desk.actor.person_id)


def _orgs_for(desk: Desk) -> tuple[int, ...]:
    orgs = office().orgs_of.get(desk.case.platform or "", ())
    held = {view.role for view in desk.actor.current}
    if held and held <= {"H"}:
        own = {view.org_id for view in desk.actor.current}
        return tuple(org for org in orgs if org in own)
    return orgs


class SignInForm(_HandOverForm):
    """签收."""

    action = Action.SIGN_IN
    rows = (("org_id", "handler_id"),)
    words = _l("Signing stops the sign-in clock; the handling clock is already running.")


class TransferForm(_HandOverForm):
    """平台内转办：期限不变."""

    action = Action.TRANSFER
    rows = (("org_id", "handler_id"), ("opinion",))
    words = _l("The handling deadline stays as it is.")

    opinion = long_text(_l("Opinion"))

    def preset(self, desk: Desk) -> None:
        """现在的承办机构与承办人."""
        self.org_id.process_data(desk.case.org_id)
        self.handler_id.process_data(desk.case.handler_id)


class RecordProgressForm(StepForm):
    """记录进展."""

    action = Action.RECORD_PROGRESS
    rows = (("content",), ("document_no",), ("attachments",))

    content = long_text(_l("What was done in this step"), needed=True, most=LONG)
    document_no = StringField(_l("Document number"), [Optional(), at_most(64)])
    attachments = FilesField()

    def inputs(self) -> dict[str, Any]:
        """内容、文书号、附件."""
        return {
            "content": self.content.data,
            "document_no": self.document_no.data or "",
            "attachments": self.attachments.data,
        }


class ReturnForm(StepForm):
    """退回重分：原因、建议、理由."""

    action = Action.RETURN_CASE
    tone = "danger"
    rows = (("return_reason",), ("suggestion",), ("reason",))
    words = _l("It goes back to the office to be dispatched again and leaves your list.")

    return_reason = ChoiceField(_l("Cause"), [Needed()], choices=fixed(ReturnReason))
    suggestion = long_text(_l("Who should take it"), needed=True)
    reason = reason_field()
