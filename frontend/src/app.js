// 每一页都用的脚本：只增强，没有它页面也能用
import { startDialogs } from "./js/dialogs.js";
import { startDrafts } from "./js/drafts.js";
import { startFields } from "./js/fields.js";
import { startForms } from "./js/forms.js";
import { startIntake } from "./js/intake.js";
import { startKeys } from "./js/keys.js";
import { startNotices } from "./js/notices.js";
import { startPage } from "./js/page.js";
import { startRows } from "./js/rows.js";
import { startSearch } from "./js/search.js";
import { startTheme } from "./js/theme.js";
import { startToasts } from "./js/toast.js";
import { startUploads } from "./js/upload.js";

startToasts();
startFields();
startIntake();
startDialogs();
startRows();
startUploads();
startDrafts();
startForms();
startKeys();
startSearch();
startPage();
startNotices();
startTheme();
document.documentElement.dataset.ready = "1";
