import { admit, depart, freshSheet, prepare, sheetForm } from "../support/moves.ts";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Aurore-Essai";

test.beforeEach(async ({ person, discretion }) => {
  discretion.name(her);
  await person.signIn(logins.coordinator);
});

test("the sheet of an empty bed does not offer to undo a swap of two other rooms", async ({ person, w }) => {
  // She was in the first bed, was moved to the second, and there changed places with somebody.
  const first = await admit(person, { name: her, age: "24" });
  await freshSheet(person, first);
  const second = await person.labelOf(person.tiles("free").first());
  await person.unfold(w("act.transfer"), person.sheet);
  const transfer = sheetForm(person, "/api/stay_transfer");
  const bed = await transfer.locator("label.pick").filter({ has: person.page.getByText(second, { exact: true }) }).locator("input").getAttribute("value");
  await person.act(transfer, w("act.transfer_do"), { bed: bed! });
  await expect(person.tile(second).locator("strong")).toHaveText(her);
  await prepare(person, first);

  await freshSheet(person, second);
  await person.unfold(w("act.swap"), person.sheet);
  const swap = sheetForm(person, "/api/stay_swap");
  const other = swap.locator("option[value]:not([value=''])").first();
  const otherLabel = ((await other.textContent()) ?? "").split(" · ")[0];
  await person.act(swap, w("act.swap_do"), { other_stay: (await other.getAttribute("value"))! });
  await expect(person.tile(otherLabel).locator("strong")).toHaveText(her);

  const sheet = await freshSheet(person, first);
  await expect(sheet.getByRole("heading", { level: 2 })).toHaveText(w("tile.free"));
  await expect(sheet, "what the sheet of an empty bed offers").not.toContainText(w("@trail_kind.swapped"));
  await expect(sheetForm(person, "/api/stay_undo"), "nothing of a stay is undone from an empty bed it left long ago").toHaveCount(0);

  // Where the swap took place it is offered.
  await freshSheet(person, otherLabel);
  await expect(sheetForm(person, "/api/stay_undo")).toHaveCount(1);
});

test("the sheet of a bed that was prepared does not offer to undo the departure before it", async ({ person, w }) => {
  const label = await admit(person, { name: her, age: "24" });
  await depart(person, label);
  // Until the bed is prepared, the departure is the last thing that was done there.
  await freshSheet(person, label);
  await expect(sheetForm(person, "/api/stay_undo")).toHaveCount(1);
  await prepare(person, label);
  const sheet = await freshSheet(person, label);
  await expect(sheet.getByRole("heading", { level: 2 })).toHaveText(w("tile.free"));
  await expect(sheetForm(person, "/api/stay_undo"), "the last thing done here was the preparing").toHaveCount(0);
});

test("after a bed was prepared the undo that is offered takes that back", async ({ person, w }) => {
  const label = await admit(person, { name: her, age: "24" });
  await depart(person, label);
  await prepare(person, label);
  // In the bar that says what was done; it comes a moment after the act.
  const undo = person.page.locator(".confirmation form").filter({ has: person.page.getByRole("button", { name: w("done.undo"), exact: true }) });
  await expect(undo, "one undo, of what was done last").toHaveCount(1);
  await expect(person.page.locator('form[action="/api/stay_undo"]')).toHaveCount(0);
  expect(await person.send(undo, w("done.undo"))).toBeLessThan(400);
  await expect(person.tile(label)).toHaveClass(/is-prepare/);
});
