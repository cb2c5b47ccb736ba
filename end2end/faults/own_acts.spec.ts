import { admit, depart, freshSheet, mainHeading, sheetForm, staysAway, unfoldAround } from "../support/moves.ts";
import { type Person, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Aurore-Essai";

/** The notice that something was changed by somebody else. */
const notice = ({ page, w }: Person) => page.getByText(w("sheet.changed"));

test.beforeEach(async ({ person, discretion }) => {
  discretion.name(her, "Honorine-Essai");
  await person.signIn(logins.coordinator);
});

test("the sheet of a bed whose admission one undoes shows the free bed at once, with the admission as its main button", async ({ person, w }) => {
  const label = await admit(person, { name: her, age: "24" });
  const sheet = await freshSheet(person, label);
  await expect(sheet.getByRole("heading", { level: 2 })).toHaveText(her);
  const undo = sheetForm(person, "/api/stay_undo");
  await unfoldAround(undo);
  expect(await person.send(undo, w("act.undo_do"))).toBeLessThan(400);
  await expect(person.tile(label)).toHaveClass(/is-free/);
  await expect(sheet.getByRole("heading", { level: 2 }), "what the sheet says the bed is").toHaveText(w("tile.free"));
  await expect(sheet.locator(".button.main").filter({ visible: true }), "the main button of the sheet").toHaveText(w("act.admit_here"));
  await expect(sheet.getByRole("heading", { name: her })).toHaveCount(0);
  await expect(sheetForm(person, "/api/stay_depart")).toHaveCount(0);
  await staysAway(notice(person), "one's own undo is no change of somebody else's");
});

test("the sheet of a bed whose departure one undoes shows who is in it again", async ({ person, w }) => {
  const label = await admit(person, { name: her, age: "24" });
  await depart(person, label);
  const sheet = await freshSheet(person, label);
  const undo = sheetForm(person, "/api/stay_undo");
  await unfoldAround(undo);
  expect(await person.send(undo, w("act.undo_do"))).toBeLessThan(400);
  await expect(person.tile(label).locator("strong")).toHaveText(her);
  await expect(sheet.getByRole("heading", { level: 2 }), "what the sheet says the bed is").toHaveText(her);
  await expect(sheetForm(person, "/api/stay_depart")).toHaveCount(1);
  await expect(sheetForm(person, "/api/bed_prepare")).toHaveCount(0);
  await staysAway(notice(person), "one's own undo is no change of somebody else's");
});

test("the sheet of a bed says so when somebody else changes it, and never for an act of one's own", async ({ person, someone, w }) => {
  const other = await someone();
  await other.signIn(logins.night);
  const mine = await person.labelOf(person.tiles("free").nth(0));
  const theirs = await person.labelOf(person.tiles("free").nth(1));
  // A sheet that is opened just after an act of one's own.
  await freshSheet(person, mine);
  await person.act(sheetForm(person, "/api/bed_soil"), w("act.soil"));
  await expect(person.tile(mine)).toHaveClass(/is-prepare/);
  await person.openBed(theirs);
  await staysAway(notice(person), "one's own act is no change of somebody else's");
  await freshSheet(other, theirs);
  await other.act(sheetForm(other, "/api/bed_soil"), w("act.soil"));
  await expect(notice(person)).toBeVisible();
});

test("a resident's file shows what one just saved in it, without a notice", async ({ person, w }) => {
  const { page } = person;
  await person.visit("residents");
  await page.locator("a.person").first().click();
  await expect(page.locator(".parts")).toBeVisible();
  await person.awake();
  const part = page.locator("section.part").filter({ has: person.form("/api/resident_usual") });
  for (const name of [her, "Honorine-Essai"]) {
    await person.unfold(w("change"), part);
    await person.act(person.form("/api/resident_usual"), w("save"), { name });
    await expect(mainHeading(page)).toHaveText(name);
    await expect(part).toContainText(name);
    await staysAway(notice(person), "one's own save is no change of somebody else's");
  }
});

test("a stay shows the dates one just corrected, without a notice", async ({ person, w }) => {
  const { page } = person;
  await person.goto("/stays?state=present");
  await page.locator("td a[href^='/stays/']").first().click();
  await expect(page.locator("ol.trail")).toBeVisible();
  await person.awake();
  const form = person.form("/api/stay_correct");
  const corrected = page.locator("ol.trail > li").filter({ hasText: w("@trail_kind.corrected") });
  const before = await corrected.count();
  await person.unfold(w("act.correct"));
  const arrival = await form.locator("[name='fields[arrival]']").inputValue();
  const later = arrival.replace(/:\d\d$/, (minutes) => (minutes === ":17" ? ":18" : ":17"));
  await person.act(form, w("save"), { arrival: later });
  await expect(corrected).toHaveCount(before + 1);
  await expect(form.locator("[name='fields[arrival]']")).toHaveValue(later);
  await staysAway(notice(person), "one's own correction is no change of somebody else's");

  // And its undoing, from the same page.
  await person.act(page.locator("ol.trail form[action='/api/stay_undo']"), w("act.undo_do"));
  await expect(form.locator("[name='fields[arrival]']")).toHaveValue(arrival);
  await staysAway(notice(person), "one's own undo is no change of somebody else's");
});

test("the floors show the name one just gave, without a notice", async ({ person, w }) => {
  const { page } = person;
  await person.visit("house");
  const floor = page.locator("section.plan").first();
  for (const name of ["Pavillon", "Annexe"]) {
    await person.unfold(w("change_floor"), floor);
    await person.act(floor.locator("form[action='/api/floor_change']"), w("save"), { name });
    await expect(floor.getByRole("heading", { level: 2 })).toHaveText(name);
    await staysAway(notice(person), "one's own save is no change of somebody else's");
  }
});

test("the team shows the name one just gave, without a notice", async ({ person, w }) => {
  const { page } = person;
  await person.visit("team");
  const member = page.locator("li.member").filter({ hasText: `· ${logins.night} ·` });
  for (const name of ["Marie Essai", "Marielle Essai"]) {
    await person.unfold(w("change"), member);
    await person.act(member.locator("form[action='/api/staff_change']"), w("save"), { name });
    await expect(member).toContainText(name);
    await staysAway(notice(person), "one's own save is no change of somebody else's");
  }
});

test("a page that is being written in says so when somebody else changes what it shows", async ({ person, someone, w }) => {
  const { page } = person;
  const other = await someone();
  await other.signIn(logins.night);
  const label = await other.labelOf(other.tiles("free").first());
  await person.visit("house");
  await person.unfold(w("act.add_floor"));
  await person.form("/api/floor_add").locator("[name='fields[name]']").fill("Pavillon");
  await freshSheet(other, label);
  await other.act(sheetForm(other, "/api/bed_soil"), w("act.soil"));
  await expect(notice(person)).toBeVisible();
  // What was being written is saved all the same, and then nothing is left to say.
  await person.act(person.form("/api/floor_add"), w("add"));
  await expect(page.locator("section.plan").filter({ has: page.getByRole("heading", { level: 2, name: "Pavillon", exact: true }) })).toBeVisible();
  await staysAway(notice(person), "everything is shown as it is now");
});
