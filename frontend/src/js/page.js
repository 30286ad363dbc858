// 页面的小动作：侧栏、折叠菜单、时限弹层、经过筛选、看图、轮询
import { $, $$, el, icon, isTyping, on, word } from "./dom.js";
import { isPicking } from "./rows.js";

/* 窄屏侧栏：没有脚本时靠 #side 锚点打开 */
function menu() {
  const side = $("#side");
  const opener = $("[data-menu]");
  if (!side || !opener) return;
  const set = (open) => {
    side.classList.toggle("is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) $("a[href]:not([data-menu-close])", side)?.focus();
    else if (side.contains(document.activeElement)) opener.focus();
  };
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    set(!side.classList.contains("is-open"));
  });
  $("[data-menu-close]", side)?.addEventListener("click", (event) => {
    event.preventDefault();
    set(false);
  });
  document.addEventListener("click", (event) => {
    if (side.classList.contains("is-open") && !side.contains(event.target) && !opener.contains(event.target)) set(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.classList.contains("is-open")) set(false);
  });
}

/* <details> 弹层：点别处、按 Esc 收起；同时只开一个；不出屏幕 */
const pops = () => $$("details[data-pop][open], details[data-explain][open]");

/** 弹层贴着标题放，按窗口定位：不被表格裁掉，也不出屏幕 */
function place(details) {
  const panel = $(".pop-list, .explain-panel, .more-filters-panel", details);
  if (!panel) return;
  const anchor = $("summary", details).getBoundingClientRect();
  panel.style.position = "fixed";
  panel.style.right = "auto";
  panel.style.left = "0";
  panel.style.top = "0";
  const { width, height } = panel.getBoundingClientRect();
  const edge = document.documentElement.clientWidth - width - 8;
  const start = panel.matches(".pop-list") && !("start" in panel.dataset) ? anchor.right - width : anchor.left;
  const below = anchor.bottom + 6;
  const flip = below + height > innerHeight - 8 && anchor.top - height - 6 > 8;
  panel.style.left = `${Math.max(8, Math.min(start, edge))}px`;
  panel.style.top = `${flip ? anchor.top - height - 6 : below}px`;
}

function startPops() {
  document.addEventListener(
    "toggle",
    (event) => {
      const details = event.target;
      if (!details.matches?.("details[data-pop], details[data-explain]") || !details.open) return;
      pops().forEach((other) => {
        if (other !== details && !other.contains(details)) other.open = false;
      });
      place(details);
    },
    true,
  );
  ["scroll", "resize"].forEach((type) => window.addEventListener(type, () => pops().forEach(place), { passive: true, capture: true }));
  document.addEventListener("click", (event) => {
    pops().forEach((details) => {
      const inside = details.contains(event.target) || event.target.closest(".ts-dropdown, .flatpickr-calendar");
      if (!inside) details.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pops().forEach((details) => {
      details.open = false;
      $("summary", details).focus();
    });
  });
}

function filterTimeline(button) {
  const kind = button.dataset.kind;
  $$(`[data-timeline="${button.dataset.timeline}"]`).forEach((other) => {
    const here = other === button;
    other.setAttribute("aria-pressed", String(here));
    other.classList.toggle("chip-info", here);
    other.classList.toggle("chip-line", !here);
  });
  $$(`#${CSS.escape(button.dataset.timeline)} > li`).forEach((entry) => {
    entry.hidden = kind !== "all" && !entry.dataset.kind.split(" ").includes(kind);
  });
}

/* 看图：同一组里用左右键翻 */
let shown = [];
let now = 0;

function show(step) {
  const dialog = $("#viewer");
  now = (now + step + shown.length) % shown.length;
  const link = shown[now];
  const name = link.title || link.textContent.trim();
  const view = link.dataset.view === "pdf" ? el("iframe", { src: link.href, title: name }) : el("img", { src: link.href, alt: name });
  $("#viewer-title").textContent = name;
  $("[data-viewer-body]", dialog).replaceChildren(view);
  $("[data-viewer-open]", dialog).href = link.href;
  $("[data-viewer-count]", dialog).textContent = word("counter", { n: now + 1, max: shown.length });
  $$("[data-viewer-step]", dialog).forEach((button) => {
    button.hidden = shown.length < 2;
  });
}

function startViewer() {
  on("click", "[data-view]", (link, event) => {
    const dialog = $("#viewer");
    if (!dialog?.showModal || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    shown = $$("[data-view]", link.closest(".shots"));
    now = shown.indexOf(link);
    show(0);
    dialog.showModal();
  });
  on("click", "[data-viewer-step]", (button) => show(Number(button.dataset.viewerStep)));
  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && $("#viewer")?.open && shown.length > 1) show(step);
  });
}

/* 轮询：<div data-poll="地址" data-version="…" data-every="15">；有变化先给一条，不动正在看的 */
function poll(root) {
  const every = Math.max(3, Number(root.dataset.every) || 15) * 1000;
  const tick = async () => {
    if (document.hidden) return;
    const answer = await fetch(root.dataset.poll, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const news = await answer.json();
    const badge = $("[data-notices]");
    if (badge && news.notices !== undefined) badge.textContent = news.notices;
    if (news.version === undefined || String(news.version) === root.dataset.version) return;
    root.dataset.version = news.version;
    const wait = !root.dispatchEvent(new CustomEvent("ui:changed", { bubbles: true, cancelable: true, detail: news }));
    if (!wait) announce(root, news);
  };
  setInterval(tick, every);
}

function announce(root, news) {
  $(".fresh-pill", root)?.remove();
  const text = news.count ? word("newRows", { n: news.count }) : word("changed");
  const pill = el("button", { type: "button", class: "btn btn-sm btn-primary fresh-pill", role: "status" }, icon("refresh"), text);
  pill.addEventListener("click", () => location.reload());
  root.prepend(pill);
}

/** 页面正忙（在打字、在选、开着对话框），别的模块刷新前要问 */
export const isBusy = () => isTyping(document.activeElement) || isPicking() || Boolean($("dialog[open]"));

export function startPage() {
  menu();
  startPops();
  startViewer();
  on("click", "[data-timeline]", filterTimeline);
  $$("[data-poll]").forEach(poll);
}
