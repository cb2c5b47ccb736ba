import AxeBuilder from "@axe-core/playwright";
import type { Person } from "../support/people.ts";
import { expect, test } from "../support/test.ts";
import { type Screen, emptyScreens, screens } from "./pages.ts";

/** What axe finds on a screen, as sentences: which rule, where, and what is wrong there. */
async function violations(person: Person, screen: Screen): Promise<string[]> {
  const axe = new AxeBuilder({ page: person.page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  // The veil shows nothing on purpose: not even where one is.
  if (screen.name === "veil") axe.disableRules("page-has-heading-one");
  const found = await axe.analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${screen.name}: ${id}: ${node.target.join(" ")}: ${node.any.concat(node.all).map((check) => check.message).join("; ")}`),
  );
}

for (const lang of ["fr", "en"] as const) {
  for (const theme of ["night", "day"] as const) {
    test(`axe finds nothing on any screen, ${lang}, ${theme}`, async ({ someone, calm }) => {
      test.setTimeout(150_000);
      const found: string[] = [];
      let login: string | undefined;
      let person = await someone({ lang, theme });
      for (const screen of screens) {
        if (screen.login !== login) {
          await person.page.context().close();
          person = await someone({ lang, theme });
          if (screen.login) await person.signIn(screen.login);
          login = screen.login;
        }
        if (screen.status) calm.await(...screen.status);
        await screen.show(person);
        found.push(...(await violations(person, screen)));
      }
      expect(found).toEqual([]);
    });

    test(`the board's words stand out seven to one, ${lang}, ${theme}`, async ({ someone }) => {
      const person = await someone({ lang, theme });
      await person.signIn("nuit");
      const found = await new AxeBuilder({ page: person.page }).include("main").withRules(["color-contrast-enhanced"]).analyze();
      expect(found.passes.length, "something was measured").toBeGreaterThan(0);
      expect(found.violations.flatMap(({ nodes }) => nodes.map((node) => `${node.target.join(" ")}: ${node.any.map((check) => check.message).join("; ")}`))).toEqual([]);
    });
  }
}

test.describe("a house that nobody has opened", () => {
  test.use({ furnished: "empty" });
  test("axe finds nothing at its entrance", async ({ someone }) => {
    for (const theme of ["night", "day"] as const) {
      const person = await someone({ theme });
      for (const screen of emptyScreens) {
        await screen.show(person);
        expect(await violations(person, screen)).toEqual([]);
      }
    }
  });
});
