// 卡片的菜单：不用拖也能做，鼠标、键盘、手指都行
import { $, $$, on } from "../dom.js";
import { moveTo } from "./moves.js";
import { cardOf, goTo, say } from "./state.js";

let opener = null;
let card = null;

const pop = () => $("[data-card-pop]");
const entries = () => $$("[role=menuitem]", pop()).filter((one) => !one.hidden);

function close({ back = false } = {}) {
  if (pop().hidden) return;
  pop().hidden = true;
  opener?.setAttribute("aria-expanded", "false");
  if (back) opener?.focus();
}

function open(link) {
  card = link.closest("[data-card]");
  opener = link;
  goTo(card, { focus: false });
  const can = card.dataset.can;
  $$("[data-to]", pop()).forEach((one) => {
    one.hidden = !can || one.dataset.to === card.dataset.lane;
    const words = $("[data-pop-words]", one);
    words.dataset.name ||= words.textContent;
    words.textContent = say(can === "redispatch" ? "redoTo" : "sendTo", { name: words.dataset.name });
  });
  const form = $("[data-pop-form]", pop());
  form.hidden = !can;
  form.href = link.href;
  $("[data-pop-open]", pop()).href = $("[data-open]", card).href;
  pop().hidden = false;
  link.setAttribute("aria-expanded", "true");
  const box = link.getBoundingClientRect();
  const { width, height } = pop().getBoundingClientRect();
  pop().style.right = "auto";
  pop().style.left = `${Math.max(8, Math.min(box.right - width, document.documentElement.clientWidth - width - 8))}px`;
  pop().style.top = `${box.bottom + height > innerHeight - 8 ? Math.max(8, box.top - height) : box.bottom + 2}px`;
  entries()[0]?.focus();
}

function walk(event) {
  if (pop().hidden) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    return close({ back: true });
  }
  if (event.key === "Tab") return close();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = entries();
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
}

export function startMenu() {
  on("click", "[data-card-menu]", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    if (opener === link && !pop().hidden) close();
    else open(link);
  });
  on("click", "[data-card-pop] [data-to]", (one) => {
    close();
    const now = cardOf(card.dataset.id);
    if (now) moveTo(one.dataset.to, [now]);
  });
  document.addEventListener("keydown", walk, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-card-pop], [data-card-menu]")) close();
  });
  window.addEventListener("scroll", () => close(), { passive: true, capture: true });
}
