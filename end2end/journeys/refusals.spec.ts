import { houseTime, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const her = "Yolande-Essai 🌙 نور";
const tomorrow = () => houseTime(-60 * 30);

/** What is wrong is said, and what was typed is still there. */
test.describe("what cannot be done is refused, and what was typed is kept", () => {
  test.beforeEach(async ({ person, discretion }) => {
    discretion.name("Yolande-Essai");
    await person.signIn(logins.coordinator);
  });

  test("an admission without a name, in the future, into a bed that somebody else takes meanwhile", async ({ person, someone, calm, w }) => {
    const { page } = person;
    const label = await person.labelOf(person.tiles("free").first());
    await person.openBed(label);
    await person.sheet.getByRole("link", { name: w("act.admit_here") }).click();
    const form = person.form("/api/stay_admit");
    await expect(form).toBeVisible();
    await person.awake();
    await person.fill(form, { arrival: tomorrow(), what_to_do: "Arachides <b>&\"'", "care_flags.ALLERGIE": true });
    await person.unfold(w("desk.more"), form);
    await person.fill(form, { watch: "Première ligne\nSeconde & <dernière>" });
    const kept = async () => {
      await expect(form.locator("[name='fields[what_to_do]']")).toHaveValue("Arachides <b>&\"'");
      await expect(form.locator("[name='fields[watch]']")).toHaveValue("Première ligne\nSeconde & <dernière>");
      await expect(form.locator("[name='fields[care_flags.ALLERGIE]']")).toBeChecked();
    };
    // A name is missing: with its script the page says so by itself.
    if (!person.script) calm.await(422, "/api/stay_admit");
    await form.getByRole("button", { name: w("act.admit") }).click();
    await expect(form.getByRole("alert")).toContainText(w("refused.faults", { n: 1 }));
    await expect(form.locator("label").filter({ has: page.locator("[name='fields[name]']") })).toContainText(w("@fault.missing"));
    await kept();

    await person.fill(form, { name: her });
    if (!person.script) calm.await(422, "/api/stay_admit");
    await form.getByRole("button", { name: w("act.admit") }).click();
    await expect(form.locator("label").filter({ has: page.locator("[name='fields[arrival]']") })).toContainText(w("@fault.in_future"));
    await expect(form.locator("[name='fields[name]']")).toHaveValue(her);
    await kept();
    await person.fill(form, { arrival: "" });

    // Somebody else is quicker.
    const night = await someone();
    await night.signIn(logins.night);
    await night.openBed(label);
    await night.sheet.getByRole("link", { name: w("act.admit_here") }).click();
    await expect(night.form("/api/stay_admit")).toBeVisible();
    await night.awake();
    await night.act(night.form("/api/stay_admit"), w("act.admit"), { name: "Quelqu'un", age: "20" });

    calm.await(409, "/api/stay_admit");
    expect(await person.send(form, w("act.admit"))).toBe(409);
    await expect(form.getByRole("alert")).toContainText(w("refused.by", { who: "M. L." }).trim());
    await expect(form.getByRole("alert")).toContainText(w("refused.instead"));
    expect(await form.getByRole("alert").locator("a.chip").count()).toBeGreaterThan(0);
    await expect(form.locator("[name='fields[name]']")).toHaveValue(her);
    await kept();
    // Another bed, and she is in.
    const other = form.locator(".pick[data-free=true]").filter({ hasNotText: label }).first();
    const otherLabel = (await other.locator("b").textContent()) ?? "";
    await other.click();
    expect(await person.send(form, w("act.admit"))).toBeLessThan(400);
    await expect(person.tile(otherLabel).locator("strong")).toHaveText(her);
  });

  test("a departure without a reason, then before the arrival", async ({ person, calm, w }) => {
    const label = await person.labelOf(person.tiles("here").first());
    await person.openBed(label);
    await person.unfold(w("act.depart"), person.sheet);
    const form = person.form("/api/stay_depart");
    await person.fill(form, { destination: "HOTEL" });
    if (!person.script) calm.await(422, "/api/stay_depart");
    await form.getByRole("button", { name: w("act.depart_do") }).click();
    await expect(form.getByRole("alert")).toContainText(w("refused.faults", { n: 1 }));
    await expect(form.locator("[name='fields[destination]']")).toHaveValue("HOTEL");
    await person.fill(form, { reason: "VOLONTAIRE", departure: "2001-01-01T12:00" });
    calm.await(422, "/api/stay_depart");
    expect(await person.send(form, w("act.depart_do"))).toBe(422);
    await expect(form.locator("label").filter({ has: person.page.locator("[name='fields[departure]']") })).toContainText(w("@fault.before_arrival"));
    await expect(form.locator("[name='fields[reason]']")).toHaveValue("VOLONTAIRE");
    await expect(form.locator("[name='fields[departure]']")).toHaveValue("2001-01-01T12:00");
  });

  test("a stay put right into the impossible", async ({ person, calm, w }) => {
    const { page } = person;
    await person.goto("/stays?state=present");
    await page.locator("td a[href^='/stays/']").first().click();
    await expect(page.locator("ol.trail")).toBeVisible();
    await person.awake();
    await person.unfold(w("act.correct"));
    const form = person.form("/api/stay_correct");
    await person.fill(form, { arrival: tomorrow() });
    calm.await(422, "/api/stay_correct");
    expect(await person.send(form, w("save"))).toBe(422);
    await expect(form.getByRole("alert")).toBeVisible();
    await expect(form.locator("label").filter({ has: page.locator("[name='fields[arrival]']") })).toContainText(w("@fault.in_future"));
    await expect(form.locator("[name='fields[arrival]']")).toHaveValue(/T/);
  });

  test("a text that is too long stays in its place, with how long it may be", async ({ person, calm, w }) => {
    const { page } = person;
    await person.visit("residents");
    await page.locator("a.person").first().click();
    await expect(page.locator(".parts")).toBeVisible();
    await person.awake();
    const part = page.locator("section.part").filter({ has: person.form("/api/resident_health") });
    await person.unfold(w("change"), part);
    const long = "Très longue histoire. ".repeat(200);
    await person.fill(person.form("/api/resident_health"), { health: long });
    calm.await(422, "/api/resident_health");
    expect(await person.send(person.form("/api/resident_health"), w("save"))).toBe(422);
    await expect(part.getByRole("alert")).toBeVisible();
    await expect(part.locator(".fault")).toHaveText(w("fault.too_long", { n: w("other_language") === "English" ? "4 000" : "4,000" }));
    await expect(part.locator("textarea")).toHaveValue(long);
  });

  test("two people write in the same part of a file: the second is told, and loses nothing", async ({ person, someone, calm, w }) => {
    const { page } = person;
    await person.visit("residents");
    const address = (await page.locator("a.person").first().getAttribute("href")) ?? "";
    const open = async (who: typeof person) => {
      await who.goto(address);
      await who.unfold(w("change"), who.page.locator("section.part").filter({ has: who.form("/api/resident_care") }));
    };
    await open(person);
    await person.fill(person.form("/api/resident_care"), { what_to_do: "Ce que j'écrivais." });
    const night = await someone();
    await night.signIn(logins.night);
    await open(night);
    await night.act(night.form("/api/resident_care"), w("save"), { what_to_do: "Insuline au frigo." });

    // Where the page is awake it says that the house has changed, and does not touch what is typed.
    if (person.script) await expect(page.getByText(w("sheet.changed"))).toBeVisible();
    calm.await(409, "/api/resident_care");
    expect(await person.send(person.form("/api/resident_care"), w("save"))).toBe(409);
    await expect(person.form("/api/resident_care").getByRole("alert")).toContainText(w("refused.by", { who: "M. L." }).trim());
    await expect(person.form("/api/resident_care").locator("[name='fields[what_to_do]']")).toHaveValue("Ce que j'écrivais.");
  });

  test("a label that another bed has, a room that is not empty, a login that is taken, a password that is too easy", async ({ person, calm, w }) => {
    const { page } = person;
    await person.visit("house");
    const bed = page.locator("ul.plan-beds > li").first();
    const other = (await page.locator("ul.plan-beds > li > b").nth(1).textContent()) ?? "";
    await person.unfold(w("change"), bed);
    const change = bed.locator("form[action='/api/bed_change']");
    await person.fill(change, { label: other, note: "Une note." });
    calm.await(409, "/api/bed_change");
    expect(await person.send(change, w("save"))).toBe(409);
    await expect(change.getByRole("alert")).toContainText(w("conflict.label_taken"));
    await expect(change.locator("[name='fields[note]']")).toHaveValue("Une note.");
    await expect(change.locator("[name='fields[label]']")).toHaveValue(other);

    await person.goto("/team");
    await person.unfold(w("act.add_staff"));
    const add = person.form("/api/staff_add");
    await person.fill(add, { name: "Odile Essai", login: logins.night, role: "night", password: "motdepasse12345" });
    const status = async (expected: number) => {
      calm.await(expected, "/api/staff_add");
      expect(await person.send(add, w("add"))).toBe(expected);
    };
    await status(422);
    await expect(add).toContainText(w("@fault.too_easy"));
    await expect(add.locator("[name='fields[name]']")).toHaveValue("Odile Essai");
    await expect(add.locator("[name='fields[password]']")).toHaveValue("");
    await person.fill(add, { password: "un parapluie vert et une chaise" });
    await status(409);
    await expect(add.getByRole("alert")).toContainText(w("conflict.login_taken"));
    await expect(add.locator("[name='fields[login]']")).toHaveValue(logins.night);

    await person.goto("/session");
    await person.unfold(w("act.my_password"));
    const mine = person.form("/api/my_password");
    await person.fill(mine, { current_password: "ce n'est pas lui", password: "un parapluie vert et une chaise" });
    calm.await(422, "/api/my_password");
    expect(await person.send(mine, w("save"))).toBe(422);
    await expect(mine).toContainText(w("@fault.wrong"));
  });

  test("an address that leads nowhere says so in a page of the house", async ({ person, calm, discretion, w }) => {
    for (const path of ["/nulle-part", "/residents/00000000-0000-0000-0000-000000000000", "/stays/00000000-0000-0000-0000-000000000000"]) {
      discretion.leadsNowhere(path);
      calm.await(404, path);
      await person.goto(path);
      await expect(person.page.getByText(path.startsWith("/n") ? w("lost.sentence") : w("refused.not_found"))).toBeVisible();
    }
  });
});
