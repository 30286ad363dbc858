// 命令面板：按 / 、Ctrl-K 或点顶栏的框才取来；上下选、回车去、没选就去整页结果
import { $, $$, el, icon } from "./js/dom.js";

const PAUSE = 180;
const dialog = $("#palette");
const box = $("input", dialog);
const list = $("[role=listbox]", dialog);
const told = $("[role=status]", dialog);
let timer = 0;
let asked = null;
let running = null;
let straight = null;

const options = () => $$("[role=option]", list);
const chosen = () => $("[aria-selected=true]", list);

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

/** 命中的字是服务器切好的一段段，这里只作字放进去 */
const pieces = (label) => label.map(([words, hit]) => (hit ? el("mark", {}, words) : words));

function item(one, id) {
  const words = el("span", { class: "palette-words" }, ...pieces(one.label));
  if (one.note) words.append(el("span", { class: "palette-note" }, one.note));
  return el("a", { role: "option", id, href: one.url, class: "palette-item", tabindex: "-1", "aria-selected": "false" }, icon(one.icon), words);
}

function draw({ groups, go, words }) {
  straight = go;
  choose(null);
  list.replaceChildren(
    ...groups.map((group, g) => {
      const title = el("div", { id: `palette-${g}` }, group.title);
      return el("div", { role: "group", "aria-labelledby": title.id }, title, ...group.items.map((one, n) => item(one, `palette-${g}-${n}`)));
    }),
  );
  box.setAttribute("aria-expanded", String(groups.length > 0));
  told.textContent = words;
}

async function ask() {
  const words = box.value.trim();
  if (words === asked) return;
  asked = words;
  straight = null;
  running?.abort();
  running = new AbortController();
  const url = `${dialog.dataset.find}?${new URLSearchParams({ q: words })}`;
  const found = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: running.signal })
    .then((answer) => (answer.ok && !answer.redirected ? answer.json() : null))
    .catch(() => null);
  // 后来的字已经另问了，先问的作废
  if (words !== asked) return;
  if (found) draw(found);
  else told.textContent = dialog.dataset.failed;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
}

function onKey(event) {
  // 输入法还在选字：回车、上下键都是它的
  if (event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move(step);
  else if (event.key === "Enter" && chosen()) chosen().click();
  else if (event.key === "Enter" && straight && asked === box.value.trim()) location.assign(straight);
  else return;
  event.preventDefault();
}

box.addEventListener("input", (event) => event.isComposing || later());
box.addEventListener("compositionend", later);
box.addEventListener("keydown", onKey);
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog.addEventListener("close", () => clearTimeout(timer));
dialog.addEventListener("ui:open", () => {
  asked = null;
  ask();
});
dialog.dispatchEvent(new Event("ui:open"));
