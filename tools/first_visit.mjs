// What a first visit to the board costs a tablet: bytes over the wire, requests, and the largest
// contentful paint with the processor slowed four times. Median of nine, each in a browser profile of
// its own.
import { createRequire } from "node:module";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { chromium } = createRequire(join(root, "end2end/package.json"))("@playwright/test");
const binary = join(root, "target/release/veilleuse");
const folder = mkdtempSync(join(tmpdir(), "veilleuse-visit-"));
const data = ["--data", join(folder, "data")];
execFileSync(binary, [...data, "demo", "--beds", "24", "--years", "10"]);
const server = spawn(binary, [...data, "serve", "--listen", "127.0.0.1:0", "--site", join(root, "target/site")]);
const address = await new Promise((told) => {
  let said = "";
  server.stdout.on("data", (text) => { said += text; const found = said.match(/http:\/\/[\d.:]+/); if (found) told(found[0]); });
});

const browser = await chromium.launch({
  executablePath: process.env.VEILLEUSE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

async function visit(slowed) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const signIn = await context.newPage();
  await signIn.goto(`${address}/sign_in`);
  await signIn.fill("input[name=login]", "nuit");
  await signIn.fill("input[name=password]", "une petite lampe");
  // The answer to the form leads to the board; only its cookie is wanted here.
  await signIn.route(`${address}/`, (route) => route.abort());
  await signIn.click("button.main").catch(() => {});
  await signIn.waitForTimeout(300);
  const cookies = await context.cookies();
  await context.close();
  const fresh = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await fresh.addCookies(cookies);
  const page = await fresh.newPage();
  const wire = await fresh.newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Emulation.setCPUThrottlingRate", { rate: slowed });
  const names = new Map();
  const loads = [];
  wire.on("Network.responseReceived", ({ requestId, response }) => names.set(requestId, response.url.replace(address, "")));
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId);
    if (name !== undefined && !name.startsWith("/events")) loads.push({ name, bytes: encodedDataLength });
  });
  await page.addInitScript(() => {
    globalThis.largest = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.largest = entry.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
  });
  await page.goto(`${address}/`, { waitUntil: "load" });
  await page.waitForTimeout(2500);
  const lcp = await page.evaluate(() => globalThis.largest);
  await fresh.close();
  const of = (part) => loads.filter(({ name }) => part.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    lcp, requests: loads.length, all: of(/./), wasm: of(/\.wasm/), js: of(/\.js/), css: of(/\.css/), fonts: of(/\.woff2/), page: of(/^\/$/),
    useful: of(/^\/$|\.css|\.woff2|\.svg/), names: loads.map(({ name, bytes }) => `${name} ${bytes}`),
  };
}

try {
  for (const slowed of [1, 4]) {
    const visits = [];
    for (let i = 0; i < 9; i++) visits.push(await visit(slowed));
    const of = (key) => median(visits.map((visit) => visit[key]));
    const kb = (key) => `${(of(key) / 1000).toFixed(1)} kB`;
    if (slowed === 1) {
      console.log(`first visit: ${of("requests")} requests, ${kb("all")} in all; before the page is useful ${kb("useful")} (page ${kb("page")}, css ${kb("css")}, fonts ${kb("fonts")}); wasm ${kb("wasm")}, js ${kb("js")}`);
      console.log(visits[0].names.map((name) => `  ${name}`).join("\n"));
    }
    console.log(`largest contentful paint, processor slowed ${slowed} x: ${of("lcp").toFixed(0)} ms`);
  }
} finally {
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
