import { type Locator, type Page, expect } from "@playwright/test";
import type { Calm } from "./calm.ts";
import type { Discretion } from "./discretion.ts";
import type { House } from "./house.ts";
import type { Words } from "./words.ts";

/** The three people of the house, and the logins of their invented accounts. */
export const logins = { night: "nuit", coordinator: "coordination", management: "direction" } as const;
export type Role = keyof typeof logins;

/** The password of the invented accounts. */
export const password = "une petite lampe";

/** What a form is filled with: texts, codes, boxes ticked or not. */
export type Typed = Record<string, string | boolean>;

/** Someone at a screen of the house. */
export class Person {
  constructor(
    readonly page: Page,
    readonly house: House,
    /** Where she reaches the house. */
    readonly address: string,
    readonly w: Words,
    readonly script: boolean,
    readonly calm: Calm,
    readonly discretion: Discretion,
  ) {}

  /** Goes to an address and finds herself shown out. Her page may be on its way to the entrance by itself. */
  async shownOut(path: string): Promise<void> {
    await this.page.goto(`${this.address}${path}`).catch((error: Error) => {
      // Playwright's own words, those of Firefox, or those of Chromium.
      if (!/interrupted by another navigation|new navigation interrupted|ERR_ABORTED/.test(error.message)) throw error;
    });
    await expect(this.page).toHaveURL(/\/sign_in$/);
  }

  /** Goes to an address, and waits until taps work there. */
  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.address}${path}`);
    await this.awake();
  }

  /** Waits until the page's script, if it has one, has woken it. */
  async awake(): Promise<void> {
    if (!this.script) return;
    // The entrance and a page that is not there have no script: they are as they will be.
    await this.page.waitForFunction(
      () => document.readyState !== "loading" && (document.documentElement.hasAttribute("data-hydrated") || !document.querySelector("script[type=module]")),
    );
  }

  async signIn(login: string, secret = password): Promise<void> {
    await this.goto("/sign_in");
    await this.enter(login, secret);
    await expect(this.page).toHaveURL(`${this.address}/`);
    await this.awake();
    this.discretion.name(...(await this.namesOnTheBoard()));
  }

  /** Fills the entrance and knocks. */
  async enter(login: string, secret: string): Promise<void> {
    const form = this.form("/api/sign_in");
    await form.getByLabel(this.w("field.login")).fill(login);
    await form.getByLabel(this.w("field.password")).fill(secret);
    await form.getByRole("button", { name: this.w("sign_in") }).click();
  }

  async signOut(): Promise<void> {
    await this.goto("/session");
    await this.page.getByRole("button", { name: this.w("sign_out") }).click();
    await expect(this.page.getByRole("heading", { name: this.w("sign_in_title") })).toBeVisible();
  }

  /** Goes to a page by its name in the navigation. */
  async visit(place: string): Promise<void> {
    await this.page.getByRole("navigation").getByRole("link", { name: this.w(`nav.${place}`), exact: true }).click();
    await expect(this.page.getByRole("navigation").locator("[aria-current=page]")).toHaveText(this.w(`nav.${place}`));
    await this.awake();
  }

  /** The form that does an act; `about` tells it from others of the same act on the page. */
  form(action: string, about?: string): Locator {
    // The confirmation bar may offer to take something back with the same act.
    const form = this.page.locator(`form[action="${action}"]:not(.confirmation form)`);
    return about ? form.filter({ has: this.page.locator(`input[type=hidden][value="${about}"]`) }) : form;
  }

  /** Unfolds a part of the page, unless it is unfolded. */
  async unfold(name: string, within: Page | Locator = this.page): Promise<void> {
    const summary = within.locator("summary").filter({ hasText: name }).first();
    const open = () => summary.evaluate((summary) => (summary.parentElement as HTMLDetailsElement).open);
    if (!(await open())) await summary.click();
    expect(await open()).toBe(true);
  }

  async fill(form: Locator, typed: Typed): Promise<void> {
    for (const [name, value] of Object.entries(typed)) {
      const field = form.locator(`[name="fields[${name}]"]:not([type=hidden])`);
      const kind = await field.first().evaluate((field) => (field as HTMLInputElement).type);
      if (typeof value === "boolean") await field.setChecked(value);
      else if (kind === "radio") await form.locator(`[name="fields[${name}]"][value="${value}"]`).check();
      else if (kind === "select-one") await field.selectOption(value);
      else await field.fill(value);
    }
  }

  /** Sends a form with its own button, and waits for the answer and for the page it leads to. */
  async send(form: Locator, button: string): Promise<number> {
    const action = await form.getAttribute("action");
    const handle = await form.elementHandle();
    const [answer] = await Promise.all([
      this.page.waitForResponse((answer) => answer.request().method() === "POST" && new URL(answer.url()).pathname === action),
      form.getByRole("button", { name: button, exact: true }).click(),
    ]);
    if (this.script) {
      // The form is gone with its page, or it is no longer busy.
      const settled = () => handle?.evaluate((form) => !form.isConnected || form.getAttribute("aria-busy") !== "true").catch(() => true);
      await expect.poll(settled).not.toBe(false);
    } else {
      await this.page.waitForLoadState();
    }
    return answer.status();
  }

  /** Does an act that must be accepted. */
  async act(form: Locator, button: string, typed: Typed = {}): Promise<void> {
    await this.fill(form, typed);
    expect(await this.send(form, button)).toBeLessThan(400);
  }

  // The board.

  /** Tiles of the board in a state: `free`, `here`, `prepare`, `oos`. */
  tiles(state: "free" | "here" | "prepare" | "oos"): Locator {
    return this.page.locator(`.bed.is-${state}`);
  }

  tile(label: string): Locator {
    return this.page.locator(`.bed[data-bed="${label}"]`);
  }

  async labelOf(tile: Locator): Promise<string> {
    return (await tile.getAttribute("data-bed")) ?? "";
  }

  get sheet(): Locator {
    return this.page.getByRole("dialog");
  }

  /** Opens the sheet of a bed with one tap. */
  async openBed(label: string): Promise<Locator> {
    await this.tile(label).click();
    await expect(this.sheet.locator(".over")).toContainText(this.w("bed_label", { label }));
    await this.awake();
    return this.sheet;
  }

  async namesOnTheBoard(): Promise<string[]> {
    return this.tiles("here").locator("strong").allTextContents();
  }

  /** One of the numbers above the board. */
  async count(of: "present" | "free" | "prepare" | "oos" | "all"): Promise<number> {
    return Number(await this.page.locator(`.counts .${of} b`).textContent());
  }
}

/** A moment on the house's wall, some minutes ago, as forms write it. */
export function houseTime(minutesAgo = 0): string {
  const at = new Date(Date.now() - minutesAgo * 60_000);
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", {
      timeZone: "America/Toronto", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(at).map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}
