"""考核的行：哪些指标有数据、每一行为什么计入或不计入分子分母。"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Why(StrEnum):
    """一行为什么计入、不计入（why a row counts）."""

    ON_TIME = "ON_TIME"
    WAITING_CHECK = "WAITING_CHECK"
    LATE = "LATE"
    NOT_DONE = "NOT_DONE"
    RETURNED_UNSIGNED = "RETURNED_UNSIGNED"
    FIRST_TIME = "FIRST_TIME"
    REWORKED = "REWORKED"
    DISPATCHED = "DISPATCHED"
    RETURNED_FAIR = "RETURNED_FAIR"
    RETURNED_OPEN = "RETURNED_OPEN"
    RETURNED_UNFAIR = "RETURNED_UNFAIR"
    ACCEPTED = "ACCEPTED"
    SELF_CLOSED = "SELF_CLOSED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    REJECTED = "REJECTED"
    CARD = "CARD"
    SATISFIED = "SATISFIED"
    UNSATISFIED = "UNSATISFIED"
    # 以下不计
    DEMO = "DEMO"
    CANCELLED = "CANCELLED"
    MERGED = "MERGED"
    DEGRADED = "DEGRADED"
    COUNTY = "COUNTY"
    SUSPENDED = "SUSPENDED"
    REDISPATCHED = "REDISPATCHED"
    RETURNED = "RETURNED"
    SELF_DONE = "SELF_DONE"
    SUPPLEMENT = "SUPPLEMENT"
    UPGRADED = "UPGRADED"
    WITHDRAWN = "WITHDRAWN"
    NO_ANSWER = "NO_ANSWER"


LEFT_OUT: Final = frozenset(
    {
        Why.DEMO,
        Why.CANCELLED,
        Why.MERGED,
        Why.DEGRADED,
        Why.COUNTY,
        Why.SUSPENDED,
        Why.REDISPATCHED,
        Why.RETURNED,
        Why.SELF_DONE,
        Why.SUPPLEMENT,
        Why.UPGRADED,
        Why.WITHDRAWN,
        Why.NO_ANSWER,
    }
)
"""既不进分子也不进分母的缘由（left out）：总则的剔除与各指标的不计."""

IN_NUM: Final[Mapping[str, frozenset[Why]]] = MappingProxyType(
    {
        "I1": frozenset({Why.ON_TIME}),
        "I2": frozenset({Why.ON_TIME, Why.WAITING_CHECK}),
        "I3": frozenset({Why.FIRST_TIME}),
        "I4": frozenset({Why.SATISFIED}),
        "I5": frozenset({Why.RETURNED_UNFAIR}),
        "I8": frozenset({Why.ACCEPTED, Why.SELF_CLOSED}),
        "I11": frozenset({Why.LATE, Why.NOT_DONE}),
        "YELLOW": frozenset({Why.CARD}),
        "RED": frozenset({Why.CARD}),
    }
)
"""各指标进分子的缘由；这里有的就是算得出的指标（measured），其余为“无数据”."""

OF_PLATFORM: Final = ("I1", "I2", "I3", "I4", "I5", "I11")
"""按平台计的指标."""
SHOWN_ONLY: Final = ("I11",)
"""只展示、不计分的：超期率等于 1 减按时办结率."""
OF_PERSON: Final = "I8"
"""按网格员计的指标：有效上报率."""
CARDS: Final = ("YELLOW", "RED")
