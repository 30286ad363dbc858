// 公用：找元素、监听、字、图标
const words = (() => {
  try {
    return JSON.parse(document.querySelector('meta[name="ui-words"]')?.content || "{}");
  } catch {
    return {};
  }
})();
const sprite = document.querySelector('meta[name="ui-icons"]')?.content || "";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** 字：word("counter", {n: 3, max: 9}) */
export function word(key, facts = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");
}

/** 委托监听：on("click", "[data-x]", (el, event) => …) */
export function on(type, selector, handle, options) {
  document.addEventListener(
    type,
    (event) => {
      const el = event.target instanceof Element ? event.target.closest(selector) : null;
      if (el) handle(el, event);
    },
    options,
  );
}

/** 建元素：el("button", {class: "x", type: "button"}, "字") */
export function el(tag, attrs = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function icon(name, cls = "s") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", `ic ${cls}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

/** 骨架：同 components/empty.html 的 skeleton */
export function skeleton(lines = 3) {
  const bars = Array.from({ length: lines }, () => el("span"));
  return el("div", { class: "skeleton", role: "status" }, el("b", { class: "visually-hidden" }, word("loading")), ...bars);
}

/** 正在输入字的地方，单键快捷键一律不起作用 */
export function isTyping(target) {
  if (!(target instanceof Element)) return false;
  if (target.isContentEditable || target.closest(".ts-control, .flatpickr-calendar")) return true;
  if (target.matches("textarea, select")) return true;
  const plain = ["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"];
  return target.matches("input") && !plain.includes(target.type);
}

export const visible = (node) => node.getClientRects().length > 0;

export const store = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      /* 浏览器不让存，也就没有可删的 */
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

/** 刚交出去的草稿记在这里；出错页、登录页都不算办成，只忘掉这一笔，草稿留着 */
export const SENT = "ui.sent";
export function forgetSent() {
  try {
    sessionStorage.removeItem(SENT);
  } catch {
    /* 浏览器不让存，也就没有可忘的 */
  }
}

export const clock = (moment) =>
  new Date(moment).toLocaleString("zh-CN", {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
