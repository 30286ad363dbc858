"""案件事实：守卫、限定与范围判定所看的全部，只有值，没有数据库。"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MainCase:
    """主案（main case）：并入的那一件此刻的状态与主办平台.

    ``who``、``what`` 是最后一步谁做了什么，终结了的才有。
    """

    id: int
    state: str
    platform: str | None = None
    who: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """一件案件在此刻的事实（案件）.

    代码照规格书写（状态 ``REPORTED``、平台 ``ZZ``、件别 ``EVENT``、等级 ``一般``）；
    机构、村、网格、人一律用数据库编号（int）。时刻为带时区的 UTC。
    ``round_handlers`` 是本轮签收、转办、记录进展、协办、办结过的人；``org_ids`` 是现在
    主办、牵头、协办的机构，``past_org_ids`` 是曾经派到、已经转出的机构。
    ``proposers`` 是各类待批条（``Proposal``）的提出人；``entrusted_ids`` 是登记人托付的本机构
    同事；``round_approvers`` 是本轮作过批准的人；``county_recorder_id`` 登记了县级反馈；
    ``resume_state`` 是挂起、上报县、并案之前的状态。
    ``main_case`` 是已并入的主案，``merged_in`` 是并入本案的件数；``closed_at`` 是终结的时刻。
    ``handle_due_at`` 是办理期限（正在走的办理时钟的黄牌时刻），``has_red`` 为该时钟已发红牌；
    ``extension_*`` 是延期：申请过几次、已批几个工作日、未决的请几个工作日、是不是组长自提。
    ``suspend_asked`` 是未决挂起申请的原因；``resolutions`` 是以本案为议题来源、已生效的决议。
    ``multi_reference`` 是多平台的批准或决议凭据；``coop_platforms`` 是有协办条的平台；
    ``work_platforms`` 是承办、协办机构所属的平台。
    ``finish_withdrawn`` 是撤回办结的次数，``last_finisher_id`` 是最后一次办结报送的人。
    ``missing_fields``、``category_named``、``missing_archive`` 已计入本步填写的内容。
    """

    id: int | None = None
    township_id: int = 0
    state: str = "NEW"
    kind: str = "EVENT"
    level: str = "一般"
    channel: str = ""
    sensitive: bool = False
    confidential: bool = False
    round: int = 1
    platform: str | None = None
    assist_platforms: frozenset[str] = frozenset()
    category_platform: str | None = None
    category_named: bool = False
    org_id: int | None = None
    assist_org_ids: frozenset[int] = frozenset()
    lead_org_id: int | None = None
    past_org_ids: frozenset[int] = frozenset()
    handler_id: int | None = None
    lead_person_id: int | None = None
    reporter_id: int | None = None
    reporter_org_id: int | None = None
    village_id: int | None = None
    grid_id: int | None = None
    point_village_id: int | None = None
    return_count: int = 0
    supplement_count: int = 0
    rework_count: int = 0
    proposal_pending: frozenset[str] = frozenset()
    round_handlers: frozenset[int] = frozenset()
    county_done: bool = False
    feedback_done: bool = False
    self_closed: bool = False
    spot_sampled: bool = False
    spot_passed: bool = False
    multi_approved: bool = False
    missing_fields: tuple[str, ...] = ()
    missing_archive: tuple[str, ...] = ()
    open_coop: int = 0
    reported_at: datetime | None = None
    resume_state: str | None = None
    proposers: dict[str, int] = field(default_factory=dict)
    entrusted_ids: frozenset[int] = frozenset()
    round_approvers: frozenset[int] = frozenset()
    county_recorder_id: int | None = None
    main_case: MainCase | None = None
    merged_in: int = 0
    closed_at: datetime | None = None
    handle_due_at: datetime | None = None
    has_red: bool = False
    extension_times: int = 0
    extension_wd: int = 0
    extension_asked: int = 0
    extension_by_leader: bool = False
    suspend_asked: str | None = None
    agenda_open: bool = False
    resolutions: frozenset[int] = frozenset()
    multi_reference: str | None = None
    coop_platforms: frozenset[str] = frozenset()
    work_platforms: frozenset[str] = frozenset()
    finish_withdrawn: int = 0
    last_finisher_id: int | None = None
    fed_back_at: datetime | None = None
    rated: bool = False
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def platforms(self) -> frozenset[str]:
        """主办与协办平台."""
        return self.assist_platforms | ({self.platform} if self.platform else frozenset())

    @property
    def org_ids(self) -> frozenset[int]:
        """现在牵头、承办、协办的机构."""
        own = {o for o in (self.org_id, self.lead_org_id) if o is not None}
        return self.assist_org_ids | own
