import { artefact } from "../support/artefacts.ts";
import type { Person } from "../support/people.ts";
import { expect, test } from "../support/test.ts";
import { type Screen, emptyScreens, screens } from "./pages.ts";

/** The tablet lying down and standing up. */
const sizes = [{ width: 1280, height: 800 }, { width: 800, height: 1280 }];

/** Nothing is wider than the screen, and no word is cut by its own box. */
async function fits(person: Person): Promise<void> {
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, "the page does not scroll sideways").toBeLessThanOrEqual(0);
}

async function picture(person: Person, screen: Screen, size: { width: number; height: number }, lang: string, theme: string): Promise<void> {
  await person.page.evaluate(() => document.fonts.ready);
  const name = `${screen.name}-${size.width}x${size.height}-${lang}-${theme}`;
  await person.page.screenshot({ path: artefact("screens", `${name}.png`), animations: "disabled" });
}

for (const lang of ["fr", "en"] as const) {
  for (const theme of ["night", "day"] as const) {
    for (const viewport of sizes) {
      test(`every screen fits ${viewport.width} × ${viewport.height}, ${lang}, ${theme}`, async ({ someone, calm }) => {
        test.setTimeout(120_000);
        let login: string | undefined;
        let person = await someone({ lang, theme, viewport });
        for (const screen of screens) {
          await test.step(screen.name, async () => {
            if (screen.login !== login) {
              await person.page.context().close();
              person = await someone({ lang, theme, viewport });
              if (screen.login) await person.signIn(screen.login);
              login = screen.login;
            }
            if (screen.status) calm.await(...screen.status);
            await screen.show(person);
            await fits(person);
            await picture(person, screen, viewport, lang, theme);
          });
        }
      });

      test(`sixteen beds stand on one screen, ${viewport.width} × ${viewport.height}, ${lang}, ${theme}`, async ({ someone }) => {
        const person = await someone({ lang, theme, viewport });
        await person.signIn("nuit");
        await expect(person.page.locator(".bed")).toHaveCount(16);
        const below = await person.page.locator(".bed").evaluateAll((beds) => beds.filter((bed) => bed.getBoundingClientRect().bottom > innerHeight).length);
        expect(below, "beds below the edge of the screen").toBe(0);
        const scrolls = await person.page.evaluate(() => {
          const main = document.querySelector("main");
          return [document.documentElement.scrollHeight - innerHeight, main ? main.scrollHeight - main.clientHeight : 0];
        });
        expect(scrolls.every((by) => by <= 0), `neither the page nor the board scrolls: ${scrolls}`).toBe(true);
        // A finger finds every bed and every button of the frame.
        const small = await person.page.locator("a.bed, header a, nav a").evaluateAll((all) =>
          all.map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() })).filter(({ box }) => box.height < 48 || box.width < 48).map(({ text }) => text),
        );
        expect(small, "touch targets of less than 48 px").toEqual([]);
      });
    }
  }
}

test.describe("a house that nobody has opened", () => {
  test.use({ furnished: "empty" });
  for (const lang of ["fr", "en"] as const) {
    test(`its entrance fits, ${lang}`, async ({ someone }) => {
      for (const viewport of sizes) {
        for (const theme of ["night", "day"] as const) {
          const person = await someone({ lang, theme, viewport });
          for (const screen of emptyScreens) {
            await screen.show(person);
            await fits(person);
            await picture(person, screen, viewport, lang, theme);
          }
        }
      }
    });
  }
});
