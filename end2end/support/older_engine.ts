import type { Browser } from "@playwright/test";
import { Calm } from "./calm.ts";
import type { Discretion } from "./discretion.ts";
import type { House } from "./house.ts";
import { Person } from "./people.ts";
import { type Lang, wordsOf } from "./words.ts";

/** What an older browser engine lacks, by the first versions that have it. */
export const lacks = {
  /** Safari 16, Chrome 103, Firefox 100. */
  "AbortSignal.timeout": () => void delete (AbortSignal as unknown as Record<string, unknown>).timeout,
  /** Safari 15.4, Chrome 92, Firefox 95. */
  "crypto.randomUUID": () => void delete (Crypto.prototype as unknown as Record<string, unknown>).randomUUID,
  /** Also switched off by some hardened browsers. */
  WebAssembly: () => void delete (window as unknown as Record<string, unknown>).WebAssembly,
  EventSource: () => void delete (window as unknown as Record<string, unknown>).EventSource,
} as const;
export type Lacking = keyof typeof lacks;

/**
 * A person whose browser runs scripts but lacks something the WebAssembly client needs. Her steps wait for
 * page loads only, as without JavaScript. `done` closes the browser context and fails if its console or
 * its requests showed an error; files that the page preloads for newer engines may go unused there.
 */
export async function olderEngine(
  browser: Browser,
  { house, discretion, lang, lacking }: { house: House; discretion: Discretion; lang: Lang; lacking: Lacking },
): Promise<{ person: Person; done: () => Promise<void> }> {
  const context = await browser.newContext({ baseURL: house.address, viewport: { width: 1280, height: 800 }, locale: lang === "fr" ? "fr-CA" : "en-CA", timezoneId: "America/Toronto" });
  await context.addCookies([["lang", lang], ["theme", "night"]].map(([name, value]) => ({ name, value, url: house.address })));
  await context.addInitScript(lacks[lacking]);
  const calm = new Calm();
  calm.watch(context, false);
  await discretion.watch(context);
  // A page that shows what is not true sends nothing: what is waited for then never comes.
  context.setDefaultTimeout(8_000);
  const person = new Person(await context.newPage(), house, house.address, wordsOf(lang), false, calm, discretion);
  return {
    person,
    done: async () => {
      await context.close();
      calm.check();
    },
  };
}
