// Measures the shape of the source: import circles between files, and how many files one more act or
// one more screen touches. Prints both and exits 1 when there is a circle or when a limit is passed.
//   node tools/shape.mjs                 the whole check
//   node tools/shape.mjs --graph FILE    what one file imports, and which files import it
//   node tools/shape.mjs --self-test     checks this program on small crates in a temporary folder
//   --root DIR                           another folder than this repository
//
// A file imports another when it names an item of that file's module, in a `use` or in a path. A path
// through a re-export counts for the file where the item is defined; the file that re-exports counts as
// an importer of that file too. `mod x;` alone is no import. The crate roots (lib.rs, main.rs) only list
// modules and are not counted as importers. Tests and test support are left out.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The crates whose files are checked for circles. */
const CRATES = ["app/src", "app/domain/src", "server/store/src", "server/src"];

/** The sample act, by every name it goes by. */
const ACT = {
  name: "bed.soil",
  type: "SoilBed",
  path: "/api/bed_soil",
  // The last part of the path is written alone where a prefix is added to it.
  endpoint: "bed_soil",
  constant: "SOIL",
  word: "act.soil",
  // One journey is part of every act; more of them are not counted again.
  journeys: "end2end/journeys",
};
const ACT_LIMITS = { files: 7, path: 1, type: 3 };

/** The sample screen. Its words in app/locales are not counted. */
const SCREEN = {
  path: "/audit",
  module: "audit",
  words: ["nav.audit", "audit.title"],
  table: "app/src/pages.rs",
  file: "app/src/pages/audit.rs",
};
const SCREEN_LIMITS = { table: 1, own: 1 };

/** Where the program's own source is; end2end is searched for the journey only. */
const SOURCES = ["app", "server", "style", "public"];
const SOURCE_NAMES = /\.(rs|json|css|js|mjs|ts|html|toml|sql)$/;
/** Tests, test support and benches: they follow the program and are not part of its shape. */
const TEST_FILE = /(^|\/)(tests|benches)\/|(^|\/)(tests|testing)\.rs$/;

// ---------------------------------------------------------------------------------------------------
// Reading Rust: comments, strings and test-only items are replaced by spaces, so that every position and
// every line number stays what it was.

