// 顶栏的搜索框：点它、按 / 或 Ctrl-K 打开命令面板，面板的脚本到这时才取
import { $, el, on } from "./dom.js";

let loaded = false;

export function openPalette() {
  const dialog = $("#palette");
  if (!dialog?.showModal || $("dialog[open]")) return false;
  dialog.showModal();
  // 全选在这里就做：脚本取来以前已经打的字不能再被选中、盖掉
  $("input", dialog).select();
  if (loaded) dialog.dispatchEvent(new Event("ui:open"));
  else document.head.append(el("script", { src: dialog.dataset.script }));
  loaded = true;
  return true;
}

export function startSearch() {
  on("click", "[data-search]", (_box, event) => openPalette() && event.preventDefault());
}
