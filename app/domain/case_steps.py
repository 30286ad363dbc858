"""案件流程的一步是什么，以及由一行写出若干步的办法；表分三段，各在一个文件。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.case_states import Clock, State
from app.domain.case_words import Action, Field, Guard, Party
from app.domain.flow import FlowStep

PRIOR: Final = "@prior"
"""到达态为案件记下的 ``resume_state``."""

After = State | tuple[State, ...] | str


@dataclass(frozen=True, slots=True)
class ClockEffects:
    """对时钟的影响（clock effects）：起动、停止、暂停、恢复、重算各是哪些."""

    start: tuple[Clock, ...] = ()
    stop: tuple[Clock, ...] = ()
    pause: tuple[Clock, ...] = ()
    resume: tuple[Clock, ...] = ()
    recompute: tuple[Clock, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """怎样收回（undo）：用哪个动作、谁、什么时候以前；``by``、``within`` 是规格原话."""

    action: Action
    by: str
    within: str


@dataclass(frozen=True)
class Step(FlowStep[State, Action]):
    """案件的一步（case step）：另有时钟、知会、收回办法与条款号.

    谁可以办不在行里：那是任职与授权的事。
    """

    clocks: ClockEffects = ClockEffects()
    notify: tuple[Party, ...] = ()
    undo: Undo | None = None
    clause: str = ""


def row(
    action: Action,
    moves: Mapping[State | None, After],
    *,
    prior_in: tuple[State, ...] = (),
    needs: Sequence[Field] = (),
    guards: Sequence[Guard] = (),
    clocks: ClockEffects | None = None,
    notify: Sequence[Party] = (),
    undo: Undo | None = None,
    clause: str,
) -> tuple[Step, ...]:
    """规格的一行（transition）展开成各起始态的步；到达态写 ``PRIOR`` 的取 ``prior_in``."""

    def one(before: State | None, after: After) -> Step:
        return Step(
            action=action,
            before=before,
            after=_targets(after, prior_in),
            prior=after == PRIOR,
            needs=tuple(needs),
            guards=tuple(guards),
            clocks=clocks or ClockEffects(),
            notify=tuple(notify),
            undo=undo,
            clause=clause,
        )

    return tuple(one(before, after) for before, after in moves.items())


def stay(*states: State) -> dict[State | None, After]:
    """在这些状态原地不动（moves that stay）."""
    return {state: state for state in states}


def each(after: After, *states: State) -> dict[State | None, After]:
    """从这些状态都到 ``after``（moves to one state）."""
    return dict.fromkeys(states, after)


def _targets(after: After, prior_in: tuple[State, ...]) -> tuple[State, ...]:
    if isinstance(after, State):
        return (after,)
    if isinstance(after, tuple):
        return after
    return prior_in
