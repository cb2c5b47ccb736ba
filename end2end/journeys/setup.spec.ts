import { expect, test } from "../support/test.ts";

const secret = "un parapluie vert et une chaise";

test.describe("a real house", () => {
  test.use({ furnished: "empty" });

  test("is opened once with the code that was printed, then drawn by its coordinator", async ({ person, calm, w }) => {
    const { page, house } = person;
    await person.shownOut("/");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(w("open.title"));
    const open = async (code: string) => {
      const typed = { code, alias: "La maison du parc", name: "Solange Essai", login: "solange", password: secret };
      for (const [name, value] of Object.entries(typed)) await page.locator(`[name=${name}]`).fill(value);
      await page.getByRole("button", { name: w("open.do") }).click();
    };

    calm.await(422, "/api/open");
    await open("0000-0000-0000");
    await expect(page.getByRole("alert")).toHaveText(w("refused.faults", { n: 1 }));
    await expect(page.locator("label").filter({ has: page.locator("[name=code]") })).toContainText(w("@fault.wrong"));
    await expect(page.locator("[name=password]")).toHaveValue("");

    await open(house.setupCode);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(w("sign_in_title"));
    await expect(page.getByText(w("demo_title"))).toHaveCount(0);
    await person.signIn("solange", secret);
    await expect(page.getByText(w("empty_house"))).toBeVisible();
    await page.getByRole("link", { name: w("empty_house_edit") }).click();
    await expect(page.getByText(w("house.empty"))).toBeVisible();
    await person.awake();
    await person.act(person.form("/api/floor_add"), w("add"), { name: "Rez-de-chaussée" });
    await person.unfold(w("change_floor"));
    await person.act(person.form("/api/room_add"), w("add"), { name: "Chambre 1", label: "1A, 1B" });
    await person.visit("tonight");
    await expect(page.locator(".bed.is-free")).toHaveCount(2);
    // The code does not open the house a second time.
    await person.signOut();
    await expect(page.getByText(w("open.title"))).toHaveCount(0);
  });
});
