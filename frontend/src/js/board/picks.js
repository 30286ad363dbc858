// 选与看：勾选、光标、再看 n 件
import { $, on } from "../dom.js";
import { put, tidy } from "./cards.js";
import { board, call, goTo, picked, say, unpick, withArgs } from "./state.js";
import { toast } from "../toast.js";

function refresh() {
  const list = picked();
  document.querySelectorAll("[data-card]").forEach((card) => card.classList.toggle("is-picked", Boolean($("input[name=rowid]", card)?.checked)));
  const bar = $("[data-board-bulk]");
  if (!bar) return;
  bar.hidden = !list.length;
  $("[data-picked]", bar).textContent = say("picked", { n: list.length });
  $("[data-cannot]", bar).textContent = exceptions(list);
}

/** 「其中 2 件不能：办理中 1 件、待核查 1 件」 */
function exceptions(list) {
  const fits = list.filter((card) => card.dataset.can === "dispatch");
  const rest = list.filter((card) => card.dataset.can !== "dispatch");
  if (!rest.length) return "";
  if (!fits.length && rest.every((card) => card.dataset.can === "redispatch")) return say("allRedo");
  const kinds = new Map();
  rest.forEach((card) => {
    const why = card.dataset.can === "redispatch" ? say("needsRedo", { state: card.dataset.stateWords }) : card.dataset.stateWords;
    kinds.set(why, (kinds.get(why) || 0) + 1);
  });
  const why = [...kinds].map(([words, n]) => say("ofKind", { words, n })).join("、");
  return say("cannot", { n: rest.length, why });
}

async function more(link) {
  const lane = link.closest("[data-lane-box]");
  const list = $("[data-lane-list]", lane);
  if (link.dataset.busy) return;
  link.dataset.busy = "1";
  const { data } = await call(withArgs(board.root.dataset.moreUrl, { lane: lane.dataset.laneBox, cursor: list.dataset.next }));
  delete link.dataset.busy;
  if (!data) return toast(say("lost"), { tone: "warn" });
  list.dataset.next = "";
  const first = data.cards.map((one) => put(one, { fresh: false })).find(Boolean);
  list.dataset.next = data.next;
  tidy();
  if (first && link.matches(":focus")) goTo(first);
}

export function startPicks() {
  board.root.addEventListener("change", (event) => event.target.matches("input[name=rowid]") && refresh());
  board.root.addEventListener("board:picked", refresh);
  on("click", "[data-unpick]", () => unpick());
  on("click", "[data-lane-more]", (link, event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    more(link);
  });
  // 点到卡片哪里，光标就在哪张
  on("pointerdown", "[data-card]", (card) => goTo(card, { focus: false }));
  on("focusin", "[data-card]", (card) => goTo(card, { focus: false }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open], [data-card-pop]:not([hidden])")) unpick();
  });
  refresh();
}
