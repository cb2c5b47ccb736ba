import type { Locator, Page } from "@playwright/test";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

/** Whether the focus is inside something. */
const focusIsIn = (box: Locator) => box.evaluate((box) => box.contains(document.activeElement) && document.activeElement !== document.body);
/** What has the focus, in words. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at && at !== document.body ? `${at.tagName.toLowerCase()} ${at.getAttribute("href") ?? at.getAttribute("name") ?? at.textContent?.slice(0, 30) ?? ""}` : "nothing";
  });

test.describe("a bed's sheet", () => {
  test.beforeEach(async ({ person }) => {
    await person.signIn(logins.coordinator);
  });

  for (const state of ["here", "free", "prepare"] as const) {
    test(`takes the focus when it is opened by keyboard, and gives it back when it is closed (${state})`, async ({ person, w }) => {
      const { page } = person;
      const label = await person.labelOf(person.tiles(state).first());
      const closings = [
        () => page.keyboard.press("Escape"),
        () => person.sheet.getByRole("link", { name: w("close") }).or(person.sheet.getByRole("button", { name: w("close") })).click(),
      ];
      for (const close of closings) {
        await person.tile(label).focus();
        await page.keyboard.press("Enter");
        await expect(person.sheet.getByRole("heading", { level: 2 })).toBeVisible();
        await expect.poll(() => focusIsIn(person.sheet), { message: "the focus is in the sheet", timeout: 3_000 }).toBe(true);
        await close();
        await expect(person.sheet).toHaveCount(0);
        await expect(person.tile(label)).toBeFocused();
      }
    });
  }

  test("takes the focus when it is opened by a tap", async ({ person }) => {
    const sheet = await person.openBed(await person.labelOf(person.tiles("here").first()));
    await expect.poll(() => focusIsIn(sheet), { message: "the focus is in the sheet", timeout: 3_000 }).toBe(true);
  });

  test("keeps the focus: nothing behind it is reached with Tab", async ({ person }) => {
    const { page } = person;
    const sheet = await person.openBed(await person.labelOf(person.tiles("here").first()));
    await expect(sheet.getByRole("heading", { level: 2 })).toBeVisible();
    const outside: string[] = [];
    let inside = 0;
    for (const key of ["Tab", "Shift+Tab"]) {
      for (let i = 0; i < 30; i++) {
        await page.keyboard.press(key);
        const at = await focused(page);
        if (await focusIsIn(sheet)) inside++;
        else if (at !== "nothing") outside.push(at);
      }
    }
    expect(outside, "what took the focus behind the sheet").toEqual([]);
    expect(inside, "the sheet's own controls took it").toBeGreaterThan(10);
  });

  test("is closed by Escape from anywhere in it", async ({ person, w }) => {
    const { page } = person;
    const label = await person.labelOf(person.tiles("here").first());
    const places: [string, (sheet: Locator) => Promise<void>][] = [
      ["right after opening", async () => {}],
      ["after a tap on its text", async (sheet) => sheet.getByRole("heading", { level: 2 }).click()],
      ["from what unfolds a form", async (sheet) => sheet.locator("summary").first().focus()],
      ["from a field", async (sheet) => {
        await person.unfold(w("act.depart"), sheet);
        await sheet.locator("form[action='/api/stay_depart'] input:not([type=hidden])").first().focus();
      }],
      ["from a choice", async (sheet) => {
        await person.unfold(w("act.depart"), sheet);
        await sheet.locator("form[action='/api/stay_depart'] select").first().focus();
      }],
    ];
    for (const [where, go] of places) {
      const sheet = await person.openBed(label);
      await expect(sheet.getByRole("heading", { level: 2 })).toBeVisible();
      await go(sheet);
      await page.keyboard.press("Escape");
      await expect(person.sheet, `Escape ${where}`).toHaveCount(0, { timeout: 3_000 });
    }
  });

  test("is a dialog with a name, a way to close it, its bed, and what one can do there", async ({ person, w }) => {
    const name = (await person.tiles("here").first().locator("strong").textContent()) ?? "";
    const label = await person.labelOf(person.tiles("here").first());
    const sheet = await person.openBed(label);
    await expect(sheet.getByRole("heading", { level: 2 })).toBeVisible();
    await expect(sheet).toMatchAriaSnapshot(`
      - dialog "${name}":
        - link "${w("close")}"
        - paragraph: /${w("bed_label", { label })} · .+/
        - heading "${name}" [level=2]
        - group: /${w("act.depart")}/
        - group: /${w("act.transfer")}/
    `);
  });
});

test.describe("the skip link", () => {
  for (const path of ["/", "/residents", "/house", "/desk"]) {
    test(`moves the focus to the content of ${path}`, async ({ person, w }) => {
      const { page } = person;
      await person.signIn(logins.coordinator);
      await person.goto(path);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      const skip = page.getByRole("link", { name: w("skip") });
      await skip.focus();
      await page.keyboard.press("Enter");
      await expect(page.getByRole("main")).toBeFocused();
      await page.keyboard.press("Tab");
      expect(await focusIsIn(page.getByRole("main")), "the next Tab is in the content").toBe(true);
    });
  }
});

test("the hidden screen has a heading", async ({ person, w }) => {
  const { page } = person;
  await person.signIn(logins.night);
  await person.goto("/veil");
  await expect(page.getByRole("link", { name: w("unveil") })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).not.toBeEmpty();
});
