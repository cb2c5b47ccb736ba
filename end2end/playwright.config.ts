import { defineConfig } from "@playwright/test";
import type { Choices } from "./support/test.ts";

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
  ],
});
