// 授权矩阵的一页：指着一格看今天谁持有；编辑时一格一个对话框，改动先放在表单里
import { $, $$, el, on } from "./js/dom.js";

const ALL = "ALL";
const form = $("#mx-form");
const dialog = $("#mx-dialog");
const panel = $("#mx-who");

function tell(cell) {
  const who = document.getElementById(`who-${cell.dataset.who}`);
  if (!panel || !who) return;
  const how = cell.getAttribute("aria-label").split("：").slice(1).join("：");
  panel.textContent = `${cell.dataset.what}（${how}） · ${who.content.textContent}`;
}

on("mouseover", "[data-who]", tell);
on("focusin", "[data-who]", tell);

const lineOf = (input) => input.value.split(";");
const keyOf = (input) => lineOf(input).slice(0, 2).join(";");
const inputs = () => $$('input[name="cell"]', form);
const kept = (key) => inputs().find((input) => keyOf(input) === key);
const groupsOf = (raw) => (raw ? raw.split("/").map((group) => group.split("+")) : []);
const names = form ? new Map($$('[data-slot="first"] input', dialog).map((box) => [box.value, box.parentElement.textContent.trim()])) : new Map();

function wordsOf(raw) {
  if (!raw) return "·";
  if (raw === ALL) return "✓";
  return groupsOf(raw)
    .map((group) => group.map((code) => names.get(code) || code).join(form.dataset.and))
    .join(form.dataset.or);
}

const roles = form ? JSON.parse(form.dataset.roles) : [];
const knobs = form ? $$("button[data-at]") : [];

/** 一格是谁的哪一格：角色与动作写在行上，格里只有第几列 */
function factsOf(knob) {
  const row = knob.closest("[data-name]").dataset;
  const [id, role] = roles[knob.dataset.at];
  return { key: `${id};${row.name}`, role, what: row.words, was: knob.dataset.was };
}

function paint() {
  const changed = new Map(inputs().map((input) => [keyOf(input), lineOf(input)[3]]));
  knobs.forEach((knob) => {
    const { key, role, what, was } = factsOf(knob);
    const is = changed.has(key);
    const raw = is ? changed.get(key) : was;
    if (is || knob.classList.contains("is-changed")) knob.textContent = wordsOf(raw);
    knob.classList.toggle("is-changed", is);
    const told = raw ? (raw === ALL ? form.dataset.all : wordsOf(raw)) : form.dataset.none;
    knob.setAttribute("aria-label", `${role}，${what}：${told}`);
  });
  const count = $("#mx-count");
  count.textContent = count.dataset.words.replace("{n}", changed.size);
}

let open = null;

function show(knob) {
  open = knob;
  const { key, role, what, was } = factsOf(knob);
  const now = kept(key);
  const raw = now ? lineOf(now)[3] : was;
  const groups = groupsOf(raw).filter((group) => group.join() !== ALL);
  $("#mx-title").textContent = `${role} · ${what}`;
  $("#mx-on").checked = Boolean(raw);
  const wider = groups.length > 2;
  $("#mx-wider").hidden = !wider;
  $$("[data-slot]", dialog).forEach((set, index) => {
    set.hidden = wider;
    $$("input", set).forEach((box) => (box.checked = (groups[index] || []).includes(box.value)));
  });
  dialog.dataset.wider = wider ? raw : "";
  dialog.showModal();
}

function chosen() {
  if (!$("#mx-on").checked) return "";
  if (dialog.dataset.wider) return dialog.dataset.wider;
  const groups = $$("[data-slot]", dialog)
    .map((set) => $$("input:checked", set).map((box) => box.value).sort().join("+"))
    .filter(Boolean);
  return [...new Set(groups)].sort().join("/") || ALL;
}

function keep(raw) {
  const { key, was } = factsOf(open);
  kept(key)?.remove();
  if (raw !== was) $("#mx-kept").append(el("input", { type: "hidden", name: "cell", value: `${key};${was};${raw}` }));
  dialog.close();
  paint();
  open.focus();
}

if (form) {
  on("click", "button[data-at]", show);
  on("click", "[data-mx-cancel]", () => dialog.close());
  on("click", "[data-mx-undo]", () => keep(factsOf(open).was));
  $("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    keep(chosen());
  });
  // 选了限定就是给了
  on("change", "[data-slot] input", (box) => {
    if (box.checked) $("#mx-on").checked = true;
  });
  let leaving = false;
  form.addEventListener("submit", () => (leaving = true));
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && inputs().length) event.preventDefault();
  });
  paint();
}
