"""搜索人员与地点：姓名、拼音、电话找人，名称找村、网格、机构；按配置版本记在进程里."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from app.access.actor import Actor
from app.access.scope import condition_for
from app.crypto import mark
from app.db import session
from app.domain.search_terms import Terms, spelled
from app.queries.case_people import office_of
from app.queries.names import Names, names_of
from models.people import Person
from models.township import Grid, Org, Village

Kind = str
VILLAGE, GRID, ORG = "village", "grid", "org"


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """找到的人：机构与今日的职务."""

    id: int
    name: str
    org: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """找到的地方：村、网格、机构."""

    kind: Kind
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class _Key:
    id: int
    name: str
    pinyin: str
    phone_mark: str | None
    org: str


@dataclass(frozen=True, slots=True)
class _Directory:
    people: tuple[_Key, ...]
    places: tuple[tuple[FoundPlace, str], ...]


_known: dict[int, tuple[Names, date, _Directory]] = {}


def people(terms: Terms, *, actor: Actor, limit: int) -> tuple[FoundPerson, ...]:
    """姓名里有这几个字、拼音或首字母以它开头、电话整个相符的；离开了的不列."""
    if terms.is_empty:
        return ()
    marks = {mark(phone) for phone in terms.phones}
    wanted = "".join(terms.words)
    found = [
        one
        for one in _directory(actor).people
        if (one.phone_mark in marks if marks else spelled(one.name.lower(), one.pinyin, wanted))
    ]
    posts = {
        holder.person_id: tuple(dict.fromkeys(view.title for view in holder.holdings))
        for holder in office_of(actor.township_id, actor.today).holders
    }
    return tuple(
        FoundPerson(one.id, one.name, one.org, posts.get(one.id, ())) for one in found[:limit]
    )


def places(terms: Terms, *, actor: Actor, limit: int) -> tuple[FoundPlace, ...]:
    """名称、别名里有这几个字的村、网格、机构；今天还在的."""
    if terms.is_empty:
        return ()
    found = [
        place
        for place, names in _directory(actor).places
        if all(word in names for word in terms.words)
    ]
    return tuple(found[:limit])


def _directory(actor: Actor) -> _Directory:
    """名册；名称缓存换过（配置改了）就重读."""
    names = names_of(actor.township_id)
    kept = _known.get(actor.township_id)
    if kept is None or kept[0] is not names or kept[1] != actor.today:
        kept = (names, actor.today, _read(actor))
        _known[actor.township_id] = kept
    return kept[2]


def _read(actor: Actor) -> _Directory:
    return _Directory(_people(actor), tuple(_places(actor)))


def _people(actor: Actor) -> tuple[_Key, ...]:
    rows = session.execute(
        select(Person.id, Person.name, Person.sort_key, Person.phone_mark, Org.name.label("org"))
        .outerjoin(Org, Org.id == Person.org_id)
        .where(
            condition_for(Person, actor),
            or_(Person.left_on.is_(None), Person.left_on >= actor.today),
        )
        .order_by(Person.sort_key, Person.id)
    ).all()
    return tuple(_Key(r.id, r.name, r.sort_key, r.phone_mark, r.org or "") for r in rows)


def _places(actor: Actor) -> Iterable[tuple[FoundPlace, str]]:
    for kind, model in ((VILLAGE, Village), (GRID, Grid), (ORG, Org)):
        aliases = getattr(model, "aliases", None)
        columns = [model.id, model.name, *([aliases] if aliases is not None else [])]
        rows = session.execute(
            select(*columns)
            .where(
                condition_for(model, actor),
                model.valid_from <= actor.today,
                or_(model.valid_to.is_(None), model.valid_to >= actor.today),
            )
            .order_by(model.id)
        ).all()
        for key, name, *others in rows:
            words = " ".join((name, *(others[0] or () if others else ()))).lower()
            yield FoundPlace(kind, key, name), words
