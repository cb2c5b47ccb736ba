// Makes target/site of the built WebAssembly, the style sheets and the public files: names that hold
// a digest, brotli beside each. Nothing is done twice: what has not changed is left alone.
// `loud` is for tests: the module keeps its own checks, and is neither shrunk nor compressed.
//   node tools/site.mjs WASM OUT [loud]
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from "node:fs";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [wasm, out, manner] = process.argv.slice(2);
const loud = manner === "loud";
const pkg = join(out, "pkg");
const kept = join(out, "built");

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 12);
const brotli = (bytes) => brotliCompressSync(bytes, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
});

// The browser's module: bound and made small only when the build changed.
mkdirSync(kept, { recursive: true });
const source = readFileSync(wasm);
const mark = digest(source);
if (!existsSync(join(kept, "mark")) || readFileSync(join(kept, "mark"), "utf8") !== mark) {
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  execFileSync("wasm-bindgen", ["--target", "web", "--no-typescript", "--out-dir", kept, "--out-name", "app", wasm], { stdio: "inherit" });
  const bound = join(kept, "app_bg.wasm");
  if (!loud) execFileSync("wasm-opt", ["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext",
    "--enable-mutable-globals", "--enable-reference-types", "--enable-multivalue", bound, "-o", bound], { stdio: "inherit" });
  writeFileSync(join(kept, "mark"), mark);
}

rmSync(pkg, { recursive: true, force: true });
mkdirSync(pkg, { recursive: true });
const put = (name, ext, bytes, compress = true) => {
  const file = `${name}.${digest(bytes)}.${ext}`;
  writeFileSync(join(pkg, file), bytes);
  if (compress && !loud) {
    // Compressing a large file well takes seconds: the last result is kept by digest.
    const cache = join(out, "brotli");
    mkdirSync(cache, { recursive: true });
    if (!existsSync(join(cache, file))) writeFileSync(join(cache, file), brotli(bytes));
    copyFileSync(join(cache, file), join(pkg, file + ".br"));
  }
  return file;
};

const names = {};
names.wasm = put("app", "wasm", readFileSync(join(kept, "app_bg.wasm")));
const js = readFileSync(join(kept, "app.js"), "utf8").replaceAll("app_bg.wasm", names.wasm);
names.js = put("app", "js", Buffer.from(js));
names.icons = put("icons", "svg", readFileSync(join(root, "public/icons.svg")));
const fonts = {};
for (const file of readdirSync(join(root, "public/fonts")).filter((f) => f.endsWith(".woff2"))) {
  fonts[file] = put(file.replace(".woff2", ""), "woff2", readFileSync(join(root, "public/fonts", file)), false);
}
names.font = fonts["atkinson-latin.woff2"];

// Style: tokens, base, then one file for each component and page, in the order of their names.
const sheets = ["tokens.css", "base.css"];
for (const dir of ["components", "pages"]) {
  for (const file of readdirSync(join(root, "style", dir)).sort()) sheets.push(join(dir, file));
}
let css = sheets.map((file) => readFileSync(join(root, "style", file), "utf8")).join("\n");
css = css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s*\n\s*/g, "\n").trim();
for (const [file, hashed] of Object.entries(fonts)) css = css.replaceAll(`/fonts/${file}`, `/pkg/${hashed}`);
names.css = put("style", "css", Buffer.from(css));

copyFileSync(join(root, "public/icon.svg"), join(out, "icon.svg"));
writeFileSync(join(out, "assets.json"), JSON.stringify(names, null, 2) + "\n");
if (loud) process.exit();
const size = (file) => readFileSync(join(pkg, file + ".br")).length;
console.log(`site: wasm ${(size(names.wasm) / 1000).toFixed(0)} kB, js ${(size(names.js) / 1000).toFixed(0)} kB, css ${(size(names.css) / 1000).toFixed(1)} kB (brotli)`);
