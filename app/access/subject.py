"""判定对象：限定与范围所看的全部事实，案件、会议、文书都先化成它."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.case_facts import CaseFacts

CASE_LIKE = frozenset({"case", "attachment", "supervision", "case_document"})


@dataclass(frozen=True, slots=True)
class Subject:
    """动作对象（obj）的事实；没有的一律空.

    ``persons`` 是限定 SELF 所指的人，``parties``/``party_orgs`` 是 NOT_PARTY 要排除的人与机构，
    ``line`` 是分线的类别，``proposer_id`` 是起草、提出人；``inputs`` 是本次输入（凭据、事由）。
    """

    kind: str
    township_id: int
    case_id: int | None = None
    platform: str | None = None
    platforms: frozenset[str] = frozenset()
    work_platforms: frozenset[str] = frozenset()
    org_ids: frozenset[int] = frozenset()
    past_org_ids: frozenset[int] = frozenset()
    grid_id: int | None = None
    village_id: int | None = None
    point_village_id: int | None = None
    reporter_id: int | None = None
    reporter_org_id: int | None = None
    lead_person_id: int | None = None
    handler_id: int | None = None
    persons: frozenset[int] = frozenset()
    parties: frozenset[int] = frozenset()
    party_orgs: frozenset[int] = frozenset()
    attendee_ids: frozenset[int] = frozenset()
    proposer_id: int | None = None
    body_id: int | None = None
    body_code: str | None = None
    state: str | None = None
    case_kind: str | None = None
    level: str | None = None
    channel: str | None = None
    channel_enabled: bool = True
    is_sensitive: bool = False
    is_published: bool = False
    approval_final_county: bool = False
    line: str | None = None
    linked: bool = False
    inputs: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_case(self) -> bool:
        """案件与随案对象：行由任职的数据范围给出."""
        return self.kind in CASE_LIKE


def case_subject(
    facts: CaseFacts, inputs: Mapping[str, object] | None = None, *, kind: str = "case"
) -> Subject:
    """把案件事实化成判定对象."""
    return Subject(
        kind=kind,
        township_id=facts.township_id,
        case_id=facts.id,
        platform=facts.platform,
        platforms=facts.platforms,
        work_platforms=facts.platforms | facts.work_platforms,
        org_ids=facts.org_ids,
        past_org_ids=facts.past_org_ids,
        grid_id=facts.grid_id,
        village_id=facts.village_id,
        point_village_id=facts.point_village_id,
        reporter_id=facts.reporter_id,
        reporter_org_id=facts.reporter_org_id,
        lead_person_id=facts.lead_person_id,
        handler_id=facts.handler_id,
        parties=facts.round_handlers,
        party_orgs=facts.org_ids,
        state=facts.state,
        case_kind=facts.kind,
        level=facts.level,
        channel=facts.channel,
        is_sensitive=facts.sensitive,
        inputs={**_known(facts), **(inputs or {})},
    )


def _known(facts: CaseFacts) -> dict[str, object]:
    """案件上已有、限定要看的输入：累计延期、组长自提、多平台的凭据."""
    known: dict[str, object] = {
        "extension_total_wd": facts.extension_wd + facts.extension_asked,
        "leader_own": facts.extension_by_leader,
    }
    if facts.multi_reference:
        known["multi_reference"] = facts.multi_reference
    return known
