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

function paint() {
  const changed = new Map(inputs().map((input) => [keyOf(input), lineOf(input)[3]]));
  $$("[data-cell]").forEach((knob) => {
    const is = changed.has(knob.dataset.cell);
    const raw = is ? changed.get(knob.dataset.cell) : knob.dataset.was;
    knob.textContent = wordsOf(raw);
    knob.classList.toggle("is-changed", is);
    const told = raw ? (raw === ALL ? form.dataset.all : wordsOf(raw)) : form.dataset.none;
    knob.setAttribute("aria-label", `${knob.dataset.role}，${knob.dataset.what}：${told}`);
  });
  const count = $("#mx-count");
  count.textContent = count.dataset.words.replace("{n}", changed.size);
}

let open = null;

function show(knob) {
  open = knob;
  const now = kept(knob.dataset.cell);
  const raw = now ? lineOf(now)[3] : knob.dataset.was;
  const groups = groupsOf(raw).filter((group) => group.join() !== ALL);
  $("#mx-title").textContent = `${knob.dataset.role} · ${knob.dataset.what}`;
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
  const { cell, was } = open.dataset;
  kept(cell)?.remove();
  if (raw !== was) $("#mx-kept").append(el("input", { type: "hidden", name: "cell", value: `${cell};${was};${raw}` }));
  dialog.close();
  paint();
  open.focus();
}

if (form) {
  on("click", "[data-cell]", show);
  on("click", "[data-mx-cancel]", () => dialog.close());
  on("click", "[data-mx-undo]", () => keep(open.dataset.was));
  $("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    keep(chosen());
  });
  // 选了限定就是给了
  on("change", "[data-slot] input", (box) => {
    if (box.checked) $("#mx-on").checked = true;
  });
  let leaving = false;
  document.addEventListener("submit", () => (leaving = true));
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && inputs().length) event.preventDefault();
  });
  paint();
}
