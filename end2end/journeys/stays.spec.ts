import { houseTime, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Bérénice-Essai";
const nearly = "Berenice Essaie";
const young = "Clémence-Essai";
const house = "Perpétue-Essai";

test.describe("the coordinator and the stays", () => {
  test.beforeEach(async ({ person, discretion }) => {
    discretion.name(her, nearly, young, house);
    await person.signIn(logins.coordinator);
  });

  test("she looks somebody up before she makes a file, and welcomes her when nobody is found", async ({ person, w }) => {
    const { page } = person;
    await person.visit("residents");
    const search = async (words: string) => {
      await page.getByRole("searchbox").fill(words);
      await page.getByRole("button", { name: w("residents.find") }).click();
    };
    await search(her);
    await expect(page.getByRole("heading", { name: w("residents.found", { n: 0 }) })).toBeVisible();
    await expect(page.getByRole("searchbox")).toHaveValue(her);
    await expect(page).toHaveURL(/\/residents$/);
    await person.awake();
    await page.getByRole("main").getByRole("link", { name: w("act.admit"), exact: true }).click();
    await expect(page.getByRole("heading", { name: w("desk.checked") })).toBeVisible();
    await person.awake();
    const form = person.form("/api/stay_admit");
    const label = await form.locator(".pick[data-free=true] b").first().textContent();
    const bed = await form.locator(".pick[data-free=true] input").first().getAttribute("value");
    await person.act(form, w("act.admit"), { name: her, age: "27", bed: bed! });
    await expect(person.tile(label!).locator("strong")).toHaveText(her);

    // Found again, even written otherwise.
    await person.visit("residents");
    await search(nearly);
    await expect(page.getByRole("heading", { name: w("residents.found", { n: 1 }) })).toBeVisible();
    await expect(page.locator("a.person b")).toHaveText([her]);
    await person.awake();
    await page.locator("a.person").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(her);
  });

  test("an age outside 18 to 35 asks for a reason, and is never refused with one", async ({ person, calm, w }) => {
    const { page } = person;
    const label = await person.labelOf(person.tiles("free").first());
    await person.openBed(label);
    await person.sheet.getByRole("link", { name: w("act.admit_here") }).click();
    const form = person.form("/api/stay_admit");
    await expect(form).toBeVisible();
    await person.awake();
    await person.fill(form, { name: young, age: "17" });
    if (person.script) {
      await expect(page.getByText(w("check.age_outside", { n: 17 }))).toBeVisible();
    } else {
      calm.await(422, "/api/stay_admit");
      expect(await person.send(form, w("act.admit"))).toBe(422);
      await expect(form.getByRole("alert")).toContainText(w("refused.faults", { n: 1 }));
      await expect(form.locator("[name='fields[name]']")).toHaveValue(young);
      await expect(form.locator("[name='fields[bed]']:checked")).toHaveCount(1);
    }
    await expect(form.getByLabel(w("field.age_reason"))).toBeVisible();
    await person.act(form, w("act.admit"), { age_reason: "Elle aura 18 ans demain." });
    await expect(person.tile(label).locator("strong")).toHaveText(young);

    await person.openBed(label);
    await person.sheet.locator("a[href^='/residents/']").click();
    await page.locator("td a[href^='/stays/']").click();
    await expect(page.locator("p.note")).toHaveText("Elle aura 18 ans demain.");
    await expect(page.locator("p.facts")).toContainText(w("stay.age", { n: 17 }));
  });

  test("she moves somebody to another bed, and two change places", async ({ person, w }) => {
    const free = await person.labelOf(person.tiles("free").first());
    const from = await person.labelOf(person.tiles("here").first());
    const name = (await person.tile(from).locator("strong").textContent()) ?? "";
    const sheet = await person.openBed(from);
    await person.unfold(w("act.transfer"), sheet);
    const form = person.form("/api/stay_transfer");
    const bed = await form.locator("label.pick").filter({ has: person.page.getByText(free, { exact: true }) }).locator("input").getAttribute("value");
    await person.act(form, w("act.transfer_do"), { bed: bed! });
    await expect(person.tile(free).locator("strong")).toHaveText(name);
    await expect(person.tile(from)).toHaveClass(/is-prepare/);

    const other = await person.labelOf(person.tiles("here").nth(3));
    expect(other).not.toBe(free);
    const otherName = (await person.tile(other).locator("strong").textContent()) ?? "";
    await person.goto("/");
    await person.openBed(free);
    await person.unfold(w("act.swap"), person.sheet);
    const swap = person.form("/api/stay_swap");
    const stay = await swap.locator("option").filter({ hasText: new RegExp(`^${other} · `) }).getAttribute("value");
    await person.act(swap, w("act.swap_do"), { other_stay: stay! });
    await expect(person.tile(other).locator("strong")).toHaveText(name);
    await expect(person.tile(free).locator("strong")).toHaveText(otherName);
  });

  test("a departure takes a reason and a destination, both are in the stay, and can be put right and undone", async ({ person, w }) => {
    const { page } = person;
    const label = await person.labelOf(person.tiles("here").first());
    const name = (await person.tile(label).locator("strong").textContent()) ?? "";
    await person.openBed(label);
    const file = await person.sheet.locator("a[href^='/residents/']").getAttribute("href");
    await person.unfold(w("act.depart"), person.sheet);
    await person.act(person.form("/api/stay_depart"), w("act.depart_do"), { departure: houseTime(5), reason: "OBJECTIFS", destination: "LOG_AUTONOME" });
    await expect(person.tile(label)).toHaveClass(/is-prepare/);

    await person.goto(file!);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await page.locator("td a[href^='/stays/']").first().click();
    await expect(page.locator("p.facts")).toContainText(w("@departure_reason.OBJECTIFS"));
    await expect(page.locator("p.facts")).toContainText(w("@destination.LOG_AUTONOME"));
    await person.awake();

    await person.unfold(w("act.correct"));
    await person.act(person.form("/api/stay_correct"), w("save"), { departure: houseTime(9), reason: "VOLONTAIRE", destination: "FAMILLE_P" });
    await expect(page.locator("p.facts")).toContainText(w("@departure_reason.VOLONTAIRE"));
    const trail = page.locator("ol.trail > li");
    await expect(trail.filter({ hasText: w("@trail_kind.corrected") })).toContainText(`${w("@destination.LOG_AUTONOME")} → ${w("@destination.FAMILLE_P")}`);

    await person.act(person.form("/api/stay_undo"), w("act.undo_do"));
    await expect(page.locator("p.facts")).toContainText(w("@destination.LOG_AUTONOME"));
    await expect(trail.locator(".pill")).toHaveText([w("trail_undone")]);
  });

  test("a late entry is taken at its own time and marked as late", async ({ person, w }) => {
    const { page } = person;
    await person.visit("desk");
    const form = person.form("/api/stay_admit");
    await expect(form).toBeVisible();
    const pick = form.locator(".pick[data-free=true]").first();
    const label = (await pick.locator("b").textContent()) ?? "";
    const bed = await pick.locator("input").getAttribute("value");
    const arrival = houseTime(70);
    await person.fill(form, { name: house, age: "30", bed: bed!, arrival });
    if (person.script) await expect(page.getByText(w("check.late"), { exact: true })).toBeVisible();
    expect(await person.send(form, w("act.admit"))).toBeLessThan(400);
    await expect(person.tile(label).locator("strong")).toHaveText(house);
    await person.openBed(label);
    await person.sheet.locator("a[href^='/residents/']").click();
    await page.locator("td a[href^='/stays/']").click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(house);
    await person.awake();
    const earlier = houseTime(75);
    await person.unfold(w("act.correct"));
    await expect(person.form("/api/stay_correct").locator("[name='fields[arrival]']")).toHaveValue(arrival);
    await person.act(person.form("/api/stay_correct"), w("save"), { arrival: earlier });
    await expect(page.locator("ol.trail > li").filter({ hasText: w("@trail_kind.corrected") })).toContainText(" → ");
    await person.unfold(w("act.correct"));
    await expect(person.form("/api/stay_correct").locator("[name='fields[arrival]']")).toHaveValue(earlier);
  });

  test("she opens a file and edits each part of it", async ({ person, w }) => {
    const { page } = person;
    await person.visit("residents");
    await page.locator("a.person").first().click();
    await expect(page.locator(".parts")).toBeVisible();
    await person.awake();
    const part = (act: string) => page.locator("section.part").filter({ has: person.form(act) });
    const edit = async (act: string, typed: Record<string, string | boolean>) => {
      await person.unfold(w("change"), part(act));
      await person.act(person.form(act), w("save"), typed);
    };
    await edit("/api/resident_usual", { name: her, pronouns: "elle", "languages.es": true });
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(her);
    await expect(part("/api/resident_usual")).toContainText(w("@language.es"));
    await edit("/api/resident_care", { "care_flags.GROSSESSE": true, what_to_do: "Sept mois." });
    await expect(part("/api/resident_care")).toContainText("Sept mois.");
    await edit("/api/resident_identity", { legal_name: "Bérénice Essai-Tremblay", birth_date: "2000-02-29" });
    await expect(part("/api/resident_identity")).toContainText("Bérénice Essai-Tremblay");
    await edit("/api/resident_health", { health: "Suivi au CLSC.\nDeuxième ligne & <b>signes</b>" });
    await expect(part("/api/resident_health").locator("p.text")).toHaveText("Suivi au CLSC.\nDeuxième ligne & <b>signes</b>", { useInnerText: true });
    await edit("/api/resident_safety", { watch: "Ne pas répondre au téléphone.", safety: "Un homme en auto grise." });
    await expect(part("/api/resident_safety")).toContainText("Ne pas répondre au téléphone.");
    await expect(page.locator("p.text").filter({ hasText: "Un homme en auto grise." })).toBeVisible();
    await edit("/api/resident_contact", { contact_name: "Sa sœur", contact_relation: "sœur", contact_phone: "450 555-0199", may_say_present: true });
    await expect(part("/api/resident_contact")).toContainText(w("may_say_yes"));
    await expect(page.locator("ul.openings li").first()).toContainText("C. P.");
  });
});
