// 看板的公用：根、字、卡片、列、问服务器
import { $, $$ } from "../dom.js";

const root = $("[data-board]");

export const board = {
  root,
  movable: Boolean(root && "movable" in root.dataset),
  version: Number(root?.dataset.version || 0),
  words: JSON.parse(root?.dataset.words || "{}"),
  token: $("[name=csrf_token]", root || document)?.value || "",
  dragging: false,
};

export const say = (key, facts = {}) => (board.words[key] || key).replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");
export const lanes = () => $$("[data-lane-box]", root);
export const laneOf = (code) => lanes().find((lane) => lane.dataset.laneBox === code);
export const laneName = (code) => board.words.names?.[code] || code;
export const cards = (scope = root) => $$("[data-card]", scope);
export const cardOf = (id) => $(`[data-card][data-id="${id}"]`, root);
export const picked = () => cards().filter((card) => $("input[name=rowid]", card)?.checked);
export const current = () => $("[data-card].is-at", root) || document.activeElement?.closest?.("[data-card]");

export function unpick(list = picked()) {
  list.forEach((card) => {
    const box = $("input[name=rowid]", card);
    if (box) box.checked = false;
  });
  root.dispatchEvent(new Event("board:picked"));
}

/** 光标放到这张卡片上 */
export function goTo(card, { focus = true } = {}) {
  cards().forEach((one) => one.classList.toggle("is-at", one === card));
  if (!card || !focus) return;
  $("[data-open]", card)?.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** 问服务器：得 {status, data}；登录过期、断线时 data 为空 */
export async function call(url, { body, quiet = false } = {}) {
  const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
  if (quiet) headers["X-Quiet"] = "1";
  const options = { headers, credentials: "same-origin" };
  if (body) {
    Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": board.token });
    Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  }
  const answer = await fetch(url, options).catch(() => null);
  if (!answer) return { status: 0, data: null };
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  if (answer.redirected && !isJson) return { status: 401, data: null };
  return { status: answer.status, data: isJson ? await answer.json().catch(() => null) : null };
}

/** 地址后面添参数 */
export const withArgs = (url, args) => `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(args)}`;
