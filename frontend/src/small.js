// 登录与出错页用的小脚本：没有下拉、日期、列表
import { forgetSent } from "./js/dom.js";
import { startLock, startPassword } from "./js/forms.js";
import { startTheme } from "./js/theme.js";

forgetSent();
startLock();
startPassword();
startTheme();
document.documentElement.dataset.ready = "1";
