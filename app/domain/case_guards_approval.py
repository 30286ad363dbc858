"""批准类的守卫：谁坐在批准的位子上、有没有待批条、提出人不得自批、多平台闸门。"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.case_context import StepContext
from app.domain.case_facts import CaseFacts
from app.domain.case_words import Action, Field, Proposal
from app.domain.errors import Refused

HEADS = frozenset({"C1", "D"})
"""主要领导（乡长、乡党委书记）."""
SEATS = frozenset({"C1", "C2", "D", "G1", "G2", "G3", "G4"})
"""有批准权的位子."""
DELEGATED = "委托"

PROPOSES: Mapping[Action, Proposal] = MappingProxyType(
    {
        Action.PROPOSE_REJECT: Proposal.REJECT,
        Action.REQUEST_MULTI_DISPATCH: Proposal.MULTI,
        Action.REQUEST_EXTENSION: Proposal.EXTENSION,
        Action.REQUEST_SUSPEND: Proposal.SUSPEND,
        Action.DRAFT_ESCALATION: Proposal.ESCALATION,
    }
)
"""提出哪一类待批条（what an action proposes）."""

DECIDES: Mapping[Action, Proposal] = MappingProxyType(
    {
        Action.REJECT: Proposal.REJECT,
        Action.DECLINE_REJECT: Proposal.REJECT,
        Action.DISPATCH_MULTI: Proposal.MULTI,
        Action.REFUSE_MULTI_DISPATCH: Proposal.MULTI,
        Action.APPROVE_EXTENSION: Proposal.EXTENSION,
        Action.REFUSE_EXTENSION: Proposal.EXTENSION,
        Action.APPROVE_SUSPEND: Proposal.SUSPEND,
        Action.REFUSE_SUSPEND: Proposal.SUSPEND,
        Action.APPROVE_ESCALATION: Proposal.ESCALATION,
        Action.REFUSE_ESCALATION: Proposal.ESCALATION,
    }
)
"""决定哪一类待批条（what an action decides）."""


def right_seat(facts: CaseFacts, ctx: StepContext) -> None:
    """RIGHT_SEAT：操作人持有批准的职务；受委托的、作批准的都不得是本轮经手的人.

    受理员作多平台分流不凭职务，凭已有的批准或已生效的决议。
    """
    if ctx.action is Action.DISPATCH_MULTI and ctx.actor_role == "B":
        if not facts.multi_approved:
            raise Refused("multi_unapproved")
        return
    if ctx.actor_role not in SEATS or not ctx.actor_post:
        raise Refused("right_seat", action=ctx.action)
    handled = ctx.actor_person_id is None or ctx.actor_person_id in facts.round_handlers
    if handled and (ctx.action in DECIDES or ctx.actor_mode == DELEGATED):
        raise Refused("approver_handled", person_id=ctx.actor_person_id)


def not_pending(facts: CaseFacts, ctx: StepContext) -> None:
    """NOT_PENDING：没有同类未决申请."""
    kind = PROPOSES.get(ctx.action)
    if kind is None or kind in facts.proposal_pending:
        raise Refused("already_pending", proposal=kind)


def has_pending(facts: CaseFacts, ctx: StepContext) -> None:
    """HAS_PENDING：存在该类未决申请."""
    kind = DECIDES.get(ctx.action)
    if kind is None or kind not in facts.proposal_pending:
        raise Refused("nothing_pending", proposal=kind)


def approver_not_proposer(facts: CaseFacts, ctx: StepContext) -> None:
    """APPROVER_NOT_PROPOSER：批准人不是提出人；待批条没有提出人的，不放行."""
    kind = DECIDES.get(ctx.action)
    if kind is None:
        raise Refused("not_available_yet", action=ctx.action)
    if kind not in facts.proposal_pending:
        return
    proposer = facts.proposers.get(kind)
    if proposer is None or ctx.actor_person_id in {None, proposer}:
        raise Refused("approver_is_proposer", proposer_id=proposer, proposal=kind)


def proposed_reject(facts: CaseFacts, ctx: StepContext) -> None:
    """PROPOSED_REJECT：有受理员的不予受理建议，或由综合协调组组长、副组长直接作出."""
    if Proposal.REJECT not in facts.proposal_pending and ctx.actor_role not in {"C1", "C2"}:
        raise Refused("reject_unproposed")


def no_open_multi(facts: CaseFacts, _ctx: StepContext) -> None:
    """NO_OPEN_MULTI：没有未决的多平台请示."""
    if Proposal.MULTI in facts.proposal_pending:
        raise Refused("multi_pending")


def gate_multi(facts: CaseFacts, ctx: StepContext) -> None:
    """GATE_MULTI：主办加协办涉及平台≥2 时须有主要领导批准或已生效的决议（plan 三(一)1）.

    主要领导本人作多平台分流即是批准。
    """
    lead = ctx.codes(Field.PLATFORM) or ({facts.platform} if facts.platform else set())
    platforms = facts.assist_platforms | lead | ctx.codes(Field.ASSIST_PLATFORMS)
    by_head = ctx.action is Action.DISPATCH_MULTI and ctx.actor_role in HEADS
    if len(platforms) > 1 and not (facts.multi_approved or by_head):
        raise Refused("gate_multi", platforms=sorted(platforms))
