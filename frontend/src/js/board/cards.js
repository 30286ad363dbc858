// 卡片：换上去、放到该在的位置、列首与“再看 n 件”
import { $, $$ } from "../dom.js";
import { board, cardOf, cards, laneOf, lanes, say } from "./state.js";

const FRESH = 5000;
const left = {};

export function draw(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content.firstElementChild;
}

/** 期限近的在前，没有期限的在后，同时的按编号 */
const isBefore = (a, b) => {
  const [x, y] = [a.dataset.due, b.dataset.due];
  if (x !== y) return Boolean(x) && (!y || x < y);
  return Number(a.dataset.id) < Number(b.dataset.id);
};

function mark(card) {
  card.classList.add("is-new");
  setTimeout(() => card.classList.remove("is-new"), FRESH);
}

/** 换上新的卡片；后面还有没取来的、又该排在最后的，不硬插 */
export function put(data, { fresh = true } = {}) {
  const card = draw(data.html);
  const old = cardOf(data.id);
  const lane = laneOf(data.lane);
  const keep = old && { at: old.classList.contains("is-at"), focus: old.contains(document.activeElement), box: $("input[name=rowid]", old)?.checked };
  if (!lane) {
    old?.remove();
    return null;
  }
  const list = $("[data-lane-list]", lane);
  if (old && old.parentElement === list && old.dataset.due === card.dataset.due) old.replaceWith(card);
  else {
    old?.remove();
    const next = cards(list).find((one) => isBefore(card, one));
    if (!next && list.dataset.next) return null;
    list.insertBefore(card, next || null);
  }
  if (keep?.at) card.classList.add("is-at");
  if (keep?.focus) $("[data-open]", card).focus({ preventScroll: true });
  const box = $("input[name=rowid]", card);
  if (keep?.box && box) {
    box.checked = true;
    card.classList.add("is-picked");
  }
  if (fresh) mark(card);
  return card;
}

export const drop = (id) => cardOf(id)?.remove();

/** 列首、页签、剩几件 */
export function frame({ heads = {}, left: counts = {}, tabs, waiting = null }) {
  for (const [code, html] of Object.entries(heads)) {
    const head = $("[data-lane-head]", laneOf(code) || document.createElement("i"));
    const focused = head?.contains(document.activeElement) && document.activeElement.dataset.to;
    if (head) head.innerHTML = html;
    if (focused) $(`[data-to="${focused}"]`, head)?.focus();
  }
  Object.assign(left, counts);
  const nav = $("[data-board-filters] nav");
  const badge = $(".menu a[aria-current] .menu-n");
  if (badge && waiting !== null) {
    badge.firstChild.data = String(waiting);
    badge.hidden = !waiting;
  }
  if (tabs && nav && !nav.contains(document.activeElement)) nav.replaceWith(draw(tabs));
  tidy();
}

/** 空列说一句，“再看 n 件”写对数 */
export function tidy() {
  lanes().forEach((lane) => {
    const list = $("[data-lane-list]", lane);
    const n = cards(list).length;
    $("[data-lane-empty]", lane).hidden = n > 0;
    const more = $("[data-lane-more]", lane);
    const total = left[lane.dataset.laneBox];
    const rest = total === undefined ? null : total - n;
    more.hidden = !list.dataset.next || (rest !== null && rest <= 0);
    if (rest !== null) more.textContent = say("more", { n: rest });
  });
}

/** 整页重取一遍：断线久了、变动太多、隔几分钟期限要重说 */
export async function renew() {
  const answer = await fetch(location.href, { headers: { "X-Quiet": "1" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-board]");
  if (!fresh || !board.root) return false;
  const at = $("[data-card].is-at", board.root)?.dataset.id;
  for (const lane of $$("[data-lane-box]", fresh)) {
    const here = laneOf(lane.dataset.laneBox);
    if (!here) return location.reload();
    here.replaceWith(document.adoptNode(lane));
  }
  const tabs = page.querySelector("[data-board-filters] nav");
  if (tabs) $("[data-board-filters] nav").replaceWith(document.adoptNode(tabs));
  board.version = Number(fresh.dataset.version);
  if (at) cardOf(at)?.classList.add("is-at");
  for (const key of Object.keys(left)) delete left[key];
  return true;
}
