import type { Page } from "@playwright/test";
import { admit, freshSheet, prepare, sheetForm } from "../support/moves.ts";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

/** Holds the first answer to a path back until it is let go; all later ones pass. Says when it has been asked for. */
async function holdFirst(page: Page, path: string): Promise<{ asked: Promise<void>; letGo: () => Promise<void> }> {
  let heard = () => {};
  let open = () => {};
  let arrived = () => {};
  const asked = new Promise<void>((done) => (heard = done));
  const gate = new Promise<void>((done) => (open = done));
  const delivered = new Promise<void>((done) => (arrived = done));
  let first = true;
  await page.route((url) => url.pathname === path, async (route) => {
    if (!first) return route.continue();
    first = false;
    // The answer is made now and shown late: it is older than those that overtake it.
    const answer = await route.fetch();
    heard();
    await gate;
    // A page that does not want it any more may have taken its request back.
    await route.fulfill({ response: answer }).catch(() => undefined);
    arrived();
  });
  return {
    asked,
    letGo: async () => {
      open();
      await delivered;
      await page.waitForTimeout(1_000);
    },
  };
}

test.beforeEach(async ({ person }) => {
  await person.signIn(logins.management);
});

test("the page asked for last stays, when the one asked for before it answers late", async ({ person, w }) => {
  const { page } = person;
  const stays = await holdFirst(page, "/stays");
  const nav = (place: string) => page.getByRole("navigation").getByRole("link", { name: w(`nav.${place}`), exact: true });
  await nav("stays").click();
  await stays.asked;
  await nav("figures").click();
  await expect(page.locator("a.kpi")).toHaveCount(8);
  await stays.letGo();
  await expect(page.locator("a.kpi")).toHaveCount(8);
  await expect(page.locator("a[href^='/stays/']"), "rows of the stays").toHaveCount(0);
  await expect(page).toHaveURL(/\/figures/);
  await expect(page.getByRole("navigation").locator("[aria-current=page]")).toHaveText(w("nav.figures"));
});

test("the period chosen last stays, when the one chosen before it answers late", async ({ person, w }) => {
  const { page } = person;
  await person.visit("figures");
  const heading = page.getByRole("main").getByRole("heading", { level: 1 });
  const before = page.getByRole("link", { name: w("period.fiscal_before") });
  await expect(before).toBeVisible();
  const initial = (await heading.textContent()) ?? "";
  // The first month of that year: neither of the two periods is what the page shows at first.
  const from = new URL((await before.getAttribute("href")) ?? "", person.address).searchParams.get("from") ?? "";
  await person.unfold(w("period.other"));
  const form = page.locator("form[action='/figures']");
  await form.locator("[name=from]").fill(from);
  await form.locator("[name=to]").fill(from.replace(/-01$/, "-30"));
  const figures = await holdFirst(page, "/figures");
  await before.click();
  await figures.asked;
  await form.getByRole("button", { name: w("tonight.show") }).click();
  await expect(heading).not.toHaveText(initial);
  const shown = (await heading.textContent()) ?? "";
  await expect(before).not.toHaveAttribute("aria-current", "true");
  await figures.letGo();
  await expect(heading).toHaveText(shown);
  await expect(before).not.toHaveAttribute("aria-current", "true");
});

test("of two drawings of one page after two changes the newer one stays, when the older one answers late", async ({ person, someone, discretion }) => {
  const { page } = person;
  discretion.name("Aurore-Essai", "Honorine-Essai");
  const other = await someone();
  await other.signIn(logins.night);
  await person.visit("stays");
  const here = page.locator("table.list .pill.here");
  await expect(page.locator("table.list tbody tr").first()).toBeVisible();
  const present = await here.count();
  const stays = await holdFirst(page, "/stays");
  await admit(other, { name: "Aurore-Essai", age: "24" });
  await stays.asked;
  await admit(other, { name: "Honorine-Essai", age: "31" });
  await expect(here).toHaveCount(present + 2);
  await stays.letGo();
  await expect(here, "the stays of the newer drawing").toHaveCount(present + 2);
});

test("the board after the newer change stays, when the older one answers late", async ({ person, someone, w }) => {
  const { page } = person;
  const other = await someone();
  await other.signIn(logins.night);
  await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  const soil = async (label: string) => {
    await freshSheet(other, label);
    await other.act(sheetForm(other, "/api/bed_soil"), w("act.soil"));
  };
  const [first, second] = await other.tiles("free").evaluateAll((beds) => beds.map((bed) => (bed as HTMLElement).dataset.bed ?? ""));
  // Where the board is asked for is seen at the first change; the answer after the next one is held back.
  const asking = page.waitForRequest((request) => request.resourceType() === "fetch" && request.method() === "POST");
  await soil(first);
  const path = new URL((await asking).url()).pathname;
  await expect(person.tile(first)).toHaveClass(/is-prepare/);
  const board = await holdFirst(page, path);
  await soil(second);
  await board.asked;
  await prepare(other, first);
  // A query is sent again once the one before it was answered or given up, which takes ten seconds.
  await expect(person.tile(first)).toHaveClass(/is-free/, { timeout: 15_000 });
  await board.letGo();
  await expect(person.tile(first)).toHaveClass(/is-free/);
  await expect(person.tile(second)).toHaveClass(/is-prepare/);
});

test("a tap is not lost when somebody else changes what is shown before its page has come", async ({ person, someone, discretion, w }) => {
  const { page } = person;
  discretion.name("Aurore-Essai");
  const other = await someone();
  await other.signIn(logins.night);
  await person.visit("stays");
  const here = page.locator("table.list .pill.here");
  await expect(page.locator("table.list tbody tr").first()).toBeVisible();
  const present = await here.count();
  const figures = await holdFirst(page, "/figures");
  await page.getByRole("navigation").getByRole("link", { name: w("nav.figures"), exact: true }).click();
  await figures.asked;
  await admit(other, { name: "Aurore-Essai", age: "24" });
  await expect(here, "the page that is left is still followed").toHaveCount(present + 1);
  await figures.letGo();
  await expect(page).toHaveURL(/\/figures/);
  await expect(page.locator("a.kpi")).toHaveCount(8);
});
