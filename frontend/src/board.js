// 分流看板：只在这一页装；没有它，卡片是链接，菜单去表单页
import { startDrag } from "./js/board/drag.js";
import { startLive } from "./js/board/live.js";
import { startMenu } from "./js/board/menu.js";
import { startMoves } from "./js/board/moves.js";
import { board } from "./js/board/state.js";
import { startPicks } from "./js/board/picks.js";

if (board.root) {
  startPicks();
  startLive();
  if (board.movable) {
    startMoves();
    startMenu();
    startDrag();
  }
}
