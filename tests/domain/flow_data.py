"""案件流程试验共用的样本：一件办理中的案件、一个什么都填好的情境。"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.domain.case_context import StepContext
from app.domain.case_facts import CaseFacts
from app.domain.case_words import Action, Field

NOW = datetime(2017, 5, 22, 2, 0, tzinfo=UTC)
REASON = "情况属实，理由写足十个字"
TEXT = "已组织人员到现场清运完毕，前后照片附后，村民认可。"

REPORTER, CLERK, HANDLER, OPERATOR, LEADER = 1, 2, 3, 4, 5
OFFICE, STATION, HOST, OTHER_ORG = 10, 11, 12, 13

SPEC: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("case_flow_spec.yaml").read_text("utf-8")
)

FACTS = CaseFacts(
    id=7,
    township_id=1,
    state="PROCESSING",
    channel="HOTLINE",
    platform="ZF",
    category_platform="ZF",
    category_named=True,
    org_id=STATION,
    handler_id=HANDLER,
    reporter_id=REPORTER,
    reporter_org_id=OFFICE,
    village_id=30,
    grid_id=40,
    round_handlers=frozenset({HANDLER, OPERATOR}),
)


def facts(**changes: Any) -> CaseFacts:
    """样本案件改几处（facts）."""
    return replace(FACTS, **changes)


def ctx(action: Action = Action.VERIFY, /, **changes: Any) -> StepContext:
    """党政办受理员的情境改几处（context）；``inputs`` 整个替换."""
    base: dict[str, Any] = {
        "action": action,
        "now": NOW,
        "actor_person_id": CLERK,
        "actor_role": "B",
        "actor_org_id": OFFICE,
        "reason": REASON,
    }
    return StepContext(**{**base, **changes})


def later(hours: int = 1) -> datetime:
    """此刻之后（later）."""
    return NOW + timedelta(hours=hours)


FINISH_INPUTS: dict[str, object] = {
    Field.RESULT: "已解决",
    Field.CONTENT: TEXT,
    Field.EVIDENCE: [1, 2],
}
