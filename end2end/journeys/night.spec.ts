import type { Locator } from "@playwright/test";
import { type Person, houseTime, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Aurore-Essai";

test.describe("night staff", () => {
  test.beforeEach(async ({ person, discretion }) => {
    discretion.name(her);
    await person.signIn(logins.night);
  });

  test("the board says who is in which bed, and one tap opens a bed's sheet", async ({ person, w }) => {
    const { page } = person;
    await expect(page.locator(".bed")).toHaveCount(16);
    expect(await person.count("all")).toBe(16);
    for (const state of ["free", "here", "prepare", "oos"] as const) {
      const n = state === "here" ? await person.count("present") : await person.count(state);
      await expect(person.tiles(state)).toHaveCount(n);
    }
    const tile = person.tiles("here").first();
    const name = (await tile.locator("strong").textContent()) ?? "";
    const sheet = await person.openBed(await person.labelOf(tile));
    await expect(sheet.getByRole("heading", { level: 2 })).toHaveText(name);
    await sheet.getByRole("link", { name: w("close") }).click();
    await expect(person.sheet).toHaveCount(0);
  });

  test("she sees no page that is not hers", async ({ person, calm, w }) => {
    for (const place of ["stays", "figures", "house", "team", "audit"]) {
      await expect(person.page.getByRole("navigation").getByRole("link", { name: w(`nav.${place}`), exact: true })).toHaveCount(0);
      calm.await(403, `/${place}`);
      await person.goto(`/${place}`);
      await expect(person.page.getByRole("heading", { name: w("lost.title") })).toBeVisible();
    }
  });

  test("she welcomes somebody, undoes it, welcomes her again, and she leaves", async ({ person, w }) => {
    const { page } = person;
    const free = await person.count("free");
    const label = await person.labelOf(person.tiles("free").first());
    const welcome = async () => {
      const sheet = await person.openBed(label);
      await sheet.getByRole("link", { name: w("act.admit_here") }).click();
      await expect(page.getByRole("heading", { name: w("desk.checked") })).toBeVisible();
      await person.awake();
      const form = person.form("/api/stay_admit");
      await expect(form.locator("[name='fields[bed]']:checked")).toHaveCount(1);
      return form;
    };
    await person.act(await welcome(), w("act.admit"), { name: her, age: "24", "care_flags.ALLERGIE": true, what_to_do: "Arachides." });
    await expect(person.tile(label).locator("strong")).toHaveText(her);
    await expect(person.tile(label)).toContainText(w("@care_tag.ALLERGIE"));
    await expect(page.locator(".counts .free b")).toHaveText(`${free - 1}`);

    let sheet = await person.openBed(label);
    await person.unfold(w("act.undo", { what: w("@trail_kind.admitted"), when: "" }).trim().replace(/,$/, ""), sheet);
    await person.act(person.form("/api/stay_undo"), w("act.undo_do"));
    await expect(person.tile(label)).toHaveClass(/is-free/);
    await expect(page.locator(".counts .free b")).toHaveText(`${free}`);
    await person.goto("/");

    // Her file is there now: the search before creating proposes it.
    const again = await welcome();
    await person.fill(again, { name: her, age: "24" });
    await chooseFile(again, person.script, her, person);
    await expect(person.tile(label).locator("strong")).toHaveText(her);

    sheet = await person.openBed(label);
    await person.unfold(w("act.depart"), sheet);
    await person.act(person.form("/api/stay_depart"), w("act.depart_do"), { reason: "VOLONTAIRE", destination: "FAMILLE_T" });
    await expect(person.tile(label)).toHaveClass(/is-prepare/);

    // The finger slipped: she is still here.
    sheet = await person.openBed(label);
    await person.unfold(w("act.undo", { what: w("@trail_kind.departed"), when: "" }).trim().replace(/,$/, ""), sheet);
    await person.act(person.form("/api/stay_undo"), w("act.undo_do"));
    await expect(person.tile(label).locator("strong")).toHaveText(her);

    await person.goto("/");
    sheet = await person.openBed(label);
    await person.unfold(w("act.depart"), sheet);
    await person.act(person.form("/api/stay_depart"), w("act.depart_do"), { reason: "VOLONTAIRE", destination: "FAMILLE_T" });
    await expect(person.tile(label)).toHaveClass(/is-prepare/);
  });

  /** Says that she is the one of a file that looks alike. */
  async function chooseFile(form: Locator, script: boolean, name: string, person: Person): Promise<void> {
    const { w, calm } = person;
    if (!script) {
      calm.await(409, "/api/stay_admit");
      expect(await person.send(form, w("act.admit"))).toBe(409);
      await expect(form.getByRole("alert")).toContainText(w("conflict.looks_like", { n: 1 }));
    }
    await expect(form.getByRole("group", { name: w("desk.alike") })).toBeVisible();
    await form.locator("label.pick.line").filter({ hasText: name }).click();
    expect(await person.send(form, w("act.admit"))).toBeLessThan(400);
  }

  test("she makes a bed, says that one is to make, closes one with a reason and opens it again", async ({ person, w }) => {
    const label = await person.labelOf(person.tiles("prepare").first());
    await person.openBed(label);
    await person.act(person.form("/api/bed_prepare"), w("act.prepare"));
    await expect(person.tile(label)).toHaveClass(/is-free/);

    await person.openBed(label);
    await person.act(person.form("/api/bed_soil"), w("act.soil"));
    await expect(person.tile(label)).toHaveClass(/is-prepare/);

    let sheet = await person.openBed(label);
    await person.unfold(w("act.close"), sheet);
    await person.act(person.form("/api/bed_close"), w("act.close_do"), { reason: "PUNAISES" });
    await expect(person.tile(label)).toHaveClass(/is-oos/);
    await expect(person.tile(label)).toContainText(w("@out_of_service.PUNAISES"));

    sheet = await person.openBed(label);
    await expect(sheet).toContainText(w("@out_of_service.PUNAISES"));
    await person.act(person.form("/api/bed_reopen"), w("act.reopen"));
    await expect(person.tile(label)).toHaveClass(/is-free|is-prepare/);
  });

  test("she looks at a past night, where nothing can be changed", async ({ person, w }) => {
    const { page } = person;
    const asOf = houseTime(60 * 24 * 40);
    await person.unfold(w("tonight.other"));
    await page.getByLabel(w("tonight.moment")).fill(asOf);
    await page.getByRole("button", { name: w("tonight.show") }).click();
    await expect(page).toHaveURL(/\?as_of=/);
    await expect(page.getByText(w("tonight.past_banner"))).toBeVisible();
    await person.awake();
    await person.tiles("here").first().click();
    await expect(person.sheet.getByRole("heading", { level: 2 })).toBeVisible();
    await expect(person.sheet.locator("form")).toHaveCount(0);
    await person.awake();
    await person.sheet.getByRole("link", { name: w("close") }).click();
    await expect(page.getByText(w("tonight.past_banner"))).toBeVisible();
    await page.getByRole("link", { name: w("tonight.back") }).click();
    await expect(page.getByText(w("tonight.past_banner"))).toHaveCount(0);
    await expect(page).toHaveURL(`${person.address}/`);
  });

  test("she changes what an emergency needs to know, and reads no identity", async ({ person, w }) => {
    const { page } = person;
    await person.visit("residents");
    await page.locator("a.person").first().click();
    await expect(page.locator(".parts")).toBeVisible();
    await person.awake();
    for (const hidden of ["identity", "health", "safety"]) await expect(page.getByRole("heading", { name: w(`@facet.${hidden}`), exact: false }).filter({ hasText: w("read_by", { roles: "" }).trim() })).toHaveCount(0);
    const care = page.locator("section.part").filter({ has: person.form("/api/resident_care") });
    await person.unfold(w("change"), care);
    await person.act(person.form("/api/resident_care"), w("save"), { "care_flags.MEDICAMENT_VITAL": true, what_to_do: "Insuline au frigo." });
    await expect(care).toContainText("Insuline au frigo.");
  });

  test("she veils the screen at once and takes it up again", async ({ person, w }) => {
    await person.page.getByRole("link", { name: w("veil"), exact: true }).click();
    await expect(person.page.locator("main.veil")).toBeVisible();
    await expect(person.page.locator(".bed")).toHaveCount(0);
    expect((await person.page.locator("body").innerText()).split("\n").filter(Boolean)).toEqual([w("veil_title"), w("unveil")]);
    await person.awake();
    await person.page.getByRole("link", { name: w("unveil") }).click();
    await expect(person.page.locator(".bed")).toHaveCount(16);
  });
});
