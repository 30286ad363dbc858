"""无障碍检查：把 axe-core 放进页里跑（页面的安全策略照旧），只留严重与很严重的."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from config import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async ([where, only, plain]) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const options = {
    resultTypes: ["violations"],
    rules: {"color-contrast": {enabled: !plain}},
    runOnly: only ? {type: "rule", values: only} : {type: "tag", values: tags},
  };
  const found = await axe.run(where || document, options);
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.slice(0, 4).map((node) => {
      const why = (node.any[0] || node.all[0] || node.none[0])?.message || "";
      return `${one.id}：${node.target.join(" ")} ${why}`;
    }));
}"""
DARK = """theme => {
  document.documentElement.dataset.bsTheme = theme;
  return new Promise(requestAnimationFrame);
}"""


@cache
def _script() -> str:
    return AXE.read_text("utf-8")


def faults(
    page: Page, where: str | None = None, *, only: tuple[str, ...] = (), colours: bool = True
) -> list[str]:
    """这一页（或其中一处）严重的毛病；``only`` 只查这几条；颜色查过了就 ``colours=False``."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_script())
    found: Any = page.evaluate(RUN, [where, list(only) or None, not colours])
    return [str(words) for words in found]


def in_both_themes(page: Page, where: str | None = None) -> list[str]:
    """浅色下查全部规则，深色下查与颜色有关的."""
    page.evaluate(DARK, "light")
    found = faults(page, where)
    page.evaluate(DARK, "dark")
    found += [f"深色 {words}" for words in faults(page, where, only=("color-contrast",))]
    page.evaluate(DARK, "light")
    return found
