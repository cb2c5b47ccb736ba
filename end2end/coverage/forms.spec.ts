import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { formsOf } from "../support/forms.ts";

const app = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "app", "src");
const read = (...path: string[]) => readFileSync(join(app, ...path), "utf8");

/** The acts of the application: `ADMIT stay_admit: stays::Admit = "/api/stay_admit", …;`. */
const rows = [...read("api.rs").matchAll(/^ {4}([A-Z_]+) \w+: [\w:]+ = "([^"]+)"/gm)].map(([, name, path]) => ({ name, path }));
const acts = rows.map(({ path }) => path);

/** Forms that are no act: coming and going, searching, filtering, taking out. */
const others = [
  "POST /api/sign_in", "POST /api/open", "POST /api/sign_out", "POST /residents", "POST /api/stays_export",
  "GET /", "GET /stays", "GET /figures", "GET /audit",
];

test("every act has a form on a page", () => {
  expect(acts.length).toBeGreaterThan(30);
  const pages = (readdirSync(join(app, "pages"), { recursive: true }) as string[]).filter((file) => file.endsWith(".rs")).map((file) => read("pages", file)).join("\n");
  expect(rows.filter(({ name }) => !new RegExp(`\\bapi::${name}\\b`).test(pages)).map(({ name }) => name)).toEqual([]);
});

test("every form in the sources is known here", () => {
  const sources = (readdirSync(app, { recursive: true }) as string[]).filter((file) => file.endsWith(".rs")).map((file) => read(file));
  const actions = new Set(sources.flatMap((source) => [...source.matchAll(/<form\b[^>]*?\baction=("[^"]*"|[\w.]+)/g)].map(([, action]) => action)));
  const known = others.map((form) => `"${form.split(" ")[1]}"`).filter((action) => action !== '"/residents"');
  expect([...actions].sort()).toEqual([...new Set([...known, "SEARCH", "act.path"])].sort());
});

for (const lang of ["fr", "en"]) {
  test(`every act was done by a form without JavaScript, ${lang}`, () => {
    const { done } = formsOf(`${lang}-plain`);
    const left = acts.filter((path) => !done.includes(`POST ${path}`));
    expect(left, "an act that no journey does without JavaScript").toEqual([]);
  });

  test(`every form that was on a page was sent without JavaScript, ${lang}`, () => {
    const { seen, done } = formsOf(`${lang}-plain`);
    expect(seen.length).toBeGreaterThan(acts.length);
    expect([...new Set(seen)].filter((form) => !done.includes(form))).toEqual([]);
    expect(others.filter((form) => !done.includes(form))).toEqual([]);
  });
}
