import { type Person, logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";
import { wordsOf } from "../support/words.ts";

const header = ({ page }: Person) => page.getByRole("banner");
/** What is tapped in the header, by its accessible name. */
const control = (person: Person, name: string) => header(person).getByRole("link", { name }).or(header(person).getByRole("button", { name }));

const pages = [
  [logins.night, ["/", "/desk", "/residents", "/session"]],
  [logins.coordinator, ["/stays", "/house", "/team"]],
  [logins.management, ["/figures", "/audit"]],
] as const;

for (const script of [true, false]) {
  test.describe(script ? "with JavaScript" : "without JavaScript", () => {
    test.use({ script });

    for (const [login, paths] of pages) {
      test(`language and theme are labelled in the header of each page, one tap away, and leave one there (${login})`, async ({ person, lang, w }) => {
        test.setTimeout(60_000);
        const { page } = person;
        const html = page.locator("html");
        const other = lang === "fr" ? "en" : "fr";
        await person.signIn(login);
        for (const path of paths) {
          await person.goto(path);
          const theme = (await html.getAttribute("data-theme")) === "day" ? "night" : "day";
          await expect(control(person, w("theme_label")), `the theme in the header of ${path}`).toHaveCount(1);
          await control(person, w("theme_label")).click();
          await expect(html).toHaveAttribute("data-theme", theme);
          expect(new URL(page.url()).pathname).toBe(path);
          await person.awake();
          await expect(control(person, w("language_label")), `the language in the header of ${path}`).toHaveCount(1);
          await control(person, w("language_label")).click();
          await expect(html).toHaveAttribute("lang", other);
          expect(new URL(page.url()).pathname).toBe(path);
          await person.awake();
          await control(person, wordsOf(other)("language_label")).click();
          await expect(html).toHaveAttribute("lang", lang);
          // Both are remembered.
          await person.goto(path);
          await expect(html).toHaveAttribute("data-theme", theme);
          await expect(html).toHaveAttribute("lang", lang);
        }
      });
    }
  });
}

test("the sign-in page has them too", async ({ person, lang, w }) => {
  const { page } = person;
  await person.goto("/sign_in");
  const named = (name: string) => page.getByRole("link", { name }).or(page.getByRole("button", { name }));
  await named(w("theme_label")).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "day");
  await named(w("language_label")).click();
  await expect(page.locator("html")).toHaveAttribute("lang", lang === "fr" ? "en" : "fr");
});

test("the header is a banner with the lamp, the page's heading, the counts, and one's own controls", async ({ person, w }) => {
  await person.signIn(logins.night);
  await expect(person.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
  await expect(header(person)).toMatchAriaSnapshot(`
    - banner:
      - img "${w("lamp.lit")}"
      - heading /.+/ [level=1]
      - list "${w("tonight.counts")}":
        - listitem: /\\d+ .+/
        - listitem: /\\d+ .+/
        - listitem: /\\d+ .+/
        - listitem: /\\d+ .+/
        - listitem: /\\d+ .+/
      - link "${w("veil")}"
  `);
  await expect(header(person)).toMatchAriaSnapshot(`
    - banner:
      - link "${w("session_of", { initials: "M. L." })}"
  `);
  await expect(control(person, w("language_label"))).toHaveCount(1);
  await expect(control(person, w("theme_label"))).toHaveCount(1);
});
