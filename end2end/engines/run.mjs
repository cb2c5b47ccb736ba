#!/usr/bin/env node
// Runs what is tested in other engines than Chromium: the French journeys in Firefox, and a tour of two
// windows in WebKit. An engine that is not installed is skipped aloud; one that is there must pass.
// Arguments go to Playwright: `node engines/run.mjs journeys/night.spec.ts`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { firefox, webkit } from "./installed.mjs";

const end2end = join(dirname(fileURLToPath(import.meta.url)), "..");
const env = { ...process.env };
const projects = [];

const gecko = firefox();
if ("missing" in gecko) {
  console.log(`SKIPPED: Firefox: ${gecko.missing}`);
} else {
  projects.push("--project=firefox");
  env.VEILLEUSE_FIREFOX = gecko.path;
}

const others = webkit();
if ("missing" in others) {
  console.log(`SKIPPED: WebKit: ${others.missing}`);
} else {
  projects.push("--project=webkit");
  env.VEILLEUSE_WEBKIT = others.engines.map(({ name }) => name).join(",");
}

if (projects.length) {
  const playwright = join(end2end, "node_modules", "@playwright", "test", "cli.js");
  const run = spawnSync(process.execPath, [playwright, "test", ...projects, "--reporter=list", ...process.argv.slice(2)], { cwd: end2end, env, stdio: "inherit" });
  process.exitCode = run.status ?? 1;
}
