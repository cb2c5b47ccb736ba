import type { Locator } from "@playwright/test";
import { logins } from "../support/people.ts";
import { admit, depart, firstFreeBed } from "../support/moves.ts";
import { expect, test } from "../support/test.ts";
import type { Words } from "../support/words.ts";

const her = "Aurore-Essai";
/** Longer than the form waits before it asks its check again, and than the answer takes. */
const longerThanTheCheck = 1_500;

for (const lang of ["fr", "en"] as const) {
  test.describe(`somebody who has been here before, ${lang}`, () => {
    test.use({ lang });

    test.beforeEach(async ({ person, discretion }) => {
      discretion.name(her);
      await person.signIn(logins.coordinator);
      await depart(person, await admit(person, { name: her, age: "24" }));
      await person.goto("/desk");
    });

    test("is chosen among the files that look alike, the choice stays, and no second file is made", async ({ person, w }) => {
      const { page } = person;
      const form = person.form("/api/stay_admit");
      const bed = await firstFreeBed(form);
      await person.fill(form, { bed: bed.id });
      const alike = await offered(form, w);
      const hers = alike.locator("label.pick.line").filter({ hasText: her });
      await hers.click();
      await page.waitForTimeout(longerThanTheCheck);
      await expect(alike).toBeVisible();
      await expect(hers.getByRole("radio")).toBeChecked();
      expect(await person.send(form, w("act.admit"))).toBeLessThan(400);
      await expect(person.tile(bed.label).locator("strong")).toHaveText(her);

      // One file has her name, and both her stays.
      await person.visit("residents");
      await page.getByRole("searchbox").fill(her);
      await page.getByRole("button", { name: w("residents.find") }).click();
      const files = page.locator("a.person").filter({ hasText: her });
      await expect(files).toHaveCount(1);
      await expect(files).toContainText(w("stays_count", { n: 2 }));
    });

    test("stays chosen while other fields are filled in", async ({ person, w }) => {
      const { page } = person;
      const form = person.form("/api/stay_admit");
      const alike = await offered(form, w);
      const hers = alike.locator("label.pick.line").filter({ hasText: her });
      await hers.click();
      await person.fill(form, { what_to_do: "Arachides.", "care_flags.ALLERGIE": true });
      await page.waitForTimeout(longerThanTheCheck);
      const bed = await firstFreeBed(form);
      await person.fill(form, { bed: bed.id });
      await page.waitForTimeout(longerThanTheCheck);
      await expect(alike).toBeVisible();
      await expect(hers.getByRole("radio")).toBeChecked();
      await expect(form.locator("[name='fields[what_to_do]']")).toHaveValue("Arachides.");
      expect(await person.send(form, w("act.admit"))).toBeLessThan(400);
      await expect(person.tile(bed.label).locator("strong")).toHaveText(her);
    });

    test("can be said to be none of them after all, and the list is still there to say it with", async ({ person, w }) => {
      const { page } = person;
      const form = person.form("/api/stay_admit");
      const bed = await firstFreeBed(form);
      await person.fill(form, { bed: bed.id });
      const alike = await offered(form, w);
      await alike.locator("label.pick.line").filter({ hasText: her }).click();
      await page.waitForTimeout(longerThanTheCheck);
      await expect(alike).toBeVisible();
      const none = alike.locator("label.pick.line").filter({ hasText: w("desk.none_of_them") });
      await none.click();
      await page.waitForTimeout(longerThanTheCheck);
      await expect(alike).toBeVisible();
      await expect(none.getByRole("radio")).toBeChecked();
      expect(await person.send(form, w("act.admit"))).toBeLessThan(400);
      await expect(person.tile(bed.label).locator("strong")).toHaveText(her);
    });
  });
}

/** Types her name and age, and waits for the files that look alike. */
async function offered(form: Locator, w: Words): Promise<Locator> {
  await form.locator("[name='fields[name]']").fill(her);
  await form.locator("[name='fields[age]']").fill("24");
  const alike = form.locator("fieldset.alike");
  await expect(alike.locator("legend")).toHaveText(w("desk.alike"));
  return alike;
}
