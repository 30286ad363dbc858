// 上传：拖、贴、选、拍；每个文件各有进度与重试；没有地址的随表单一起交
import { $, $$, el, icon, word } from "./dom.js";
import { toast } from "./toast.js";

const isImage = (file) => file.type.startsWith("image/");
const token = (form) => form?.querySelector("[name=csrf_token]")?.value || "";

function tile(file) {
  const bar = el("progress", { class: "bar", max: 100, value: 0 });
  const state = el("span", {}, word("uploadWaiting"));
  const name = el("b", {}, file.name);
  const remove = el("button", { type: "button", class: "x", "data-up-remove": true, "aria-label": word("uploadRemove", { name: file.name }) }, icon("x"));
  const item = el("li", { class: "up" }, remove, el("span", { class: "up-words" }, name, state, bar));
  if (isImage(file)) {
    const picture = el("img", { alt: "" });
    picture.src = URL.createObjectURL(file);
    item.prepend(picture);
  }
  return { item, bar, state };
}

const fault = (request) => {
  try {
    return JSON.parse(request.responseText).error || word("uploadFailed");
  } catch {
    return word("uploadFailed");
  }
};

class Upload {
  constructor(root) {
    this.root = root;
    this.url = root.dataset.upload;
    this.name = root.dataset.name;
    this.max = Number(root.dataset.max) || Infinity;
    this.form = root.closest("form");
    this.list = $("[data-upload-list]", root);
    this.input = $("[data-drop] input[type=file]", root);
    this.busy = 0;
    this.listen();
  }

  listen() {
    const drop = $("[data-drop]", this.root);
    this.input.addEventListener("change", () => this.take(this.input.files, this.url));
    $("[data-camera]", this.root)?.addEventListener("change", (event) => this.take(event.target.files, true));
    ["dragenter", "dragover"].forEach((type) =>
      drop.addEventListener(type, (event) => {
        event.preventDefault();
        drop.classList.add("is-over");
      }),
    );
    ["dragleave", "drop"].forEach((type) => drop.addEventListener(type, () => drop.classList.remove("is-over")));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      this.take(event.dataTransfer.files, true);
    });
    this.form?.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) this.take(event.clipboardData.files, true);
    });
    this.list.addEventListener("click", (event) => {
      if (event.target.closest("[data-up-remove]")) this.remove(event.target.closest(".up"));
    });
    this.form?.addEventListener("submit", (event) => this.guard(event), true);
  }

  /** 还在传就先别交 */
  guard(event) {
    if (!this.busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    toast(word("uploadBusy"), { tone: "warn" });
  }

  accepts(file) {
    const rules = (this.input.accept || "").split(",").map((rule) => rule.trim().toLowerCase()).filter(Boolean);
    const name = file.name.toLowerCase();
    const type = file.type.toLowerCase();
    return (
      !rules.length ||
      rules.some((rule) => (rule.startsWith(".") ? name.endsWith(rule) : rule.endsWith("/*") ? type.startsWith(rule.slice(0, -1)) : type === rule))
    );
  }

  take(files, outside) {
    const picked = [...files];
    const good = picked.filter((file) => {
      const why = file.size > this.max ? word("uploadTooBig", { size: this.root.dataset.maxWords }) : this.accepts(file) ? "" : word("uploadKind");
      if (why) toast(`${file.name}：${why}`, { tone: "bad" });
      return !why;
    });
    if (this.url) {
      good.forEach((file) => this.start(file));
      this.input.value = "";
    } else this.stage(good, outside);
  }

  /** 没有上传地址：放进文件框，随表单交 */
  stage(files, outside) {
    const kept = new DataTransfer();
    if (outside) (this.staged || []).forEach((file) => kept.items.add(file));
    else this.list.replaceChildren();
    files.forEach((file) => kept.items.add(file));
    this.staged = [...kept.files];
    this.input.files = kept.files;
    files.forEach((file) => {
      const { item, bar, state } = tile(file);
      item._file = file;
      bar.remove();
      state.remove();
      this.list.append(item);
    });
  }

  start(file) {
    const parts = tile(file);
    this.list.append(parts.item);
    this.send(file, parts);
  }

  send(file, parts) {
    const { item, bar, state } = parts;
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    body.append("csrf_token", token(this.form));
    item.classList.remove("is-bad");
    item._request = request;
    this.busy += 1;
    const finish = (ok, text) => {
      this.busy -= 1;
      item._request = null;
      state.textContent = text;
      $("[data-upload-status]", this.root).textContent = `${file.name} ${text}`;
      bar.hidden = ok;
      if (!ok) this.offerRetry(file, parts);
    };
    request.upload.addEventListener("progress", (event) => {
      bar.value = event.total ? (event.loaded / event.total) * 100 : 0;
      state.textContent = `${Math.round(bar.value)}%`;
    });
    request.addEventListener("load", () => {
      if (request.status >= 300) return finish(false, fault(request));
      const { id } = JSON.parse(request.responseText);
      item.append(el("input", { type: "hidden", name: this.name, value: id }));
      return finish(true, word("uploadDone"));
    });
    request.addEventListener("error", () => finish(false, word("uploadFailed")));
    request.addEventListener("abort", () => {
      this.busy -= 1;
    });
    request.open("POST", this.url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token(this.form));
    request.send(body);
  }

  offerRetry(file, parts) {
    parts.item.classList.add("is-bad");
    const again = el("button", { type: "button", class: "up-retry" }, word("uploadRetry"));
    again.addEventListener("click", () => {
      again.remove();
      parts.bar.hidden = false;
      this.send(file, parts);
    });
    $(".up-words", parts.item).append(again);
  }

  remove(item) {
    item._request?.abort();
    if (item._file) {
      const kept = new DataTransfer();
      this.staged = this.staged.filter((file) => file !== item._file);
      this.staged.forEach((file) => kept.items.add(file));
      this.input.files = kept.files;
    }
    item.remove();
  }
}

export function startUploads() {
  $$("[data-upload]").forEach((root) => new Upload(root));
}
