import { Announced } from "../support/announced.ts";
import { admit, depart, firstFreeBed, freshSheet, mainHeading, prepare, sheetForm, unfoldAround } from "../support/moves.ts";
import { type Person, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Aurore-Essai";

/** Does something, and waits until a screen reader is told of it in words that name what it was about. */
async function isAnnounced(heard: Announced, { w }: Person, what: string, about: string[], act: () => Promise<unknown>): Promise<void> {
  heard.forget();
  await act();
  const said = () => heard.since(w("sheet.changed"), w("desk.checked")).filter((text) => about.every((name) => text.includes(name)));
  await expect.poll(() => said().length, { message: `${what} is announced, with ${about.join(" and ")}`, timeout: 4_000 }).toBeGreaterThan(0);
}

test("what becomes of a bed is announced", async ({ person, w }) => {
  const heard = await Announced.on(person.page);
  await person.signIn(logins.night);
  const label = await person.labelOf(person.tiles("prepare").first());
  await isAnnounced(heard, person, "a bed that is ready", [label], () => prepare(person, label));
  await freshSheet(person, label);
  await isAnnounced(heard, person, "a bed to prepare", [label], () => person.act(sheetForm(person, "/api/bed_soil"), w("act.soil")));
  await freshSheet(person, label);
  await person.unfold(w("act.close"), person.sheet);
  await isAnnounced(heard, person, "a bed out of service", [label], () => person.act(sheetForm(person, "/api/bed_close"), w("act.close_do"), { reason: "PUNAISES" }));
  await freshSheet(person, label);
  await isAnnounced(heard, person, "a bed back in service", [label], () => person.act(sheetForm(person, "/api/bed_reopen"), w("act.reopen")));
});

test("an arrival, a change of bed, a departure and an undoing are announced, with her name and the bed", async ({ person, discretion, w }) => {
  test.setTimeout(60_000);
  discretion.name(her);
  const heard = await Announced.on(person.page);
  await person.signIn(logins.coordinator);
  let label = "";
  await isAnnounced(heard, person, "an arrival", [her], async () => (label = await admit(person, { name: her, age: "24" })));
  await freshSheet(person, label);
  await person.unfold(w("act.transfer"), person.sheet);
  const form = sheetForm(person, "/api/stay_transfer");
  const pick = form.locator(".pick[data-free=true]").first();
  const next = (await pick.locator("b").textContent()) ?? "";
  const bed = (await pick.locator("input").getAttribute("value")) ?? "";
  await isAnnounced(heard, person, "a change of bed", [her, next], () => person.act(form, w("act.transfer_do"), { bed }));
  await isAnnounced(heard, person, "a departure", [her, next], () => depart(person, next));
  await freshSheet(person, next);
  const undo = sheetForm(person, "/api/stay_undo");
  await unfoldAround(undo);
  await isAnnounced(heard, person, "an undoing", [her], () => person.send(undo, w("act.undo_do")));
});

test("a refusal is announced", async ({ person, w }) => {
  const heard = await Announced.on(person.page);
  await person.signIn(logins.coordinator);
  await person.goto("/desk");
  const form = person.form("/api/stay_admit");
  // A name is missing, and nothing else.
  await person.fill(form, { bed: (await firstFreeBed(form)).id });
  await isAnnounced(heard, person, "a refusal", [w("refused.faults", { n: 1 })], () => form.getByRole("button", { name: w("act.admit"), exact: true }).click());
});

test("what is saved on the other pages is announced", async ({ person, w }) => {
  const { page } = person;
  const heard = await Announced.on(page);
  await person.signIn(logins.coordinator);
  await person.visit("house");
  await person.unfold(w("act.add_floor"));
  await isAnnounced(heard, person, "a floor", ["Pavillon"], () => person.act(person.form("/api/floor_add"), w("add"), { name: "Pavillon" }));
  await person.visit("team");
  const member = page.locator("li.member").filter({ hasText: `· ${logins.night} ·` });
  await person.unfold(w("change"), member);
  await isAnnounced(heard, person, "a name in the team", ["Marielle Essai"], () => person.act(member.locator("form[action='/api/staff_change']"), w("save"), { name: "Marielle Essai" }));
  await person.visit("residents");
  await page.locator("a.person").first().click();
  await expect(page.locator(".parts")).toBeVisible();
  await person.awake();
  const name = (await mainHeading(page).textContent()) ?? "";
  await person.unfold(w("change"), page.locator("section.part").filter({ has: person.form("/api/resident_care") }));
  await isAnnounced(heard, person, "a part of a file", [name], () => person.act(person.form("/api/resident_care"), w("save"), { what_to_do: "Insuline au frigo." }));
});
