"""演示轮到的一步：台、本子、动作、时刻，与各动作都要取用的几样."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.access.actor import Actor
from app.access.scope import fetch
from app.plan.demo_script import Act, Script
from app.plan.demo_stage import Stage
from models.case import Case


@dataclass(frozen=True, slots=True)
class Turn:
    """轮到的一步：台、本子、动作、平移后的时刻."""

    stage: Stage
    script: Script
    act: Act
    now: datetime

    @property
    def actor(self) -> Actor:
        """做这一步的人."""
        return self.stage.actor(self.act.who, self.now)

    @property
    def case(self) -> Case:
        """本件：每步都按范围取来锁住，与界面上一样。Raises Refused."""
        return fetch(Case, self.stage.cases[self.script.key].id, self.actor, lock=True)

    @property
    def says(self) -> dict[str, Any]:
        """这一步填写的内容."""
        return dict(self.act.words)

    def photos(self) -> list[int]:
        """拍照上传，得附件编号."""
        return self.stage.upload(self.act.shots, self.act.who, self.now, caption=self.script.grid)

    def day(self, at: datetime) -> date:
        """故事里的某一刻，平移后是哪天."""
        return self.stage.ruler.calendar.local_day(self.stage.ruler.moved(at))

    def person(self, login: str) -> int:
        """账号背后的人."""
        return self.stage.person(login, self.now)

    @property
    def by(self) -> dict[str, Any]:
        """服务都要的两样：谁、何时."""
        return {"actor": self.actor, "now": self.now}
