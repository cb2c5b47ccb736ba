import type { Locator } from "@playwright/test";
import { admit, depart, freshSheet, mainHeading, prepare, sheetForm } from "../support/moves.ts";
import { type Person, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Aurore-Essai";
const bar = (person: Person): Locator => person.page.locator(".confirmation");

/** There is one bar, it is announced, it stands in the page, and it says what it must. */
async function barSays(person: Person, ...parts: string[]): Promise<Locator> {
  const one = bar(person);
  await expect(one, "one confirmation bar").toHaveCount(1);
  await expect(one).toBeVisible();
  await expect(one).toHaveRole("status");
  for (const part of parts) await expect(one).toContainText(part);
  // Where it is drawn by the server, the address names the act it speaks of, by its id alone.
  if (!person.script) await expect(person.page).toHaveURL(/[?&]done=[0-9a-f]{8}-[0-9a-f-]{27}(&|$)/);
  return one;
}

/** Takes back what the bar speaks of. */
async function undo(person: Person, action: string): Promise<void> {
  const form = bar(person).locator(`form[action="${action}"]`);
  await expect(form, "the bar's undo").toHaveCount(1);
  expect(await person.send(form, person.w("done.undo"))).toBeLessThan(400);
}

for (const [lang, script] of [["fr", true], ["en", true], ["fr", false], ["en", false]] as const) {
  test.describe(`after every act one bar says what was done, ${lang}, ${script ? "with" : "without"} JavaScript`, () => {
    test.use({ lang, script });

    test("an arrival: who, in which bed, with its undoing; the bed is marked", async ({ person, discretion, w }) => {
      discretion.name(her);
      await person.signIn(logins.night);
      await expect(bar(person), "nothing was done yet").toHaveCount(0);
      const label = await admit(person, { name: her, age: "24" });
      const said = await barSays(person, her, label);
      await expect(person.tile(label)).toHaveClass(/just-changed/);
      await expect(person.page.locator(".just-changed")).toHaveCount(1);
      const before = await said.innerText();
      await undo(person, "/api/stay_undo");
      await expect(person.tile(label)).toHaveClass(/is-free/);
      await expect(said).not.toHaveText(before, { useInnerText: true });
      await barSays(person, her);
      await expect(said.getByText(w("done.undo"), { exact: true }), "an undoing is not undone").toHaveCount(0);
    });

    test("a bed that is ready, a bed to prepare: which bed, and the opposite act as its undoing", async ({ person }) => {
      await person.signIn(logins.night);
      const label = await person.labelOf(person.tiles("prepare").first());
      await prepare(person, label);
      await barSays(person, label);
      await expect(person.tile(label)).toHaveClass(/just-changed/);
      await undo(person, "/api/bed_soil");
      await expect(person.tile(label)).toHaveClass(/is-prepare/);
      await barSays(person, label);
      await undo(person, "/api/bed_prepare");
      await expect(person.tile(label)).toHaveClass(/is-free/);
      await barSays(person, label);
    });

    test("a bed out of service, and back: which bed, with its undoing", async ({ person, w }) => {
      await person.signIn(logins.night);
      const label = await person.labelOf(person.tiles("free").first());
      await freshSheet(person, label);
      await person.unfold(w("act.close"), person.sheet);
      await person.act(sheetForm(person, "/api/bed_close"), w("act.close_do"), { reason: "PUNAISES" });
      await expect(person.tile(label)).toHaveClass(/is-oos/);
      await barSays(person, label);
      await undo(person, "/api/bed_reopen");
      await expect(person.tile(label)).toHaveClass(/is-free/);
      await barSays(person, label);
    });

    test("a change of bed, then a departure: who and where; the newer bar replaces the older; both can be undone", async ({ person, discretion, w }) => {
      test.setTimeout(60_000);
      discretion.name(her);
      await person.signIn(logins.coordinator);
      const from = await admit(person, { name: her, age: "24" });
      await freshSheet(person, from);
      await person.unfold(w("act.transfer"), person.sheet);
      const form = sheetForm(person, "/api/stay_transfer");
      const pick = form.locator(".pick[data-free=true]").first();
      const to = (await pick.locator("b").textContent()) ?? "";
      await person.act(form, w("act.transfer_do"), { bed: (await pick.locator("input").getAttribute("value")) ?? "" });
      await expect(person.tile(to).locator("strong")).toHaveText(her);
      await barSays(person, her, to);
      await undo(person, "/api/stay_undo");
      await expect(person.tile(from).locator("strong")).toHaveText(her);
      await depart(person, from);
      await barSays(person, her, from);
      await expect(person.tile(from)).toHaveClass(/just-changed/);
      await undo(person, "/api/stay_undo");
      await expect(person.tile(from).locator("strong")).toHaveText(her);
      await barSays(person, her);
    });

    test("what is saved on the other pages: of whom or of what", async ({ person, w }) => {
      test.setTimeout(60_000);
      const { page } = person;
      await person.signIn(logins.coordinator);
      await person.visit("house");
      const floor = page.locator("section.plan").first();
      await person.unfold(w("change_floor"), floor);
      await person.act(floor.locator("form[action='/api/floor_change']"), w("save"), { name: "Pavillon" });
      await barSays(person, "Pavillon");
      await person.visit("team");
      const member = page.locator("li.member").filter({ hasText: `· ${logins.night} ·` });
      await person.unfold(w("change"), member);
      await person.act(member.locator("form[action='/api/staff_change']"), w("save"), { name: "Marielle Essai" });
      await barSays(person, "Marielle Essai");
      await expect(page.locator(".just-changed")).toContainText("Marielle Essai");
      await person.visit("residents");
      await page.locator("a.person").first().click();
      await expect(page.locator(".parts")).toBeVisible();
      await person.awake();
      const name = (await mainHeading(page).textContent()) ?? "";
      await person.unfold(w("change"), page.locator("section.part").filter({ has: person.form("/api/resident_care") }));
      await person.act(person.form("/api/resident_care"), w("save"), { what_to_do: "Insuline au frigo." });
      await barSays(person, name);
    });

    test("nothing after an act that was refused", async ({ person, calm, w }) => {
      await person.signIn(logins.night);
      const label = await person.labelOf(person.tiles("prepare").first());
      await prepare(person, label);
      await barSays(person, label);
      await person.goto("/desk");
      const form = person.form("/api/stay_admit");
      if (!person.script) calm.await(422, "/api/stay_admit");
      await form.getByRole("button", { name: w("act.admit"), exact: true }).click();
      await expect(form.getByRole("alert")).toBeVisible();
      await expect(bar(person)).toHaveCount(0);
    });
  });
}

test("the confirmation bar has one button, and its text says the rest", async ({ person, discretion, w }) => {
  discretion.name(her);
  await person.signIn(logins.night);
  const label = await admit(person, { name: her, age: "24" });
  const said = await barSays(person, her, label);
  await expect(said).toMatchAriaSnapshot(`
    - status:
      - button "${w("done.undo")}"
  `);
  await expect(said.getByRole("button", { name: w("done.undo"), exact: true })).toHaveCount(1);
  // It stands in the frame of the page, and the beds are still all there.
  expect(await said.evaluate((said) => said.closest(".house, body > *") !== null && !said.closest("[role=dialog]"))).toBe(true);
  await expect(person.page.locator(".bed")).toHaveCount(16);
});

test("the mark of what was just changed goes by itself", async ({ person }) => {
  await person.signIn(logins.night);
  const label = await person.labelOf(person.tiles("prepare").first());
  await prepare(person, label);
  await expect(person.tile(label)).toHaveClass(/just-changed/);
  await expect(person.tile(label)).not.toHaveClass(/just-changed/, { timeout: 20_000 });
});

test("what somebody else did is not confirmed on one's own screen", async ({ person, someone }) => {
  const other = await someone();
  await other.signIn(logins.night);
  await person.signIn(logins.coordinator);
  await expect(person.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  const label = await other.labelOf(other.tiles("prepare").first());
  await prepare(other, label);
  await expect(bar(other)).toHaveCount(1);
  await expect(person.tile(label)).toHaveClass(/is-free/);
  await expect(bar(person)).toHaveCount(0);
});
