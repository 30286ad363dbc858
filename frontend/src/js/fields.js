// 控件：可搜索下拉、日期、村→格联动、渠道分段、建议填入
import TomSelect from "tom-select/base";
import clearButton from "tom-select/plugins/clear_button/plugin.js";
import removeButton from "tom-select/plugins/remove_button/plugin.js";
import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";
import { $, $$, el, on, word } from "./dom.js";

TomSelect.define("remove_button", removeButton);
TomSelect.define("clear_button", clearButton);
flatpickr.localize(Mandarin);

const getJson = (url) =>
  fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((answer) =>
    answer.ok ? answer.json() : [],
  );

function remote(url) {
  return {
    preload: "focus",
    valueField: "value",
    labelField: "text",
    searchField: [],
    load(query, done) {
      const glue = url.includes("?") ? "&" : "?";
      getJson(`${url}${glue}q=${encodeURIComponent(query)}`).then(
        (rows) => {
          this.clearOptions();
          done(rows);
        },
        () => done(),
      );
    },
  };
}

/** 多选的每一项可去掉；不必填的可清空 */
function buttons(box) {
  const told = { title: word("clear") };
  return box.multiple ? { remove_button: told } : box.required ? {} : { clear_button: told };
}

function select(box) {
  // tom-select 把 label 的 for 移走，原来的框要自己有名字
  if (!box.getAttribute("aria-label") && box.labels[0]) box.setAttribute("aria-label", box.labels[0].textContent.trim());
  const url = box.dataset.ts === "local" ? "" : box.dataset.ts;
  new TomSelect(box, {
    plugins: buttons(box),
    maxOptions: 300,
    dropdownParent: box.closest("dialog") ? null : "body",
    placeholder: box.getAttribute("placeholder") || word("choose"),
    hidePlaceholder: true,
    render: {
      no_results: () => el("div", { class: "no-results" }, word("noMatch")).outerHTML,
      loading: () => el("div", { class: "no-results" }, word("loading")).outerHTML,
    },
    ...(url ? remote(url) : {}),
  });
}

function date(box) {
  const timed = box.dataset.date === "datetime";
  flatpickr(box, {
    allowInput: true,
    disableMobile: true,
    enableTime: timed,
    enableSeconds: false,
    time_24hr: true,
    minuteIncrement: 5,
    dateFormat: box.dataset.format || (timed ? "Y-m-d H:i" : "Y-m-d"),
    minDate: box.dataset.min || null,
    maxDate: box.dataset.max || null,
    static: Boolean(box.closest("dialog")),
  });
}

/** 装上控件；动态加进来的一块也用它 */
export function dress(root = document) {
  $$("select[data-ts]", root)
    .filter((box) => !box.tomselect && !box.closest("template"))
    .forEach(select);
  $$("input[data-date]", root)
    .filter((box) => !box._flatpickr && !box.closest("template"))
    .forEach(date);
}

/* 联动：<select data-depends="village"> 的每个 option 带 data-parent，或者给 data-depends-url */
function refill(box, options) {
  const before = box.value;
  const keep = options.some((option) => option.value === before) ? before : options.length === 1 ? options[0].value : "";
  box.tomselect?.clear(true);
  box.tomselect?.clearOptions();
  const blank = el("option", { value: "" }, word("choose"));
  box.replaceChildren(blank, ...options.map((option) => el("option", { value: option.value, "data-parent": option.parent }, option.text)));
  box.value = keep;
  box.tomselect?.sync();
  if (box.value !== before) box.dispatchEvent(new Event("change", { bubbles: true }));
}

function follow(box) {
  const parent = box.form?.elements[box.dataset.depends];
  if (!parent) return;
  const all = [...box.options]
    .filter((option) => option.value && option.value !== "__None")
    .map((option) => ({ value: option.value, text: option.textContent, parent: option.dataset.parent }));
  const update = async () => {
    const url = box.dataset.dependsUrl;
    if (url && parent.value) {
      const rows = await getJson(`${url}${url.includes("?") ? "&" : "?"}${box.dataset.depends}=${encodeURIComponent(parent.value)}`);
      refill(box, rows.map((row) => ({ value: String(row.value), text: row.text })));
    } else refill(box, parent.value ? all.filter((option) => option.parent === parent.value) : all);
  };
  parent.addEventListener("change", update);
  if (parent.value) update();
}

/* 渠道：选哪个，哪个的专属字段才出现、才提交 */
function showChannel(form, value) {
  $$("[data-for-channel]", form).forEach((part) => {
    const on_ = part.dataset.forChannel.split(" ").includes(value);
    part.hidden = !on_;
    part.disabled = !on_;
  });
  form.dispatchEvent(new Event("input"));
}

function channels() {
  $$("[data-segment]").forEach((group) => {
    const form = group.closest("form");
    if (!form || !$("[data-for-channel]", form)) return;
    const now = () => showChannel(form, $("input:checked", group)?.value || "");
    group.addEventListener("change", now);
    now();
  });
}

function suggest(button) {
  const box = (button.closest("form") || document).querySelector(`[name="${button.dataset.suggest}"]`);
  if (!box) return;
  if (box.tomselect) box.tomselect.setValue(button.dataset.value);
  else box.value = button.dataset.value;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  const group = button.closest("[data-suggestions]");
  $$("[data-suggest]", group).forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
}

export function startFields() {
  dress();
  $$("select[data-depends]").forEach(follow);
  channels();
  on("click", "[data-suggest]", suggest);
}
