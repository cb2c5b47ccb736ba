import { writeFileSync } from "node:fs";
import { logins, password } from "../support/people.ts";
import { expect, test } from "../support/test.ts";
import { type WebKit, webkit } from "./installed.mjs";
import { Window } from "./webdriver.ts";

// Playwright's own WebKit cannot be had from a package registry, and WebKit's drivers speak WebDriver,
// which Playwright does not. So this test lets Playwright run it, and drives the browser itself.

// A name with accents: what WebKit types, sends and shows is what was written.
const resident = "Éloïse-Essai";

const admission = "form[action='/api/stay_admit']";
const undo = "form[action='/api/stay_undo']";
const unfoldedUndo = `${undo}:not(details:not([open]) *)`;

const installed = webkit();
const engines: WebKit[] = "engines" in installed ? installed.engines : [];

for (const engine of engines) {
  test.describe(`two windows in WebKit ${engine.name}`, () => {
    test.setTimeout(90_000);
    const opened: Window[] = [];
    const open = async () => {
      const window = await Window.open(engine);
      opened.push(window);
      return window;
    };

    test.afterEach(async ({}, info) => {
      for (const [n, window] of opened.entries()) {
        if (info.status !== info.expectedStatus) {
          const path = info.outputPath(`window-${n + 1}.png`);
          const picture = await window.screenshot().catch(() => undefined);
          if (picture) {
            writeFileSync(path, picture);
            await info.attach(`window ${n + 1}`, { path, contentType: "image/png" });
          }
        }
        await window.close();
      }
      opened.length = 0;
    });

    test("one admits and undoes, the other sees both without reloading; after signing out, Back shows no name", async ({ house, w }) => {
      const night = await open();
      const coordinator = await open();
      await test.step("both sign in", async () => {
        await signIn(night, house.address, logins.night);
        await signIn(coordinator, house.address, logins.coordinator);
        // A page that is loaded again loses this.
        await coordinator.run(() => void ((window as unknown as { sameDocument: boolean }).sameDocument = true));
      });
      const bed = await night.run(() => document.querySelector(".bed.is-free")!.getAttribute("data-bed")!);
      const names = await night.run(() => [...document.querySelectorAll(".bed.is-here strong")].map((name) => name.textContent!));
      expect(names.length).toBeGreaterThan(0);

      await test.step("the night admits somebody, and the coordinator sees it", async () => {
        await openSheet(night, bed);
        await appears(night, "[role=dialog] a[href^='/desk?bed=']");
        await night.click("[role=dialog] a[href^='/desk?bed=']");
        await appears(night, `${admission} [name='fields[name]']`);
        await hydrated(night);
        await night.type(`${admission} [name='fields[name]']`, resident);
        await night.type(`${admission} [name='fields[age]']`, "24");
        await night.click(`${admission} button.main`);
        for (const window of [night, coordinator]) await expect.poll(() => occupant(window, bed)).toBe(resident);
      });

      await test.step("the night undoes it, and the coordinator sees it", async () => {
        // The undo form is in the bed's sheet, and may be somewhere else on the page as well.
        if (!(await has(night, undo))) await openSheet(night, bed);
        await appears(night, undo);
        if (!(await has(night, unfoldedUndo))) await night.click(`details:not([open]):has(${undo}) > summary`);
        await night.click(`${unfoldedUndo} button:not([type=button])`);
        for (const window of [night, coordinator]) await expect.poll(() => isFree(window, bed)).toBe(true);
      });
      expect(await coordinator.run(() => (window as unknown as { sameDocument?: boolean }).sameDocument), "the coordinator's page was never loaded again").toBe(true);

      await test.step("the night signs out, and Back shows no name", async () => {
        await rememberWhatIsShownAgain(night);
        await night.goto(`${house.address}/session`);
        await hydrated(night);
        await rememberWhatIsShownAgain(night);
        await night.click("form[action='/api/sign_out'] button");
        await appears(night, "form[action='/api/sign_in']");
        expect(await text(night)).toContain(plain(w("sign_in_title")));
        // The session page first, then the board and what was done on it.
        for (let step = 1; step <= 3; step += 1) {
          await night.back();
          const until = Date.now() + 1_500;
          do {
            expect(named(await text(night), [resident, ...names]), `names on the screen, Back ${step}`).toEqual([]);
          } while (Date.now() < until);
          expect(await has(night, ".bed"), `beds on the screen, Back ${step}`).toBe(false);
          expect(named(await whatWasShownAgain(night), [resident, ...names]), `names in a page that the browser had kept, Back ${step}`).toEqual([]);
        }
        await appears(night, "form[action='/api/sign_in']");
      });

      // The other session is not concerned.
      await coordinator.goto(`${house.address}/`);
      await appears(coordinator, ".bed.is-here");
    });
  });
}

async function signIn(window: Window, address: string, login: string): Promise<void> {
  const form = "form[action='/api/sign_in']";
  await window.goto(`${address}/sign_in`);
  await window.type(`${form} [name=login]`, login);
  await window.type(`${form} [name=password]`, password);
  await window.click(`${form} button.main`);
  await appears(window, ".bed");
  await hydrated(window);
}

/** Waits until the page's script, if it has one, answers to taps. */
async function hydrated(window: Window): Promise<void> {
  const is = () => {
    const root = document.documentElement;
    const done = root.hasAttribute("data-hydrated") || root.hasAttribute("data-awake");
    return document.readyState !== "loading" && (done || !document.querySelector("script[type=module]"));
  };
  await expect.poll(() => window.run(is), "the page is hydrated").toBe(true);
}

async function openSheet(window: Window, bed: string): Promise<void> {
  await window.click(`.bed[data-bed='${bed}']`);
  await appears(window, "[role=dialog] h2");
}

const has = (window: Window, selector: string) => window.run((selector) => document.querySelector(selector) !== null, selector);
const appears = (window: Window, selector: string) => expect.poll(() => has(window, selector), `${selector} is on the page`).toBe(true);

/** What stands on the page to be read, with plain spaces: the program's French has others. */
const text = async (window: Window) => plain(await window.run(() => document.body?.innerText ?? ""));
const plain = (text: string) => text.replace(/\s+/g, " ");

/** Which of some names a text has. */
const named = (text: string, names: string[]) => names.filter((name) => text.includes(plain(name)));

/** Who the board says is in a bed. */
const occupant = (window: Window, bed: string) => window.run((bed) => document.querySelector(`.bed[data-bed='${bed}'].is-here strong`)?.textContent, bed);
const isFree = (window: Window, bed: string) => window.run((bed) => document.querySelector(`.bed[data-bed='${bed}'].is-free`) !== null, bed);

/**
 * Lets the page write down what stands on it when the browser shows it once more out of its
 * back-forward cache: what is on the screen for a moment only is missed by asking from outside.
 */
const rememberWhatIsShownAgain = (window: Window) =>
  window.run(() =>
    addEventListener("pageshow", () => sessionStorage.setItem("shown-again", `${sessionStorage.getItem("shown-again") ?? ""} ${document.body?.innerText ?? ""}`)),
  );
const whatWasShownAgain = async (window: Window) => plain(await window.run(() => sessionStorage.getItem("shown-again") ?? ""));
