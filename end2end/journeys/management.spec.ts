import { readFileSync } from "node:fs";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

test.describe("management", () => {
  test.beforeEach(async ({ person }) => {
    await person.signIn(logins.management);
  });

  test("she filters the history, the filter is in the address, and one stay opens as a timeline", async ({ person, w }) => {
    const { page } = person;
    await person.visit("stays");
    const rows = page.locator("table.list tbody tr");
    await expect(rows.first()).toBeVisible();
    const all = await rows.count();
    expect(all).toBeGreaterThan(20);
    await person.unfold(w("filter"));
    const filter = page.locator("form[action='/stays']");
    await filter.locator("[name=state]").selectOption("ended");
    await filter.locator("[name=min]").fill("8");
    await filter.locator("[name=destination]").selectOption("INCONNUE");
    await filter.getByRole("button", { name: w("filter_apply") }).click();
    await expect(page).toHaveURL(/\/stays\?.*state=ended/);
    await expect(page).toHaveURL(/min=8/);
    await expect(page.getByRole("heading", { level: 2 }).first()).toContainText(/^\d/);
    await expect(rows.locator(".pill.here")).toHaveCount(0);
    const some = await rows.count();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(all);
    for (const nights of await rows.locator("td.n").allTextContents()) expect(Number(nights.replace(/\D/g, ""))).toBeGreaterThanOrEqual(8);

    // The address alone gives the same list.
    const address = new URL(page.url());
    await person.goto(address.pathname + address.search);
    await expect(rows).toHaveCount(some);
    await expect(filter.locator("[name=min]")).toHaveValue("8");

    await page.locator("td a[href^='/stays/']").first().click();
    await expect(page).toHaveURL(/\/stays\/[0-9a-f-]{36}$/);
    await expect(page.getByRole("heading", { name: w("stay.beds") })).toBeVisible();
    await expect(page.locator("ol.trail > li").first()).toContainText(w("@trail_kind.admitted"));
    // Management opens no file and changes no stay.
    await expect(page.locator("a[href^='/residents/']")).toHaveCount(0);
    await expect(page.locator("main form")).toHaveCount(0);
  });

  test("every figure opens onto the stays and nights it is made of", async ({ person, w }) => {
    const { page } = person;
    await person.visit("figures");
    await expect(page.locator("a.kpi")).toHaveCount(8);
    const kpi = (label: string) => page.locator("a.kpi").filter({ hasText: label });
    for (const [label, during] of [["figure.admissions", "admitted"], ["figure.departures", "departed"]] as const) {
      const n = Number((await kpi(w(label)).locator("b").textContent())?.replace(/\D/g, ""));
      await kpi(w(label)).click();
      await expect(page).toHaveURL(new RegExp(`during=${during}`));
      await expect(page.getByRole("heading", { level: 2 }).first()).toContainText(new RegExp(`^${n}\\D`));
      await person.awake();
      await person.visit("figures");
    }
    const before = page.getByRole("link", { name: w("period.fiscal_before") });
    await before.click();
    await expect(page).toHaveURL(/\/figures\?from=/);
    await expect(before).toHaveAttribute("aria-current", "true");

    await person.awake();
    // The first night of that year is before the house had beds, the last is not.
    const nights = page.locator("details a[href^='/?as_of=']");
    await person.unfold(w("figures.nights"));
    await nights.first().click();
    await expect(page.getByText(w("tonight.past_banner"))).toBeVisible();
    await expect(page.getByText(w("past_empty"))).toBeVisible();
    await page.goBack();
    await person.awake();
    await person.unfold(w("figures.nights"));
    await nights.last().click();
    await expect(page.getByText(w("tonight.past_banner"))).toBeVisible();
    await expect(page.locator(".bed")).toHaveCount(16);
  });

  test("another period is asked for by its dates", async ({ person, w }) => {
    const { page } = person;
    await person.visit("figures");
    await person.unfold(w("period.other"));
    const form = page.locator("form[action='/figures']");
    const to = await form.locator("[name=to]").inputValue();
    const from = to.replace(/-\d\d$/, "-01");
    await form.locator("[name=from]").fill(from);
    await form.getByRole("button", { name: w("tonight.show") }).click();
    await expect(page).toHaveURL(new RegExp(`/figures\\?from=${from}&to=${to}$`));
    await expect(page.locator("form[action='/figures'] [name=from]")).toHaveValue(from);
  });

  test("the stays of a filter are taken out as a table without names", async ({ person, w }) => {
    const { page } = person;
    const names = await person.namesOnTheBoard();
    expect(names.length).toBeGreaterThan(8);
    await person.goto("/stays?state=present");
    const rows = await page.locator("table.list tbody tr").count();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: w("export_csv") }).click()]);
    expect(download.suggestedFilename()).toBe("export.csv");
    const text = readFileSync(await download.path(), "utf8");
    expect(text.startsWith("\uFEFF")).toBe(true);
    const lines = text.slice(1).trimEnd().split(/\r?\n/);
    expect(lines[0].split(",")[0]).toBe(w("field.file_number"));
    expect(lines).toHaveLength(rows + 1);
    for (const name of names) expect(text).not.toContain(name);
    for (const cell of lines.slice(1).flatMap((line) => line.split(","))) expect(cell).not.toMatch(/^[=+@\t]/);
  });

  test("she reads who did and opened what, never what it said", async ({ person, someone, w }) => {
    const { page } = person;
    const claire = await someone();
    await claire.signIn(logins.coordinator);
    await claire.visit("residents");
    const name = (await claire.page.locator("a.person b").first().textContent()) ?? "";
    await claire.page.locator("a.person").first().click();
    await expect(claire.page.getByRole("heading", { level: 1 })).toHaveText(name);

    await person.visit("audit");
    const rows = page.locator("table.audit tbody tr");
    await expect(rows.filter({ hasText: "C. P." }).or(rows.filter({ hasText: "Claire Poulin" })).filter({ hasText: w("@audit_what.residents.open") }).first()).toBeVisible();
    await person.unfold(w("filter"));
    const filter = page.locator("form[action='/audit']");
    await filter.locator("[name=kind]").selectOption("opened");
    await filter.locator("[name=staff]").selectOption({ label: "Claire Poulin" });
    await filter.getByRole("button", { name: w("filter_apply") }).click();
    await expect(page).toHaveURL(/\/audit\?.*kind=opened/);
    await expect(rows.first()).toContainText(w("@audit_what.residents.open"));
    await expect(rows.filter({ hasText: w("@audit_what.access.sign_in") })).toHaveCount(0);
    await expect(page.locator("table.audit")).not.toContainText(name);
  });
});
