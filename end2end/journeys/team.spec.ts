import { logins, password } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

const first = "un parapluie vert et une chaise";
const second = "deux tasses bleues sur le rebord";

test.describe("the team", () => {
  test("someone is added, changes role, gets a new password, loses and regains her account", async ({ person, someone, calm, w }) => {
    const { page } = person;
    await person.signIn(logins.coordinator);
    await person.visit("team");
    await person.unfold(w("act.add_staff"));
    await person.act(person.form("/api/staff_add"), w("add"), { name: "Odile Essai", login: "odile", role: "night", password: first });
    const member = page.locator("li.member").filter({ hasText: "Odile" });
    await expect(member).toContainText(w("@role.night"));
    await expect(member).toContainText(w("never_signed_in"));

    const odile = await someone();
    await odile.signIn("odile", first);
    await expect(odile.page.getByRole("navigation").getByRole("link", { name: w("nav.team"), exact: true })).toHaveCount(0);

    await person.unfold(w("change"), member);
    await person.act(member.locator("form[action='/api/staff_change']"), w("save"), { name: "Odile Essai-Roy", role: "coordinator" });
    await expect(member).toContainText(w("@role.coordinator"));
    // The new role holds from her very next page: she comes in again with it.
    await odile.shownOut("/team");
    await odile.signIn("odile", first);
    await odile.visit("team");
    await expect(odile.page.getByRole("heading", { level: 1, name: w("team.title") })).toBeVisible();

    await person.unfold(w("change"), member);
    await person.act(member.locator("form[action='/api/staff_reset_password']"), w("act.reset_password"), { password: second });
    await odile.shownOut("/");
    await odile.signIn("odile", second);

    await person.unfold(w("change"), member);
    await person.act(member.locator("form[action='/api/staff_disable']"), w("act.disable"));
    await expect(member).toContainText(w("disabled"));
    await odile.shownOut("/");
    calm.await(401, "/api/sign_in");
    await odile.enter("odile", second);
    await expect(odile.page.getByRole("alert")).toHaveText(w("sign_in_refused"));

    await person.unfold(w("change"), member);
    await person.act(member.locator("form[action='/api/staff_enable']"), w("act.enable"));
    await expect(member).not.toContainText(w("disabled"));
    await odile.signIn("odile", second);
  });

  test("open sessions are listed; one is ended, then all but hers", async ({ person, someone, w }) => {
    const { page } = person;
    const marie = await someone();
    await marie.signIn(logins.night);
    const diane = await someone();
    await diane.signIn(logins.management);
    await person.signIn(logins.coordinator);
    await person.visit("team");
    const sessions = page.locator("ul.sessions > li");
    await expect(sessions).toHaveCount(3);
    await expect(sessions.filter({ hasText: w("session.this") })).toHaveCount(1);
    await person.act(sessions.filter({ hasText: "M. L." }).locator("form"), w("act.end_session"));
    await expect(sessions).toHaveCount(2);
    await marie.shownOut("/");

    await person.unfold(w("act.end_all"));
    await person.act(person.form("/api/sessions_end_all"), w("act.end_all_do"));
    await expect(sessions).toHaveCount(1);
    await diane.shownOut("/");
    await person.goto("/");
    await expect(page.locator(".bed")).toHaveCount(16);
  });

  test("one changes one's own password, and one's other sessions end", async ({ person, someone, calm, w }) => {
    const elsewhere = await someone();
    await elsewhere.signIn(logins.management);
    await person.signIn(logins.management);
    await person.page.getByRole("link", { name: w("session_of", { initials: "D. R." }) }).click();
    await expect(person.page.getByRole("heading", { level: 1, name: w("session.title") })).toBeVisible();
    await person.awake();
    await expect(person.page.locator("ul.sessions > li")).toHaveCount(2);
    await person.unfold(w("act.my_password"));
    await person.act(person.form("/api/my_password"), w("save"), { current_password: password, password: second });
    await expect(person.page.locator("ul.sessions > li")).toHaveCount(1);
    await elsewhere.shownOut("/");
    calm.await(401, "/api/sign_in");
    await elsewhere.enter(logins.management, password);
    await expect(elsewhere.page.getByRole("alert")).toHaveText(w("sign_in_refused"));
    await elsewhere.signIn(logins.management, second);
  });

  test("the language and the light are chosen by hand and remembered", async ({ person, lang, w }) => {
    await person.signIn(logins.night);
    await person.goto("/session");
    const html = person.page.locator("html");
    await person.page.getByRole("link", { name: w("other_language") }).click();
    await expect(html).toHaveAttribute("lang", lang === "fr" ? "en" : "fr");
    await person.goto("/session");
    await person.page.locator("a[href='/session?theme=day']").click();
    await expect(html).toHaveAttribute("data-theme", "day");
    await person.goto("/");
    await expect(html).toHaveAttribute("lang", lang === "fr" ? "en" : "fr");
    await expect(html).toHaveAttribute("data-theme", "day");
  });
});
