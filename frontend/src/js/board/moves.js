// 分流与改派：一件或几件，写理由，撤销，谁先办了说清楚
import { $, on } from "../dom.js";
import { countCharacters } from "../forms.js";
import { toast } from "../toast.js";
import { drop, frame, put } from "./cards.js";
import { board, call, cardOf, cards, current, goTo, laneName, picked, say, unpick } from "./state.js";

const undone = [];
let told = null;

/** 一次只留一条自己的提示 */
function tell(text, options) {
  told?.remove();
  told = toast(text, options);
}

const canDispatch = (card) => card.dataset.can === "dispatch";
const canRedo = (card) => card.dataset.can === "redispatch";
const busy = (list, yes) => list.forEach((card) => cardOf(card.dataset.id)?.classList.toggle("is-busy", yes));
const items = (list) => list.map((card) => [Number(card.dataset.id), Number(card.dataset.version)]);
const numbers = (list) => list.map((card) => card.dataset.number).slice(0, 5).join("、") + (list.length > 5 ? say("others", { n: list.length }) : "");

/** 这几张送走以后，光标去哪一张 */
function follower(list) {
  const at = current();
  if (!at || !list.includes(at)) return null;
  const lane = cards(at.parentElement);
  const rest = lane.filter((card) => !list.includes(card) && !card.classList.contains("is-busy"));
  const after = lane.indexOf(at);
  return rest.find((card) => lane.indexOf(card) > after) || rest.at(-1) || null;
}

async function send(url, list, to, words) {
  if (!list.length) return { status: 0, ok: [], bad: [{ words: say("tooLate") }] };
  // 分走的接着看下一张；改派的光标跟着卡片走
  const next = url === board.root.dataset.move ? follower(list) : null;
  busy(list, true);
  if (next) goTo(next);
  const { status, data } = await call(url, { body: { items: items(list), to, words } });
  busy(list, false);
  if (!data?.results) {
    const key = { 0: "lost", 401: "signedOut" }[status];
    tell(key ? say(key) : data?.words || say("failed"), { tone: "bad" });
    return { status, ok: [], bad: list.map((card) => ({ id: Number(card.dataset.id), code: "lost", words: "" })) };
  }
  (data.gone || []).forEach(drop);
  (data.cards || []).forEach((one) => put(one));
  frame(data);
  const ok = data.results.filter((one) => !one.code);
  const bad = data.results.filter((one) => one.code);
  unpick(ok.map((one) => cardOf(one.id)).filter(Boolean));
  if (ok.length) remember(ok.map((one) => one.id));
  report(data, ok, bad, status);
  if (list.length === 1 && bad.length) goTo(cardOf(bad[0].id));
  return { status, ok, bad };
}

function report(data, ok, bad, status) {
  const undo = ok.length ? { label: say("undo"), run: () => redo(lastSent()) } : undefined;
  const why = data.results.length > 1 ? bad.map((one) => `${one.number}：${one.words}`).join("；") : "";
  const text = [data.words, why, status === 409 && !ok.length ? say("backInPlace") : ""].filter(Boolean).join(" ");
  let tone = "ok";
  if (bad.length) tone = ok.length ? "warn" : status === 409 ? "warn" : "bad";
  tell(text, { tone, action: undo });
}

function remember(ids) {
  undone.push(ids);
  const button = $("[data-undo]");
  if (button) button.removeAttribute("aria-disabled");
}

const isMine = (card) => card && "mine" in card.dataset && canRedo(card);

/** 刚分走、还没签收的；签收了的撤不回，往前再找 */
function lastSent() {
  while (undone.length) {
    const list = undone.at(-1).map(cardOf).filter(isMine);
    if (list.length) return list;
    undone.pop();
  }
  return [];
}

/* ---- 两个对话框：写的话一直留着，关了再开也在 */
function dialog(id, { title, list, ready, submit }) {
  const box = document.getElementById(id);
  const bad = $("[data-dlg-bad]", box);
  const text = $("[data-dlg-words]", box);
  if (title) $("h2", box).textContent = title;
  $("[data-dlg-items]", box).textContent = numbers(list);
  bad.hidden = true;
  ready?.(box);
  const form = $("form", box);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    const words = await submit(text.value.trim(), box);
    delete form.dataset.sending;
    if (!words) {
      text.value = "";
      box.close();
      goTo(current());
      return;
    }
    bad.textContent = words;
    bad.hidden = false;
    text.focus();
  };
  box.showModal();
  if (text.dataset.counter) countCharacters(text);
}

const again = (list) => list.map((card) => cardOf(card.dataset.id)).filter(Boolean);
const explain = ({ ok, bad }) => (ok.length ? "" : bad.map((one) => one.words).filter(Boolean).join("；") || say("failed"));

function dispatch(list, to) {
  const odd = list.filter((card) => card.dataset.rule && card.dataset.rule !== to);
  if (!odd.length) return send(board.root.dataset.move, list, to, "");
  const rule = laneName(odd[0].dataset.rule);
  const one = odd.every((card) => card.dataset.rule === odd[0].dataset.rule);
  dialog("board-note", {
    title: one ? say("note", { rule, to: laneName(to) }) : say("noteMany", { n: odd.length, to: laneName(to) }),
    list: odd,
    ready: (box) => setTimeout(() => $("[data-dlg-words]", box).select()),
    submit: async (words) => (words ? explain(await send(board.root.dataset.move, again(list).filter(canDispatch), to, words)) : say("noteFirst")),
  });
}

export function redo(list, to = "") {
  const known = list.filter(canRedo);
  if (!known.length) return tell(say("nothingToUndo"), { tone: "info" });
  const from = new Set(known.map((card) => card.dataset.lane));
  dialog("board-redo", {
    list: known,
    ready: (box) => {
      box.querySelectorAll("input[name=to]").forEach((radio) => {
        radio.disabled = from.size === 1 && from.has(radio.value);
        radio.checked = radio.value === to && !radio.disabled;
      });
      const first = $("input[name=to]:checked", box) ? $("[data-dlg-words]", box) : $("input[name=to]:not(:disabled)", box);
      setTimeout(() => first.focus());
    },
    submit: async (words, box) => {
      const where = $("input[name=to]:checked", box)?.value;
      if (!where) return say("choosePlatform");
      if ([...words].length < 10) return say("reasonShort");
      return explain(await send(board.root.dataset.redo, again(known).filter(canRedo), where, words));
    },
  });
}

/** 送到一列：能分的分，没签收的改派，别的由服务器说为什么 */
export function moveTo(to, given) {
  const chosen = picked();
  const list = (given || (chosen.length ? chosen : [current()])).filter((card) => card && !card.classList.contains("is-busy") && card.dataset.lane !== to);
  if (!list.length) return tell(say("noCard"), { tone: "info" });
  const ready = list.filter(canDispatch);
  if (ready.length) return dispatch(ready, to);
  if (list.every(canRedo) && laneName(to) !== to && to !== "POOL") return redo(list, to);
  return send(board.root.dataset.move, list, to, "");
}

export function startMoves() {
  on("click", "[data-board] [data-to], [data-board-bulk] [data-to]", (button) => moveTo(button.dataset.to));
  on("click", "[data-undo]", () => {
    const at = current();
    redo(isMine(at) ? [at] : lastSent());
  });
  // 光标在本人分走、还没签收的卡片上，撤销也可用
  board.root.addEventListener("focusin", () => {
    const usable = isMine(current()) || lastSent().length;
    if (usable) $("[data-undo]")?.removeAttribute("aria-disabled");
    else $("[data-undo]")?.setAttribute("aria-disabled", "true");
  });
}
