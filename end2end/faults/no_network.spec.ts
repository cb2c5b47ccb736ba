import { mainHeading } from "../support/moves.ts";
import { logins } from "../support/people.ts";
import { expect, test as base } from "../support/test.ts";
import { Wire } from "../support/wire.ts";

/** A proxy to the server that can be cut. A test names it before `someone`: browsers are closed before it is. */
const test = base.extend<{ wire: Wire }>({
  wire: async ({ house }, use) => {
    const wire = await Wire.to(house.address);
    await use(wire);
    wire.close();
  },
});

// From a page that runs in the browser, from one that the server draws, and to either.
for (const [from, to] of [["tonight", "residents"], ["residents", "stays"], ["stays", "desk"], ["tonight", "desk"]] as const) {
  for (const how of ["cut", "offline"] as const) {
    test(`without network (${how}) a tap from ${from} to ${to} says so, keeps the page one was on, and comes back by itself`, async ({ wire, someone, calm, w }) => {
      test.setTimeout(60_000);
      const person = await someone({ wire });
      await person.signIn(logins.coordinator);
      const { page } = person;
      if (from !== "tonight") await person.visit(from);
      const link = page.getByRole("navigation").getByRole("link", { name: w(`nav.${to}`), exact: true });
      const heading = (await mainHeading(page).first().textContent()) ?? "";
      const shown = page.getByRole("main").locator(from === "tonight" ? ".bed" : from === "residents" ? "a.person" : "table.list tbody tr");
      await expect(shown.first()).toBeVisible();
      const rows = await shown.count();
      await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");

      calm.networkCut = true;
      if (how === "cut") wire.cut();
      else await page.context().setOffline(true);
      await link.click();
      // What was on the screen is still there: it is never blank.
      for (let i = 0; i < 30; i++) {
        expect(await mainHeading(page).first().textContent({ timeout: 1_000 }).catch(() => "no heading"), "the heading of the page one was on").toBe(heading);
        expect(await shown.count(), "what the page one was on holds").toBe(rows);
        await page.waitForTimeout(100);
      }
      const said = page.getByRole("alert").or(page.getByRole("status")).filter({ hasText: w("offline_page") });
      await expect(said.filter({ visible: true })).toHaveCount(1);

      // The network is back; nothing is tapped.
      if (how === "cut") wire.mend();
      else await page.context().setOffline(false);
      await expect(said).toHaveCount(0, { timeout: 20_000 });
      await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 20_000 });
      // The page that the address and the navigation name is the one that is shown, whole.
      await expect(page.getByRole("navigation").locator("[aria-current=page]")).toHaveCount(1);
      const here = new URL(page.url()).pathname;
      await expect(page.getByRole("navigation").locator("[aria-current=page]")).toHaveAttribute("href", here);
      const content = { "/": ".bed", "/residents": "a.person", "/stays": "table.list tbody tr", "/desk": 'form[action="/api/stay_admit"]' }[here] ?? "no such page";
      await expect(page.getByRole("main").locator(content).first()).toBeVisible();
      await expect(mainHeading(page).first()).toBeVisible();
      calm.networkCut = false;
    });
  }
}
