import { measured, tell } from "../support/figures.ts";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

/** How many changes are watched from one tablet to the other. */
const changes = Number(process.env.VEILLEUSE_CHANGES ?? 40);

declare global {
  interface Window {
    /** When a tile of the board first had a state, on the clock of all windows of this machine. */
    seenAt: Map<string, number>;
    /** When a button was last tapped. */
    tappedAt: number;
  }
}

/** Writes down in the page when the state of a tile changes, and when a finger touches it. */
function watchTile(label: string): void {
  const state = () => document.querySelector(`.bed[data-bed="${label}"]`)?.className.match(/is-\w+/)?.[0];
  const now = () => performance.timeOrigin + performance.now();
  let last = state();
  window.seenAt = new Map();
  new MutationObserver(() => {
    const present = state();
    if (!present || present === last) return;
    last = present;
    // Visible once the frame that holds it has been drawn.
    requestAnimationFrame(() => setTimeout(() => window.seenAt.set(present, now())));
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  // The click comes to the window before anything of the page answers it.
  window.addEventListener("click", () => (window.tappedAt = now()), { capture: true });
}

test("a change shows on the other tablet within a second, and on one's own at once", async ({ someone }, info) => {
  test.setTimeout(60_000 + changes * 2_000);
  const near = await someone();
  const far = await someone({ viewport: { width: 800, height: 1280 } });
  await near.signIn(logins.coordinator);
  await far.signIn(logins.night);
  const label = await near.labelOf(near.tiles("free").first());
  const bed = near.tile(label);
  for (const { page } of [near, far]) await page.evaluate(watchTile, label);
  await expect(far.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");

  const own: number[] = [];
  const other: number[] = [];
  let state = "is-free";
  for (let i = 0; i < changes; i++) {
    const next = state === "is-free" ? "is-prepare" : "is-free";
    await bed.click();
    const form = near.form(next === "is-prepare" ? "/api/bed_soil" : "/api/bed_prepare");
    await expect(form).toBeVisible();
    for (const { page } of [near, far]) await page.evaluate(() => window.seenAt.clear());
    await form.getByRole("button").click();
    for (const { page } of [near, far]) await page.waitForFunction((next) => window.seenAt.has(next), next, { polling: 10 });
    const tapped = await near.page.evaluate(() => window.tappedAt);
    const seen = ({ page }: typeof near) => page.evaluate((next) => window.seenAt.get(next) ?? NaN, next);
    own.push((await seen(near)) - tapped);
    other.push((await seen(far)) - tapped);
    await expect(near.sheet).toHaveCount(0);
    await expect(bed).toHaveClass(new RegExp(next));
    state = next;
  }
  const figures = { own: measured(own), other: measured(other) };
  await tell(info, "tap to visible change", figures);
  expect(figures.own.p95, "one's own tap, 95 of 100").toBeLessThanOrEqual(100);
  expect(figures.other.p95, "the other tablet, 95 of 100").toBeLessThanOrEqual(1_000);
});

test("what others do never disturbs what is being typed", async ({ someone, w }) => {
  const near = await someone();
  const far = await someone();
  await near.signIn(logins.coordinator);
  await far.signIn(logins.night);
  const [first, second] = [await near.labelOf(near.tiles("free").nth(0)), await near.labelOf(near.tiles("free").nth(1))];
  const change = async (label: string) => {
    await far.goto("/");
    await far.openBed(label);
    await far.act(far.form("/api/bed_soil"), w("act.soil"));
  };

  // In a sheet beside the board: the board changes, the field does not.
  await near.openBed(await near.labelOf(near.tiles("here").first()));
  await near.unfold(w("act.depart"), near.sheet);
  const departure = near.form("/api/stay_depart");
  await near.fill(departure, { reason: "VOLONTAIRE", destination: "HOTEL" });
  await departure.locator("[name='fields[destination]']").focus();
  await change(first);
  await expect(near.tile(first)).toHaveClass(/is-prepare/);
  await expect(departure.locator("[name='fields[reason]']")).toHaveValue("VOLONTAIRE");
  await expect(departure.locator("[name='fields[destination]']")).toHaveValue("HOTEL");
  await expect(departure.locator("[name='fields[destination]']")).toBeFocused();
  await expect(near.sheet.getByText(w("sheet.changed"))).toBeVisible();

  // In the admission: letter by letter while the house changes.
  await near.goto("/desk");
  const name = near.form("/api/stay_admit").locator("[name='fields[name]']");
  const typing = name.pressSequentially("Sidonie-Essai", { delay: 150 });
  await change(second);
  await typing;
  await expect(name).toHaveValue("Sidonie-Essai");
  await expect(name).toBeFocused();

  // On a page the house draws: it says that it has changed, and waits.
  await near.goto("/house");
  await near.unfold(w("act.add_floor"));
  const floor = near.form("/api/floor_add").locator("[name='fields[name]']");
  await floor.fill("Annexe");
  await far.goto("/");
  await far.openBed(second);
  await far.act(far.form("/api/bed_prepare"), w("act.prepare"));
  await expect(near.page.getByText(w("sheet.changed"))).toBeVisible();
  await expect(floor).toHaveValue("Annexe");
  await near.page.getByRole("button", { name: w("sheet.again") }).click();
  await expect(near.page.getByText(w("sheet.changed"))).toHaveCount(0);
  await expect(floor).toHaveValue("");
});

test("a page that is only looked at follows the house by itself", async ({ someone, w }) => {
  const near = await someone();
  const far = await someone();
  await near.signIn(logins.management);
  await far.signIn(logins.night);
  await near.visit("stays");
  const rows = near.page.locator("table.list tbody tr");
  await expect(rows.first()).toBeVisible();
  const here = await near.page.locator("table.list .pill.here").count();
  await far.goto("/desk");
  const form = far.form("/api/stay_admit");
  await form.locator(".pick[data-free=true]").first().click();
  await far.act(form, w("act.admit"), { name: "Sidonie-Essai", age: "22" });
  await expect(near.page.locator("table.list .pill.here")).toHaveCount(here + 1);
});
