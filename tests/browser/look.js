() => {
  // 横着滚的：说出是哪一个元素撑宽的
  const shown = (node) => node.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const bad = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) {
    const over = [...document.querySelectorAll('body *')].filter((node) => shown(node) &&
      node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('.t-wrap, .side'));
    const last = over.at(-1);
    const words = last?.textContent.trim().slice(0, 30);
    bad.push(`横滚 ${wide} 像素：${last?.tagName}.${last?.className} ${words}`);
  }
  return bad;
}
