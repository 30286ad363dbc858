"""造案件：一件案件的全部行，与服务走出来的同样形状；日志照产品的算法连成链."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from app.domain.numbering import archive_number, case_number
from app.domain.working_time import SHANGHAI
from app.queries.case_search import normalise
from app.services.journal import GENESIS, digest
from tests.bench import words
from tests.bench.ground import Desk, Ground, Who

OPEN_STATES = ("REPORTED", "ACCEPTED", "DISPATCHED", "PROCESSING", "HANDLED", "VERIFIED")
OPEN_WEIGHTS = (10, 5, 15, 50, 10, 10)
CLOSED = ("ARCHIVED", "REJECTED", "CANCELLED", "MERGED")
CLOSED_WEIGHTS = (93, 4, 2, 1)
STEPS = ("draft", "report", "accept", "dispatch", "sign_in", "finish", "verify", "feedback")
REACHED = dict(zip(OPEN_STATES, (2, 3, 4, 5, 6, 7), strict=True))
"""在办的走到了第几步."""
AFTER = (
    *("DRAFT", "REPORTED", "ACCEPTED", "DISPATCHED", "PROCESSING"),
    *("HANDLED", "VERIFIED", "VERIFIED"),
)
CLOCKS = {
    "REPORTED": ("accept", 1, 2),
    "ACCEPTED": ("dispatch", 1, 2),
    "DISPATCHED": ("sign_in", 1, 2),
    "PROCESSING": ("handle", 5, 10),
    "HANDLED": ("verify", 2, 4),
    "VERIFIED": ("feedback", 1, 3),
}
"""在办的正在走哪个时钟，黄牌、红牌各几日."""
LEVELS, LEVEL_WEIGHTS = ("一般", "较大", "重大"), (90, 8, 2)
RULES = "SLA-2017-1"
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(slots=True)
class Deal:
    """发案件的手：记着各表的编号、各年的流水、链到哪里."""

    ground: Ground
    now: datetime
    years: float
    total: int
    rng: Random
    chain: int = 0
    head: bytes = GENESIS
    ids: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def take(self, kind: str, year: int) -> int:
        """取号."""
        self.numbers[kind, year] += 1
        return self.numbers[kind, year]

    def next_id(self, table: str) -> int:
        """取编号."""
        self.ids[table] += 1
        return self.ids[table]

    def batches(self, size: int) -> Iterator[Rows]:
        """全部案件，一批一批；同一批里各表的行互相合得上."""
        span = timedelta(days=365.25 * self.years)
        for start in range(0, self.total, size):
            rows: Rows = defaultdict(list)
            for number in range(start, min(start + size, self.total)):
                share = (number + 1) / self.total
                _case(self, rows, number, self.now - span * (1 - share), share)
            yield rows


def _case(deal: Deal, rows: Rows, number: int, at: datetime, share: float) -> None:
    rng, ground = deal.rng, deal.ground
    recent = share > 0.96
    is_open = rng.random() < (0.45 if recent else 0.002)
    state = rng.choices(*((OPEN_STATES, OPEN_WEIGHTS) if is_open else (CLOSED, CLOSED_WEIGHTS)))[0]
    steps = REACHED[state] if is_open else {"ARCHIVED": 8, "MERGED": 4}.get(state, 2)
    grid, village, village_name = rng.choice(ground.grids)
    category = rng.choice(ground.categories)
    clerk = rng.choice(ground.clerks)
    desk = rng.choice(ground.desks[category.platform])
    keeper = ground.keepers.get(grid)
    by_keeper = keeper is not None and rng.random() < 0.45
    fact = SimpleNamespace(
        id=deal.next_id("case_record"),
        state=state,
        is_open=is_open,
        grid=grid,
        village=village,
        category=category,
        platform=category.platform if steps >= 4 else None,
        desk=desk if steps >= 5 else None,
        clerk=clerk,
        registrar=keeper if by_keeper else clerk,
        channel="GRID" if by_keeper else rng.choice(ground.channels),
        words=words.text_of(rng, village_name, number),
        moments=_moments(rng, at, steps, deal.now),
        steps=steps,
        level=rng.choices(LEVELS, LEVEL_WEIGHTS)[0],
        citizen=rng.choice(ground.citizens) if rng.random() < 0.6 else None,
    )
    fact.closed_at = None if is_open else min(fact.moments[-1] + timedelta(hours=4), deal.now)
    fact.due_at = fact.moments[-1] + timedelta(days=CLOCKS[state][1]) if is_open else None
    _record(deal, rows, fact)
    _text(deal, rows, fact)
    _parts(deal, rows, fact)
    _journal(deal, rows, fact)
    if is_open:
        _clock(deal, rows, fact)


def _moments(rng: Random, at: datetime, steps: int, now: datetime) -> list[datetime]:
    """各步的时刻：从登记起，隔几分钟到几天，不过此刻."""
    found = [at - timedelta(minutes=rng.randint(2, 40))]
    found.append(at)
    while len(found) < steps:
        later = found[-1] + timedelta(minutes=rng.randint(5, 60) * rng.choice((1, 1, 4, 40)))
        found.append(min(later, now))
    return found


def _card(fact: Any, now: datetime) -> tuple[str | None, datetime | None, datetime, datetime]:
    _clock_name, yellow, red = CLOCKS[fact.state]
    start = fact.moments[-1]
    at, then = start + timedelta(days=yellow), start + timedelta(days=red)
    if now >= then:
        return "RED", None, at, then
    return ("YELLOW", then, at, then) if now >= at else (None, at, at, then)


def _record(deal: Deal, rows: Rows, fact: Any) -> None:
    ground, moments = deal.ground, fact.moments
    year = moments[1].astimezone(SHANGHAI).year
    fact.seq = deal.take("case", year)
    fact.number = case_number(year, fact.seq, prefix=ground.township.prefix)
    archived = fact.state == "ARCHIVED"
    fact.archive_no = None
    if archived:
        closing = fact.closed_at.astimezone(SHANGHAI).year
        fact.archive_no = archive_number(
            fonds=ground.township.fonds,
            year=closing,
            period="D10",
            platform=fact.platform,
            seq=deal.take(f"archive:D10:{fact.platform}", closing),
        )
    card, tick = _card(fact, deal.now)[:2] if fact.is_open else (None, None)
    fact.card = card
    title, place, _body = fact.words
    desk: Desk | None = fact.desk
    rows["case_record"].append(
        (
            *(fact.id, moments[0], moments[0], moments[0], moments[1], fact.due_at, tick),
            *(moments[5] if fact.steps >= 6 else None, fact.closed_at),
            *(fact.closed_at if archived else None, fact.closed_at or moments[-1]),
            _merged_into(fact),
            *(fact.category.id, fact.village, fact.grid),
            *(desk.org_id if desk else None, desk.person.id if desk else None),
            *(fact.registrar.id, fact.registrar.org_id, fact.seq, fact.steps, year),
            *(1 if fact.steps >= 4 else 0, fact.state, None if fact.is_open else fact.state),
            *(fact.level, fact.category.kind, fact.channel, fact.platform, card),
            *(fact.archive_no, "D10" if archived else None, fact.category.is_sensitive),
            *(fact.number, title, place, "{}", ground.township.id),
        )
    )


def _merged_into(fact: Any) -> int | None:
    return max(1, fact.id - 7) if fact.state == "MERGED" and fact.id > 1 else None


def _text(deal: Deal, rows: Rows, fact: Any) -> None:
    title, place, body = fact.words
    doc = normalised(" ".join((title, place, body)))
    citizen, township = fact.citizen, deal.ground.township.id
    token = citizen[3] if citizen else None
    rows["case_text"].append(
        (fact.id, fact.moments[1], fact.category.is_sensitive, token, doc, body, township)
    )
    if citizen:
        key = deal.next_id("case_informant")
        rows["case_informant"].append((key, fact.id, *citizen[:3], township))


def normalised(text: str) -> str:
    """与产品写检索文字时一样；正文短，不受查询的长度所限."""
    return "".join(normalise(text[at : at + 50]) for at in range(0, len(text), 50))


def _parts(deal: Deal, rows: Rows, fact: Any) -> None:
    """交办、参与机构、办理结果、核查、反馈."""
    township, moments, desk = deal.ground.township.id, fact.moments, fact.desk
    if fact.steps < 4:
        return
    signed = desk.person.id if desk else None
    times = (moments[3], *(moments[at] if fact.steps > at else None for at in (4, 5)))
    rows["assignment"].append(
        (
            *(deal.next_id("assignment"), moments[1], fact.due_at, *times, fact.clerk.id, signed),
            *(desk.org_id if desk else None, signed, 1, 1, fact.platform, "LEAD"),
            *(fact.is_open, fact.id, township),
        )
    )
    if not desk:
        return
    key = deal.next_id("case_org")
    shared = (desk.org_id, desk.person.id, "HANDLE", fact.is_open, fact.id, township)
    rows["case_org"].append((key, moments[1], fact.due_at, moments[4], *shared))
    if fact.steps >= 6:
        account = deal.rng.choice(words.ACCOUNTS)
        one = (deal.next_id("case_result"), moments[5], 1, desk.person.id, desk.org_id, "已解决")
        rows["case_result"].append((*one, account, fact.id, township))
    if fact.steps >= 7:
        one = (deal.next_id("case_check"), moments[6], 1, fact.clerk.id, True, "资料")
        rows["case_check"].append((*one, "照片属实", fact.id, township))
    if fact.steps >= 8:
        one = (deal.next_id("case_feedback"), moments[7], 1, fact.clerk.id, "电话")
        rows["case_feedback"].append((*one, "已告知办理结果", fact.id, township))


def _journal(deal: Deal, rows: Rows, fact: Any) -> None:
    names = list(STEPS[: fact.steps])
    states = list(AFTER[: fact.steps])
    moments = list(fact.moments)
    if not fact.is_open:
        last = {"ARCHIVED": "archive", "REJECTED": "reject", "CANCELLED": "cancel"}
        names.append(last.get(fact.state, "merge"))
        states.append(fact.state)
        moments.append(fact.closed_at)
    before = None
    for index, (action, state, at) in enumerate(zip(names, states, moments, strict=True)):
        who = _doer(deal, fact, action)
        elapsed = int((at - moments[index - 1]).total_seconds() // 180) if index else None
        before = _entry(deal, rows, fact, (action, before, state, at, elapsed), who)


def _doer(deal: Deal, fact: Any, action: str) -> Who:
    if action in ("draft", "report"):
        return fact.registrar
    if action in ("sign_in", "finish"):
        return deal.ground.operators[fact.platform] if fact.desk is None else fact.desk.person
    return fact.clerk


def _entry(deal: Deal, rows: Rows, fact: Any, step: Any, who: Who) -> str:
    action, before, after, at, elapsed = step
    deal.chain += 1
    entry = SimpleNamespace(
        township_id=deal.ground.township.id,
        chain_seq=deal.chain,
        at=at,
        case_id=fact.id,
        subject_kind="case",
        subject_id=fact.id,
        **who.signed,
        module="case",
        action=action,
        before=before,
        after=after,
        round=1,
        opinion=None,
        elapsed_minutes=elapsed,
        data={"number": fact.number} if action == "report" else {},
        prev=deal.head,
    )
    deal.head = digest(entry)  # type: ignore[arg-type]
    data = f'{{"number": "{fact.number}"}}' if entry.data else "{}"
    rows["journal"].append(
        (
            *(deal.next_id("journal"), at, deal.chain, fact.id, "case", fact.id),
            *who.signed.values(),
            *("case", action, before, after, 1, elapsed, data, entry.prev, deal.head),
            entry.township_id,
        )
    )
    return after


def _clock(deal: Deal, rows: Rows, fact: Any) -> None:
    """在办的正在走的时钟，到了点的有牌，该知会的有一条没读的通知."""
    name, yellow, red = CLOCKS[fact.state]
    card, _tick, at, then = _card(fact, deal.now)
    owner = fact.platform if name in ("sign_in", "handle") else "CC"
    key, township = deal.next_id("case_clock"), deal.ground.township.id
    rules = (f"{yellow}wd", f"{red}wd", RULES, owner)
    rows["case_clock"].append(
        (key, fact.moments[-1], at, then, name, 1, 1, *rules, fact.id, township)
    )
    for kind, when in (("YELLOW", at), ("RED", then)):
        if card == "RED" or card == kind:
            one = (deal.next_id("supervision"), when, key, kind, owner, fact.id, township)
            rows["supervision"].append(one)
    person = fact.desk.person.id if fact.desk else fact.clerk.id
    rows["notification"].append(
        (
            *(deal.next_id("notification"), fact.moments[-1], person, "case.dispatch", fact.id),
            *(f'{{"number": "{fact.number}"}}', f"case:{fact.id}:0", township),
        )
    )
