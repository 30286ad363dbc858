// 主题开关：当场换，不离开这一页；选了什么由服务器记下
import { $$, el, on } from "./dom.js";

const root = document.documentElement;
const told = () => document.dispatchEvent(new CustomEvent("ui:theme"));

function choose(form, event) {
  const chosen = event.submitter?.value;
  if (!chosen || !window.fetch) return;
  event.preventDefault();
  const body = new FormData(form);
  body.set("theme", chosen);
  root.dataset.bsTheme = chosen;
  const scheme = document.querySelector('meta[name="color-scheme"]');
  if (scheme) scheme.content = chosen === "auto" ? "light dark" : chosen;
  $$("[data-theme-switch] button").forEach((button) => button.setAttribute("aria-pressed", String(button.value === chosen)));
  told();
  // 没有记成（登录过期之类）就照平常的样子提交，让人看到为什么；断网的只换这一页
  const plainly = () => {
    form.append(el("input", { type: "hidden", name: "theme", value: chosen }));
    form.submit();
  };
  fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).then(
    (answer) => answer.type === "opaqueredirect" || plainly(),
    () => {},
  );
}

export function startTheme() {
  on("submit", "[data-theme-switch]", choose, true);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener?.("change", () => root.dataset.bsTheme === "auto" && told());
}
