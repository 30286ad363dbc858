// 快捷键：单键可关，打字时不起作用；带 data-key 的元素被“点一下”
import { $, $$, el, isTyping, on, store, visible } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { saveDraft } from "./drafts.js";
import { moveRow, openRow, toggleRow } from "./rows.js";
import { openPalette } from "./search.js";

const PREF = "ui.keys";
const WAIT = 900;
let leader = "";
let timer = 0;

const enabled = () => store.get(PREF) !== false;
const busy = () => $("dialog[open]");

/** 有对话框开着时只认对话框里的键 */
function target(key) {
  const root = busy() || document;
  return $$("[data-key]", root).find((node) => node.dataset.key === key && visible(node) && node.ariaDisabled !== "true");
}

function press(node) {
  if (node.matches("summary")) {
    node.parentElement.open = !node.parentElement.open;
    $("a, button, input, select", node.nextElementSibling)?.focus();
  } else node.click();
}

function digit(key) {
  const group = $$("[data-digits]", busy() || document).find(visible);
  const box = group && $$("input", group)[Number(key) - 1];
  if (!box) return false;
  box.click();
  box.focus();
  return true;
}

const jump = (selector) => {
  const box = $$(selector).find(visible);
  box?.focus();
  box?.select?.();
  return Boolean(box);
};

const FIXED = {
  "/": () => openPalette() || jump("[data-search]"),
  "?": () => Boolean(openKeys()),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => toggleRow(),
  Enter: () => openRow(),
};

function single(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (leader) {
    const both = target(`${leader} ${key}`);
    leader = "";
    if (both) return press(both), true;
  }
  const own = target(key);
  if (own) return press(own), true;
  if (busy()) return /^[1-9]$/.test(key) && digit(key);
  if ($$("[data-focus-key]").some((box) => box.dataset.focusKey === key)) return jump(`[data-focus-key="${key}"]`);
  if (FIXED[key]?.()) return true;
  if (/^[1-9]$/.test(key)) return digit(key);
  if ($(`[data-key^="${CSS.escape(key)} "]`)) {
    leader = key;
    clearTimeout(timer);
    timer = setTimeout(() => (leader = ""), WAIT);
    return true;
  }
  return false;
}

function withControl(event) {
  const form = event.target.closest?.("form") || $("dialog[open] form") || $("main form[method=post]");
  if (event.key === "Enter" && form) {
    const buttons = [...form.elements].filter((box) => box.type === "submit");
    form.requestSubmit(buttons.find((button) => button.matches(".btn-primary, .btn-danger")) || buttons[0]);
    return true;
  }
  if (event.key.toLowerCase() === "k") return openPalette();
  if (event.key.toLowerCase() !== "s") return false;
  const save = $$("[data-save]").find(visible);
  const draft = $$("form[data-autosave]").find(visible);
  if (save) save.click();
  else if (draft) saveDraft(draft, true);
  return Boolean(save || draft);
}

/** Alt 组合（加一项、上移下移）：先找光标所在的那一项，打字时也起作用 */
function withAlt(event) {
  const key = event.key.toLowerCase();
  const here = event.target.closest?.("li, tr, form");
  const node = [here, document].filter(Boolean).flatMap((root) => $$("[data-alt-key]", root)).find((one) => one.dataset.altKey === key && visible(one));
  if (node) press(node);
  return Boolean(node);
}

function onKey(event) {
  if (event.isComposing || event.defaultPrevented) return;
  if (event.altKey) {
    if (!event.ctrlKey && withAlt(event)) event.preventDefault();
    return;
  }
  const control = event.ctrlKey || event.metaKey;
  let done = false;
  if (control) done = withControl(event);
  else if (enabled() && !isTyping(event.target)) {
    const onWidget = event.target.closest?.("a, button, summary, input");
    if (event.key === "Enter" && onWidget) return;
    if (/^[1-9]$/.test(event.key) && event.target.matches?.("input[type=radio]") && !digit(event.key)) return;
    done = single(event);
  }
  if (done) event.preventDefault();
}

/** 本页带快捷键的按钮也列进说明 */
function openKeys() {
  const list = $("[data-keys-list]");
  if (!list) return null;
  $$("[data-page-key]", list).forEach((line) => line.remove());
  $$("[data-keys-if]", list).forEach((line) => (line.hidden = !$$(line.dataset.keysIf).some(visible)));
  const seen = new Set();
  for (const node of $$("[data-key-words]")) {
    const { key, focusKey, altKey } = node.dataset;
    const keys = key || focusKey || (altKey && `alt ${altKey}`);
    if (!keys || !visible(node) || seen.has(keys)) continue;
    seen.add(keys);
    const caps = el("span");
    keys.split(" ").forEach((key) => caps.append(el("kbd", {}, key.toUpperCase())));
    list.append(el("li", { "data-page-key": true }, el("span", {}, node.dataset.keyWords), caps));
  }
  $("[data-keys-on]").checked = enabled();
  return openDialog("keys");
}

/** 没有滚到的图还没取：先取来再打印 */
async function print() {
  const pictures = $$("img[loading=lazy]");
  pictures.forEach((picture) => (picture.loading = "eager"));
  await Promise.race([Promise.all(pictures.map((one) => one.decode().catch(() => null))), new Promise((go) => setTimeout(go, 3000))]);
  window.print();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  on("click", "[data-keys]", openKeys);
  on("change", "[data-keys-on]", (box) => store.set(PREF, box.checked));
  on("click", "[data-print]", print);
}
