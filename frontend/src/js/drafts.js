// 草稿：写着的字每隔一会儿存在本机，出错、断网、登录过期都不丢；办成了才清
import { $, $$, SENT, clock, el, forgetSent, on, store, word } from "./dom.js";
import { ask } from "./dialogs.js";
import { toast } from "./toast.js";

const EVERY = 3000;
const KEEP = 7 * 24 * 3600 * 1000;
const user = () => document.body.dataset.user || "";
const prefix = () => `ui.draft.${user()}.`;
const keyOf = (form) => prefix() + form.dataset.autosave;

/** 可以存的框：密码、文件、令牌、标了不存的都不算 */
const boxes = (form) =>
  [...form.elements].filter(
    (box) =>
      box.name &&
      !["password", "file", "hidden", "submit", "button"].includes(box.type) &&
      !box.closest("[data-nosave], fieldset:disabled") &&
      !box.readOnly,
  );

function read(form) {
  const values = {};
  for (const box of boxes(form)) {
    if (box.type === "checkbox" || box.type === "radio") {
      if (box.checked) (values[box.name] ||= []).push(box.value);
      else values[box.name] ||= [];
    } else if (box.multiple) values[box.name] = [...box.selectedOptions].map((option) => option.value);
    else values[box.name] = box.value;
  }
  return values;
}

function write(form, values) {
  for (const box of boxes(form)) {
    const value = values[box.name];
    if (value === undefined) continue;
    if (box.type === "checkbox" || box.type === "radio") box.checked = value.includes(box.value);
    else if (box.tomselect) box.tomselect.setValue(value);
    else if (box.multiple) [...box.options].forEach((option) => (option.selected = value.includes(option.value)));
    else if (box._flatpickr) box._flatpickr.setDate(value || null, true);
    else box.value = value;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const hasWords = (values) => Object.values(values).some((value) => String(value).trim() !== "");

export function saveDraft(form, aloud = false) {
  const values = read(form);
  if (!hasWords(values) || same(values, form._pristine)) return;
  const at = Date.now();
  if (!store.set(keyOf(form), { at, values })) return;
  const told = $("[data-draft-status]", form) || $("[data-draft-status]");
  const time = clock(at).split(" ").pop();
  if (told) told.textContent = word("draftSaved", { time });
  if (aloud) toast(word("draftSaved", { time }), { tone: "ok" });
}

function restore(form, draft, notice) {
  write(form, draft.values);
  notice?.remove();
  toast(word("draftRestored", { time: clock(draft.at) }), { tone: "ok" });
}

function offer(form, draft) {
  const notice = el("div", { class: "note note-info", role: "status" });
  const back = el("button", { type: "button", class: "btn btn-sm btn-primary" }, word("draftRestore"));
  const drop = el("button", { type: "button", class: "btn btn-sm" }, word("draftDrop"));
  notice.append(el("div", { class: "note-body" }, word("draftFound", { time: clock(draft.at) })), back, drop);
  back.addEventListener("click", () => restore(form, draft, notice));
  drop.addEventListener("click", () => {
    store.drop(keyOf(form));
    notice.remove();
  });
  const place = form.closest("dialog") ? $(".dlg-body", form) : form;
  place.prepend(notice);
}

function watch(form) {
  form._pristine = read(form);
  const draft = store.get(keyOf(form));
  if (draft && Date.now() - draft.at < KEEP && !same(draft.values, form._pristine)) offer(form, draft);
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => saveDraft(form), EVERY);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    saveDraft(form);
    sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), from: page(location.href) }));
  });
}

const page = (url) => url.split("#")[0];

/** 上一页交出去的：这一页正是从那里来、又没有说错，就是办成了，清掉。断网后另开的页不算 */
function settle() {
  let sent = null;
  try {
    sent = JSON.parse(sessionStorage.getItem(SENT));
  } catch {
    return;
  }
  const failed = "fault" in document.body.dataset || $("[data-errors]");
  if (!sent || (!failed && page(document.referrer) !== sent.from)) return;
  forgetSent();
  if (!failed) store.drop(sent.key);
}

function sweep() {
  for (const key of store.keys("ui.draft.")) {
    const draft = store.get(key);
    if (!draft || Date.now() - draft.at > KEEP) store.drop(key);
  }
}

async function signOut(form, event) {
  const kept = store.keys(prefix());
  if (!kept.length || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(word("draftsLeft", { n: kept.length }), { button: word("signOut") }))) return;
  kept.forEach((key) => store.drop(key));
  form.dataset.sure = "1";
  form.requestSubmit();
}

export function startDrafts() {
  settle();
  sweep();
  $$("[data-draft-done]").forEach((mark) => store.drop(prefix() + mark.dataset.draftDone));
  $$("form[data-autosave]").forEach(watch);
  on("submit", "[data-sign-out]", signOut, true);
  on("click", "[data-put-back]", (button) => {
    const box = document.getElementById(button.dataset.putBack);
    box.value = document.getElementById(button.dataset.from).textContent;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    toast(word("keptBack"), { tone: "ok" });
  });
  on("click", "[data-copy]", async (button) => {
    await navigator.clipboard?.writeText(document.getElementById(button.dataset.copy).textContent);
    toast(word("copied"), { tone: "ok" });
  });
}
