() => {
  // 英文的词条、没翻译的代码、没填的空位漏到了页面上
  const shown = (node) => node.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const bad = [];
  const titles = document.querySelectorAll('h1').length;
  if (titles !== 1) bad.push(`一级标题有 ${titles} 个`);
  if (!document.title.trim() || !/[一-鿿]/.test(document.title)) bad.push(`网页名 ${document.title}`);
  const english = /^[A-Za-z][A-Za-z ,.%()'’-]{6,}$/;
  const heads =
    "state stage case meeting meeting_state agenda_state refused module role level kind channel " +
    "limit scope filter gap resolution document config user audit can";
  const code = new RegExp(`(^|[\\s：（])(${heads.replaceAll(" ", "|")})[._][A-Za-z_][A-Za-z_.]*`);
  const left = /%\(\w+\)s|\{\w+\}|undefined|None|\bnull\b|<class/;
  const codes = new Set(['代码', '用户名', '账号', '行政区划代码']);
  const skipped = 'script, style, template, code, kbd, pre, textarea, .num, .code';
  const say = (text, where) => {
    const words = text.trim();
    if (/\.(jpg|png|pdf)$/.test(words)) return;
    if ([english, code, left].some((one) => one.test(words))) bad.push(`${where}：${words.slice(0, 60)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const box = node.parentElement;
    if (codes.has(box.closest('[data-label]')?.dataset.label)) continue;
    if (!node.data.trim() || box.closest(skipped)) continue;
    if (box.closest('option') || shown(box)) say(node.data, box.tagName.toLowerCase());
  }
  for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
    for (const node of document.querySelectorAll(`[${name}]`)) say(node.getAttribute(name), name);
  return bad;
}
