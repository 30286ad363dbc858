"""案件页：一件案件的全部，按可见程度取；看不到的不从数据库里取出来."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.access.subject import Subject, case_subject
from app.access.visibility import Sight, sight
from app.db import session
from app.domain.case_facts import CaseFacts
from app.queries.case_cooperation import cooperations_of
from app.queries.case_facts import facts_of
from app.queries.case_proposals import pending_of
from app.queries.case_returns import returns_of
from models.attachment import Attachment
from models.case import Case, CaseInformant, CaseText
from models.case_life import CaseProposal, CaseRating
from models.case_parts import Assignment, CaseClock, CaseFeedback, Cooperation
from models.journal import Journal

TRUSTED = frozenset({"B", "C1", "D"})
"""来件人要求保密时，除登记人外看得到姓名的角色."""
CALLERS = frozenset({"B", "C1", "C2"})
"""反馈来件人、要打电话的角色；另有登记人与办这一件的平台、机构."""
HELPERS = frozenset({"I", "J", "L"})
"""只看得到本人登记件的来件人电话的角色."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """案卷（dossier），案件页的内容：``body``、``informants``、``files`` 只在全部可见时有.

    ``slips`` 是协办条，``proposals`` 是未决的待批条，``ratings`` 是评价，
    ``returns`` 是退回过的各轮交办。
    """

    case: Case
    facts: CaseFacts
    subject: Subject
    sight: Sight
    body: str
    informants: Sequence[CaseInformant]
    entries: Sequence[Journal]
    files: Sequence[Attachment]
    clocks: Sequence[CaseClock]
    slips: Sequence[Cooperation] = ()
    proposals: Sequence[CaseProposal] = ()
    ratings: Sequence[CaseRating] = ()
    returns: Sequence[Assignment] = ()

    @property
    def is_full(self) -> bool:
        """看得到全部."""
        return self.sight is Sight.FULL


def dossier_of(case: Case, *, actor: Actor, unveiled: bool = False) -> Dossier:
    """一件案件的页面内容；``unveiled`` 为已填写事由、只当次看正文的."""
    facts = facts_of(case)
    subject = case_subject(facts)
    seen = Sight.FULL if unveiled else sight(actor, subject)
    body, informants = words_of(case) if seen is Sight.FULL else ("", [])
    return Dossier(
        case=case,
        facts=facts,
        subject=subject,
        sight=seen,
        body=body,
        informants=informants,
        entries=journal_of(case.id) if seen >= Sight.MASKED else (),
        files=files_of(case.id) if seen is Sight.FULL else (),
        clocks=clocks_of(case.id),
        slips=cooperations_of(case) if facts.coop_platforms else (),
        proposals=pending_of(case) if facts.proposal_pending else (),
        ratings=ratings_of(case.id) if facts.rated else (),
        returns=returns_of(case) if case.return_count else (),
    )


def ratings_of(case_id: int) -> list[CaseRating]:
    """满意度评价，先评的在前."""
    return list(
        session.execute(
            select(CaseRating).where(CaseRating.case_id == case_id).order_by(CaseRating.id)
        ).scalars()
    )


def words_of(case: Case) -> tuple[str, list[CaseInformant]]:
    """正文与来件人（含并入件的），一条语句."""
    rows = session.execute(
        select(CaseText.body, CaseInformant)
        .outerjoin(CaseInformant, CaseInformant.case_id == CaseText.case_id)
        .where(CaseText.case_id == case.id)
        .order_by(CaseInformant.id)
    ).all()
    return (rows[0][0] if rows else ""), [row[1] for row in rows if row[1] is not None]


def told_of(case: Case) -> frozenset[int]:
    """本轮已反馈到的来件人."""
    statement = select(CaseFeedback.informant_id).where(
        CaseFeedback.case_id == case.id,
        CaseFeedback.round == case.round,
        CaseFeedback.informant_id.is_not(None),
    )
    return frozenset(session.execute(statement).scalars())


def merged_of(case_id: int, *, actor: Actor) -> list[Case]:
    """并入这一件的，先登记的在前；看不到的不列."""
    return list(
        session.execute(
            select(Case)
            .where(Case.merged_into_id == case_id, condition_for(Case, actor))
            .order_by(Case.seq)
        ).scalars()
    )


def journal_of(case_id: int) -> list[Journal]:
    """办理经过，新的在前；改动之外的查阅也在其中."""
    return list(
        session.execute(
            select(Journal).where(Journal.case_id == case_id).order_by(Journal.chain_seq.desc())
        ).scalars()
    )


def last_entry(case_id: int) -> Journal | None:
    """最近的一步."""
    return session.execute(
        select(Journal)
        .where(Journal.case_id == case_id, Journal.module == "case", Journal.action != "read")
        .order_by(Journal.chain_seq.desc())
        .limit(1)
    ).scalar_one_or_none()


def files_of(case_id: int) -> list[Attachment]:
    """附件，先传的在前；撤下的不列."""
    return list(
        session.execute(
            select(Attachment)
            .where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
            .order_by(Attachment.id)
        ).scalars()
    )


def clocks_of(case_id: int) -> list[CaseClock]:
    """全部时钟，依起动先后."""
    return list(
        session.execute(
            select(CaseClock)
            .where(CaseClock.case_id == case_id)
            .order_by(CaseClock.start_at, CaseClock.id)
        ).scalars()
    )


def pending_files(ids: Sequence[int], actor: Actor) -> list[Attachment]:
    """本人传上来、还没挂到案件的附件：表单重画时用."""
    if not ids or actor.person_id is None:
        return []
    return list(
        session.execute(
            select(Attachment)
            .where(
                Attachment.id.in_(ids),
                Attachment.person_id == actor.person_id,
                Attachment.removed_at.is_(None),
            )
            .order_by(Attachment.id)
        ).scalars()
    )


def sight_on(case: Case, actor: Actor) -> Sight:
    """这个人看这件案件看得到多少."""
    return sight(actor, case_subject(facts_of(case)))


def sees_name(page: Dossier, informant: CaseInformant, actor: Actor) -> bool:
    """来件人的姓名看不看得到：要求保密的，只给受理员、乡长、书记与登记人."""
    if not page.is_full:
        return False
    trusted = bool(actor.roles & TRUSTED) or actor.person_id == page.case.registrar_id
    return trusted or not informant.is_confidential


def may_see_number(page: Dossier, informant: CaseInformant, actor: Actor) -> bool:
    """来件人的电话可不可以要求显示：反馈的、承办的与登记人；网格员、代办员只限本人登记的."""
    if not informant.phone or not sees_name(page, informant, actor):
        return False
    if actor.person_id == page.case.registrar_id:
        return True
    views = [view for view in actor.current if view.role not in HELPERS]
    return any(
        view.role in CALLERS
        or (view.platform is not None and view.platform in page.facts.platforms)
        or (view.org_id is not None and view.org_id in page.facts.org_ids)
        or (view.role == "D" and informant.is_confidential)
        for view in views
    )


def case_id_of_number(year: int | None, seq: int, actor: Actor) -> int | None:
    """编号写全了就直接去那一件；不在范围内与没有一样."""
    if year is None:
        return None
    return session.execute(
        select(Case.id).where(Case.seq == seq, Case.year == year, condition_for(Case, actor))
    ).scalar_one_or_none()
