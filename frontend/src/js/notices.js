// 通知：每 15 秒问一次未读数，看不见的标签页不问；点开一条就算读过
import { $, on } from "./dom.js";

const EVERY = 15_000;
const token = () => $('input[name="csrf_token"]')?.value || "";

async function count(bell) {
  if (document.hidden) return;
  const answer = await fetch(bell.dataset.noticesPoll, {
    headers: { Accept: "application/json", "X-Quiet": "1" },
    credentials: "same-origin",
  }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const news = await answer.json();
  const badge = $("[data-notices]", bell);
  badge.textContent = news.shown;
  badge.classList.toggle("bell-n-none", !news.notices);
  bell.setAttribute("aria-label", news.words);
}

export function startNotices() {
  const bell = $("[data-notices-poll]");
  if (!bell) return;
  const tick = () => count(bell);
  setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);
  on("click", "[data-read]", (link) => {
    const sent = new FormData();
    sent.append("csrf_token", token());
    fetch(link.dataset.read, { method: "POST", body: sent, keepalive: true, credentials: "same-origin", redirect: "manual" }).catch(() => null);
  });
}
