import { logins } from "../support/people.ts";
import { expect, test as base } from "../support/test.ts";
import { Wire } from "../support/wire.ts";

/** A wire of one's own to the house; tests name it before those who use it, so that it goes after them. */
const test = base.extend<{ wire: Wire }>({
  wire: async ({ house }, use) => {
    const wire = await Wire.to(house.address);
    await use(wire);
    wire.close();
  },
});

test("when the network goes quiet the lamp dims and goes out with a sentence; when it is back the board is true", async ({ wire, someone, calm, w }) => {
  test.setTimeout(120_000);
  const near = await someone({ wire });
  const far = await someone();
  await near.signIn(logins.coordinator);
  await far.signIn(logins.night);
  const { page } = near;
  const lamp = page.locator(".lamp");
  await expect(lamp).toHaveAttribute("data-lamp", "lit");
  await expect(page.getByRole("img", { name: w("lamp.lit") })).toBeVisible();

  calm.networkCut = true;
  wire.quiet();
  // Past five seconds without a word it dims, past thirty it is out, with a sentence.
  await expect(lamp).toHaveAttribute("data-lamp", "dim", { timeout: 12_000 });
  await expect(page.locator(".age")).toContainText(/\d+ s/);
  const label = await far.labelOf(far.tiles("free").first());
  await far.openBed(label);
  await far.act(far.form("/api/bed_soil"), w("act.soil"));
  await expect(near.tile(label)).toHaveClass(/is-free/);
  await expect(lamp).toHaveAttribute("data-lamp", "out", { timeout: 40_000 });
  await expect(page.locator(".out-of-touch")).toHaveText(w("lamp.sentence"));

  wire.mend();
  await expect(lamp).toHaveAttribute("data-lamp", "lit", { timeout: 20_000 });
  calm.networkCut = false;
  await expect(page.locator(".out-of-touch")).toHaveCount(0);
  // What was missed is on the board without a reload.
  await expect(near.tile(label)).toHaveClass(/is-prepare/);
});

test("when connections break the tablet comes back by itself, and misses nothing", async ({ wire, someone, calm, w }) => {
  const near = await someone({ wire });
  const far = await someone();
  await near.signIn(logins.coordinator);
  await far.signIn(logins.night);
  await expect(near.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  calm.networkCut = true;
  wire.cut();
  const label = await far.labelOf(far.tiles("free").first());
  await far.openBed(label);
  await far.act(far.form("/api/bed_soil"), w("act.soil"));
  await expect(near.page.locator(".lamp")).toHaveAttribute("data-lamp", "dim", { timeout: 12_000 });
  await expect(near.tile(label)).toHaveClass(/is-free/);
  wire.mend();
  await expect(near.tile(label)).toHaveClass(/is-prepare/, { timeout: 15_000 });
  await expect(near.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  calm.networkCut = false;
});

for (const how of ["offline", "quiet"] as const) {
  test(`an act that finds no house (${how}) is put back with a reason, and is done once when it is sent again`, async ({ wire, someone, calm, w }) => {
    const near = await someone({ wire });
    await near.signIn(logins.night);
    const label = await near.labelOf(near.tiles("prepare").first());
    await near.openBed(label);
    const form = near.form("/api/bed_prepare");
    await expect(form).toBeVisible();
    await expect(near.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
    calm.networkCut = true;
    if (how === "offline") await near.page.context().setOffline(true);
    else wire.quiet();
    await form.getByRole("button").click();
    await expect(form.getByRole("alert")).toContainText(w("refused.unavailable"), { timeout: 15_000 });
    await expect(near.tile(label)).toHaveClass(/is-prepare/);
    await near.page.context().setOffline(false);
    wire.mend();
    await expect(near.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 20_000 });
    calm.networkCut = false;
    // Where the first sending reached the house after all, the board has it and the second changes nothing.
    expect(await near.send(form, w("act.prepare"))).toBeLessThan(400);
    await expect(near.tile(label)).toHaveClass(/is-free/);
  });
}

test("an act the house refuses shows at once, then is put back with who was quicker", async ({ someone, calm, w }) => {
  const near = await someone();
  const far = await someone();
  await near.signIn(logins.coordinator);
  await far.signIn(logins.night);
  const label = await near.labelOf(near.tiles("here").first());
  const free = await near.labelOf(near.tiles("free").first());
  await near.openBed(label);
  await near.unfold(w("act.transfer"), near.sheet);
  const form = near.form("/api/stay_transfer");
  await form.locator("label.pick").filter({ has: near.page.getByText(free, { exact: true }) }).click();

  // The other tablet is quicker; its change is held back from this one only by this one's answer.
  await far.openBed(free);
  await far.act(far.form("/api/bed_soil"), w("act.soil"));
  // The answer is held for a moment, so that what shows before it can be seen.
  let answer = () => {};
  const held = new Promise<void>((done) => (answer = done));
  await near.page.route("**/api/stay_transfer", async (route) => {
    await held;
    await route.continue();
  });
  calm.await(409, "/api/stay_transfer");
  await form.getByRole("button", { name: w("act.transfer_do") }).click();
  await expect(near.tile(label)).toHaveClass(/is-prepare/);
  await expect(near.tile(free)).toHaveClass(/is-here/);
  answer();
  await expect(form.getByRole("alert")).toContainText(w("conflict.bed_to_prepare", { label: free }));
  await expect(near.tile(label)).toHaveClass(/is-here/);
  await expect(near.tile(free)).toHaveClass(/is-prepare/);
});
