"""办理情境：谁、以哪一条任职、什么时候、填了什么；守卫只看它与案件事实。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.case_facts import CaseFacts
from app.domain.case_words import Action, Field
from app.domain.flow import is_blank


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """办理情境（context of a step）：只有值；``now`` 为带时区的时刻.

    ``actor_*`` 取自判定所用的那一条任职：角色代码（``B``、``C1``、``F3``、``SYS``、``PUB``）、
    机构、平台、网格、村、职务代码与方式（在任、代行、兼任、委托）。
    ``actor_case_id`` 是来件人的查询码所对的那一件。
    ``inputs`` 的键见 ``Field``，``reason`` 是理由。``in_scope`` 由数据范围那一层给出。
    ``preview`` 为真时表单尚未填写，凡看输入的条件都不判，只用于说明“现在不能做”。
    """

    action: Action
    now: datetime
    actor_person_id: int | None = None
    actor_role: str = ""
    actor_org_id: int | None = None
    actor_platform: str | None = None
    actor_grid_id: int | None = None
    actor_village_id: int | None = None
    actor_post: str | None = None
    actor_mode: str = "在任"
    actor_case_id: int | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
    in_scope: bool = True
    preview: bool = False

    def has(self, key: Field) -> bool:
        """这一项填了没有（is it filled in）."""
        return not is_blank(self.inputs.get(key))

    def could(self, *keys: Field) -> bool:
        """各项都填了，或者还没到填的时候（filled in, or not yet asked）."""
        return self.preview or all(self.has(key) for key in keys)

    def text(self, key: Field) -> str:
        """这一项的文字，去掉首尾空白（text）；没有填为空串."""
        value = self.inputs.get(key)
        return value.strip() if isinstance(value, str) else ""

    def moment(self, key: Field) -> datetime | None:
        """这一项的时刻（moment）；没有填、不是时刻或不带时区的为空."""
        value = self.inputs.get(key)
        return value if isinstance(value, datetime) and value.tzinfo else None

    def codes(self, key: Field) -> frozenset[str]:
        """这一项的若干代码（codes）；没有填为空集."""
        value = self.inputs.get(key)
        if isinstance(value, (list, tuple, set, frozenset)):
            return frozenset(str(code) for code in value)
        return frozenset() if is_blank(value) else frozenset({str(value)})


Check = Callable[[CaseFacts, StepContext], None]
"""守卫与规则的形状（check）：通过则无声，不通过 ``raise Refused(code, **facts)``."""
