// 登录与出错页用的小脚本：没有下拉、日期、列表
import { startLock, startPassword } from "./js/forms.js";

startLock();
startPassword();
document.documentElement.dataset.ready = "1";
