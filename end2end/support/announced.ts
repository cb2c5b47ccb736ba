import type { Page } from "@playwright/test";

/** What a screen reader is told of a page: every text that comes into a live region or is changed in one. */
export class Announced {
  private readonly texts: string[] = [];

  private constructor() {}

  /** Listens to every document that the page loads from now on. */
  static async on(page: Page): Promise<Announced> {
    const heard = new Announced();
    await page.exposeBinding("wasAnnounced", (_from, text: string) => heard.texts.push(text));
    await page.addInitScript(() => {
      const live = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
      const tell = (region: Element) => {
        const text = (region.textContent ?? "").replace(/\s+/g, " ").trim();
        if (text) (window as unknown as { wasAnnounced(text: string): void }).wasAnnounced(text);
      };
      new MutationObserver((changes) => {
        const regions = new Set<Element>();
        for (const { target, addedNodes } of changes) {
          const within = (target instanceof Element ? target : target.parentElement)?.closest(live);
          if (within) regions.add(within);
          for (const added of addedNodes) {
            if (!(added instanceof Element)) continue;
            if (added.matches(live)) regions.add(added);
            for (const region of added.querySelectorAll(live)) regions.add(region);
          }
        }
        regions.forEach(tell);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    return heard;
  }

  /** Forgets what was said so far. */
  forget(): void {
    this.texts.length = 0;
  }

  /** What was said since, without what is said of other things. */
  since(...others: string[]): string[] {
    return this.texts.filter((text) => !others.some((other) => text.includes(other)));
  }
}
