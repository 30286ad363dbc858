// 实时：每三秒问一次版本；有变动换上去，正看着、选着、拖着的不动，先给一条
import { $, el, icon, isTyping } from "../dom.js";
import { toast } from "../toast.js";
import { drop, frame, put, renew, tidy } from "./cards.js";
import { board, call, cardOf, cards, laneOf, picked, say, unpick, withArgs } from "./state.js";

const EVERY = 3000;
const SLOW = 15000;
const RENEW = 5 * 60 * 1000;
const IDLE = 60 * 1000;
const MOST = 400;
const waiting = new Map();
let last = Date.now();
let whole = Date.now();
let touched = Date.now();
let timer = 0;
let failed = 0;

/** 选着、拖着、开着对话框、在打字：哪里也不动 */
const isHeld = () => board.dragging || picked().length > 0 || Boolean($("dialog[open], [data-card-pop]:not([hidden])")) || isTyping(document.activeElement);
/** 指针正停在这一列上 */
const isUnder = (lane) => Boolean(lane?.matches(":hover"));

const isSame = (change) => {
  const card = cardOf(change.id);
  return Boolean(card && change.html && card.dataset.lane === change.lane && card.dataset.version === String(change.version));
};

const lanesOf = (change) => [cardOf(change.id)?.closest("[data-lane-box]"), change.lane && laneOf(change.lane)].filter(Boolean);

function apply(change) {
  waiting.delete(change.id);
  const card = cardOf(change.id);
  const box = card && $("input[name=rowid]", card);
  if (box?.checked && change.lane !== card.dataset.lane) unpick([card]);
  if (change.html) put(change);
  else drop(change.id);
}

/** 等着的：卡片原地变淡，写明谁做了什么，位置不动 */
function hold(change) {
  waiting.set(change.id, change);
  const card = cardOf(change.id);
  if (!card || $(".kc-stale", card)) return;
  card.classList.add("is-stale");
  card.append(el("div", { class: "kc-stale", title: change.words }, change.words || say("changed")));
}

function flush({ all = false } = {}) {
  for (const change of [...waiting.values()]) {
    if (isSame(change)) waiting.delete(change.id);
    else if (all || (!isHeld() && !lanesOf(change).some(isUnder))) apply(change);
  }
  tidy();
  pill();
}

function pill() {
  let button = $("[data-fresh]");
  if (!waiting.size) return button?.remove();
  if (!button) {
    button = el("button", { type: "button", class: "btn btn-sm btn-primary kan-pill no-print", "data-fresh": true }, icon("refresh"), el("span", { role: "status" }));
    button.addEventListener("click", () => flush({ all: true }));
    board.root.before(button);
  }
  $("span", button).textContent = say("pill", { n: waiting.size });
}

function take(news) {
  const changes = [...news.cards.map((card) => ({ ...card, words: news.words?.[card.id] || "" })), ...news.gone.map((id) => ({ id, words: news.words?.[id] || "" }))];
  changes.filter((change) => !isSame(change) && (change.html || cardOf(change.id))).forEach(hold);
  frame(news);
  flush();
}

function live() {
  const chip = $("[data-live]");
  if (!chip) return;
  chip.hidden = false;
  chip.classList.toggle("chip-ok", failed < 2);
  chip.classList.toggle("chip-warn", failed >= 2);
  const n = Math.round((Date.now() - last) / 1000);
  $("[data-live-words]", chip).textContent = say(failed >= 2 ? "offline" : "live", { n });
}

async function tick() {
  clearTimeout(timer);
  if (document.hidden) return;
  // 隔几分钟没人动，整页重取一遍：剩几天、超几天要重说
  if (Date.now() - whole > RENEW && Date.now() - touched > IDLE && !isHeld() && !waiting.size && (await renew())) whole = Date.now();
  const shown = cards().map((card) => card.dataset.id).slice(0, MOST).join(",");
  const { status, data } = await call(withArgs(board.root.dataset.changes, { since: board.version, shown }), { quiet: true });
  if (status === 401) {
    live();
    return toast(say("signedOut"), { tone: "bad", action: { label: say("signIn"), run: () => location.reload() } });
  }
  if (status === 200 || status === 204) {
    failed = 0;
    last = Date.now();
  } else failed += 1;
  if (data?.reload && !isHeld()) await renew();
  else if (data?.cards) {
    board.version = data.version;
    take(data);
  } else flush();
  live();
  timer = setTimeout(tick, failed >= 2 ? SLOW : EVERY);
}

export function startLive() {
  document.addEventListener("visibilitychange", () => !document.hidden && tick());
  board.root.addEventListener("pointerout", (event) => {
    const lane = event.target.closest?.("[data-lane-box]");
    if (lane && !lane.contains(event.relatedTarget) && waiting.size) setTimeout(flush, 200);
  });
  board.root.addEventListener("board:picked", () => waiting.size && flush());
  ["pointermove", "keydown"].forEach((type) => document.addEventListener(type, () => (touched = Date.now()), { passive: true }));
  setInterval(live, 1000);
  live();
  timer = setTimeout(tick, EVERY);
}
