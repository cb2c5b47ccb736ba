import { type BrowserContext, test as base, expect } from "@playwright/test";
import { Calm } from "./calm.ts";
import { Discretion } from "./discretion.ts";
import { FormRecord } from "./forms.ts";
import { type Furnished, House } from "./house.ts";
import { Person } from "./people.ts";
import type { Wire } from "./wire.ts";
import { type Lang, type Words, wordsOf } from "./words.ts";

/** How a journey is walked. */
export interface Choices {
  /** In which language. */
  lang: Lang;
  /** With the page's script, or without any. */
  script: boolean;
  /** By which light. */
  theme: "night" | "day";
  /** In which house. */
  furnished: Furnished;
  /** Whether this browser has been told what the lamp and the mask are for. */
  explained: boolean;
}

interface Given {
  house: House;
  w: Words;
  calm: Calm;
  discretion: Discretion;
  forms: FormRecord;
  /** Someone at a screen of her own. */
  someone: (choices?: Partial<Choices> & { viewport?: { width: number; height: number }; wire?: Wire }) => Promise<Person>;
  /** The one whose journey it is. */
  person: Person;
}

export const test = base.extend<Choices & Given>({
  lang: ["fr", { option: true }],
  script: [true, { option: true }],
  theme: ["night", { option: true }],
  furnished: [{ beds: 16, years: 1, seed: 7 }, { option: true }],
  explained: [true, { option: true }],

  house: async ({ furnished }, use, info) => {
    const house = await House.open(furnished);
    await use(house);
    await house.close();
    if (info.status !== info.expectedStatus) await info.attach("server", { body: house.log, contentType: "text/plain" });
  },
  w: async ({ lang }, use) => use(wordsOf(lang)),
  calm: async ({}, use) => use(new Calm()),
  discretion: async ({}, use) => use(new Discretion()),
  forms: async ({}, use, info) => {
    const forms = new FormRecord();
    await use(forms);
    forms.leave(`${info.project.name}.${info.testId}`);
  },
  someone: async ({ browser, house, furnished, lang, script, theme, explained, viewport, calm, discretion, forms }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (choices = {}) => {
      const hers: Choices & { viewport: typeof viewport; wire?: Wire } = { furnished, lang, script, theme, explained, viewport, ...choices };
      const address = hers.wire?.address ?? house.address;
      const context = await browser.newContext({
        baseURL: address,
        viewport: hers.viewport,
        javaScriptEnabled: hers.script,
        locale: hers.lang === "fr" ? "fr-CA" : "en-CA",
        timezoneId: "America/Toronto",
      });
      opened.push(context);
      await context.addCookies(
        [["lang", hers.lang], ["theme", hers.theme]].map(([name, value]) => ({ name, value, url: address })),
      );
      // A document without an origin of its own has no storage.
      if (hers.explained) await context.addInitScript(() => location.protocol === "http:" && localStorage.setItem("explained", "1"));
      calm.watch(context, hers.script);
      await discretion.watch(context);
      forms.watch(context);
      return new Person(await context.newPage(), house, address, wordsOf(hers.lang), hers.script, calm, discretion);
    });
    for (const context of opened) await context.close();
    calm.check();
    discretion.check();
  },
  person: async ({ someone }, use) => use(await someone()),
});

export { expect };
