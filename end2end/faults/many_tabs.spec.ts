import { freshSheet, sheetForm, within } from "../support/moves.ts";
import { type Person, logins } from "../support/people.ts";
import { StreamCount } from "../support/streams.ts";
import { type Tab, TabbedWindow, anotherPage } from "../support/tabs.ts";
import { expect, test as base } from "../support/test.ts";
import type { Wire } from "../support/wire.ts";

const test = base.extend<{ streams: StreamCount }>({
  streams: async ({ house }, use) => {
    const streams = await StreamCount.to(house.address);
    await use(streams);
    streams.close();
  },
});

/** Streams that one browser may hold at once: the shared one, and for a moment the one that takes over. */
const few = 2;

/** Makes a bed wait to be prepared, or prepares it: something that every board shows. */
async function change(person: Person, label: string, to: "prepare" | "free"): Promise<void> {
  await freshSheet(person, label);
  if (to === "prepare") await person.act(sheetForm(person, "/api/bed_soil"), person.w("act.soil"));
  else await person.act(sheetForm(person, "/api/bed_prepare"), person.w("act.prepare"));
  await expect(person.tile(label)).toHaveClass(new RegExp(`is-${to}`));
}

test("seven pages of one browser are all live and share one event stream; when the one that holds it is closed, another takes over", async ({ streams, someone }) => {
  test.setTimeout(120_000);
  const far = await someone();
  await far.signIn(logins.night);
  const first = await someone({ wire: streams as unknown as Wire });
  await first.signIn(logins.coordinator);
  const label = await first.labelOf(first.tiles("free").first());
  const pages = [first];
  for (let i = 2; i <= 7; i++) {
    const next = await anotherPage(first);
    await within(3_000, `page ${i} of one browser`, async () => {
      await next.goto("/");
      await expect(next.page.locator(".bed")).toHaveCount(16);
      await expect(next.page.locator(".lamp")).toHaveAttribute("data-lamp", "lit");
    });
    pages.push(next);
  }
  await expect.poll(() => streams.open, { message: "event streams of one browser", timeout: 5_000 }).toBeLessThanOrEqual(few);
  expect(streams.most, "event streams of one browser at any moment").toBeLessThanOrEqual(few);
  expect(streams.open).toBeGreaterThan(0);

  let to: "prepare" | "free" = "prepare";
  const everyPageShows = async () => {
    for (const [i, { page }] of pages.entries()) {
      await expect(page.locator(`.bed[data-bed="${label}"]`), `page ${i + 1} of ${pages.length}`).toHaveClass(new RegExp(`is-${to}`), { timeout: 5_000 });
    }
  };
  await change(far, label, to);
  await everyPageShows();
  // Whichever page holds the stream is among these; the others go on without a gap.
  while (pages.length > 1) {
    await pages.shift()?.page.close();
    to = to === "prepare" ? "free" : "prepare";
    await change(far, label, to);
    await everyPageShows();
    expect(streams.open, `event streams with ${pages.length} pages left`).toBeGreaterThan(0);
    expect(streams.open, `event streams with ${pages.length} pages left`).toBeLessThanOrEqual(few);
    await expect(pages[0].page.locator(".lamp")).toHaveAttribute("data-lamp", "lit", { timeout: 5_000 });
  }
});

test.describe("tabs that hide each other", () => {
  /** Whether a bed has a state in the board of a tab. */
  const stateOf = (tab: Tab, label: string) => tab.read<string | null>(`document.querySelector('.bed[data-bed="${label}"]')?.className.match(/is-\\w+/)?.[0] ?? null`);
  const lampOf = (tab: Tab) => tab.read<string | null>("document.querySelector('.lamp')?.dataset.lamp ?? null");
  const live = async (tab: Tab, what: string) => {
    await expect.poll(() => lampOf(tab), { message: `the lamp of ${what}`, timeout: 5_000 }).toBe("lit");
  };
  const shows = async (tab: Tab, label: string, state: string, what: string) => {
    await expect.poll(() => stateOf(tab, label), { message: `bed ${label} in ${what}`, timeout: 5_000 }).toBe(`is-${state}`);
  };

  test("a tab that nobody sees holds no event stream, and is true again when it is shown", async ({ browser, streams, someone }) => {
    const far = await someone();
    await far.signIn(logins.night);
    const near = await someone({ wire: streams as unknown as Wire });
    await near.signIn(logins.coordinator);
    const label = await near.labelOf(near.tiles("free").first());
    const window = await TabbedWindow.of(browser, near.page.context());
    await near.page.close();
    const board = await window.tab(`${streams.address}/`);
    await live(board, "the only tab");
    await expect.poll(() => streams.open, { message: "event streams of the only tab" }).toBe(1);

    const blank = await window.tab("about:blank");
    await expect.poll(() => board.read("document.visibilityState")).toBe("hidden");
    expect(await blank.read("document.visibilityState")).toBe("visible");
    await expect.poll(() => streams.open, { message: "event streams while no tab is seen", timeout: 5_000 }).toBe(0);
    await change(far, label, "prepare");

    await board.show();
    await expect.poll(() => board.read("document.visibilityState")).toBe("visible");
    await shows(board, label, "prepare", "the tab that was hidden");
    await live(board, "the tab that was hidden");
    await expect.poll(() => streams.open, { message: "event streams once it is seen" }).toBe(1);
    await change(far, label, "free");
    await shows(board, label, "free", "the tab that was hidden");
    await window.close();
  });

  test("of seven tabs the one in front is live, the seventh opens at once, and they hold one event stream together", async ({ browser, streams, someone }) => {
    test.setTimeout(90_000);
    const far = await someone();
    await far.signIn(logins.night);
    const near = await someone({ wire: streams as unknown as Wire });
    await near.signIn(logins.coordinator);
    const label = await near.labelOf(near.tiles("free").first());
    const window = await TabbedWindow.of(browser, near.page.context());
    await near.page.close();
    const tabs: Tab[] = [];
    for (let i = 1; i <= 7; i++) {
      await within(3_000, `tab ${i}`, async () => {
        const tab = await window.tab(`${streams.address}/`);
        tabs.push(tab);
        await expect.poll(() => stateOf(tab, label), { timeout: 3_000 }).toBe("is-free");
      });
    }
    expect(await tabs[0].read("document.visibilityState")).toBe("hidden");
    await live(tabs[6], "the seventh tab");
    await expect.poll(() => streams.open, { message: "event streams of seven tabs", timeout: 5_000 }).toBeLessThanOrEqual(few);
    await change(far, label, "prepare");
    await shows(tabs[6], label, "prepare", "the seventh tab");

    // The tab in front goes; the next one takes over, and has missed nothing.
    await tabs[6].close();
    await tabs[2].show();
    await shows(tabs[2], label, "prepare", "the third tab");
    await live(tabs[2], "the third tab");
    await change(far, label, "free");
    await shows(tabs[2], label, "free", "the third tab");
    expect(streams.open).toBeLessThanOrEqual(few);
    await window.close();
  });
});
