// Which other engines this machine has, and why one that it lacks cannot be driven.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The oldest Firefox that the journeys were run in; Playwright uses commands that older ones lack. */
const oldestFirefox = 153;

/**
 * Firefox: its path, or the reason why it is not there.
 * @returns {{ path: string } | { missing: string }}
 */
export function firefox() {
  const path = process.env.VEILLEUSE_FIREFOX ?? found("firefox-esr") ?? found("firefox");
  if (!path) return { missing: "not installed (Debian: firefox-esr)" };
  const said = output(path, "--version");
  const version = Number(/Mozilla Firefox (\d+)/.exec(said)?.[1]);
  if (!version) return { missing: `${path} --version says no version: ${said.trim()}` };
  if (version < oldestFirefox) return { missing: `${path} is version ${version}; Playwright needs ${oldestFirefox} or newer` };
  return { path };
}

/**
 * A browser on the engine WebKit, and how a WebDriver session with it is opened.
 * @typedef {{ name: string, driver: string[], capabilities: Record<string, unknown> }} WebKit
 */

/**
 * Every browser on WebKit that is there; where there is none, the reason.
 * @returns {{ engines: WebKit[] } | { missing: string }}
 */
export function webkit() {
  const engines = [];
  const [wpe, cog] = [found("WPEWebDriver"), found("cog")];
  if (wpe && cog) {
    engines.push({
      name: "WPE",
      driver: [wpe],
      capabilities: { browserName: "cog", "wpe:browserOptions": { binary: cog, args: ["--automation", "--platform=headless"] } },
    });
  }
  const [gtk, mini, xvfb] = [found("WebKitWebDriver"), miniBrowser(), found("xvfb-run")];
  if (gtk && mini && xvfb) {
    engines.push({
      name: "GTK",
      // This browser has no mode without a screen.
      driver: [xvfb, "-a", gtk],
      capabilities: { browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary: mini, args: ["--automation"] } },
    });
  }
  return engines.length ? { engines } : { missing: "not installed (Debian: wpewebkit-driver and cog, or webkit2gtk-driver and xvfb)" };
}

function found(name) {
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)).find(runs);
}

/** Debian keeps this browser beside its library, outside PATH. */
function miniBrowser() {
  for (const lib of ["/usr/lib", ...folders("/usr/lib")]) {
    for (const webkit of folders(lib).filter((folder) => /\/webkit2?gtk-/.test(folder))) {
      const path = join(webkit, "MiniBrowser");
      if (runs(path)) return path;
    }
  }
  return undefined;
}

function folders(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function output(path, ...args) {
  try {
    return execFileSync(path, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 20_000 });
  } catch (error) {
    return `${error}`;
  }
}
