import { logins, password } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

test.describe("the entrance", () => {
  for (const [role, login] of Object.entries(logins)) {
    test(`${role} comes in, sees the board, and goes out again`, async ({ person, w }) => {
      await person.signIn(login);
      await expect(person.page.locator(".bed")).toHaveCount(16);
      await expect(person.page.locator("html")).toHaveAttribute("lang", w("other_language") === "English" ? "fr" : "en");
      await person.signOut();
      await person.shownOut("/");
    });
  }

  test("a wrong password is refused kindly, keeps the login and lets her try again", async ({ person, calm, w }) => {
    await person.goto("/sign_in");
    calm.await(401, "/api/sign_in");
    await person.enter(logins.night, "une grande lampe");
    await expect(person.page.getByRole("alert")).toHaveText(w("sign_in_refused"));
    await expect(person.page.getByLabel(w("field.login"))).toHaveValue(logins.night);
    await expect(person.page.getByLabel(w("field.password"))).toHaveValue("");
    await person.enter(logins.night, password);
    await expect(person.page.locator(".bed")).toHaveCount(16);
  });
});
