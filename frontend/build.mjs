// 打包：esbuild → 去掉没用到的第三方样式 → 带指纹的文件与清单，写到 ../app/static/ui
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "app", "static", "ui");
const templates = join(root, "app", "templates");

// 组件由脚本拼出来的类名，模板里看不到
const safelist = {
  standard: ["is-invalid", "active", "disabled", "show"],
  greedy: [/^ts-/, /^plugin-/, /^clear-button/, /flatpickr/, /^optgroup/],
};

/** 深色的值写两遍：选了深色的、跟随系统而系统是深色的；打印不用深色 */
const twoThemes = {
  name: "two-themes",
  setup(build) {
    build.onLoad({ filter: /tokens-dark\.css$/ }, async ({ path }) => {
      const chosen = await readFile(path, "utf8");
      const followed = chosen.replaceAll('[data-bs-theme="dark"]', '[data-bs-theme="auto"]');
      const contents = `@media screen {${chosen}}@media screen and (prefers-color-scheme: dark) {${followed}}`;
      return { contents, loader: "css" };
    });
  },
};

/** 打一个入口，得到内容（不落盘） */
async function bundle(entry) {
  const made = await build({
    entryPoints: [join(here, "src", entry)],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2020", "chrome100", "firefox100", "safari15"],
    loader: { ".svg": "dataurl", ".png": "dataurl" },
    legalComments: "none",
    plugins: [twoThemes],
    outdir: "out",
  });
  return made.outputFiles[0].text;
}

/** 只留用到的第三方样式；我们自己的样式一条不去 */
async function purge(css, content) {
  const [kept] = await new PurgeCSS().purge({
    css: [{ raw: css }],
    content,
    safelist,
    // 主题只由我们的变量管，Tabler 自带的深色规则不要
    blocklist: [/bs-theme/],
    variables: true,
    keyframes: true,
    fontFace: true,
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) || [],
  });
  return kept.css;
}

async function list(folder, endings) {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((file) => file.isFile() && endings.some((ending) => file.name.endsWith(ending)))
    .map((file) => join(file.parentPath ?? file.path, file.name))
    .sort();
}

async function sprite(names) {
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
      const inner = svg
        .replace(/<!--[\s\S]*?-->/g, "")
        .replace(/^[\s\S]*?<svg[^>]*>/, "")
        .replace(/<\/svg>[\s\S]*$/, "")
        .replace(/\s+/g, " ")
        .trim();
      return `<symbol id="i-${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** 许可声明：第三方的版权行随打包文件一起发 */
async function notices() {
  const parts = [];
  for (const name of ["@tabler/core", "@tabler/icons", "tom-select", "flatpickr"]) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    parts.push(`${name} ${version} (${license})\n${file ? await readFile(join(folder, file), "utf8") : ""}`);
  }
  return parts.join("\n\n----\n\n");
}

async function emit(files) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const named = {};
  for (const [name, text] of Object.entries(files)) {
    const mark = createHash("sha256").update(text).digest("hex").slice(0, 10);
    const hashed = name.replace(/(\.\w+)$/, `-${mark}$1`);
    named[name] = hashed;
    await writeFile(join(out, hashed), text);
    await writeFile(join(out, `${hashed}.gz`), gzipSync(text, { level: 9 }));
    await writeFile(join(out, `${hashed}.br`), brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  }
  return named;
}

const icons = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
const app = await bundle("app.js");
const board = await bundle("board.js");
const small = await bundle("small.js");
const pages = await list(templates, [".html"]);
const python = await list(join(root, "views"), [".py"]);
const scripts = await list(join(here, "src"), [".js"]);
const raw = (text, extension) => ({ raw: text, extension });
const lone = pages.filter((page) => /[\\/](security|errors|components)[\\/]|init\.html$|fault/.test(page));

const files = {
  "app.js": app,
  "app.css": (await purge(await bundle("vendor.css"), [...pages, ...python, ...scripts, raw(app, "js")])) + (await bundle("app.css")),
  "palette.js": await bundle("palette.js"),
  "exports.js": await bundle("exports.js"),
  "board.js": board,
  "small.js": small,
  "matrix.js": await bundle("matrix.js"),
  "small.css":
    (await purge(await bundle("vendor-small.css"), [...lone, join(root, "views", "controls.py"), raw(small, "js")])) + (await bundle("small.css")),
  "icons.svg": await sprite(icons),
  "licenses.txt": await notices(),
};
const named = await emit(files);
await writeFile(join(out, "manifest.json"), JSON.stringify({ files: named, icons }, null, 1));
for (const [name, text] of Object.entries(files)) {
  console.log(name.padEnd(14), String(text.length).padStart(8), String(gzipSync(text, { level: 9 }).length).padStart(7), "gzip");
}
