"""案件各步的表单：一个动作一张，动作 → 表单."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.case_words import Action
from views.case_forms import (
    amending,
    closing,
    finishing,
    grid,
    handling,
    joining,
    merging,
    proposing,
    reception,
)
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
        finishing.FinishForm,
        handling.ReturnForm,
        closing.VerifyForm,
        closing.ReworkForm,
        closing.FeedbackForm,
        closing.ArchiveForm,
        grid.SelfCloseForm,
        grid.DirectReportForm,
        merging.MergeForm,
        merging.UnmergeForm,
        proposing.ProposeRejectForm,
        proposing.DeclineRejectForm,
        proposing.RequestMultiForm,
        proposing.RefuseMultiForm,
        proposing.DispatchMultiForm,
        proposing.RequestExtensionForm,
        proposing.ApproveExtensionForm,
        proposing.RefuseExtensionForm,
        proposing.RequestSuspendForm,
        proposing.ApproveSuspendForm,
        proposing.RefuseSuspendForm,
        proposing.ResumeForm,
        joining.AppointLeadForm,
        joining.AddCooperatorsForm,
        joining.SubmitCooperationForm,
        joining.SubmitJointForm,
        joining.ApplyResolutionForm,
        amending.ReclassifyForm,
        amending.CorrectForm,
        amending.WithdrawFinishForm,
        amending.ReopenForm,
        amending.RateForm,
    )
}
"""动作 → 表单."""
