import { type PlaywrightTestConfig, defineConfig } from "@playwright/test";
import { acceptMissingMediaEmulation } from "./engines/firefox_esr.ts";
import type { Choices } from "./support/test.ts";

// Other engines than Chromium: `engines/run.mjs` says which are installed. Playwright drives a plain
// Firefox over WebDriver BiDi; WebKit is driven by its tests themselves.
const otherEngines: PlaywrightTestConfig<Choices>["projects"] = [];
if (process.env.VEILLEUSE_FIREFOX) {
  acceptMissingMediaEmulation();
  otherEngines.push({
    name: "firefox",
    testDir: "journeys",
    // Driven in this way, Firefox takes longer than Chromium.
    timeout: 60_000,
    use: { lang: "fr", browserName: "firefox", channel: "moz-firefox", launchOptions: { executablePath: process.env.VEILLEUSE_FIREFOX } },
  });
}
if (process.env.VEILLEUSE_WEBKIT) otherEngines.push({ name: "webkit", testDir: "engines" });

// One Chromium, the tablet's landscape screen. Every journey is walked four times: in French and in
// English, with the page's script and without it.
export default defineConfig<Choices>({
  testDir: ".",
  outputDir: "artefacts/runs",
  globalSetup: "./support/before.ts",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "artefacts/results.json" }]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.VEILLEUSE_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
      // Playwright switches the back-forward cache off; browsers that people use have it on, and pages
      // kept in it are what several faults came from. `page.goBack` then needs `waitUntil: "commit"`:
      // a page that comes out of the cache is not loaded again.
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    },
  },
  projects: [
    { name: "fr", testDir: "journeys", use: { lang: "fr" } },
    { name: "en", testDir: "journeys", use: { lang: "en" } },
    { name: "fr-plain", testDir: "journeys", use: { lang: "fr", script: false } },
    { name: "en-plain", testDir: "journeys", use: { lang: "en", script: false } },
    // Reads what the plain journeys wrote down, so it comes after them.
    { name: "forms", testDir: "coverage", dependencies: ["fr-plain", "en-plain"] },
    { name: "screens", testDir: "screens" },
    { name: "live", testDir: "live" },
    // One journey for each fault that was found by trying the program; they choose their own language.
    { name: "faults", testDir: "faults" },
    ...otherEngines,
  ],
});
