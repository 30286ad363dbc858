// 登记：小类建议、可能重复、期限预览；小类带出等级与件别；网格带出网格员；定位
import { $, $$, on, skeleton, word } from "./dom.js";
import { toast } from "./toast.js";

const PAUSE = 400;
const SLOW = 300;
const ASKED = ["title", "body", "category_id", "village_id", "grid_id", "level", "kind", "lon", "lat"];
// 一个字在地址里占九个字节，一行地址装不下整段话；建议看开头就够
const MOST = 200;
const PLACES = { categories: "#suggest-categories", similar: "#suggest-similar", due: "#suggest-due" };

const parse = (text) => {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
};

const await_ = (box) => {
  box.setAttribute("aria-busy", "true");
  box.prepend(skeleton(2));
};
const arrived = (box) => {
  box.removeAttribute("aria-busy");
  $(".skeleton", box)?.remove();
};

/** 打字停下来就问一次；后问的来了，先问的作废。片段由服务器画好、转义好 */
function watchSuggestions(form) {
  let timer = 0;
  let running = null;
  let last = "";
  const ask = async () => {
    const given = new FormData(form);
    const query = new URLSearchParams(ASKED.flatMap((name) => (given.get(name) ? [[name, given.get(name).slice(0, MOST)]] : [])));
    if (String(query) === last) return;
    last = String(query);
    running?.abort();
    running = new AbortController();
    const boxes = Object.values(PLACES).map((place) => $(place)).filter(Boolean);
    const slow = setTimeout(() => boxes.forEach(await_), SLOW);
    const url = form.dataset.suggestUrl;
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}${query}`, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: running.signal,
    }).catch(() => null);
    clearTimeout(slow);
    boxes.forEach(arrived);
    if (!answer?.ok) return;
    const { html = {} } = await answer.json();
    for (const [key, place] of Object.entries(PLACES)) {
      const box = $(place);
      if (box && html[key] !== undefined) box.innerHTML = html[key];
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  later();
}

/** 小类的缺省等级、件别：人没有动过的才跟着变 */
function followCategory(box) {
  const facts = parse(box.dataset.facts);
  const form = box.form;
  const targets = ["level", "kind"].map((name) => form.elements[name]).filter((target) => target?.addEventListener);
  let filling = false;
  targets.forEach((target) =>
    target.addEventListener("change", () => {
      if (!filling) target.dataset.touched = "1";
    }),
  );
  box.addEventListener("change", () => {
    const wanted = facts[box.value];
    if (!wanted) return;
    filling = true;
    targets
      .filter((target) => !target.dataset.touched && wanted[target.name])
      .forEach((target) => {
        if (target.tomselect) target.tomselect.setValue(wanted[target.name]);
        else target.value = wanted[target.name];
        target.dispatchEvent(new Event("change", { bubbles: true }));
      });
    filling = false;
  });
}

function showMembers(box) {
  const members = parse(box.dataset.members);
  const told = $("[data-grid-member]", box.form);
  if (!told) return;
  box.addEventListener("change", () => {
    const names = members[box.value];
    told.textContent = names ? word("gridMembers", { names }) : "";
  });
}

/** 定位：填经纬度；不准定位、定不到，就请人选村和网格 */
function locate(button) {
  const form = button.closest("form");
  button.setAttribute("aria-disabled", "true");
  const done = () => button.removeAttribute("aria-disabled");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      done();
      form.elements.lon.value = coords.longitude.toFixed(6);
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.elements.lon.dispatchEvent(new Event("input", { bubbles: true }));
      $$("[data-located]", form).forEach((told) => {
        told.hidden = false;
      });
    },
    () => {
      done();
      toast(word("notLocated"), { tone: "warn" });
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

export function startIntake() {
  $$("form[data-suggest-url]").forEach(watchSuggestions);
  $$("[data-facts]").forEach(followCategory);
  $$("[data-members]").forEach(showMembers);
  if (!navigator.geolocation || !window.isSecureContext) return;
  $$("[data-locate]").forEach((button) => {
    button.hidden = false;
  });
  on("click", "[data-locate]", locate);
}
