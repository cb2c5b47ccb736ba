import type { Locator } from "@playwright/test";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

/** The first field of a form that can be filled in has the focus. */
async function firstFieldHasTheFocus(form: Locator, what: string): Promise<void> {
  const holds = () =>
    form.evaluate((form) => {
      const first = [...form.querySelectorAll<HTMLInputElement>("input, select, textarea")].find((field) => field.type !== "hidden" && !field.disabled && field.getClientRects().length > 0);
      return first !== undefined && document.activeElement === first;
    });
  await expect.poll(holds, { message: `the first field of ${what} has the focus`, timeout: 3_000 }).toBe(true);
}

test("at the sign-in page one types at once", async ({ person }) => {
  await person.goto("/sign_in");
  await firstFieldHasTheFocus(person.form("/api/sign_in"), "the sign-in page");
});

test("at the admission one types her name at once, however one came there", async ({ person, w }) => {
  await person.signIn(logins.night);
  const name = person.form("/api/stay_admit").locator("[name='fields[name]']");
  await person.goto("/desk");
  await expect(name).toBeFocused({ timeout: 3_000 });
  await person.goto("/");
  await person.visit("desk");
  await expect(name).toBeFocused({ timeout: 3_000 });
  await person.goto("/");
  const sheet = await person.openBed(await person.labelOf(person.tiles("free").first()));
  await sheet.getByRole("link", { name: w("act.admit_here") }).click();
  await expect(name).toBeFocused({ timeout: 3_000 });
  await person.page.keyboard.type("Aurore-Essai");
  await expect(name).toHaveValue("Aurore-Essai");
});

test("at the admission of somebody whose file is known the first empty field has the focus", async ({ person, w }) => {
  const { page } = person;
  await person.signIn(logins.coordinator);
  await person.goto("/stays?state=ended");
  await page.locator("td a[href^='/stays/']").first().click();
  await page.getByRole("heading", { level: 1 }).locator("a[href^='/residents/']").click();
  await page.getByRole("main").getByRole("link", { name: w("act.readmit") }).click();
  const form = person.form("/api/stay_admit");
  await expect(form.locator(".known")).toBeVisible();
  await person.awake();
  await firstFieldHasTheFocus(form, "the admission of a known resident");
});

test("in a bed's sheet the first field of what is unfolded has the focus", async ({ person, w }) => {
  const { page } = person;
  await person.signIn(logins.coordinator);
  const occupied = await person.labelOf(person.tiles("here").first());
  const free = await person.labelOf(person.tiles("free").first());
  for (const [label, act, action] of [[occupied, "act.depart", "/api/stay_depart"], [occupied, "act.transfer", "/api/stay_transfer"], [occupied, "act.swap", "/api/stay_swap"], [free, "act.close", "/api/bed_close"]]) {
    await person.goto("/");
    const sheet = await person.openBed(label);
    await expect(sheet.getByRole("heading", { level: 2 })).toBeVisible();
    await person.unfold(w(act), sheet);
    await firstFieldHasTheFocus(sheet.locator(`form[action="${action}"]`), w(act));
  }
  // By keyboard too.
  await person.goto("/");
  const sheet = await person.openBed(occupied);
  await sheet.locator("summary").filter({ hasText: w("act.depart") }).first().focus();
  await page.keyboard.press("Enter");
  await firstFieldHasTheFocus(sheet.locator('form[action="/api/stay_depart"]'), w("act.depart"));
});

test("on the other pages the first field of what is unfolded has the focus", async ({ person, w }) => {
  const { page } = person;
  await person.signIn(logins.coordinator);
  await person.visit("house");
  await person.unfold(w("act.add_floor"));
  await firstFieldHasTheFocus(person.form("/api/floor_add"), w("act.add_floor"));
  await person.visit("team");
  await person.unfold(w("act.add_staff"));
  await firstFieldHasTheFocus(person.form("/api/staff_add"), w("act.add_staff"));
  await person.visit("residents");
  await page.locator("a.person").first().click();
  await expect(page.locator(".parts")).toBeVisible();
  await person.awake();
  await person.unfold(w("change"), page.locator("section.part").filter({ has: person.form("/api/resident_usual") }));
  await firstFieldHasTheFocus(person.form("/api/resident_usual"), "a part of a file");
});

test.describe("without JavaScript", () => {
  test.use({ script: false });
  test("at the admission one types her name at once", async ({ person }) => {
    await person.signIn(logins.night);
    await person.goto("/desk");
    await expect(person.form("/api/stay_admit").locator("[name='fields[name]']")).toBeFocused({ timeout: 3_000 });
  });
});
