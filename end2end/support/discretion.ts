import { type BrowserContext, expect } from "@playwright/test";
import { wordsOf } from "./words.ts";

const id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** Every address the program has; an address that is none of these may hold anything. */
const addresses = [
  /^\/(sign_in|desk|residents|stays|figures|house|team|audit|session|veil|lost)?$/,
  new RegExp(`^/(residents|stays)/${id}$`),
  /^\/(api\/[a-z_]+|events|icon\.svg|health\/(live|ready))$/,
  /^\/(pkg|fonts)\/[\w.-]+$/,
];
/** What an address may ask: dates, numbers, codes and ids. */
const asked = new RegExp(`^(|${id}|-?[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?|[A-Za-z0-9_]{1,24})$`);

/** Every title a browser's tab may show: the names of pages, which are no one's. */
const titles = new Set(
  (["fr", "en"] as const).flatMap((lang) => {
    const w = wordsOf(lang);
    const pages = ["nav.tonight", "desk.title", "lost.title", "residents.title", "resident.title", "stays.title", "stay.title", "figures.title", "house.title", "team.title", "audit.title", "session.title"];
    return [w("app_name"), ...pages.map((page) => `${w(page)} · ${w("app_name")}`)];
  }),
);

/**
 * Nobody's name stands in an address or in a title, whatever a journey does: both are kept by
 * browsers, shown on shared screens and written down by what lies between. Addresses and titles are
 * held against what they may be at all, and against the names the journey used.
 */
export class Discretion {
  private readonly names = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly shown = new Set<string>();
  /** Addresses a journey asked for on purpose that lead nowhere. */
  private readonly nowhere = new Set<string>();

  async watch(context: BrowserContext): Promise<void> {
    context.on("request", (request) => this.seen.add(request.url()));
    context.on("page", (page) => {
      page.on("framenavigated", (frame) => this.seen.add(frame.url()));
      page.on("domcontentloaded", () => void page.title().then((title) => this.show(title), () => undefined));
    });
    await context.exposeBinding("titleWasShown", (_from, title: string) => this.show(title));
    await context.addInitScript(() => {
      const tell = () => document.title && (window as unknown as { titleWasShown(title: string): void }).titleWasShown(document.title);
      new MutationObserver(tell).observe(document, { subtree: true, childList: true, characterData: true });
    });
  }

  /** A name that is used from now on. */
  name(...names: string[]): void {
    for (const name of names) this.names.add(name);
  }

  /** An address that is asked for although there is no such page. */
  leadsNowhere(path: string): void {
    this.nowhere.add(path);
  }

  check(): void {
    const strange = [...this.seen].filter((text) => !this.isAllowed(text));
    expect(strange, "every address is made of known words, dates, codes and ids").toEqual([]);
    const named = [...this.seen, ...this.shown].filter((text) => [...this.names].some((name) => speaksOf(text, name)));
    expect(named, "no address and no title speaks of anyone").toEqual([]);
    expect([...this.shown].filter((title) => !titles.has(title)), "titles are those of pages").toEqual([]);
  }

  private show(title: string): void {
    // The browser's own words while an address answers.
    if (/^Loading https?:/.test(title)) return;
    // A document that has only begun has no title yet; Firefox answers so while it goes to another page.
    // That every page has one is tested with its accessibility.
    if (title) this.shown.add(title);
  }

  private isAllowed(text: string): boolean {
    if (!text.startsWith("http")) return text === "about:blank" || text.startsWith("data:") || text.startsWith("chrome-error:");
    const url = new URL(text);
    if (this.nowhere.has(url.pathname)) return true;
    const query = [...url.searchParams].every(([name, value]) => /^[a-z_]+$/.test(name) && asked.test(value));
    return addresses.some((address) => address.test(url.pathname)) && query && !url.hash.replace(/^#(main)?$/, "");
  }
}

function speaksOf(text: string, name: string): boolean {
  const plain = (text: string) => text.normalize("NFC").toLowerCase();
  let read = text;
  try {
    read = decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // What does not decode is read as it stands.
  }
  return new RegExp(`(^|[^\\p{L}])${plain(name).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}($|[^\\p{L}])`, "u").test(plain(read));
}
