"""演示的编剧：照发到的牌写出一件的本子，人、时刻、文字都定下来."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

from app.plan.demo_cast import Cast
from app.plan.demo_deal import EVENT, LEVELS, Deal
from app.plan.demo_routes import Route, in_month, placed, waits
from app.plan.demo_script import Act, Caller, Script
from app.plan.demo_texts import Scene, Texts, filled
from app.plan.demo_time import Ruler
from app.plan.demo_words import Decks, Parts, words_of
from app.plan.model import Leaf, Plan

HERE = "本村"
SILENT = ("PATROL", "INSPECT", "COUNTY", "MEETING")
"""没有来件人的渠道."""
PHONE = "1990000"
PHONE_STEP = 173
EARLY_SHARE = 4
"""网格上报里每这么多件有一件在上班前."""


@dataclass(slots=True)
class Writer:
    """编剧（writer）：同一个随机源依次写，写的次序定了，写出来就定了."""

    plan: Plan
    texts: Texts
    cast: Cast
    ruler: Ruler
    rng: Random
    grids: Iterator[str]
    decks: Decks
    serial: int = 0

    @classmethod
    def of(cls, plan: Plan, texts: Texts, cast: Cast, ruler: Ruler, rng: Random) -> Writer:
        """开笔：网格打乱了轮着用，十三个网格都有件."""
        codes = [grid.code for grid in plan.grids]
        rng.shuffle(codes)
        return cls(plan, texts, cast, ruler, rng, cycle(codes), Decks(rng))

    def write(self, deal: Deal) -> Script:
        """写一件."""
        script = self.sheet(deal.scene, deal.leaf, deal.level, deal.kind, deal.channel)
        self._act_out(script, deal)
        return script

    def draft(self, scene: Scene, leaf: Leaf, day: int) -> Script:
        """写一件只登记、没有上报的草稿；``day`` 是末尾数起第几个工作日."""
        channel = scene.channels[0]
        script = self.sheet(scene, leaf, leaf.level, leaf.kind, channel)
        parts = self._parts(script, scene, Route(("draft",)))
        at = self.ruler.at(-1 - day, self.rng.randint(30, 390))
        script.acts = list(self._acts(script, parts, Route(("draft",)), [at]))
        return script

    def sheet(self, scene: Scene, leaf: Leaf, level: str, kind: str, channel: str) -> Script:
        """登记表：地点、来件人、人数、事项."""
        self.serial += 1
        grid, village = self._place(scene)
        zh = next(v.zh for v in self.plan.villages if v.code == village)
        slots = {"村": zh, "n": self.rng.randint(2, 9), "m": self.rng.randint(12, 48)}
        place = zh if scene.place == HERE else f"{zh}{scene.place}"
        return Script(
            key=f"D{self.serial:03d}",
            number=self.serial,
            title=filled(scene.title, **slots),
            place=place,
            body=filled(scene.body, **slots),
            leaf=leaf,
            level=level,
            kind=kind,
            channel=channel,
            grid=grid,
            village=village,
            org=self.cast.desk(scene.org or leaf.org, leaf.platform),
            people=self._people(leaf, channel),
            item=scene.item if kind == "SERVICE" else None,
            visited=self.rng.choice(self.texts.visited),
            caller=self._caller(scene, channel),
            fixed=filled(scene.fixed, **slots),
            slots=slots,
        )

    def _place(self, scene: Scene) -> tuple[str, str]:
        homes = {grid.code: grid.village for grid in self.plan.grids}
        code = next(self.grids)
        if scene.village is not None:
            code = self.rng.choice([g for g, village in homes.items() if village == scene.village])
        return code, homes[code]

    def _people(self, leaf: Leaf, channel: str) -> int | None:
        return self.rng.randint(2, 6) if leaf.people or channel == "PETITION" else None

    def _caller(self, scene: Scene, channel: str) -> Caller:
        if channel in SILENT or (channel == "GRID" and self.rng.random() < 0.4):
            return Caller()
        if scene.title.startswith("匿名"):
            return Caller(is_anonymous=True)
        name = self.rng.choice(self.texts.surnames) + self.rng.choice(self.texts.given)
        phone = f"{PHONE}{self.serial * PHONE_STEP % 10000:04d}"
        return Caller(name, phone, is_confidential="不要说是谁" in scene.body)

    def _act_out(self, script: Script, deal: Deal) -> None:
        route = deal.route
        parts = self._parts(script, deal.scene, route)
        offsets = waits(
            route.actions, route, level=script.level, room=self._room(script), rng=self.rng
        )
        if deal.month is None:
            ticks = placed(route, offsets, self.ruler, self.rng)
        else:
            ticks = self._by_day(script, in_month(offsets, deal.month, self.ruler, self.rng))
        script.acts = list(self._acts(script, parts, route, ticks))

    def _by_day(self, script: Script, ticks: list[int]) -> list[int]:
        """重大件的时限按自然分钟算，午休也在走：挪到当天一早登记."""
        if script.level != LEVELS[0]:
            return ticks
        early = self.ruler.at(self.ruler.day_of(ticks[0]), self.rng.randint(15, 50))
        return [tick - ticks[0] + early for tick in ticks]

    def _room(self, script: Script) -> int:
        """办理期限几个工作日，取等级、件别、服务事项里最短的."""
        if script.level != LEVELS[-1] or script.kind == EVENT:
            return 5
        if script.item is not None:
            return next(i.days for i in self.plan.service_items if i.code == script.item)
        rule = next(k for k in self.plan.kinds if k.code == script.kind).handle
        return int(rule.yellow.removesuffix("wd")) if rule else 5

    def _parts(self, script: Script, scene: Scene, route: Route) -> Parts:
        """定角色：谁登记、谁受理、谁核查、谁签收、谁承办."""
        cast, rng = self.cast, self.rng
        intake = rng.choice(cast.clerks)
        reporter = self._reporter(script, intake)
        operator = rng.choice(cast.operators[script.platform])
        colleagues = cast.handlers[script.org]
        others = [login for login in colleagues if login != operator] or list(colleagues)
        handler = rng.choice(others)
        if "transfer" not in route.actions and operator in colleagues:
            handler = operator
        away = rng.choice([code for code in cast.operators if code != script.platform])
        return Parts(
            script=script,
            scene=scene,
            texts=self.texts,
            cast=cast,
            decks=self.decks,
            rng=rng,
            reporter=reporter,
            intake=intake,
            checker=rng.choice([login for login in cast.clerks if login != intake]),
            operator=operator,
            handler=handler,
            away=away,
            holder=operator if "transfer" in route.actions else handler,
            strays="return_case" in route.actions,
            slow=route.ordinary,
            seed=rng.randrange(2**31),
        )

    def _reporter(self, script: Script, clerk: str) -> str:
        cast, rng = self.cast, self.rng
        if script.channel == "GRID":
            return rng.choice(cast.keepers[script.grid])
        if script.channel == "VILLAGE_DUTY":
            script.duty = rng.choice(cast.duty(script.village))
            return script.duty
        if script.channel == "WINDOW":
            return rng.choice(cast.agents[script.village])
        if script.channel == "PATROL":
            teams = [team.org for team in self.plan.enforcement_teams]
            return rng.choice([login for org in teams for login in cast.handlers.get(org, ())])
        return clerk

    def _acts(self, script: Script, parts: Parts, route: Route, ticks: list[int]) -> Iterator[Act]:
        early = self._early(script, ticks)
        for index, (action, tick) in enumerate(zip(route.actions, ticks, strict=True)):
            at = self.ruler.moment(tick, self.rng.randint(0, 49))
            if early and index < 2:
                at = self.ruler.before_work(tick, early + 6 * (1 - index), self.rng.randint(0, 49))
            who, words, shots = words_of(action, parts)
            yield Act(action, who, at, words, tuple(shots))

    def _early(self, script: Script, ticks: list[int]) -> int:
        """有的网格员一早就上报：上班前多少分钟；不早的为 0."""
        same_day = len(ticks) > 2 and self.ruler.day_of(ticks[0]) == self.ruler.day_of(ticks[1])
        if script.channel != "GRID" or script.level != LEVELS[-1] or not same_day:
            return 0
        return self.rng.randint(8, 60) if self.rng.randrange(EARLY_SHARE) == 0 else 0
