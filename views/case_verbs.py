"""动作 → 服务动词：表单填好的参数怎样交给服务."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.access.actor import Actor
from app.access.scope import fetch
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.domain.numbering import parse_case_number
from app.queries.case_page import case_id_of_number, words_of
from app.services import (
    case_amend,
    case_closing,
    case_direct,
    case_dispatch,
    case_handling,
    case_intake,
    case_joint,
    case_lead,
    case_merge,
    case_multi,
    case_rating,
    case_reception,
    case_suspend,
    case_time,
)
from app.services.case_intake import Intake
from app.services.case_record import Informant
from app.services.case_step import Step
from models.case import Case, CaseInformant
from views.base import current_actor, today
from views.case_forms.base import StepForm
from views.case_forms.merging import MergeForm, UnmergeForm
from views.case_forms.reception import SupplementForm

_PLAIN: Mapping[Action, Callable[..., Step]] = {
    Action.REPORT: case_intake.report,
    Action.REQUEST_SUPPLEMENT: case_intake.request_supplement,
    Action.ACCEPT: case_reception.accept,
    Action.REJECT: case_reception.reject,
    Action.CANCEL: case_reception.cancel,
    Action.DISPATCH: case_dispatch.dispatch,
    Action.REDISPATCH: case_dispatch.redispatch,
    Action.SIGN_IN: case_dispatch.sign_in,
    Action.TRANSFER: case_dispatch.transfer,
    Action.RETURN_CASE: case_dispatch.return_case,
    Action.RECORD_PROGRESS: case_handling.record_progress,
    Action.FINISH: case_handling.finish,
    Action.VERIFY: case_closing.verify,
    Action.REWORK: case_closing.rework,
    Action.FEEDBACK: case_closing.feedback,
    Action.ARCHIVE: case_closing.archive,
    Action.SELF_CLOSE: case_direct.self_close,
    Action.DIRECT_REPORT: case_direct.direct_report,
    Action.PROPOSE_REJECT: case_reception.propose_reject,
    Action.DECLINE_REJECT: case_reception.decline_reject,
    Action.REQUEST_MULTI_DISPATCH: case_multi.request_multi_dispatch,
    Action.REFUSE_MULTI_DISPATCH: case_multi.refuse_multi_dispatch,
    Action.DISPATCH_MULTI: case_multi.dispatch_multi,
    Action.APPOINT_LEAD: case_lead.appoint_lead,
    Action.ADD_COOPERATORS: case_lead.add_cooperators,
    Action.SUBMIT_COOPERATION: case_lead.submit_cooperation,
    Action.REQUEST_EXTENSION: case_time.request_extension,
    Action.APPROVE_EXTENSION: case_time.approve_extension,
    Action.REFUSE_EXTENSION: case_time.refuse_extension,
    Action.REQUEST_SUSPEND: case_suspend.request_suspend,
    Action.APPROVE_SUSPEND: case_suspend.approve_suspend,
    Action.REFUSE_SUSPEND: case_suspend.refuse_suspend,
    Action.RESUME: case_suspend.resume,
    Action.SUBMIT_TO_JOINT_MEETING: case_joint.submit_to_joint_meeting,
    Action.APPLY_RESOLUTION: case_joint.apply_resolution,
    Action.WITHDRAW_FINISH: case_amend.withdraw_finish,
    Action.RATE: case_rating.rate,
    Action.RECLASSIFY: case_amend.reclassify,
    Action.CORRECT: case_amend.correct,
    Action.REOPEN: case_amend.reopen,
}


def perform(case: Case, form: StepForm, *, actor: Actor, now: datetime, seen: int | None) -> Step:
    """走这一步；``case`` 须已锁住。Raises Refused."""
    given: dict[str, Any] = form.inputs()
    common: dict[str, Any] = {"actor": actor, "now": now, "seen": seen}
    if isinstance(form, SupplementForm):
        body, informants = words_of(case)
        changed = replace(intake_of(case, body, informants), **form.changes())
        return case_intake.supplement(case, intake=changed, **given, **common)
    if isinstance(form, MergeForm):
        main = main_case_of(form.main_number.data or "")
        return case_merge.merge(case, main=main, **given, **common)
    if isinstance(form, UnmergeForm):
        main = session_case(case.merged_into_id)
        return case_merge.unmerge(case, main=main, **given, **common)
    return _PLAIN[form.action](case, **given, **common)


def main_case_of(number: str) -> Case | None:
    """编号写的那一件，锁住；没有、不在范围内的一样为空."""
    wanted = parse_case_number(number)
    if wanted is None:
        return None
    year = wanted.year or today().year
    return session_case(case_id_of_number(year, wanted.seq, current_actor()))


def session_case(key: int | None) -> Case | None:
    """按编号取来并锁住；看不到的为空."""
    try:
        return fetch(Case, key, current_actor(), lock=True) if key is not None else None
    except Refused:
        return None


def intake_of(case: Case, body: str, informants: list[CaseInformant]) -> Intake:
    """已存的登记内容，读成登记表：改草稿、补正时在它上面改."""
    own = next((one for one in informants if one.from_case_id is None), None)
    informant = (
        Informant(own.name, own.phone, own.is_anonymous, own.is_confidential)
        if own is not None
        else Informant()
    )
    return Intake(
        channel=case.channel,
        title=case.title,
        body=body,
        received_at=case.received_at,
        occurred_at=case.occurred_at,
        category_id=case.category_id,
        service_item_id=case.service_item_id,
        level=case.level,
        kind=case.kind,
        village_id=case.village_id,
        grid_id=case.grid_id,
        point_village_id=case.point_village_id,
        place=case.place,
        lon=case.lon,
        lat=case.lat,
        people_count=case.people_count,
        county_due_at=case.county_due_at,
        channel_data=case.channel_data,
        informant=informant,
    )
