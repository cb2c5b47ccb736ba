import { admit, depart } from "../support/moves.ts";
import { type Lacking, lacks, olderEngine } from "../support/older_engine.ts";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Aurore-Essai";

for (const lacking of Object.keys(lacks) as Lacking[]) {
  test.describe(`a browser without ${lacking}`, () => {
    test("has pages that do not claim to be live, say so, and do what their forms say", async ({ browser, house, discretion, lang, w }) => {
      const { person, done } = await olderEngine(browser, { house, discretion, lang, lacking });
      const { page } = person;
      discretion.name(her);
      await person.signIn(logins.coordinator);
      expect(await page.evaluate((path) => path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], window), lacking), "it is really missing").toBeUndefined();
      // Long enough for a module to load and to light the lamp.
      await page.waitForTimeout(2_500);
      await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "drawn");
      await expect(page.getByRole("img", { name: w("lamp.lit") })).toHaveCount(0);

      // A tap changes nothing on the screen before the server has answered.
      const label = await person.labelOf(person.tiles("prepare").first());
      const sheet = await person.openBed(label);
      await expect(sheet.getByRole("heading", { level: 2 })).toHaveText(w("tile.to_prepare"));
      const prepare = sheet.locator('form[action="/api/bed_prepare"]');
      const [request] = await Promise.all([
        page.waitForRequest((request) => new URL(request.url()).pathname === "/api/bed_prepare", { timeout: 5_000 }),
        prepare.getByRole("button").click(),
      ]);
      expect(request.isNavigationRequest(), "the form is sent as forms are").toBe(true);
      await page.waitForLoadState();
      await expect(person.tile(label)).toHaveClass(/is-free/);
      // Another screen, drawn by the server, has it too.
      await person.goto("/");
      await expect(person.tile(label)).toHaveClass(/is-free/);

      const notice = page.getByText(w("not_live"));
      await expect(notice).toBeVisible();
      await person.visit("residents");
      await expect(notice).toBeVisible();
      await done();
    });

    test("admits somebody and records her departure", async ({ browser, house, discretion, lang }) => {
      const { person, done } = await olderEngine(browser, { house, discretion, lang, lacking });
      discretion.name(her);
      await person.signIn(logins.night);
      const label = await admit(person, { name: her, age: "24" });
      await expect(person.tile(label).locator("strong")).toHaveText(her);
      await depart(person, label);
      await done();
    });
  });
}

test("a browser that has everything is not told that its pages do not follow by themselves", async ({ person, w }) => {
  await person.signIn(logins.night);
  await expect(person.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  await expect(person.page.getByText(w("not_live")).filter({ visible: true })).toHaveCount(0);
});

test("a browser whose scripts are switched off is told that its pages do not follow by themselves", async ({ someone, w }) => {
  const person = await someone({ script: false });
  await person.signIn(logins.night);
  await expect(person.page.locator(".bed")).toHaveCount(16);
  await expect(person.page.getByText(w("not_live")).filter({ visible: true })).toHaveCount(1);
});
