import { mainHeading, freshSheet, sheetForm, within } from "../support/moves.ts";
import { type Person, logins } from "../support/people.ts";
import { StreamCount } from "../support/streams.ts";
import { expect, test as base } from "../support/test.ts";
import type { Wire } from "../support/wire.ts";

/** How long a page may take to answer, whatever was opened before it. */
const soon = 2_000;
/** Another site; its title is one that the journeys allow. */
const elsewhere = "data:text/html,<title>Veilleuse</title><p>Ailleurs</p>";

/** Everyone reaches the server through a proxy that counts event streams and lets the cache be used. */
const test = base.extend<{ streams: StreamCount }>({
  streams: async ({ house }, use) => {
    const streams = await StreamCount.to(house.address);
    await use(streams);
    streams.close();
  },
  person: async ({ streams, someone }, use) => use(await someone({ wire: streams as unknown as Wire })),
});

declare global {
  interface Window {
    /** Set in a document once: tells a document that was kept from one that was loaded anew. */
    mark?: string;
  }
}

/** Something can be done, and the server answers soon. */
async function actsWork(person: Person): Promise<void> {
  const label = await person.labelOf(person.tiles("prepare").first());
  await within(soon, "opening a sheet", async () => {
    await person.openBed(label);
    await expect(sheetForm(person, "/api/bed_prepare")).toBeVisible();
  });
  await within(soon, "an act", async () => {
    await person.act(sheetForm(person, "/api/bed_prepare"), person.w("act.prepare"));
    await expect(person.tile(label)).toHaveClass(/is-free/);
  });
}

test("the back-forward cache of this browser is on", async ({ person }) => {
  // Without it the other tests of this file could not fail. The sign-in page has no script of its own.
  const { page } = person;
  await page.goto(`${person.address}/sign_in`);
  await page.evaluate(() => (window.mark = "kept"));
  await page.goto(elsewhere);
  await expect(page).toHaveTitle("Veilleuse");
  await page.goBack({ waitUntil: "commit" });
  await expect(mainHeading(page)).toBeVisible();
  expect(await page.evaluate(() => window.mark), "the page was kept, not loaded again").toBe("kept");
});

test("changing the theme five times in a minute does not make the program wait", async ({ person }) => {
  test.setTimeout(90_000);
  const { page } = person;
  await person.signIn(logins.night);
  for (let i = 1; i <= 5; i++) {
    await within(soon, `the session page, ${i}`, () => person.goto("/session"));
    const html = page.locator("html");
    const other = (await html.getAttribute("data-theme")) === "day" ? "night" : "day";
    await within(soon, `the theme, ${i}`, async () => {
      await page.locator(`a[href*="theme=${other}"]`).first().click();
      await expect(html).toHaveAttribute("data-theme", other);
    });
    await within(soon, `the board, ${i}`, async () => {
      await person.goto("/");
      await expect(page.locator(".bed")).toHaveCount(16);
    });
  }
  await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 5_000 });
  await actsWork(person);
});

test("loading eight pages in a minute does not make the program wait", async ({ person }) => {
  test.setTimeout(90_000);
  const { page } = person;
  await person.signIn(logins.night);
  // One and the same address again would be a reload, which keeps no former page.
  for (let i = 1; i <= 4; i++) {
    await within(soon, `the residents, ${i}`, async () => {
      await person.goto("/residents");
      await expect(page.locator("a.person").first()).toBeVisible();
    });
    await within(soon, `the board, ${i}`, async () => {
      await person.goto("/");
      await expect(page.locator(".bed")).toHaveCount(16);
    });
  }
  await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 5_000 });
  await actsWork(person);
});

test("a page that is left holds no event stream", async ({ streams, person }) => {
  await person.signIn(logins.night);
  await expect(person.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  expect(streams.open, "a page that is looked at is told of changes").toBe(1);
  await person.page.goto(elsewhere);
  await expect.poll(() => streams.open, { message: "event streams of a page that was left", timeout: 3_000 }).toBe(0);
});

test("a page that is left is emptied, and Back draws it again from the server", async ({ person, someone, w }) => {
  const { page } = person;
  await person.signIn(logins.coordinator);
  const other = await someone();
  await other.signIn(logins.night);
  await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  const names = await person.namesOnTheBoard();
  expect(names.length).toBeGreaterThan(3);
  const label = await person.labelOf(person.tiles("free").first());
  await page.evaluate(() => {
    // After the page's own listeners: what is still there then is what the cache would keep.
    addEventListener("pagehide", () => sessionStorage.setItem("kept", document.body.innerText));
    addEventListener("pageshow", (event) => event.persisted && sessionStorage.setItem("shown", document.body.innerText));
  });
  // Another document of the same origin, which reads what was left.
  await person.goto("/session");
  const kept = await page.evaluate(() => sessionStorage.getItem("kept") ?? "nothing was written down");
  expect(names.filter((name) => kept.includes(name)), "names in a page that was left").toEqual([]);
  expect(kept, "the page was left").not.toBe("nothing was written down");

  await freshSheet(other, label);
  await other.act(sheetForm(other, "/api/bed_soil"), w("act.soil"));
  await page.goBack({ waitUntil: "commit" });
  await expect(person.tile(label)).toHaveClass(/is-prepare/, { timeout: 5_000 });
  await expect(page.locator(".bed")).toHaveCount(16);
  await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 5_000 });
  const shown = await page.evaluate(() => sessionStorage.getItem("shown") ?? "");
  expect(names.filter((name) => shown.includes(name)), "former data in the moment of coming back").toEqual([]);
  // It is alive again: what changes now shows by itself.
  await freshSheet(other, label);
  await other.act(sheetForm(other, "/api/bed_prepare"), w("act.prepare"));
  await expect(person.tile(label)).toHaveClass(/is-free/, { timeout: 5_000 });
});

test("Back after signing out shows nothing of what was on the screen", async ({ person, w }) => {
  const { page } = person;
  await person.signIn(logins.night);
  const names = await person.namesOnTheBoard();
  await person.signOut();
  await page.evaluate(() => history.back());
  // Wherever Back leads, it ends at the sign-in page, and the names are nowhere on the way.
  for (let i = 0; i < 15; i++) {
    const text = await page.evaluate(() => document.body?.innerText ?? "").catch(() => "");
    expect(names.filter((name) => text.includes(name)), "names after signing out").toEqual([]);
    await page.waitForTimeout(100);
  }
  await expect(page.getByRole("heading", { name: w("sign_in_title") })).toBeVisible();
});
