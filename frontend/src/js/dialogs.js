// 对话框：打开、关闭、询问（带理由）、常用理由
import { $, $$, el, on, word } from "./dom.js";
import { toast } from "./toast.js";

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal || dialog.open) return null;
  dialog.showModal();
  return dialog;
}

/** 询问一件事：答应了得 {reason}，取消得 null */
export function ask(text, { button, reason = false, danger = true } = {}) {
  const dialog = $("#ask");
  const box = $("#ask-reason");
  const bad = $("[data-ask-bad]", dialog);
  const yes = $("[data-ask-yes]", dialog);
  $("#ask-title").textContent = text;
  $("[data-ask-reason]", dialog).hidden = !reason;
  box.value = "";
  bad.hidden = true;
  yes.hidden = !button;
  yes.textContent = button || "";
  yes.classList.toggle("btn-danger", danger);
  yes.classList.toggle("btn-primary", !danger);
  $("[data-ask-no]", dialog).textContent = button ? word("cancel") : word("close");
  dialog.returnValue = "no";
  const check = (event) => {
    if (event.submitter !== yes || !reason || box.value.trim()) return;
    event.preventDefault();
    bad.hidden = false;
    box.focus();
  };
  dialog.addEventListener("submit", check);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener(
      "close",
      () => {
        dialog.removeEventListener("submit", check);
        done(dialog.returnValue === "yes" ? { reason: box.value.trim() } : null);
      },
      { once: true },
    );
  });
}

async function askFirst(button) {
  const name = button.dataset.askReason;
  const answer = await ask(button.dataset.ask, { button: button.dataset.askButton, reason: Boolean(name) });
  if (!answer) return;
  const form = button.form;
  let kept = null;
  if (name) {
    kept = el("input", { type: "hidden", name, value: answer.reason });
    form.append(kept);
  }
  button.dataset.sure = "1";
  form.requestSubmit(button);
  delete button.dataset.sure;
  kept?.remove();
}

const chosen = (id) => $$(`input[name="rowid"][form="${id}"]:checked`);

function beforeSubmit(button, event) {
  if (button.dataset.sure) return;
  if (button.dataset.needsRows && !chosen(button.dataset.needsRows).length) {
    event.preventDefault();
    toast(word("chooseRows"), { tone: "warn" });
  } else if (button.dataset.ask) {
    event.preventDefault();
    askFirst(button);
  }
}

function useReason(chip) {
  const box = document.getElementById(chip.dataset.reason);
  const glue = box.value && !/[，。；\s]$/.test(box.value) ? "；" : "";
  box.value += glue + chip.textContent.trim();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

/** 必填的理由没写：留在对话框里，指着那个框 */
function checkReason(form, event) {
  const empty = $$("textarea[required]", form).find((box) => !box.value.trim());
  if (!empty) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  empty.classList.add("is-invalid");
  empty.setAttribute("aria-invalid", "true");
  const told = $("[data-reason-bad]", form);
  if (told) told.hidden = false;
  empty.focus();
}

export function startDialogs() {
  on("click", "[data-dialog]", (opener, event) => {
    if (openDialog(opener.dataset.dialog)) event.preventDefault();
  });
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
  on("click", "button[data-ask], button[data-needs-rows]", beforeSubmit);
  on("click", "[data-reason]", useReason);
  on("submit", "form[data-deed]", checkReason, true);
  // 服务器退回时对话框里有错误，重新打开给人看
  const returned = $$("dialog").find((dialog) => $("[data-errors]", dialog));
  if (returned && !returned.open) returned.showModal();
}
