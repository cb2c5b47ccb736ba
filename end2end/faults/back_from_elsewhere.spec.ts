import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { logins } from "../support/people.ts";
import { StreamCount } from "../support/streams.ts";
import { expect, test as base } from "../support/test.ts";
import type { Wire } from "../support/wire.ts";

const test = base.extend<{ elsewhere: string; streams: StreamCount }>({
  /** A way to the server through which pages are kept in the back-forward cache. */
  streams: async ({ house }, use) => {
    const streams = await StreamCount.to(house.address);
    await use(streams);
    streams.close();
  },
  /** Another site: another host for the browser, so that what is the same site is told apart. */
  elsewhere: async ({}, use) => {
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end("<!DOCTYPE html><title>Veilleuse</title><h1>Ailleurs</h1>");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    await use(`http://localhost:${(server.address() as AddressInfo).port}/`);
    server.closeAllConnections();
    server.close();
  },
});

/** The other site is reached by its address, by a link of the page, or so that the page is kept in the back-forward cache. */
for (const how of ["address", "link", "kept"] as const) {
  for (const path of ["/", "/residents", "/desk"]) {
    test(`Back from another site (${how}) to ${path} shows that page while the session lives`, async ({ elsewhere, streams, someone }) => {
      const person = await someone(how === "kept" ? { wire: streams as unknown as Wire } : {});
      const { page } = person;
      await person.signIn(logins.coordinator);
      await person.goto(path);
      const heading = (await page.getByRole("heading", { level: 1 }).first().textContent()) ?? "";
      if (how === "link") await page.evaluate((to) => location.assign(to), elsewhere);
      else await page.goto(elsewhere);
      await expect(page.getByRole("heading", { name: "Ailleurs" })).toBeVisible();
      await page.goBack({ waitUntil: "commit" });
      await expect(page).toHaveURL(`${person.address}${path}`);
      await expect(page.getByRole("heading", { level: 1 }).first()).toHaveText(heading);
      // And it stays there: nothing leads to the sign-in page by itself.
      await page.waitForTimeout(2_000);
      await expect(page).toHaveURL(`${person.address}${path}`);
      await expect(page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 5_000 });
    });
  }
}

test("Back from another site shows the page while the session lives, also where the browser sends no cookie with it", async ({ elsewhere, streams, someone }) => {
  streams.pagesAreKept = false;
  const person = await someone({ wire: streams as unknown as Wire });
  const { page } = person;
  await person.signIn(logins.night);
  await page.goto(elsewhere);
  await expect(page.getByRole("heading", { name: "Ailleurs" })).toBeVisible();
  streams.nextDocumentWithoutCookies = true;
  await page.goBack({ waitUntil: "commit" });
  await expect.poll(() => streams.nextDocumentWithoutCookies, { message: "a document was asked for" }).toBe(false);
  await page.waitForTimeout(1_000);
  await expect(page).toHaveURL(`${person.address}/`);
  await expect(page.locator(".bed")).toHaveCount(16);
});

test("Back to the sign-in page, while the session lives, leads on to the board", async ({ person }) => {
  const { page } = person;
  await person.signIn(logins.night);
  await page.goBack({ waitUntil: "commit" });
  await page.waitForTimeout(500);
  await expect(page).toHaveURL(`${person.address}/`);
  await expect(page.locator(".bed")).toHaveCount(16);
});
