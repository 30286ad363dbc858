// 后台导出的进度条：两秒一问，看不见的标签页不问；有了结果就停，给出下载
const EVERY = 2000;

async function ask(row) {
  const answer = await fetch(row.dataset.export, {
    headers: { Accept: "application/json", "X-Quiet": "1" },
    credentials: "same-origin",
  }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function show(row, news) {
  const bar = row.querySelector("[data-export-bar]");
  const link = row.querySelector("[data-export-link]");
  row.querySelector("[data-export-words]").textContent = news.words;
  if (news.total && news.done) {
    bar.max = news.total;
    bar.value = news.done;
  }
  if (!news.over) return;
  bar.hidden = true;
  row.classList.add(`note-${news.tone}`);
  if (news.file) {
    link.href = news.file;
    link.textContent = news.download;
    link.setAttribute("download", "");
    link.classList.add("btn-primary");
  }
}

function follow(row) {
  let timer = 0;
  const tick = async () => {
    if (document.hidden) return;
    const news = await ask(row);
    if (!news) return;
    show(row, news);
    if (!news.over) return;
    clearInterval(timer);
    // “我的导出”上的那张表跟着换新
    if (document.querySelector("[data-exports]")) setTimeout(() => location.reload(), 800);
  };
  timer = setInterval(tick, EVERY);
  tick();
}

document.querySelectorAll("[data-export]").forEach(follow);
