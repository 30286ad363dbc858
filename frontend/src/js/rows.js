// 列表：逐行移动与勾选、批量条、FAB 的筛选行
import { $, $$, on, word } from "./dom.js";
import { dress } from "./fields.js";

const rows = () => $$("[data-row]").filter((row) => row.getClientRects().length);
const at = () => rows().findIndex((row) => row.classList.contains("is-at"));

export function moveRow(step) {
  const all = rows();
  if (!all.length) return false;
  const next = Math.min(Math.max(at() + step, 0), all.length - 1);
  all.forEach((row, index) => row.classList.toggle("is-at", index === next));
  const focus = $("[data-open], a, input", all[next]);
  focus?.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

export function toggleRow() {
  const box = $("input[name=rowid]", rows()[at()] || document.createElement("i"));
  box?.click();
  return Boolean(box);
}

export function openRow() {
  const link = $("[data-open]", rows()[at()] || document.createElement("i"));
  link?.click();
  return Boolean(link);
}

const boxes = (id) => $$(`input[name="rowid"][form="${id}"]`);

function refresh(id) {
  const all = boxes(id);
  const picked = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("[data-row]")?.classList.toggle("is-picked", box.checked));
  const every = $(`[data-check-all="${id}"]`);
  if (every) {
    every.checked = all.length > 0 && picked.length === all.length;
    every.indeterminate = picked.length > 0 && picked.length < all.length;
  }
  const bar = $(`[data-bulk="${id}"]`);
  if (!bar) return;
  bar.hidden = !picked.length;
  $("[data-bulk-count]", bar).textContent = word("selected", { n: picked.length });
}

function setAll(id, checked) {
  boxes(id).forEach((box) => {
    box.checked = checked;
  });
  refresh(id);
}

/* FAB 的筛选：加一行、去一行、换条件时改名 */
let made = 0;

function addFilter(button) {
  const form = button.closest("form");
  const pattern = $(`template[data-filter="${CSS.escape(button.dataset.addFilter)}"]`, form);
  const row = pattern.content.firstElementChild.cloneNode(true);
  made += 1;
  $$("[id]", row).forEach((node) => {
    node.id += `-${made}`;
  });
  const menu = $("[data-add-filters]", form);
  menu.before(row);
  menu.open = false;
  dress(row);
  const first = $(".filter-value select, .filter-value input:not([type=hidden])", row) || $("[data-op]", row);
  (first.tomselect || first).focus();
}

function renameFilter(box) {
  const row = box.closest(".filter-row");
  $$(".filter-value [name]", row).forEach((input) => {
    input.name = `_flt_${box.value}_${row.dataset.col}`;
  });
}

export function startRows() {
  on("change", "[data-check-all]", (box) => setAll(box.dataset.checkAll, box.checked));
  on("change", "input[name=rowid][form]", (box) => refresh(box.getAttribute("form")));
  on("click", "[data-bulk-clear]", (button) => setAll(button.closest("[data-bulk]").dataset.bulk, false));
  $$("[data-bulk]").forEach((bar) => refresh(bar.dataset.bulk));
  on("click", "[data-add-filter]", addFilter);
  on("click", "[data-remove-filter]", (button) => button.closest(".filter-row").remove());
  on("change", "[data-op]", renameFilter);
  // 空着的条件不必带进地址
  on("submit", "[data-filters]", (form) => {
    $$(".filter-value [name]", form).forEach((input) => {
      if (!input.value) input.disabled = true;
    });
    setTimeout(() => $$(".filter-value [name]", form).forEach((input) => (input.disabled = false)), 500);
  });
}

/** 有人在看或选着的时候不能动：给别的模块问 */
export const isPicking = () => $$("input[name=rowid]:checked").length > 0;
