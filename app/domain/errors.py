"""领域拒绝：一句话说清为什么不行、谁可以。"""

from __future__ import annotations

from typing import Any


class Refused(Exception):  # noqa: N818 - 它是业务上的“不行”，不是程序错误
    """拒绝办理（refusal）.

    ``code`` 是词条键（界面按 ``refused.<code>`` 取句子），``facts`` 是填进句子的事实
    （人、时刻、编号……）。服务与守卫一律以它拒绝，由界面译成一句话。
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        listed = "，".join(f"{k}={v}" for k, v in self.facts.items())
        return f"{self.code}（{listed}）" if listed else self.code
