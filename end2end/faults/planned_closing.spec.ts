import { freshSheet, sheetForm } from "../support/moves.ts";
import { houseTime, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

test("a planned closing begins and ends by itself on an open board", async ({ person, someone, w }) => {
  test.setTimeout(240_000);
  await person.signIn(logins.coordinator);
  const other = await someone();
  await other.signIn(logins.night);
  const label = await person.labelOf(person.tiles("free").first());
  // Forms hold minutes: from the next one on, for one minute.
  if (new Date().getSeconds() > 40) await person.page.waitForTimeout(21_000);
  await freshSheet(person, label);
  await person.unfold(w("act.close"), person.sheet);
  await person.act(sheetForm(person, "/api/bed_close"), w("act.close_do"), { reason: "PUNAISES", at: houseTime(-1), until: houseTime(-2) });
  await person.goto("/");
  await expect(person.tile(label), "not closed before its time").toHaveClass(/is-free/);
  await expect(other.tile(label)).toHaveClass(/is-free/);
  await expect(other.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  // From here on there is no act, no event and no load of a page.
  let loads = 0;
  other.page.on("framenavigated", () => loads++);
  await expect(other.tile(label), "it begins").toHaveClass(/is-oos/, { timeout: 70_000 });
  // Somebody is there, so the idle lock does not close the screen.
  await other.page.keyboard.press("Shift");
  await expect(person.tile(label)).toHaveClass(/is-oos/);
  await expect(other.tile(label), "it ends").toHaveClass(/is-free/, { timeout: 70_000 });
  await expect(person.tile(label)).toHaveClass(/is-free/);
  expect(loads).toBe(0);
});
