// 拖放：鼠标拖、手指按住再拖；放下去的地方办不成，卡片原地不动
import { moveTo } from "./moves.js";
import { board, cardOf, lanes, picked } from "./state.js";

const NEAR = 6;
const HOLD = 350;
const EDGE = 48;
let hold = 0;
let start = null;
let ghost = null;
let list = [];

const over = (x, y) => document.elementFromPoint(x, y)?.closest("[data-lane-box]");

function lift(card, x, y) {
  const all = picked();
  list = all.includes(card) ? all : [card];
  board.dragging = true;
  document.body.classList.add("is-dragging");
  list.forEach((one) => one.classList.add("is-lifted"));
  ghost = card.cloneNode(true);
  ghost.classList.add("kc-ghost");
  ghost.removeAttribute("data-card");
  ghost.removeAttribute("data-row");
  ghost.setAttribute("aria-hidden", "true");
  if (list.length > 1) ghost.dataset.n = String(list.length);
  document.body.append(ghost);
  follow(x, y);
}

function follow(x, y) {
  ghost.style.left = `${x - 30}px`;
  ghost.style.top = `${y - 16}px`;
  const lane = over(x, y);
  lanes().forEach((one) => one.classList.toggle("is-over", one === lane && one.dataset.laneBox !== list[0].dataset.lane));
  // 拖到边上，跟着滚
  if (x > innerWidth - EDGE) board.root.scrollLeft += 14;
  else if (x < EDGE) board.root.scrollLeft -= 14;
  if (y > innerHeight - EDGE) scrollBy(0, 14);
  else if (y < EDGE * 2) scrollBy(0, -14);
}

function put(x, y) {
  const lane = ghost && over(x, y);
  const chosen = list.map((card) => cardOf(card.dataset.id)).filter(Boolean);
  end();
  if (lane && chosen.length && chosen.some((card) => card.dataset.lane !== lane.dataset.laneBox)) moveTo(lane.dataset.laneBox, chosen);
}

function end() {
  clearTimeout(hold);
  ghost?.remove();
  ghost = start = null;
  document.body.classList.remove("is-dragging");
  list.forEach((card) => card.classList.remove("is-lifted"));
  lanes().forEach((lane) => lane.classList.remove("is-over"));
  list = [];
  // 松手时的那一下点击不算点链接
  setTimeout(() => (board.dragging = false));
}

function down(event) {
  const card = event.target.closest?.("[data-card]");
  if (!card || event.button || event.target.closest("input, label, [data-card-menu], summary")) return;
  start = { card, x: event.clientX, y: event.clientY, touch: event.pointerType !== "mouse" };
  if (start.touch) hold = setTimeout(() => start && lift(start.card, start.x, start.y), HOLD);
}

function move(event) {
  if (!start) return;
  const far = Math.hypot(event.clientX - start.x, event.clientY - start.y) > NEAR;
  if (!ghost && start.touch && far) return end();
  if (!ghost && far) {
    lift(start.card, event.clientX, event.clientY);
    getSelection()?.removeAllRanges();
  }
  if (ghost) {
    event.preventDefault();
    follow(event.clientX, event.clientY);
  }
}

export function startDrag() {
  board.root.addEventListener("pointerdown", down);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", (event) => start && (ghost ? put(event.clientX, event.clientY) : end()));
  document.addEventListener("pointercancel", () => start && end());
  document.addEventListener("touchmove", (event) => ghost && event.preventDefault(), { passive: false });
  document.addEventListener("contextmenu", (event) => start?.touch && event.preventDefault());
  document.addEventListener("dragstart", (event) => event.target.closest?.("[data-card]") && event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ghost) end();
  });
  board.root.addEventListener(
    "click",
    (event) => {
      if (!board.dragging) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}
