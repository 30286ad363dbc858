"""办结报送的表单：结果、说明、证据，移送与调解另有凭据."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from app.domain.case_choices import FinishResult
from app.domain.case_guards import RESULT_MIN
from app.domain.case_words import Action
from app.services.mediation import Mediation
from views.case_files import LOOSE
from views.case_forms.base import (
    LONG,
    SHORT,
    ChoiceField,
    Desk,
    FilesField,
    Needed,
    StepForm,
    at_most,
    fixed,
    long_text,
)
from views.case_forms.boxes import DayField

MEDIATED = frozenset({FinishResult.MEDIATED, FinishResult.MEDIATION_FAILED})
"""这两种结果要写调解登记."""


def any_file(_form: Any, box: Any) -> None:
    """至少一个；没有脚本时随表单来的也算."""
    if not box.data and not any(sent.filename for sent in request.files.getlist(LOOSE)):
        raise ValidationError(_("refused.result_evidence"))


class FinishForm(StepForm):
    """办结报送：结果类别、说明、证据；移送的写受移送机关与文书号，调解的连同登记."""

    action = Action.FINISH
    rows = (
        ("result",),
        ("content",),
        ("attachments",),
        ("transfer_org", "transfer_no"),
        ("parties", "mediator"),
        ("dispute",),
        ("agreement",),
        ("perform_by",),
        ("party_opinion",),
        ("no_wait_reason",),
    )

    result = ChoiceField(_l("Result"), [Needed()], choices=fixed(FinishResult))
    content = long_text(
        _l("Account of the handling"),
        needed=True,
        least=RESULT_MIN,
        most=LONG,
        hint=_l("At least %(n)s characters.", n=RESULT_MIN),
    )
    attachments = FilesField(_l("Evidence"), [any_file])
    transfer_org = StringField(_l("Transferred to"), [Optional(), at_most(SHORT)])
    transfer_no = StringField(_l("Transfer document number"), [Optional(), at_most(64)])
    parties = StringField(
        _l("Parties of the dispute"),
        [Optional(), at_most(SHORT)],
        description=_l("Filled in when the result is a mediation."),
    )
    mediator = StringField(_l("Mediator"), [Optional(), at_most(SHORT)])
    dispute = long_text(_l("What was in dispute"), most=500)
    agreement = long_text(_l("What was agreed"), most=1000)
    perform_by = DayField(_l("To be carried out by"), [Optional()])
    party_opinion = long_text(_l("What the person concerned says"))
    no_wait_reason = long_text(_l("Why not to wait for cooperating units"))

    def prepare(self, desk: Desk) -> None:
        """没有等着回复的协办单位，就不问不等的理由."""
        if desk.page is not None and not desk.page.facts.open_coop:
            self.drop("no_wait_reason")

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """结果是调解的，登记的几样要写全."""
        fine = bool(super().validate(*args, **kwargs))
        if self.result.data not in MEDIATED:
            return fine
        needed = [self.parties, self.mediator, self.dispute]
        if self.result.data == FinishResult.MEDIATED:
            needed.append(self.agreement)
        for box in needed:
            if not (box.data or "").strip():
                box.errors = [*box.errors, _("This has to be filled in.")]
                fine = False
        return fine

    def mediation(self) -> Mediation | None:
        """调解登记；结果不是调解的没有."""
        if self.result.data not in MEDIATED:
            return None
        return Mediation(
            parties=(self.parties.data or "").strip(),
            dispute=(self.dispute.data or "").strip(),
            mediator=(self.mediator.data or "").strip(),
            agreement=(self.agreement.data or "").strip(),
            perform_by=self.perform_by.data,
            agreed=self.result.data == FinishResult.MEDIATED,
        )

    def inputs(self) -> dict[str, Any]:
        """办理结果的各项."""
        return {
            "result": self.result.data,
            "content": self.content.data,
            "attachments": self.attachments.data,
            "transfer_org": self.transfer_org.data or "",
            "transfer_no": self.transfer_no.data or "",
            "mediation": self.mediation(),
            "party_opinion": self.party_opinion.data or "",
            "no_wait_reason": (self["no_wait_reason"].data or "")
            if "no_wait_reason" in self
            else "",
        }
