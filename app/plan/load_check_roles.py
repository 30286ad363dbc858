"""核对计划：角色、任职规则、限定、授权矩阵、职责分离、演示账号。"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.domain.case_words import Action
from app.plan.load_check_base import Checker, codes
from app.plan.model import Account, Cell, PlannedHolding, Role

ALL = "ALL"


def check_roles(checker: Checker) -> None:
    """角色、授权与演示账号."""
    _roles(checker)
    _pseudo_roles(checker)
    _actions(checker)
    for cell in checker.plan.cells:
        _cell(checker, cell)
    _twice(checker)
    _limits(checker)
    for i, rule in enumerate(checker.plan.separation):
        checker.all_known(
            f"separation[{i}].covers", rule.covers, codes(checker.plan.actions), "动作"
        )
    for key, what in (("login", "登录名"), ("name", "姓名")):
        checker.unique("accounts", what, key)
    for i, account in enumerate(checker.plan.accounts):
        _account(checker, account, f"accounts[{i}]")


def _roles(checker: Checker) -> None:
    plan = checker.plan
    known, rules = codes(plan.roles), plan.holding_rules
    for family, members in plan.families.items():
        checker.all_known(f"families.{family}", members, known, "角色")
        checker.need(family not in known, f"families.{family}", f"角色族 {family} 与角色同名")
    for i, role in enumerate(plan.roles):
        path = f"roles[{i}]"
        checker.known(f"{path}.scope", role.scope, plan.scopes, "数据范围")
        checker.need(
            role.scope in rules.place or role.scope not in plan.scopes,
            f"{path}.scope",
            f"任职规则没有写 {role.scope} 可配的地",
        )
        checker.known(f"{path}.platform", role.platform, codes(plan.platforms), "平台")
        checker.known(f"{path}.org", role.org, codes(plan.orgs), "机构")
    for scope in rules.place:
        checker.known(f"holding_rules.place.{scope}", scope, plan.scopes, "数据范围")


def _pseudo_roles(checker: Checker) -> None:
    plan = checker.plan
    for i, role in enumerate(plan.pseudo_roles):
        path = f"pseudo_roles[{i}]"
        checker.known(f"{path}.scope", role.scope, plan.scopes, "数据范围")
        granted = {cell.code for cell in plan.cells if cell.column == role.code}
        odd = "、".join(sorted(granted ^ set(role.triggers)))
        checker.need(not role.triggers or not odd, f"{path}.triggers", f"触发与矩阵不一致：{odd}")


def _actions(checker: Checker) -> None:
    plan = checker.plan
    program, modules = {action.value for action in Action}, codes(plan.modules)
    found = {action.code for action in plan.actions if "." not in action.code}
    for code in sorted(program - found):
        checker.fault("case_matrix", f"缺少案件动作 {code}")
    for action in plan.actions:
        if "." not in action.code:
            checker.known(_row(action.code), action.code, program, "案件动作")
            continue
        checker.known(_row(action.code), action.module, modules, "模块")
        checker.need(
            action.zh != action.code, f"{_row(action.code)}.zh", f"动作 {action.code} 缺名称"
        )


def _cell(checker: Checker, cell: Cell) -> None:
    plan, path = checker.plan, f"{_row(cell.code)}.{cell.column}"
    columns = codes(plan.roles) | codes(plan.pseudo_roles) | frozenset(plan.families)
    limits = codes(plan.limits)
    checker.known(path, cell.column, columns, "角色或角色族")
    for group in cell.alternatives:
        for limit in group:
            checker.known(path, limit, limits, "限定")
        checker.need(bool(group), path, "一组限定不能为空")
        checker.need(len(group) == len(set(group)), path, "同一组里的限定重复")
    alone = cell.alternatives == ((ALL,),)
    checker.need(
        alone or not any(ALL in group for group in cell.alternatives), path, "ALL 只能单独用"
    )


def _twice(checker: Checker) -> None:
    """一行里同一角色不得既按族又单列."""
    seen: dict[str, set[str]] = {}
    for cell in checker.plan.cells:
        have = seen.setdefault(cell.code, set())
        for role in checker.plan.expand([cell.column]):
            checker.need(
                role not in have, f"{_row(cell.code)}.{cell.column}", f"角色 {role} 列了两次"
            )
            have.add(role)


def _limits(checker: Checker) -> None:
    plan = checker.plan
    used: dict[str, set[tuple[str, str]]] = {}
    for cell in plan.cells:
        for limit in {limit for group in cell.alternatives for limit in group}:
            used.setdefault(limit, set()).add((cell.code, cell.column))
    for i, row in enumerate(plan.limits):
        checker.need(row.code in used, f"limits[{i}]", f"限定 {row.code} 没有用到")
    written: dict[str, set[tuple[str, str | None]]] = {}
    for param in plan.limit_params:
        path = f"limit_params.{param.limit}.{param.action}"
        written.setdefault(param.limit, set()).add((param.action, param.role))
        cells = used.get(param.limit, set())
        ok = any(
            param.action == action and param.role in (None, column) for action, column in cells
        )
        who = f"{param.role} 的 {param.action}" if param.role else param.action
        checker.need(ok, path, f"{who} 没有用到 {param.limit}")
    for limit, params in written.items():
        _missing_params(checker, limit, params, used.get(limit, set()))


def _missing_params(
    checker: Checker,
    limit: str,
    params: Collection[tuple[str, str | None]],
    cells: Collection[tuple[str, str]],
) -> None:
    by_role = any(role is not None for _, role in params)
    for action, column in sorted(cells):
        key = (action, column if by_role else None)
        who = f"{column} 的 {action}" if by_role else action
        checker.need(key in params, f"limit_params.{limit}", f"{who} 用了 {limit}，没有写参数")


def _account(checker: Checker, account: Account, path: str) -> None:
    plan = checker.plan
    orgs = codes(plan.orgs) | codes(plan.villages)
    checker.known(f"{path}.org", account.org, orgs, "机构")
    checker.known(f"{path}.type", account.engagement, plan.grid_rules.member_types, "网格员类别")
    checker.known(f"{path}.source", account.source, codes(plan.force_sources, "zh"), "力量来源")
    checker.need(bool(account.holdings), f"{path}.holdings", f"{account.login} 没有任职")
    roles = {role.code: role for role in plan.roles}
    for j, holding in enumerate(account.holdings):
        place = f"{path}.holdings[{j}]"
        checker.known(f"{place}.role", holding.role, roles, "角色")
        _holding(checker, holding, place)
        if holding.role in roles:
            _place(checker, holding, roles[holding.role], place)
    held = {holding.role for holding in account.holdings}
    checker.need("A" not in held or held == {"A"}, path, "系统管理员不得持有任何业务角色（SD4）")
    barred = held & set(plan.expand(["B", "C", "F", "G", "H", "I", "J"]))
    checker.need(
        "K" not in held or not barred, path, "乡纪委监督员不得持有受理、协调、承办角色（SD5）"
    )
    grid = "I" in held
    checker.need(
        grid == (account.engagement is not None) == (account.source is not None),
        path,
        "网格员须写 type 与 source，其他人不写",
    )


def _holding(checker: Checker, holding: PlannedHolding, path: str) -> None:
    """职务须带该角色；方式与起止须合于任职规则."""
    posts = {post.code: post.role for post in checker.plan.posts}
    rules, roles = checker.plan.holding_rules, codes(checker.plan.roles)
    checker.known(f"{path}.post", holding.post, posts, "职务")
    brought = posts.get(holding.post or "", holding.role)
    checker.need(
        brought == holding.role or not {brought, holding.role} <= roles,
        f"{path}.post",
        f"职务 {holding.post} 带来的角色是 {brought}，不是 {holding.role}",
    )
    checker.known(f"{path}.mode", holding.mode, rules.modes, "任职方式")
    end = holding.valid_to
    checker.need(end is None or holding.valid_from <= end, f"{path}.to", "止日早于起日")
    days = (end - holding.valid_from).days + 1 if end else rules.delegate_max_days + 1
    checker.need(
        holding.mode != "委托" or days <= rules.delegate_max_days,
        f"{path}.to",
        f"委托须写止日，且至多 {rules.delegate_max_days} 个自然日",
    )


def _place(checker: Checker, holding: PlannedHolding, role: Role, path: str) -> None:
    """地须存在、合于角色的数据范围，角色限定了平台或机构的须相同."""
    plan = checker.plan
    allowed = plan.holding_rules.place.get(role.scope)
    checker.need(
        allowed is None or holding.place_kind in allowed,
        path,
        f"角色 {role.code} 的地应为 {'、'.join(allowed or ())} 之一，却是 {holding.place_kind}",
    )
    known: Mapping[str, Collection[str]] = {
        "platform": codes(plan.platforms),
        "org": codes(plan.orgs),
        "grid": codes(plan.grids),
        "village": codes(plan.villages),
        "body": codes(plan.bodies),
        "none": (),
    }
    where = f"{path}.{holding.place_kind}"
    checker.known(where, holding.place, known[holding.place_kind], "任职的地")
    fixed = {"platform": role.platform, "org": role.org}.get(holding.place_kind)
    checker.need(
        fixed is None or fixed == holding.place, where, f"角色 {role.code} 只能任职于 {fixed}"
    )


def _row(code: str) -> str:
    return f"{'module_matrix' if '.' in code else 'case_matrix'}.{code}"
