import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { formsOf } from "../support/forms.ts";

const app = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "app", "src");
const read = (...path: string[]) => readFileSync(join(app, ...path), "utf8");

/** Rows of the permission matrix that change the house: `act::<stays::Admit>("/api/stay_admit")`. */
const acts = [...read("api", "matrix.rs").matchAll(/act::<[\w:]+>\("([^"]+)"\)/g)].map(([, path]) => path);
/** Acts a page has a form for: `ADMIT: stays::Admit = "/api/stay_admit";`. */
const formsOfActs = [...read("acts.rs").matchAll(/[A-Z_]+: [\w:]+ = "([^"]+)";/g)].map(([, path]) => path);

/** Forms that are no act: coming and going, searching, filtering, taking out. */
const others = [
  "POST /api/sign_in", "POST /api/open", "POST /api/sign_out", "POST /residents", "POST /api/stays_export",
  "GET /", "GET /stays", "GET /figures", "GET /audit",
];

test("the lists are not empty: the matrix and the forms are read as they are written", () => {
  expect(acts.length).toBeGreaterThan(30);
  expect([...formsOfActs].sort()).toEqual([...acts].sort());
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
