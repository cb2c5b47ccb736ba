import type { Locator } from "@playwright/test";
import { houseTime, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

test.describe("the coordinator and the house", () => {
  test.beforeEach(async ({ person }) => {
    await person.signIn(logins.coordinator);
  });

  test("she adds a floor, a room and beds, changes them, and takes them out again", async ({ person, w }) => {
    const { page } = person;
    await person.visit("house");
    const floor = (name: string) => page.locator("section.plan").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });
    const room = (name: string) => page.locator("article.plan-room").filter({ has: page.locator("h3 > b").getByText(name, { exact: true }) });
    const bed = (label: string) => page.locator("ul.plan-beds > li").filter({ has: page.locator("> b").getByText(label, { exact: true }) });
    const form = (within: Locator, act: string) => within.locator(`form[action="/api/${act}"]`);
    const folded = (within: Locator, name: string) => person.unfold(name, within);

    await folded(page.getByRole("main"), w("act.add_floor"));
    await person.act(person.form("/api/floor_add"), w("add"), { name: "Annexe" });
    await expect(floor("Annexe")).toBeVisible();

    await folded(floor("Annexe"), w("change_floor"));
    await person.act(form(floor("Annexe"), "room_add"), w("add"), { name: "Chambre bleue", label: "90A, 90B", accessible: true });
    await expect(room("Chambre bleue")).toContainText(w("accessible"));
    await expect(bed("90A")).toBeVisible();
    await expect(bed("90B")).toBeVisible();

    await folded(floor("Annexe"), w("change_floor"));
    await person.act(form(floor("Annexe"), "floor_change"), w("save"), { name: "Pavillon" });
    await expect(floor("Pavillon")).toBeVisible();

    await folded(room("Chambre bleue"), w("change_room"));
    await person.act(form(room("Chambre bleue"), "bed_add"), w("add"), { label: "90C", note: "Près de la porte." });
    await expect(bed("90C")).toContainText("Près de la porte.");
    await folded(room("Chambre bleue"), w("change_room"));
    await person.act(form(room("Chambre bleue"), "room_change"), w("save"), { name: "Chambre verte", accessible: false });
    await expect(room("Chambre verte")).toContainText(w("shared"));

    await folded(bed("90C"), w("change"));
    await person.act(form(bed("90C"), "bed_change"), w("save"), { label: "91", note: "" });
    await expect(bed("91")).toBeVisible();
    await expect(bed("91")).not.toContainText("Près de la porte.");

    // The board has them.
    await person.visit("tonight");
    for (const label of ["90A", "90B", "91"]) await expect(person.tile(label)).toHaveClass(/is-free/);
    await person.visit("house");

    for (const label of ["90A", "90B", "91"]) {
      await folded(bed(label), w("change"));
      await person.act(form(bed(label), "bed_retire"), w("act.retire_bed"));
      await expect(bed(label)).toHaveCount(0);
    }
    await folded(room("Chambre verte"), w("change_room"));
    await person.act(form(room("Chambre verte"), "room_retire"), w("act.retire_room"));
    await expect(room("Chambre verte")).toHaveCount(0);
    await folded(floor("Pavillon"), w("change_floor"));
    await person.act(form(floor("Pavillon"), "floor_retire"), w("act.retire_floor"));
    await expect(floor("Pavillon")).toHaveCount(0);
    await person.visit("tonight");
    await expect(page.locator(".bed")).toHaveCount(16);
  });

  test("a bed is closed with a reason and a period, is seen so in the house, and is opened again", async ({ person, w }) => {
    const { page } = person;
    const label = await person.labelOf(person.tiles("free").first());
    let sheet = await person.openBed(label);
    await person.unfold(w("act.close"), sheet);
    await person.act(person.form("/api/bed_close"), w("act.close_do"), { reason: "TRAVAUX", at: houseTime(2), until: houseTime(-60 * 24 * 3) });
    await expect(person.tile(label)).toHaveClass(/is-oos/);
    await expect(person.tile(label)).toContainText(w("@out_of_service.TRAVAUX"));

    await person.visit("house");
    const closed = page.locator("ul.closed > li").filter({ has: page.getByText(label, { exact: true }) });
    await expect(closed).toContainText(w("@out_of_service.TRAVAUX"));
    await person.visit("tonight");
    sheet = await person.openBed(label);
    await person.act(person.form("/api/bed_reopen"), w("act.reopen"));
    await expect(person.tile(label)).toHaveClass(/is-free/);
  });

  test("the settings of the house are changed", async ({ person, w }) => {
    const { page } = person;
    await person.visit("house");
    await person.unfold(w("house.settings"));
    await person.act(person.form("/api/house_configure"), w("save"), { alias: "La maison du parc", idle_shared_s: "240" });
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("La maison du parc");
    await person.unfold(w("house.settings"));
    await expect(person.form("/api/house_configure").locator("[name='fields[idle_shared_s]']")).toHaveValue("240");
  });
});
