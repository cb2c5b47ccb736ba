import type { Locator } from "@playwright/test";
import { type Outline, outlines, tooFaint } from "../support/colours.ts";
import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

/** What tells one element from another under forced colours: borders, outlines, underlines and fills. */
const marks = (elements: Locator) =>
  elements.evaluateAll((all) =>
    all.map((element) => {
      const style = getComputedStyle(element);
      const lines = ["Top", "Right", "Bottom", "Left"].map((side) => {
        const drawn = style.getPropertyValue(`border-${side.toLowerCase()}-style`);
        return drawn === "none" ? "none" : `${drawn} ${style.getPropertyValue(`border-${side.toLowerCase()}-width`)} ${style.getPropertyValue(`border-${side.toLowerCase()}-color`)}`;
      });
      const outline = style.outlineStyle === "none" ? "none" : `${style.outlineStyle} ${style.outlineWidth}`;
      // A fill that is not there is the fill behind it.
      let behind: Element | null = element;
      while (behind && /^(transparent|rgba\(.*, 0\))$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
      const fill = behind ? getComputedStyle(behind).backgroundColor : "none";
      return JSON.stringify([lines, outline, style.textDecorationLine, style.textDecorationThickness, fill]);
    }),
  );

test.describe("with the colours of the system", () => {
  test("the current page is told from the others in the navigation", async ({ person }) => {
    const { page } = person;
    await person.signIn(logins.coordinator);
    await page.emulateMedia({ forcedColors: "active" });
    expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches)).toBe(true);
    for (const place of ["tonight", "residents", "desk"]) {
      await person.visit(place);
      await page.mouse.move(0, 0);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      const [here] = await marks(page.locator("nav a[aria-current=page]"));
      const others = await marks(page.locator("nav a:not([aria-current])"));
      expect(others.length).toBeGreaterThan(3);
      expect(new Set(others).size, "the others are alike").toBe(1);
      expect(others, `${place} in the navigation`).not.toContain(here);
    }
  });

  test("the chosen period is told from the others", async ({ person, w }) => {
    const { page } = person;
    await person.signIn(logins.management);
    await page.emulateMedia({ forcedColors: "active" });
    await person.visit("figures");
    await page.getByRole("link", { name: w("period.fiscal_before") }).click();
    const chosen = page.locator("main a[aria-current=true]");
    await expect(chosen).toHaveText(w("period.fiscal_before"));
    await page.mouse.move(0, 0);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const [here] = await marks(chosen);
    const others = await marks(page.locator("main .chips a:not([aria-current])"));
    expect(others.length).toBeGreaterThan(1);
    expect(others, "the chosen period among the others").not.toContain(here);
  });
});

test("with reduced motion nothing on any page moves by itself", async ({ person, w }) => {
  const { page } = person;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await person.signIn(logins.coordinator);
  const moving = () =>
    page.evaluate(() => {
      const slow = (times: string) => times.split(",").some((time) => parseFloat(time) * (time.trim().endsWith("ms") ? 1 : 1000) > 1);
      const found = new Set<string>();
      for (const element of document.querySelectorAll("*")) {
        for (const part of ["", "::before", "::after", "::backdrop"]) {
          const style = getComputedStyle(element, part || null);
          const name = `${element.tagName.toLowerCase()}${element.classList.length ? `.${[...element.classList].join(".")}` : ""}${part}`;
          if (style.transitionProperty !== "none" && slow(style.transitionDuration)) found.add(`${name}: transition of ${style.transitionProperty} in ${style.transitionDuration}`);
          if (style.animationName !== "none" && slow(style.animationDuration)) found.add(`${name}: animation ${style.animationName} in ${style.animationDuration}`);
        }
      }
      if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") found.add("smooth scrolling");
      for (const animation of document.getAnimations()) found.add(`running: ${(animation.effect as KeyframeEffect).target?.nodeName}`);
      return [...found];
    });
  const found: Record<string, string[]> = {};
  for (const place of ["tonight", "desk", "residents", "stays", "figures", "house", "team"]) {
    await person.visit(place);
    found[place] = await moving();
  }
  await person.goto("/");
  await person.openBed(await person.labelOf(person.tiles("prepare").first()));
  await person.unfold(w("act.close"), person.sheet);
  found["a sheet"] = await moving();
  await person.sheet.locator('form[action="/api/bed_prepare"]').getByRole("button").click();
  await expect(person.sheet).toHaveCount(0);
  found["the board after an act"] = await moving();
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((place) => [place, []])));
});

for (const theme of ["night", "day"] as const) {
  test.describe(`by ${theme}`, () => {
    test.use({ theme });

    test("every bed of the board stands out from its room, three to one", async ({ person }) => {
      await person.signIn(logins.night);
      await expect(person.page.locator("html")).toHaveAttribute("data-theme", theme);
      const found: Record<string, Outline[]> = {};
      for (const state of ["free", "here", "prepare"] as const) found[state] = await outlines(person.tiles(state));
      // One out of service, so that the four states are there.
      const label = await person.labelOf(person.tiles("free").first());
      await person.openBed(label);
      await person.unfold(person.w("act.close"), person.sheet);
      await person.act(person.sheet.locator('form[action="/api/bed_close"]'), person.w("act.close_do"), { reason: "PUNAISES" });
      await expect(person.tile(label)).toHaveClass(/is-oos/);
      await person.goto("/");
      found.oos = await outlines(person.tiles("oos"));
      for (const [state, all] of Object.entries(found)) expect(all.length, `beds ${state}`).toBeGreaterThan(0);
      expect(Object.values(found).flatMap((all) => tooFaint(all, 3))).toEqual([]);
    });

    test("every field stands out from what is around it, three to one", async ({ person, w }) => {
      const { page } = person;
      await person.goto("/sign_in");
      const fields = page.locator("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea");
      const found: Record<string, string[]> = {};
      const look = async (where: string) => {
        const seen = fields.filter({ visible: true });
        await expect(seen.first(), `fields of ${where}`).toBeVisible();
        // Without the outline of the one that has the focus.
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
        found[where] = tooFaint(await outlines(seen), 3);
      };
      await look("the sign-in page");
      await person.signIn(logins.coordinator);
      await person.goto("/desk");
      await person.unfold(w("desk.more"));
      await look("the admission");
      await person.visit("residents");
      await look("the search");
      await person.visit("stays");
      await person.unfold(w("filter"));
      await look("the filter");
      await person.visit("house");
      await person.unfold(w("act.add_floor"));
      await look("the house");
      await person.goto("/");
      const sheet = await person.openBed(await person.labelOf(person.tiles("here").first()));
      await person.unfold(w("act.depart"), sheet);
      await look("a departure");
      expect(found).toEqual(Object.fromEntries(Object.keys(found).map((where) => [where, []])));
    });
  });
}
