import { logins } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

test("going from page to page keeps the document, and draws each page once", async ({ person }) => {
  const { page } = person;
  await person.signIn(logins.coordinator);
  const asked: string[] = [];
  page.on("request", (request) => {
    const path = new URL(request.url()).pathname;
    if (request.isNavigationRequest()) asked.push(`document ${path}`);
    else if (request.headers()["x-fragment"]) asked.push(`fragment ${path}`);
  });
  const places = ["residents", "desk", "stays", "figures", "house", "tonight", "team", "desk"];
  for (const place of places) {
    await person.visit(place);
    await expect(page.getByRole("main").locator("h1, h2, form, .bed").filter({ visible: true }).first()).toBeVisible();
    await page.waitForLoadState("networkidle", { timeout: 1_500 }).catch(() => undefined);
  }
  expect(asked).toEqual(["residents", "stays", "figures", "house", "team"].map((place) => `fragment /${place}`));
});