/** Replaces comments by spaces, and the text of strings too unless `keepStrings`. */
export function strip(text, keepStrings = false) {
  const out = [...text];
  const blank = (from, to) => { for (let i = from; i < to; i++) if (out[i] !== "\n") out[i] = " "; };
  // `out` is indexed by UTF-16 unit below, so characters outside the basic plane must not shift it.
  if (out.length !== text.length) { out.length = 0; for (let i = 0; i < text.length; i++) out.push(text[i]); }
  const word = (c) => c !== undefined && /[A-Za-z0-9_]/.test(c);
  let i = 0;
  while (i < text.length) {
    const rest = (n) => text.slice(i, i + n);
    if (rest(2) === "//") {
      let end = text.indexOf("\n", i);
      if (end < 0) end = text.length;
      blank(i, end);
      i = end;
    } else if (rest(2) === "/*") {
      let depth = 0, end = i;
      do {
        if (text.startsWith("/*", end)) { depth++; end += 2; }
        else if (text.startsWith("*/", end)) { depth--; end += 2; }
        else end++;
      } while (depth > 0 && end < text.length);
      blank(i, end);
      i = end;
    } else if (!word(text[i - 1]) && /^(?:br|cr|r)#*"/.test(rest(40))) {
      const opening = rest(40).match(/^(?:br|cr|r)(#*)"/);
      const closing = `"${opening[1]}`;
      let end = text.indexOf(closing, i + opening[0].length);
      end = end < 0 ? text.length : end + closing.length;
      if (!keepStrings) blank(i, end);
      i = end;
    } else if (text[i] === '"') {
      let end = i + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
      if (!keepStrings) blank(i + 1, Math.min(end, text.length));
      i = end + 1;
    } else if (text[i] === "'") {
      const literal = text.slice(i, i + 14).match(/^'(?:\\(?:u\{[0-9A-Fa-f_]+\}|x[0-9A-Fa-f]{2}|.)|[^\\'\n]{1,2}?)'/su);
      if (literal) {
        blank(i, i + literal[0].length);
        i += literal[0].length;
      } else {
        // A lifetime or a label.
        let end = i + 1;
        while (word(text[end])) end++;
        blank(i, end);
        i = end;
      }
    } else i++;
  }
  return out.join("");
}

/** Replaces every item under `#[cfg(test)]` (or `all(test, …)`) by spaces in text without comments. */
export function dropTestItems(code) {
  // Positions are found in a copy without strings, so that a brace in a string closes nothing.
  const bare = strip(code);
  const out = [...Array(code.length).keys()].map((i) => code[i]);
  const attribute = /#\s*\[\s*cfg\s*\(\s*(?:test\s*\)|all\s*\([^\]]*?\btest\b)/g;
  for (let found; (found = attribute.exec(bare));) {
    if (/not\s*\(\s*test/.test(found[0])) continue;
    let i = closing(bare, bare.indexOf("[", found.index)) + 1;
    for (let next; (next = bare.slice(i).match(/^\s*#\s*\[/)); ) i = closing(bare, i + next[0].length - 1) + 1;
    const start = bare.slice(i).match(/^\s*(?:pub(?:\s*\([^)]*\))?\s+)?(\w+)(?:\s+(\w+))?/);
    const untilSemicolon = start && (["use", "static", "type", "let"].includes(start[1]) || (start[1] === "const" && start[2] !== "fn"));
    while (i < bare.length) {
      const c = bare[i];
      if (c === ";") break;
      if ("([{".includes(c)) {
        const end = closing(bare, i);
        i = end;
        if (c === "{" && !untilSemicolon) break;
      }
      i++;
    }
    for (let at = found.index; at <= i && at < out.length; at++) if (out[at] !== "\n") out[at] = " ";
    attribute.lastIndex = i;
  }
  return out.join("");
}

/** The position of the bracket that closes the one at `from`. */
function closing(text, from) {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if ("([{".includes(text[i])) depth++;
    else if (")]}".includes(text[i]) && --depth === 0) return i;
  }
  return text.length;
}

function tokens(code) {
  const list = [];
  let line = 1;
  for (const [text] of code.matchAll(/\n|r#[A-Za-z_]\w*|[A-Za-z_]\w*|\d[\w.]*|::|[^\s\w]/g)) {
    if (text === "\n") line++;
    else list.push({ text: text.replace(/^r#/, ""), line });
  }
  return list;
}

const isName = (token) => token !== undefined && /^[A-Za-z_]\w*$/.test(token.text);

// ---------------------------------------------------------------------------------------------------
// The modules of a crate: what each defines, uses and names.

class Module {
  constructor(name, parent, file) {
    this.name = name;
    this.parent = parent;
    this.file = file;
    this.children = new Map();
    /** name defined here -> whether a path may go on behind it (a type may, a function may not) */
    this.items = new Map();
    /** name in this module -> paths it stands for */
    this.uses = new Map();
    this.globs = [];
    /** every path named here: { segments, line, glob } */
    this.paths = [];
  }
}

/** Reads a crate from its root file: the root module and every file of it. */
function readCrate(root, folder) {
  const crateRoot = join(root, folder, "lib.rs");
  if (!existsSync(crateRoot)) throw new Error(`${folder}/lib.rs does not exist: CRATES in tools/shape.mjs names a crate that is not there`);
  const top = new Module("crate", null, "lib.rs");
  const files = new Set();
  const exported = new Map();
  const load = (file, module, submodules) => {
    files.add(file);
    const code = strip(dropTestItems(strip(readFileSync(join(root, folder, file), "utf8"), true)));
    parse(tokens(code), file, module, submodules, load, (path) => existsSync(join(root, folder, path)), exported);
  };
  try {
    load("lib.rs", top, "");
  } catch (error) {
    throw new Error(`${folder}/${error.message}`);
  }
  return { folder, top, files, exported };
}

const TYPES = new Set(["struct", "enum", "union", "trait", "type"]);
const VALUES = new Set(["fn", "const", "static"]);

/** A name may be defined twice, as a type and as a function or a macro. */
const define = (module, name, type) => module.items.set(name, type || module.items.get(name) === true);

/** Reads the tokens of one file into its module. `submodules` is the folder of its child modules. */
function parse(list, file, fileModule, submodules, load, exists, exported) {
  // What each open brace belongs to: a module, or any other block of the module on the outside.
  const open = [{ module: fileModule, folder: submodules, items: true }];
  const here = () => open[open.length - 1];
  let i = 0;
  let exportNext = false;
  while (i < list.length) {
    const token = list[i];
    const { module, folder, items } = here();
    const next = list[i + 1];
    if (token.text === "{") {
      open.push({ module, folder, items: false });
      i++;
    } else if (token.text === "}") {
      if (open.length > 1) open.pop();
      i++;
    } else if (token.text === "#" && next?.text === "[" && list[i + 2]?.text === "macro_export") {
      exportNext = true;
      i += 3;
    } else if (token.text === "#" && next?.text === "[" && list[i + 2]?.text === "path" && list[i + 3]?.text === "=") {
      throw new Error(`${file}:${token.line}: #[path] is not understood by tools/shape.mjs`);
    } else if (token.text === "pub" && next?.text === "(" && ["crate", "self", "super", "in"].includes(list[i + 2]?.text)) {
      // A visibility names no item.
      while (list[i].text !== ")") i++;
      i++;
    } else if (token.text === "use" && next?.text !== "<" && list[i - 1]?.text !== "." && list[i - 1]?.text !== "::") {
      i = readUse(list, i + 1, [], module);
    } else if (token.text === "mod" && isName(next) && list[i + 2]?.text === ";" && items) {
      const stem = folder === "" ? next.text : `${folder}/${next.text}`;
      const path = [`${stem}.rs`, `${stem}/mod.rs`].find(exists);
      if (!path) throw new Error(`${file}:${token.line}: no file for mod ${next.text}`);
      const child = new Module(next.text, module, path);
      module.children.set(next.text, child);
      load(path, child, stem);
      i += 3;
    } else if (token.text === "mod" && isName(next) && list[i + 2]?.text === "{" && items) {
      const child = new Module(next.text, module, file);
      module.children.set(next.text, child);
      open.push({ module: child, folder: folder === "" ? next.text : `${folder}/${next.text}`, items: true });
      i += 3;
    } else if (token.text === "macro_rules" && next?.text === "!" && isName(list[i + 2])) {
      define(module, list[i + 2].text, false);
      if (exportNext) exported.set(list[i + 2].text, file);
      exportNext = false;
      i += 3;
    } else if (items && (TYPES.has(token.text) || VALUES.has(token.text))) {
      let at = i + 1;
      while (["mut", "fn", "unsafe", "async", "extern"].includes(list[at]?.text)) at++;
      if (isName(list[at])) define(module, list[at].text, TYPES.has(token.text));
      i = at;
      if (isName(list[at])) i++;
    } else if (isName(token) && next?.text === "::" && list[i - 1]?.text !== "::" && list[i - 1]?.text !== ".") {
      const segments = [token.text];
      i++;
      while (list[i]?.text === "::" && isName(list[i + 1])) {
        segments.push(list[i + 1].text);
        i += 2;
      }
      module.paths.push({ segments, line: token.line, glob: false });
    } else i++;
  }
}

/** Reads a `use` tree from `i` on; returns the position after it. */
function readUse(list, i, prefix, module) {
  const segments = [...prefix];
  const leaf = (path, name, line, glob = false) => {
    if (path.length === 0) return;
    module.paths.push({ segments: path, line, glob });
    if (glob) module.globs.push(path);
    else if (name !== "_") module.uses.set(name, [...(module.uses.get(name) ?? []), path]);
  };
  // `::name` at the start is another crate.
  if (list[i]?.text === "::" && prefix.length === 0) {
    while (i < list.length && list[i].text !== ";") i++;
    return i + 1;
  }
  while (i < list.length) {
    const token = list[i];
    if (token.text === "::") i++;
    else if (token.text === "*") {
      leaf(segments, "*", token.line, true);
      i++;
      break;
    } else if (token.text === "{") {
      i++;
      while (list[i] && list[i].text !== "}") {
        if (list[i].text === ",") i++;
        else i = readUse(list, i, segments, module);
      }
      i++;
      break;
    } else if (isName(token)) {
      if (token.text === "self" && segments.length > 0) { /* `a::{self}` is a itself */ }
      else segments.push(token.text);
      i++;
      if (list[i]?.text === "as") {
        leaf(segments, list[i + 1].text, token.line);
        i += 2;
        break;
      }
      if (list[i]?.text !== "::") {
        leaf(segments, segments[segments.length - 1], token.line);
        break;
      }
    } else break;
  }
  if (prefix.length === 0) while (i < list.length && list[i].text !== ";" && list[i].text !== "," && list[i].text !== "}") i++;
  return list[i]?.text === ";" ? i + 1 : i;
}

// ---------------------------------------------------------------------------------------------------
// From a path to the file where what it names is defined.

/** What a name stands for in a module: [{ module } or { file, type }]. */
function lookUp(crate, module, name, seen) {
  const found = [];
  if (module.children.has(name)) found.push({ module: module.children.get(name) });
  if (module.items.has(name)) found.push({ file: module.file, type: module.items.get(name) });
  const mark = `${module.file}|${module.name}|${name}`;
  if (seen.has(mark)) return found;
  seen.add(mark);
  for (const path of module.uses.get(name) ?? []) found.push(...targets(crate, module, path, seen));
  if (found.length === 0) {
    for (const path of module.globs) {
      for (const target of targets(crate, module, path, seen)) {
        if (target.module && target.module !== module) found.push(...lookUp(crate, target.module, name, seen));
      }
    }
  }
  if (found.length === 0 && module === crate.top && crate.exported.has(name)) found.push({ file: crate.exported.get(name), type: false });
  return found;
}

/** What a path named in a module stands for; nothing when it leads to another crate. */
function targets(crate, module, segments, seen = new Set()) {
  const [first, ...rest] = segments;
  if (first === "crate") return walk(crate, crate.top, rest, seen);
  if (first === "self") return walk(crate, module, rest, seen);
  if (first === "super") return module.parent ? walk(crate, module.parent, rest, seen) : [];
  if (first === "Self") return [];
  const starts = lookUp(crate, module, first, seen);
  return follow(crate, starts, rest, seen);
}

function walk(crate, module, segments, seen) {
  const [first, ...rest] = segments;
  if (first === undefined) return [{ module }];
  if (first === "super") return module.parent ? walk(crate, module.parent, rest, seen) : [];
  if (first === "self") return walk(crate, module, rest, seen);
  const starts = lookUp(crate, module, first, new Set(seen));
  // What no declaration shows was written by a macro of that module.
  const found = follow(crate, starts, rest, seen);
  return found.length === 0 ? [{ file: module.file, type: true }] : found;
}

function follow(crate, starts, rest, seen) {
  if (rest.length === 0) return starts;
  const modules = starts.filter((start) => start.module);
  // What stands behind a type (a variant, a method) is in the type's file. Nothing stands behind a function:
  // a path that goes on behind its name means another crate of that name.
  return modules.length === 0 ? starts.filter((start) => start.type) : modules.flatMap((start) => walk(crate, start.module, rest, seen));
}

/** The imports of a crate: importer -> imported -> { line, names }. */
function importsOf(crate) {
  const graph = new Map();
  for (const file of crate.files) graph.set(file, new Map());
  const visit = (module) => {
    for (const { segments, line, glob } of module.paths) {
      for (const target of targets(crate, module, segments)) {
        const to = target.module?.file ?? target.file;
        if (to === module.file || TEST_FILE.test(to) || TEST_FILE.test(module.file)) continue;
        const edges = graph.get(module.file);
        const known = edges.get(to);
        if (!known || line < known.line) edges.set(to, { line, names: segments.join("::") + (glob ? "::*" : "") });
      }
    }
    for (const child of module.children.values()) visit(child);
  };
  visit(crate.top);
  return graph;
}

// ---------------------------------------------------------------------------------------------------
// Circles.

/** The groups of files that import each other, each sorted by name. */
function groups(graph) {
  const index = new Map(), low = new Map(), stack = [], on = new Set(), found = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    on.add(file);
    for (const to of graph.get(file)?.keys() ?? []) {
      if (!index.has(to)) {
        visit(to);
        low.set(file, Math.min(low.get(file), low.get(to)));
      } else if (on.has(to)) low.set(file, Math.min(low.get(file), index.get(to)));
    }
    if (low.get(file) === index.get(file)) {
      const group = [];
      let member;
      do {
        member = stack.pop();
        on.delete(member);
        group.push(member);
      } while (member !== file);
      if (group.length > 1) found.push(group.sort());
    }
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** The shortest circles of a group: together they hold every import between its files. */
function circles(graph, group) {
  const members = new Set(group);
  const known = new Map();
  for (const from of group) {
    for (const to of [...graph.get(from).keys()].filter((file) => members.has(file)).sort()) {
      // The shortest way back from `to` to `from`.
      const before = new Map([[to, null]]);
      const queue = [to];
      while (queue.length > 0 && !before.has(from)) {
        const file = queue.shift();
        for (const next of [...graph.get(file).keys()].sort()) {
          if (members.has(next) && !before.has(next)) { before.set(next, file); queue.push(next); }
        }
      }
      const way = [];
      for (let file = from; file !== null; file = before.get(file)) way.unshift(file);
      // `way` leads from `to` to `from`; turned so that its first name comes first.
      const first = way.indexOf([...way].sort()[0]);
      const circle = [...way.slice(first), ...way.slice(0, first)];
      known.set(circle.join(" "), circle);
    }
  }
  return [...known.values()].sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
}

/** Reads every crate: its imports without those of its root file, and its circles. */
function examine(root, crates = CRATES) {
  return crates.map((folder) => {
    const crate = readCrate(root, folder);
    const graph = importsOf(crate);
    const withoutRoots = new Map(graph);
    for (const name of ["lib.rs", "main.rs"]) if (withoutRoots.has(name)) withoutRoots.set(name, new Map());
    for (const file of [...withoutRoots.keys()]) if (TEST_FILE.test(file)) withoutRoots.delete(file);
    return { folder, graph: withoutRoots, groups: groups(withoutRoots) };
  });
}

function printCircles(crates) {
  let count = 0;
  for (const { folder, graph, groups } of crates) {
    const imports = [...graph.values()].reduce((sum, edges) => sum + edges.size, 0);
    console.log(`${folder}: ${graph.size} files, ${imports} imports, ${groups.length} group${groups.length === 1 ? "" : "s"} of files in a circle`);
    for (const group of groups) {
      count++;
      const all = circles(graph, group);
      console.log(`  ${group.length} files, ${all.length} circle${all.length === 1 ? "" : "s"}: ${group.join(", ")}`);
      for (const circle of all) {
        console.log(`    ${[...circle, circle[0]].join(" -> ")}`);
        circle.forEach((from, i) => {
          const to = circle[(i + 1) % circle.length];
          const { line, names } = graph.get(from).get(to);
          console.log(`      ${folder}/${from}:${line} names ${names}, of ${to}`);
        });
      }
    }
  }
  return count;
}

function printGraph(crates, root, wanted) {
  const path = relative(root, resolve(wanted)).startsWith("..") ? wanted : relative(root, resolve(wanted));
  const crate = crates.filter(({ folder }) => path.startsWith(`${folder}/`)).sort((a, b) => b.folder.length - a.folder.length)[0];
  const file = crate && path.slice(crate.folder.length + 1);
  if (!crate || !crate.graph.has(file)) {
    console.error(`${wanted} is not a file of a checked crate (tests are left out)`);
    return 2;
  }
  console.log(`${path} imports`);
  for (const [to, { line, names }] of [...crate.graph.get(file)].sort()) console.log(`  ${to}  (line ${line}: ${names})`);
  console.log("and is imported by");
  for (const [from, edges] of [...crate.graph].sort()) {
    if (edges.has(file)) console.log(`  ${from}  (line ${edges.get(file).line}: ${edges.get(file).names})`);
  }
  return 0;
}

// ---------------------------------------------------------------------------------------------------
// The files that one act and one screen touch.

function walkFiles(root, folder, found = []) {
  const path = join(root, folder);
  if (!existsSync(path)) return found;
  for (const name of readdirSync(path).sort()) {
    if (["node_modules", "target", "artefacts"].includes(name)) continue;
    const child = `${folder}/${name}`;
    if (statSync(join(root, child)).isDirectory()) walkFiles(root, child, found);
    else if (SOURCE_NAMES.test(name)) found.push(child);
  }
  return found;
}

/** The program's own files with their text, without comments and tests in Rust. */
function sources(root) {
  return SOURCES.flatMap((folder) => walkFiles(root, folder))
    .filter((file) => !TEST_FILE.test(file))
    .map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return { file, text: file.endsWith(".rs") ? dropTestItems(strip(text, true)) : text };
    });
}

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const times = (text, pattern) => [...text.matchAll(new RegExp(pattern, "g"))].length;

/** In locales a word `act.soil` is `"act": { "soil": … }` or `"act.soil"`; in Rust it is `act_soil`. */
function hasWord(json, word) {
  const within = (node, path) => Object.entries(node ?? {}).some(([key, value]) => {
    const name = path === "" ? key : `${path}.${key}`;
    return name === word || (typeof value === "object" && within(value, name));
  });
  return within(JSON.parse(json), "");
}

function measureAct(root) {
  const files = sources(root);
  const rust = files.filter(({ file }) => file.endsWith(".rs"));
  // The path with its prefix, or its last part alone as a string.
  const path = `${quoted(ACT.path)}(?=["?])|"${quoted(ACT.endpoint)}"`;
  const type = `\\b${ACT.type}\\b`;
  const mention = [
    path, type, `"${quoted(ACT.name)}"`, `\\bacts::${ACT.constant}\\b`, `\\b${ACT.constant}\\s*:\\s*[\\w:]*${ACT.type}\\b`,
    `\\b${ACT.endpoint}\\b`, `\\b${ACT.word.replace(".", "_")}\\b`,
  ].join("|");
  const touched = files
    .filter(({ file, text }) => times(text, mention) > 0 || (/locales\/\w+\.json$/.test(file) && hasWord(text, ACT.word)))
    .map(({ file }) => file);
  const journey = walkFiles(root, ACT.journeys).filter((file) => times(readFileSync(join(root, file), "utf8"), path) > 0);
  const count = (pattern) => rust.map(({ file, text }) => [file, times(text, pattern)]).filter(([, n]) => n > 0);
  return { touched, journey, path: count(path), type: count(type) };
}

function measureScreen(root, crates) {
  const rust = sources(root).filter(({ file }) => file.endsWith(".rs"));
  const words = SCREEN.words.map((word) => `\\b${word.replace(".", "_")}\\b`);
  // The address as a string of its own or at the beginning of one, its words, and every file that imports
  // the screen's own. `mod audit;` is counted apart: it is a line that the language demands.
  const mention = [`"${quoted(SCREEN.path)}(?=["?/{#])`, ...words].join("|");
  const importers = new Set(crates.flatMap(({ folder, graph }) =>
    [...graph].filter(([, edges]) => [...edges.keys()].some((to) => `${folder}/${to}` === SCREEN.file)).map(([from]) => `${folder}/${from}`)));
  const naming = rust.filter(({ file, text }) => importers.has(file) || times(text, mention) > 0).map(({ file }) => file);
  const declaring = rust.filter(({ file, text }) => file.startsWith("app/src/pages") && times(text, `\\bmod ${SCREEN.module}\\s*;`) > 0).map(({ file }) => file);
  return { naming, own: naming.filter((file) => file === SCREEN.file), others: naming.filter((file) => file !== SCREEN.file), declaring };
}

/** Prints the two measures; returns whether every limit holds. */
function printMeasures(root, crates) {
  const act = measureAct(root);
  const screen = measureScreen(root, crates);
  const sum = (list) => list.reduce((total, [, n]) => total + n, 0);
  const files = act.touched.length + Math.min(act.journey.length, 1);
  const rows = [
    [`files touched by the act ${ACT.name}`, files, ACT_LIMITS.files, files <= ACT_LIMITS.files && act.touched.length > 0],
    [`  its journeys (one is counted)`, act.journey.length, "1 or more", act.journey.length > 0],
    [`times its path ${ACT.path} is written`, sum(act.path), ACT_LIMITS.path, sum(act.path) <= ACT_LIMITS.path && sum(act.path) > 0],
    [`times its type ${ACT.type} is written`, sum(act.type), ACT_LIMITS.type, sum(act.type) <= ACT_LIMITS.type && sum(act.type) > 0],
    [`files naming the screen ${SCREEN.path}: its table`, screen.others.length, SCREEN_LIMITS.table,
      screen.others.length <= SCREEN_LIMITS.table && screen.others.includes(SCREEN.table)],
    [`files naming the screen ${SCREEN.path}: its own`, existsSync(join(root, SCREEN.file)) ? 1 : 0, SCREEN_LIMITS.own, existsSync(join(root, SCREEN.file))],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`\n${"".padEnd(width)}  found  limit`);
  for (const [name, found, limit, holds] of rows) {
    console.log(`${name.padEnd(width)}  ${String(found).padStart(5)}  ${String(limit).padStart(5)}${holds ? "" : "  NOT WITHIN THE LIMIT"}`);
  }
  const listed = (title, list) => console.log(`${title}: ${list.length === 0 ? "none" : list.join(", ")}`);
  listed("\nthe act's files", [...act.touched, ...act.journey.slice(0, 1)]);
  listed("its path", act.path.map(([file, n]) => `${file} ${n}`));
  listed("its type", act.type.map(([file, n]) => `${file} ${n}`));
  listed("the screen is named in", [...screen.others, ...screen.own]);
  if (!existsSync(join(root, SCREEN.table))) console.log(`${SCREEN.table}, the table of screens, does not exist`);
  listed("not counted, one line that declares its module", screen.declaring);
  return rows.every(([, , , holds]) => holds);
}

// ---------------------------------------------------------------------------------------------------
// Checks of this program itself.

function selfTest() {
  const folder = mkdtempSync(join(tmpdir(), "shape-"));
  let passed = 0, failed = 0;
  const check = (name, found, expected) => {
    const same = JSON.stringify(found) === JSON.stringify(expected);
    if (same) passed++;
    else { failed++; console.error(`FAILED: ${name}\n  found    ${JSON.stringify(found)}\n  expected ${JSON.stringify(expected)}`); }
  };
  let number = 0;
  /** A crate of its own made of the given files: its groups and its graph. */
  const crate = (files) => {
    const root = join(folder, `crate${number++}`);
    for (const [name, text] of Object.entries({ "lib.rs": "", ...files })) {
      mkdirSync(dirname(join(root, "src", name)), { recursive: true });
      writeFileSync(join(root, "src", name), text);
    }
    const [{ graph, groups }] = examine(root, ["src"]);
    return { groups, of: (file) => [...(graph.get(file)?.keys() ?? [])].sort(), line: (from, to) => graph.get(from).get(to).line, graph };
  };
  try {
    const straight = crate({ "lib.rs": "mod a; mod b;", "a.rs": "use crate::b::B;\npub struct A(B);", "b.rs": "pub struct B;" });
    check("a straight import is no circle", straight.groups, []);
    check("and is an import", straight.of("a.rs"), ["b.rs"]);

    const two = crate({ "lib.rs": "mod a; mod b;", "a.rs": "\nuse crate::b::B;\npub struct A(B);", "b.rs": "pub struct B;\n\nfn f() { crate::a::g() }" });
    check("a circle of a use and a path in code", two.groups, [["a.rs", "b.rs"]]);
    check("with its lines", [two.line("a.rs", "b.rs"), two.line("b.rs", "a.rs")], [2, 3]);
    check("and its text", circles(two.graph, two.groups[0]), [["a.rs", "b.rs"]]);

    const reexport = crate({
      "lib.rs": "mod a; mod b; mod c; pub use c::C;",
      "a.rs": "pub use crate::b::B; pub struct A;", "b.rs": "pub struct B; use crate::C;", "c.rs": "use crate::a::{A, B};\npub struct C;",
    });
    check("a circle through re-exports", reexport.groups, [["a.rs", "b.rs", "c.rs"]]);
    check("a re-export is followed to the definition", reexport.of("c.rs"), ["a.rs", "b.rs"]);
    check("a path through lib.rs counts for the defining file", reexport.of("b.rs"), ["c.rs"]);
    check("lib.rs imports nothing", reexport.of("lib.rs"), []);

    const facade = crate({
      "lib.rs": "mod noun;", "noun.rs": "mod read; mod write; pub use read::read; pub(crate) use self::write::*;",
      "noun/read.rs": "pub fn read() {}", "noun/write.rs": "use super::read; pub fn write() { read() }",
    });
    check("a child that names its sibling through the parent imports the sibling", facade.of("noun/write.rs"), ["noun/read.rs"]);
    check("which is no circle", facade.groups, []);
    check("the parent imports what it re-exports", facade.of("noun.rs"), ["noun/read.rs", "noun/write.rs"]);

    const parent = crate({ "lib.rs": "mod noun;", "noun.rs": "mod read; pub struct Noun; fn f() { read::read() }", "noun/read.rs": "pub fn read() -> super::Noun { todo!() }" });
    check("a parent that calls its child, which names the parent's item, is a circle", parent.groups, [["noun.rs", "noun/read.rs"]]);

    const tree = crate({
      "lib.rs": "mod a; mod b; mod c; mod d; mod e; mod f;",
      "a.rs": "use crate::{b::{self, B as Other, inner::{X, Y as _}}, c::*, d::D::{One, Two}};\nuse std::{fmt, io::{self, Read}};\nuse ::f::g;",
      "b.rs": "pub struct B; pub mod inner { pub struct X; pub struct Y; }", "c.rs": "pub use crate::e::E;", "d.rs": "pub enum D { One, Two }", "e.rs": "pub struct E;", "f.rs": "pub fn g() {}",
    });
    check("nested trees, self, as, globs, variants, inline modules, other crates", tree.of("a.rs"), ["b.rs", "c.rs", "d.rs"]);

    const globbed = crate({ "lib.rs": "mod a; mod c; mod e;", "a.rs": "fn f() { crate::c::g() }", "c.rs": "pub use crate::e::*;", "e.rs": "pub fn g() {}" });
    check("a glob re-export is followed", globbed.of("a.rs"), ["e.rs"]);

    const hidden = crate({
      "lib.rs": "mod a; mod b;",
      "a.rs": "// use crate::b::B;\n/* crate::b::B::f() /* nested */ crate::b::B::f() */\nconst T: &str = \"crate::b::B\"; const R: &str = r#\"crate::b::B \"f\"#; const C: char = '\"'; fn f<'a>(x: &'a str) -> char { '\\'' }\n#[cfg(test)]\nmod tests { use crate::b::B; }\n#[cfg(test)]\nuse crate::b::{B};\n#[cfg(all(test, unix))]\nfn g() { crate::b::B::f() }",
      "b.rs": "use crate::a::f; pub struct B;",
    });
    check("comments, strings, characters and tests name nothing", [hidden.of("a.rs"), hidden.groups], [[], []]);
    const after = crate({ "lib.rs": "mod a; mod b;", "a.rs": "#[cfg(test)]\nmod tests;\n#[cfg(not(test))]\nuse crate::b::B;", "b.rs": "pub struct B;" });
    check("what stands after a test module counts", after.of("a.rs"), ["b.rs"]);

    const support = crate({ "lib.rs": "mod a; pub mod testing;", "a.rs": "use crate::testing::T; pub struct A;", "testing.rs": "use crate::a::A; pub struct T;" });
    check("test support is left out", [support.groups, support.of("a.rs")], [[], []]);

    const macros = crate({
      "lib.rs": "mod db; mod a; mod b;",
      "db.rs": "mod statement; pub(crate) use statement::{Statement, statement};",
      "db/statement.rs": "pub struct Statement;\nmacro_rules! statement { ($n:ident) => { static $n: $crate::db::Statement = $crate::db::Statement; }; }\npub(crate) use statement;",
      "a.rs": "use crate::db::statement; statement!(ONE); crate::db::statement!(TWO);",
      "b.rs": "#[macro_export]\nmacro_rules! everywhere { () => { $crate::a::f() }; }",
    });
    check("a macro is an item of the file that re-exports it", macros.of("a.rs"), ["db/statement.rs"]);
    check("and no circle comes of it", macros.groups, []);
    check("$crate in a macro is a path", macros.of("b.rs"), ["a.rs"]);
    const rooted = crate({ "lib.rs": "mod a; mod b;", "a.rs": "fn f() { crate::everywhere!() }", "b.rs": "#[macro_export]\nmacro_rules! everywhere { () => { $crate::a::f() }; }" });
    check("an exported macro is named at the root and defined in its file", rooted.groups, [["a.rs", "b.rs"]]);

    const aliased = crate({ "lib.rs": "mod a; mod noun;", "a.rs": "use crate::noun;\nfn f() { noun::names::g() }", "noun.rs": "pub mod names;", "noun/names.rs": "pub fn g() {}" });
    check("a path that begins with an imported module", aliased.of("a.rs"), ["noun.rs", "noun/names.rs"]);
    const itself = crate({ "lib.rs": "mod a; mod noun;", "a.rs": "use crate::noun::{self};\nfn f() { noun::names::g() }", "noun.rs": "pub mod names;", "noun/names.rs": "pub fn g() {}" });
    check("and with a module imported by self", itself.of("a.rs"), ["noun.rs", "noun/names.rs"]);
    const generated = crate({ "lib.rs": "mod a; mod ids;", "a.rs": "use crate::ids::BedId;", "ids.rs": "ids! { BedId, }" });
    check("an item that a macro writes is in the macro's file", generated.of("a.rs"), ["ids.rs"]);
    const modFile = crate({ "lib.rs": "mod a;", "a/mod.rs": "pub mod b; pub mod c; pub struct A;", "a/b.rs": "use super::A;", "a/c.rs": "pub(in crate::a) struct C;" });
    check("mod.rs and super; a visibility names nothing", [modFile.of("a/b.rs"), modFile.of("a/c.rs")], [["a/mod.rs"], []]);
    const inline = crate({ "lib.rs": "mod a; mod b;", "a.rs": "mod here { use super::super::b::B; use super::*; }\nuse here::x;", "b.rs": "pub struct B;" });
    check("super twice from an inline module", inline.of("a.rs"), ["b.rs"]);
    const shadow = crate({ "lib.rs": "mod http; mod a;", "http.rs": "use http::StatusCode; pub struct H;", "a.rs": "use http::StatusCode; use serde::x; fn f(x: T) -> http::Y { x.crate_name::<u8>() }" });
    check("a crate with the name of a module elsewhere is another crate", [shadow.of("a.rs"), shadow.of("http.rs")], [[], []]);

    const named = crate({ "lib.rs": "mod a; mod b;", "a.rs": "use cookie::time::Duration;\nuse crate::b::{B, cookie};\nfn f() { cookie::Key::new(); B::new(); }", "b.rs": "pub fn cookie() {} pub struct B;" });
    check("a function's name before :: is a crate's", [named.of("a.rs"), named.line("a.rs", "b.rs")], [["b.rs"], 2]);

    // The whole program: exit codes, and the measures on a small tree.
    const root = join(folder, "whole");
    const write = (name, text) => { mkdirSync(dirname(join(root, name)), { recursive: true }); writeFileSync(join(root, name), text); };
    for (const name of CRATES) write(`${name}/lib.rs`, "");
    write("app/src/lib.rs", "pub mod acts; mod pages;");
    write("app/src/acts.rs", "// SoilBed of \"/api/bed_soil\"\nacts! { SOIL: house::SoilBed = \"/api/bed_soil\"; }\n#[cfg(test)]\nmod tests { const A: &str = \"/api/bed_soil\"; }");
    write("app/src/pages/audit.rs", "const A: &str = \"/audit?kind=\";");
    write("app/src/pages.rs", "pub mod audit;\nscreens! { \"/audit\" => crate::pages::audit::Audit, audit_title }");
    write("app/locales/fr.json", "{ \"act\": { \"soil\": \"x\" }, \"@audit_what\": { \"bed.soil\": \"y\" } }");
    write("app/locales/en.json", "{ \"act\": { \"soil\": \"x\" } }");
    write("app/locales/other.json", "{ \"soil\": \"x\" }");
    write("server/tests/it/x.rs", "\"/api/bed_soil\" SoilBed");
    write("server/store/src/lib.rs", "mod beds;");
    write("server/store/src/beds.rs", "statement! { SOIL = \"INSERT\"; }\nimpl ActHandler for SoilBed {}");
    write("end2end/journeys/a.spec.ts", "person.form(\"/api/bed_soil\")");
    write("end2end/journeys/b.spec.ts", "person.form(\"/api/bed_soil\")");
    const run = (...more) => spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--root", root, ...more], { encoding: "utf8" });
    const act = measureAct(root);
    check("the act's files", act.touched, ["app/locales/en.json", "app/locales/fr.json", "app/src/acts.rs", "server/store/src/beds.rs"]);
    check("its path and type", [act.path, act.type], [[["app/src/acts.rs", 1]], [["app/src/acts.rs", 1], ["server/store/src/beds.rs", 1]]]);
    check("the screen's files", measureScreen(root, examine(root)).naming, ["app/src/pages/audit.rs", "app/src/pages.rs"]);
    const good = run();
    check("everything within its limits exits 0", [good.status, good.stderr], [0, ""]);
    check("the graph of one file", run("--graph", join(root, "app/src/pages.rs")).stdout.includes("pages/audit.rs"), true);
    write("server/src/more.rs", "const A: &str = \"/api/bed_soil\";");
    write("server/src/lib.rs", "mod more;");
    check("a path written twice exits 1", run().status, 1);
    write("server/src/more.rs", "");
    check("and once exits 0 again", run().status, 0);
    write("app/src/nav.rs", "const A: &str = \"/audit\";");
    check("a screen named in one more file exits 1", run().status, 1);
    rmSync(join(root, "app/src/nav.rs"));
    write("app/src/pages/other.rs", "use crate::pages::{audit, x};");
    write("app/src/pages.rs", "pub mod audit; pub mod other;\nscreens! { \"/audit\" => crate::pages::audit::Audit, audit_title }");
    check("a screen imported by one more file exits 1", run().status, 1);
    write("app/src/pages/other.rs", "");
    check("and without it exits 0", run().status, 0);
    write("server/src/more.rs", "use crate::other::O; pub struct M;");
    write("server/src/other.rs", "use crate::more::M; pub struct O;");
    write("server/src/lib.rs", "mod more; mod other;");
    const bad = run();
    check("a circle exits 1 and is printed", [bad.status, bad.stdout.includes("more.rs -> other.rs -> more.rs")], [1, true]);
    write("server/src/lib.rs", "");
    rmSync(join(root, "end2end/journeys"), { recursive: true });
    check("an act without a journey exits 1", run().status, 1);
    rmSync(join(root, "server/store"), { recursive: true });
    check("a crate that is not there is an error", run().status, 2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`shape: ${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function main(args) {
  if (args.includes("--self-test")) return selfTest();
  const value = (flag) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const root = resolve(value("--root") ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
  // A crate that cannot be read fails the check; the others are still shown.
  const unread = [];
  const crates = CRATES.flatMap((folder) => {
    try {
      return examine(root, [folder]);
    } catch (error) {
      unread.push(error.message);
      return [];
    }
  });
  for (const message of unread) console.error(message);
  if (value("--graph")) return printGraph(crates, root, value("--graph"));
  const found = printCircles(crates);
  if (unread.length > 0) console.log("a crate could not be read: nothing is said of its circles");
  else console.log(found === 0 ? "no import circle" : `${found} group${found === 1 ? "" : "s"} of files in a circle: there must be none`);
  const within = printMeasures(root, crates);
  if (unread.length > 0) return 2;
  return found === 0 && within ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
