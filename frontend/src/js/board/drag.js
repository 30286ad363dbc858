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
let rolling = 0;
let at = [0, 0];

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
  rolling = setInterval(roll, 30);
}

function follow(x, y) {
  at = [x, y];
  ghost.style.left = `${x - 30}px`;
  ghost.style.top = `${y - 16}px`;
  const lane = over(x, y);
  lanes().forEach((one) => one.classList.toggle("is-over", one === lane && one.dataset.laneBox !== list[0].dataset.lane));
}

/** 拖到边上停着，跟着滚 */
function roll() {
  const [x, y] = at;
  const was = [board.root.scrollLeft, scrollY];
  if (x > innerWidth - EDGE) board.root.scrollLeft += 9;
  else if (x < EDGE) board.root.scrollLeft -= 9;
  if (y > innerHeight - EDGE) scrollBy(0, 14);
  else if (y < EDGE * 2) scrollBy(0, -14);
  if (was[0] !== board.root.scrollLeft || was[1] !== scrollY) follow(x, y);
}

function put(x, y) {
  const lane = ghost && over(x, y);
  const chosen = list.map((card) => cardOf(card.dataset.id)).filter(Boolean);
  end();
  if (lane && chosen.length && chosen.some((card) => card.dataset.lane !== lane.dataset.laneBox)) moveTo(lane.dataset.laneBox, chosen);
}

function end() {
  clearTimeout(hold);
  clearInterval(rolling);
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
  if (ghost && !start.touch) {
    event.preventDefault();
    follow(event.clientX, event.clientY);
  }
}

/* 手指：拿起来以后浏览器可能收走指针去滚屏，所以跟着触点走，不让它滚 */
function touchMove(event) {
  if (!ghost) return;
  event.preventDefault();
  follow(event.touches[0].clientX, event.touches[0].clientY);
}

function touchEnd(event) {
  if (!ghost || !start?.touch) return;
  event.preventDefault();
  put(event.changedTouches[0].clientX, event.changedTouches[0].clientY);
}

export function startDrag() {
  board.root.addEventListener("pointerdown", down);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", (event) => {
    if (!start || (start.touch && ghost)) return;
    if (ghost) put(event.clientX, event.clientY);
    else end();
  });
  document.addEventListener("pointercancel", () => start && !(start.touch && ghost) && end());
  document.addEventListener("touchmove", touchMove, { passive: false });
  document.addEventListener("touchend", touchEnd, { passive: false });
  document.addEventListener("touchcancel", () => ghost && end());
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
