// 提示：六秒后收起，出错的一直在
import { $, $$, el, icon, on, word } from "./dom.js";

const STAY = 6000;

function fade(card) {
  if (card.classList.contains("toast-bad")) return;
  let timer = setTimeout(() => card.remove(), STAY);
  const hold = () => clearTimeout(timer);
  const go = () => {
    timer = setTimeout(() => card.remove(), STAY);
  };
  card.addEventListener("mouseenter", hold);
  card.addEventListener("focusin", hold);
  card.addEventListener("mouseleave", go);
}

export function toast(text, { tone = "info", action } = {}) {
  const bad = tone === "bad";
  const pic = { ok: "circle-check", info: "info-circle" }[tone] || "alert-triangle";
  const card = el("div", { class: `toast-card toast-${tone}`, role: bad ? "alert" : "status" }, icon(pic));
  card.append(el("span", { class: "toast-words" }, text));
  if (action) {
    const step = el("button", { class: "btn btn-sm", type: "button" }, action.label);
    step.addEventListener("click", () => {
      card.remove();
      action.run();
    });
    card.append(step);
  }
  card.append(el("button", { class: "x", type: "button", "data-dismiss": true, "aria-label": word("close") }, icon("x")));
  $("#toasts")?.append(card);
  fade(card);
  return card;
}

export function startToasts() {
  $$("[data-toast]").forEach(fade);
  on("click", "[data-dismiss]", (button) => button.closest(".toast-card")?.remove());
}
