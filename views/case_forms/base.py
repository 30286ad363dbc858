"""各步表单的底：一个动作一张表，字段名即输入的键；拒绝落到它说的那一项上."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from app.access.actor import Actor
from app.domain.case_guards import REASON_MIN
from app.domain.case_words import Action
from app.domain.errors import Refused
from app.queries.case_page import Dossier
from models.case import Case, CaseInformant
from views.case_forms.boxes import (
    ChoiceField,
    DayField,
    FilesField,
    MomentField,
    TasksField,
    TicksField,
)
from views.forms_base import Needed, at_most

LONG, MIDDLE, SHORT = 2000, 500, 100
Option = tuple[str, str, dict[str, str]]

PLACES: Mapping[str, str] = {
    "reason_short": "reason",
    "result_missing": "result",
    "result_text_short": "content",
    "result_evidence": "attachments",
    "result_transfer": "transfer_no",
    "result_mediation": "result",
    "coop_open": "no_wait_reason",
    "dispatch_note": "note",
    "redispatch_same": "platform",
    "deadline_unknown": "due_at",
    "deadline_lengthened": "due_at",
    "deadline_past": "due_at",
    "org_outside_platform": "org_id",
    "own_org_only": "org_id",
    "same_platform": "org_id",
    "transfer_nowhere": "handler_id",
    "feedback_content": "content",
    "feedback_in_future": "feedback_at",
    "archive_unconfirmed": "secrecy_confirmed",
    "cancel_evidence": "mistake_note",
    "category_unnamed": "category_id",
    "category_without_platform": "category_id",
    "one_platform": "platform",
    "gate_multi": "assist_platforms",
    "approver_is_proposer": "opinion",
    "withdraw_once": "reason",
    "past_due": "extension_wd",
    "resolution_not_effective": "resolution_id",
    "no_feedback_reason": "no_feedback",
    "self_close_evidence": "before_photos",
    "not_coop_org": "reply",
}
"""没有写明是哪一项的拒绝，落在哪一项."""
ALIASES = {"evidence": "attachments"}
"""输入的键与字段名不同的."""


@dataclass(frozen=True, slots=True)
class Desk:
    """填表的情境（desk）：案件、操作人、此刻；页面已有的案卷与来件人不必再取."""

    case: Case
    actor: Actor
    now: datetime
    page: Dossier | None = None
    informants: Sequence[CaseInformant] = ()


def at_least(length: int) -> Callable[[Any, Field], None]:
    """至少几个字，两头的空白不算（守卫再判一次）."""

    def check(_form: Any, box: Field) -> None:
        if len((box.data or "").strip()) < length:
            raise ValidationError(_("At least %(n)s characters.", n=length))

    return check


def long_text(
    label: Any, *, needed: bool = False, least: int = 0, most: int = MIDDLE, hint: Any = ""
) -> Any:
    """多行的字；``least`` 是至少几个字."""
    rules: list[Any] = [Needed() if needed else Optional(), at_most(most)]
    rules += [at_least(least)] if least else []
    return TextAreaField(label, rules, description=hint, render_kw={"data-most": str(most)})


def reason_field(label: Any = None) -> Any:
    """理由：至少 10 个字（守卫 REASON 再判）."""
    hint = _l("At least %(n)s characters.", n=REASON_MIN)
    return long_text(label or _l("Reason"), needed=True, least=REASON_MIN, hint=hint)


def fixed(values: Iterable[str]) -> list[Option]:
    """取固定几个值的选项：值即字."""
    return [(str(value), str(value), {}) for value in values]


def blank(options: Sequence[Option], words: str) -> list[Option]:
    """头上加一个空项."""
    return [("", words, {}), *options]


class StepForm(FlaskForm):
    """一步的表单（form of a step）：``action`` 定动作，``rows`` 定排法，``inputs`` 给服务动词."""

    class Meta:
        csrf = False

    action: ClassVar[Action]
    tone: ClassVar[str] = "primary"
    rows: ClassVar[tuple[tuple[str, ...], ...]] = ()
    words: ClassVar[Any] = ""

    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self:
            one.id = f"{self.action}-{one.short_name}"
        self.top_errors: list[str] = []

    def prepare(self, desk: Desk) -> None:
        """按情境填选项；子类给出."""

    def drop(self, *names: str) -> None:
        """这一件用不上的字段去掉；已去掉的不再去."""
        for name in names:
            if name in self:
                del self[name]

    def preset(self, desk: Desk) -> None:
        """头一次打开时的缺省值；子类给出."""

    def inputs(self) -> dict[str, Any]:
        """给服务动词的参数；缺省即各字段，没有填的字是空串."""
        return {
            one.short_name: "" if one.data is None and isinstance(one, StringField) else one.data
            for one in self
            if one.short_name != "version"
        }

    @property
    def seen(self) -> int | None:
        """表单看见的版本；没有带的不核对，坏掉的记 -1（必不相符）."""
        text = self.version.data or ""
        if not text:
            return None
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def complain(self, refused: Refused, words: str) -> None:
        """拒绝落到它说的那一项；没有那一项的写在表单上方."""
        facts = refused.facts
        wanted = [facts.get("field") or PLACES.get(refused.code, "")]
        if refused.code == "needs":
            wanted = [ALIASES.get(name, name) for name in facts.get("fields") or ()]
            words = _("This has to be filled in.")
        places = [self[name] for name in wanted if name and name in self]
        for place in places:
            place.errors = [*place.errors, words]
        if not places:
            self.top_errors.append(words)

    def texts(self) -> list[dict[str, str]]:
        """已写的字：冲突时还给人."""
        return [
            {"label": str(one.label.text), "text": one.data, "target": one.id}
            for one in self
            if isinstance(one, TextAreaField) and isinstance(one.data, str) and one.data.strip()
        ]


__all__ = [
    "LONG",
    "MIDDLE",
    "SHORT",
    "ChoiceField",
    "DayField",
    "Desk",
    "FilesField",
    "Length",
    "MomentField",
    "Needed",
    "StepForm",
    "TasksField",
    "TicksField",
    "at_most",
    "blank",
    "fixed",
    "long_text",
    "reason_field",
]
