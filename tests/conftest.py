"""全部测试共用的夹具."""

from __future__ import annotations

import pytest

from tests import support_pg


def pytest_configure(config: pytest.Config) -> None:
    """主进程备好测试数据库的公用文件夹；xdist 的进程从环境里得知."""
    if not hasattr(config, "workerinput"):
        support_pg.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """主进程最后停掉测试数据库，删去数据."""
    if not hasattr(config, "workerinput"):
        support_pg.end()
