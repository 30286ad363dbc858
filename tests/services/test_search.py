"""搜索：各种读法各找得到什么；范围、敏感、保密、匿名、脱敏一样不漏；一条语句."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.access.visibility import Sight
from app.domain.search_terms import read_terms
from app.queries.case_list import CaseFilter
from app.queries.case_page import dossier_of, may_see_number, sees_name
from app.queries.case_search import COMMON, is_common, tokens, word_condition, written_in
from app.queries.search_cases import NAME, NUMBER, PHONE, TEXT, case_hits
from app.queries.search_people import people, places
from app.services.case_intake import draft
from app.services.case_record import Informant
from app.services.informant_marks import mark_informants
from models.case import Case, CaseInformant
from tests.conftest import NOW
from tests.factories import Walk, category_id, grid_id, hotline
from tests.sql import counted

ACCOUNTS = (
    *("clerk", "mayor", "deputy", "secretary", "member", "zhifa", "zhifa_lead", "shichang"),
    *("anjian", "chengguan", "grid09", "grid03b", "village206", "jiwei", "viewer", "police"),
)
LEI = Informant(name="雷某英", phone="13800000612")
HUSHED = Informant(name="钟某保", phone="13800000777", is_confidential=True)
NAMELESS = Informant(phone="13800000888", is_anonymous=True)


@pytest.fixture
def walk(actor: Any) -> Walk:
    """往前走的一件."""
    return Walk(actor, NOW)


@pytest.fixture
def cases(walk: Walk, actor: Any, db_session: Any) -> dict[str, Case]:
    """几个地方、几个平台的案件，各有来件人."""
    found = {
        "plain": walk.processing(informant=LEI),
        "hushed": walk.processing(informant=HUSHED, title="高山村口有人倒废土"),
        "nameless": walk.processing(informant=NAMELESS, title="高山村口夜里施工"),
        "elsewhere": walk.dispatched(
            platform="SJ",
            category_id=category_id("SJ0101"),
            grid_id=grid_id("G01"),
            title="菜场短斤少两",
            body="摊主的秤不准，13800000612 的人也来说过。",
            place="板桥菜场",
            informant=Informant(name="雷 某英", phone="0578-5123456"),
        ),
        "secret": walk.reported(
            category_id=category_id("ZZ0501"), title="高山后山种植罂粟", informant=LEI
        ),
        "draft": draft(hotline(informant=LEI), actor=actor("clerk"), now=walk.later()),
    }
    assert found["secret"].is_sensitive
    db_session.flush()
    return found


def found_by(typed: str, who: Any, **more: Any) -> dict[int, int]:
    """编号 → 由什么找到."""
    return {row.id: row.why for row in case_hits(read_terms(typed), actor=who, **more).rows}


def names_in(cases: dict[str, Case], found: dict[int, int]) -> set[str]:
    """找到的几件的名字."""
    return {name for name, case in cases.items() if case.id in found}


def test_python_and_the_database_make_the_same_tokens(db_session: Any) -> None:
    for words in ("高山村口垃圾", "A栋12号", "𠮷野家", "一"):
        made = db_session.execute(text("SELECT search_tokens(7, :w)"), {"w": words.lower()})
        assert sorted(set(made.scalar_one())) == sorted(set(tokens(7, words.lower())))


def test_words_are_found_in_title_place_and_body(cases: Any, actor: Any) -> None:
    who = actor("clerk")
    for typed, names in (
        ("垃圾", {"plain", "hushed", "nameless"}),
        ("夜里施工", {"nameless"}),
        ("板桥菜场", {"elsewhere"}),
        ("秤不准", {"elsewhere"}),
        ("高山 施工", {"nameless"}),
        ("高山 短斤", set()),
        ("山口", set()),
        ("ＢＱ", set()),
        ("100%", set()),
        ("_", set()),
    ):
        found = found_by(typed, who)
        assert names_in(cases, found) == names, typed
        assert all(why & TEXT for why in found.values())


def test_one_character_looks_at_the_newest_only(cases: Any, actor: Any, monkeypatch: Any) -> None:
    import app.queries.case_search as text_search  # noqa: PLC0415

    assert names_in(cases, found_by("秤", actor("clerk"))) == {"elsewhere"}
    monkeypatch.setattr(text_search, "RECENT", 1)
    assert found_by("夜", actor("clerk")) == {}
    assert names_in(cases, found_by("夜里", actor("clerk"))) == {"nameless"}


def test_a_number_in_part_finds_sensitive_cases_too(cases: Any, actor: Any) -> None:
    case, who = cases["secret"], actor("clerk")
    for typed in (case.number, str(case.seq), f"{case.year}-{case.seq}"):
        assert found_by(typed, who)[case.id] == NUMBER, typed
    assert found_by(f"2016-{case.seq}", who) == {}


def test_the_person_who_reported_is_found_by_name_phone_and_last_digits(
    cases: Any, actor: Any
) -> None:
    who = actor("clerk")
    assert names_in(cases, found_by("雷某英", who)) == {"plain", "elsewhere"}
    assert found_by("雷某", who) == {}
    found = found_by("138 0000 0612", who)
    assert found[cases["plain"].id] == PHONE
    assert found[cases["elsewhere"].id] == TEXT
    assert names_in(cases, found_by("0612", who)) >= {"plain"}
    assert found_by("0612", who)[cases["plain"].id] & PHONE
    assert names_in(cases, found_by("05785123456", who)) == {"elsewhere"}
    assert found_by("雷某英", who)[cases["plain"].id] == NAME


def test_a_nameless_caller_is_found_by_nobody(cases: Any, actor: Any) -> None:
    for login in ACCOUNTS:
        for typed in ("13800000888", "0888"):
            found = names_in(cases, found_by(typed, actor(login)))
            assert "nameless" not in found, login


def test_by_name_and_phone_exactly_those_are_found_whose_page_shows_them(
    cases: Any, actor: Any, db_session: Any
) -> None:
    for login in ACCOUNTS:
        who = actor(login)
        seen = set(
            db_session.execute(
                select(Case.id).where(scope_of(who), Case.state != "DRAFT")
            ).scalars()
        )
        for name, by_name, by_phone, tail in (
            ("plain", "雷某英", "13800000612", "0612"),
            ("hushed", "钟某保", "13800000777", "0777"),
            ("elsewhere", "雷某英", "05785123456", "3456"),
            ("secret", "雷某英", "13800000612", "0612"),
        ):
            case = cases[name]
            page = dossier_of(case, actor=who)
            person = db_session.execute(
                select(CaseInformant).where(CaseInformant.case_id == case.id)
            ).scalar_one()
            shown = case.id in seen and page.sight is Sight.FULL and not case.is_sensitive
            assert bool(found_by(by_name, who).get(case.id, 0) & NAME) == (
                shown and sees_name(page, person, who)
            ), (login, name)
            dialled = shown and may_see_number(page, person, who)
            assert bool(found_by(by_phone, who).get(case.id, 0) & PHONE) == dialled, (login, name)
            assert bool(found_by(tail, who).get(case.id, 0) & PHONE) == dialled, (login, name)


def scope_of(who: Any) -> Any:
    """案件的范围."""
    from app.access.scope import condition_for  # noqa: PLC0415

    return condition_for(Case, who)


def test_nothing_out_of_scope_is_found_and_nothing_sensitive_by_its_text(
    cases: Any, actor: Any, db_session: Any
) -> None:
    for login in ACCOUNTS:
        who = actor(login)
        seen = set(db_session.execute(select(Case.id).where(scope_of(who))).scalars())
        for typed in ("垃圾", "高山", "菜场", "罂粟", "13800000612", "1", "雷某英"):
            rows = case_hits(read_terms(typed), actor=who).rows
            assert {row.id for row in rows} <= seen, (login, typed)
            assert not [row for row in rows if row.is_sensitive and row.why != NUMBER], (
                login,
                typed,
            )
            assert cases["draft"].id not in {row.id for row in rows}, (login, typed)


def test_rows_out_of_scope_take_no_place_on_the_page(cases: Any, walk: Walk, actor: Any) -> None:
    for _ in range(3):
        walk.dispatched(
            platform="SJ",
            category_id=category_id("SJ0101"),
            grid_id=grid_id("G01"),
            title="高山村口摆摊",
        )
    hits = case_hits(read_terms("高山村口"), actor=actor("zhifa"), limit=3)
    assert names_in(cases, {row.id: 1 for row in hits.rows}) == {"plain", "hushed", "nameless"}
    assert hits.next is None


def test_one_who_sees_masked_text_finds_by_title_only(cases: Any, actor: Any) -> None:
    viewer = actor("viewer")
    assert names_in(cases, found_by("短斤少两", viewer)) == {"elsewhere"}
    for typed in ("秤不准", "板桥菜场", "13800000612", "雷某英", "0612"):
        assert names_in(cases, found_by(typed, viewer)) - {"draft"} == set(), typed


def test_the_filter_of_the_list_keeps_the_same_bounds(cases: Any, actor: Any, db_session: Any):
    for login, typed, names in (
        ("clerk", "罂粟", set()),
        ("viewer", "秤不准", set()),
        ("viewer", "短斤少两", {"elsewhere"}),
        ("clerk", "秤", {"elsewhere"}),
    ):
        rows = db_session.execute(select(Case.id).where(word_condition(actor(login), typed)))
        assert names_in(cases, dict.fromkeys(rows.scalars(), 1)) == names, (login, typed)


@pytest.mark.parametrize("typed", ["罂粟", "短斤少两", "高山 村口", "菜场", "没有的字"])
def test_common_and_rare_words_find_the_same(cases: Any, db_session: Any, typed: str) -> None:
    township = cases["plain"].township_id
    words = typed.split()
    common, rare = (
        set(
            db_session.execute(
                select(Case.id).where(written_in(township, words, common=way))
            ).scalars()
        )
        for way in (True, False)
    )
    assert common == rare
    assert bool(common) is (typed not in {"罂粟", "没有的字"})


def test_a_word_of_many_recent_cases_is_common(cases: Any, walk: Walk, db_session: Any) -> None:
    township = cases["plain"].township_id
    for number in range(COMMON - 1):
        walk.reported(title=f"溪边钓鱼{number}")
    assert not is_common(township, ["钓鱼"])
    walk.reported(title="溪边钓鱼又一件")
    assert is_common(township, ["钓鱼"])


def test_pages_follow_each_other_and_lead_back(cases: Any, walk: Walk, actor: Any) -> None:
    for number in range(7):
        walk.reported(title=f"高山村口路灯不亮{number}")
    who, terms = actor("clerk"), read_terms("路灯")
    first = case_hits(terms, actor=who, limit=3)
    second = case_hits(terms, actor=who, limit=3, cursor=first.next)
    third = case_hits(terms, actor=who, limit=3, cursor=second.next)
    titles = [row.title[-1] for page in (first, second, third) for row in page.rows]
    assert titles == list("6543210")
    assert first.previous is None
    assert third.next is None
    again = case_hits(terms, actor=who, limit=3, cursor=third.previous)
    assert [row.id for row in again.rows] == [row.id for row in second.rows]
    home = case_hits(terms, actor=who, limit=3, cursor=second.previous)
    assert [row.id for row in home.rows] == [row.id for row in first.rows]
    assert home.previous is None


def test_conditions_narrow_every_way_of_finding(cases: Any, actor: Any) -> None:
    who, only = actor("clerk"), CaseFilter(bucket="all", platforms=("SJ",))
    for typed in ("雷某英", "菜场", "0578-5123456", "3456", str(cases["elsewhere"].seq)):
        found = found_by(typed, who, wanted=only)
        assert names_in(cases, found) == {"elsewhere"}, typed


def test_a_search_is_one_statement(cases: Any, actor: Any) -> None:
    for login in ("clerk", "zhifa", "grid09", "viewer"):
        who = actor(login)
        for typed in ("垃圾", "一", "13800000612", "0612", "雷某英", "2017-1"):
            with counted() as found:
                case_hits(read_terms(typed), actor=who)
            assert len(found) == 1, found.report


def test_without_the_right_to_read_cases_nothing_is_asked(cases: Any, actor: Any) -> None:
    who = actor("admin")
    with counted() as found:
        assert case_hits(read_terms("垃圾"), actor=who).rows == ()
    assert found == []


def test_colleagues_are_found_by_name_pinyin_and_phone(actor: Any, db_session: Any) -> None:
    who = actor("zhifa")
    for typed in ("望岫", "lanwangxiu", "lwx"):
        assert "蓝望岫" in {one.name for one in people(read_terms(typed), actor=who, limit=9)}
    found = people(read_terms("蓝望岫"), actor=who, limit=9)[0]
    assert found.posts
    assert people(read_terms("没有这个人"), actor=who, limit=9) == ()
    with counted() as quiet:
        people(read_terms("lwx"), actor=who, limit=9)
    assert len(quiet) <= 1, quiet.report


def test_villages_grids_and_units_are_found_by_name(actor: Any) -> None:
    found = places(read_terms("板桥"), actor=actor("clerk"), limit=50)
    assert {"village", "grid", "org"} <= {one.kind for one in found}
    assert places(read_terms("没有这里"), actor=actor("clerk"), limit=9) == ()


def test_old_rows_get_their_name_mark_in_batches(cases: Any, actor: Any, db_session: Any) -> None:
    db_session.execute(update(CaseInformant).values(name_mark=None))
    assert found_by("雷某英", actor("clerk")) == {}
    assert mark_informants(limit=2) == 2
    assert mark_informants() > 0
    assert mark_informants() == 0
    assert names_in(cases, found_by("雷某英", actor("clerk"))) == {"plain", "elsewhere"}


def test_taking_back_a_name_takes_back_the_mark(walk: Walk, db_session: Any) -> None:
    from app.services.case_record import name_informant  # noqa: PLC0415

    case = walk.reported(informant=LEI)
    name_informant(case, Informant(phone="13800000612", is_anonymous=True))
    row = db_session.execute(
        select(CaseInformant).where(CaseInformant.case_id == case.id)
    ).scalar_one()
    assert row.name is None
    assert row.name_mark is None
