"""机构、村、网格的表单."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, Regexp

from app.access.actor import Actor
from app.queries import config_choices
from views.forms_base import (
    CODE,
    LONG_TEXT,
    ConfigForm,
    LinesField,
    Needed,
    PickField,
    at_most,
    start_field,
)
from views.labels import ORG_KINDS, coded

DIVISION = Regexp(r"\d{2,15}\Z", message=_l("2 to 15 digits."))
BASICS = _l("Basics")
PLACING = _l("Place in the structure")
NAMES = _l("Other names and notes")


class OrgForm(ConfigForm):
    """机构的表单：代码只在添时可填；换上级时整枝一起搬."""

    fixed = frozenset({"code"})
    ids = frozenset({"parent_id", "county_dept_id"})
    rules: ClassVar[dict[str, str]] = {
        "uq_org_township_id_code": "code",
        "ck_org_not_own_parent": "parent_id",
    }
    groups = (
        (BASICS, ("code", "name", "short_name", "kind", "valid_from")),
        (PLACING, ("parent_id", "county_dept_id", "division_code")),
        (NAMES, ("aliases", "note")),
    )

    code = StringField(
        _l("Code"), [Needed(), CODE], description=_l("Cannot be changed afterwards.")
    )
    name = StringField(
        _l("Name"), [Needed(), at_most(128)], description=_l("The name now; add the old one below.")
    )
    short_name = StringField(_l("Short name"), [at_most(32)])
    kind = PickField(_l("Kind"), [Needed()], blank=False)
    valid_from = start_field()
    parent_id = PickField(_l("Belongs to"))
    county_dept_id = PickField(
        _l("County department"), description=_l("For units sent down by the county.")
    )
    division_code = StringField(_l("Division code"), [Optional(), DIVISION])
    aliases = LinesField(
        _l("Other names"), description=_l("One a line; each of them finds this unit.")
    )
    note = TextAreaField(_l("Note"), [at_most(LONG_TEXT)])

    def offer(self, actor: Actor, day: date) -> None:
        """机构种类、上级、县级部门."""
        every = config_choices.orgs(actor, day)
        self.kind.offer(coded("org_kind", ORG_KINDS))
        self.parent_id.offer(every)
        self.county_dept_id.offer(config_choices.orgs(actor, day, ("county_dept",)))


class VillageForm(ConfigForm):
    """村的表单：撤并时写继任村，不得猜填."""

    fixed = frozenset({"code"})
    ids = frozenset({"org_id", "successor_id"})
    rules: ClassVar[dict[str, str]] = {"uq_village_township_id_code": "code"}
    groups = (
        (BASICS, ("code", "name", "division_code", "valid_from")),
        (PLACING, ("org_id", "successor_id")),
        (NAMES, ("aliases",)),
    )

    code = StringField(
        _l("Code"), [Needed(), CODE], description=_l("Cannot be changed afterwards.")
    )
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    division_code = StringField(_l("Division code"), [Optional(), DIVISION])
    valid_from = start_field()
    org_id = PickField(_l("Its unit"), [Needed()], description=_l("The village's own unit."))
    successor_id = PickField(
        _l("Successor village"), description=_l("Only after a merger, as decided; never a guess.")
    )
    aliases = LinesField(_l("Other names"))

    def offer(self, actor: Actor, day: date) -> None:
        """村的机构、继任村."""
        self.org_id.offer(config_choices.orgs(actor, day, ("village",)))
        self.successor_id.offer(config_choices.villages(actor, day))


class GridForm(ConfigForm):
    """网格的表单：添时就定在哪个村."""

    fixed = frozenset({"code", "village_id"})
    rules: ClassVar[dict[str, str]] = {"uq_grid_township_id_code": "code"}

    code = StringField(
        _l("Code"), [Needed(), CODE], description=_l("Cannot be changed afterwards.")
    )
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    village_id = PickField(
        _l("Village"), [Needed()], description=_l("A grid lies in one village at a time.")
    )
    sort_no = IntegerField(_l("Sort order"), [NumberRange(0, 9999)], default=0)
    valid_from = start_field()

    def offer(self, actor: Actor, day: date) -> None:
        """在用的村."""
        self.village_id.offer(config_choices.villages(actor, day))

    def fill(self, row: Any) -> None:
        """村另成一行，不写进网格."""
        for name in ("code", "name", "sort_no", "valid_from"):
            if name in self._fields:
                setattr(row, name, self.value_of(name, self[name]))


class GridVillageForm(ConfigForm):
    """网格改挂另一个村：从哪天起."""

    village_id = PickField(_l("New village"), [Needed()])
    valid_from = start_field(_l("First day"))
    reason = TextAreaField(_l("Reason"), [Needed(), at_most(200)])

    def offer(self, actor: Actor, day: date) -> None:
        """在用的村."""
        self.village_id.offer(config_choices.villages(actor, day))
