"""案件各步的表单：一个动作一张，动作 → 表单."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.case_words import Action
from views.case_forms import closing, handling, reception
from views.case_forms.base import StepForm

FORMS: Mapping[Action, type[StepForm]] = {
    form.action: form
    for form in (
        reception.ReportForm,
        reception.RequestSupplementForm,
        reception.SupplementForm,
        reception.AcceptForm,
        reception.RejectForm,
        reception.CancelForm,
        handling.DispatchForm,
        handling.RedispatchForm,
        handling.SignInForm,
        handling.TransferForm,
        handling.RecordProgressForm,
        handling.FinishForm,
        handling.ReturnForm,
        closing.VerifyForm,
        closing.ReworkForm,
        closing.FeedbackForm,
        closing.ArchiveForm,
    )
}
"""动作 → 表单."""
