// 表单：防重复提交、离开提醒、字数、出错跳转、显示密码、必填计数
import { $, $$, on, visible, word } from "./dom.js";

const LOCK = 20000;
const clean = new WeakMap();

function lock(form, event) {
  if (event.defaultPrevented || form.method !== "post" || "noLock" in form.dataset) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "1";
  const button = event.submitter;
  // 等表单数据收集完再改按钮，否则按钮的值不会一起交上去
  setTimeout(() => {
    if (!button || event.defaultPrevented) return;
    button.setAttribute("aria-disabled", "true");
    button.classList.add("is-busy");
  });
  setTimeout(() => unlock(form), LOCK);
}

export function unlock(form) {
  delete form.dataset.busy;
  $$(".is-busy", form)
    .concat($$(`.is-busy[form="${form.id}"]`))
    .forEach((button) => {
      button.classList.remove("is-busy");
      button.removeAttribute("aria-disabled");
    });
}

const snapshot = (form) =>
  JSON.stringify(
    [...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]),
  );

export const isDirty = (form) => clean.has(form) && clean.get(form) !== snapshot(form);

function warnOnLeave(event) {
  const unsaved = $$("form[data-warn]:not([data-autosave])").some((form) => !form.dataset.busy && isDirty(form));
  if (unsaved) event.preventDefault();
}

export function countCharacters(box) {
  const max = Number(box.dataset.counter);
  const shown = $(`[data-counter-for="${box.id}"]`);
  if (!shown || !max) return;
  const n = [...box.value].length;
  shown.textContent = n > max ? word("counterOver", { n: n - max }) : word("counter", { n, max });
  shown.classList.toggle("is-over", n > max);
}

function countRequired(form) {
  const shown = $("[data-required-count]", form);
  if (!shown) return;
  const groups = new Map();
  $$("[required]", form).forEach((box) => {
    if (box.disabled || box.closest("fieldset:disabled") || box.type === "hidden") return;
    const filled = box.type === "radio" || box.type === "checkbox" ? box.checked : box.value.trim() !== "";
    groups.set(box.name, groups.get(box.name) || filled);
  });
  const done = [...groups.values()].filter(Boolean).length;
  shown.textContent = word("requiredDone", { n: done, max: groups.size });
}

function showPassword(button) {
  const box = document.getElementById(button.dataset.showPassword);
  const open = box.type === "password";
  box.type = open ? "text" : "password";
  button.setAttribute("aria-pressed", String(open));
  $(".visually-hidden", button).textContent = word(open ? "hidePassword" : "showPassword");
  box.focus();
}

function capsLock(event) {
  const told = $("[data-caps]");
  if (!told || !event.getModifierState) return;
  told.textContent = event.getModifierState("CapsLock") ? word("capsLock") : "";
}

export function startPassword() {
  $$("[data-show-password]").forEach((button) => {
    button.hidden = false;
  });
  on("click", "[data-show-password]", showPassword);
  if ($("[data-caps]")) ["keydown", "keyup"].forEach((type) => document.addEventListener(type, capsLock));
}

export function startLock() {
  on("submit", "form", lock);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) $$("form[data-busy]").forEach(unlock);
  });
}

function goToErrors() {
  const summary = $$("[data-errors][tabindex]").find(visible);
  summary?.focus();
  on("click", "[data-errors] a[href^='#']", (link, event) => {
    const box = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!box) return;
    event.preventDefault();
    const target = box.matches("input, select, textarea") ? box : $("input, select, textarea", box);
    (target?.tomselect || target)?.focus();
    box.scrollIntoView({ block: "center" });
  });
}

export function startForms() {
  startLock();
  startPassword();
  goToErrors();
  // 下拉与日期先装好，再记下“没动过”的样子
  setTimeout(() => $$("form[data-warn]").forEach((form) => clean.set(form, snapshot(form))), 0);
  window.addEventListener("beforeunload", warnOnLeave);
  $$("[data-counter]").forEach(countCharacters);
  on("input", "[data-counter]", countCharacters);
  $$("form").forEach(countRequired);
  ["input", "change"].forEach((type) => on(type, "form", countRequired));
}
