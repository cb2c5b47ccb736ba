import type { Locator, Page } from "@playwright/test";
import { type Person, type Typed } from "./people.ts";
import { expect } from "./test.ts";

/** Admits somebody into the first free bed; returns the bed's label. */
export async function admit(person: Person, typed: Typed): Promise<string> {
  await person.goto("/desk");
  const form = person.form("/api/stay_admit");
  const bed = await firstFreeBed(form);
  await person.act(form, person.w("act.admit"), { ...typed, bed: bed.id });
  await expect(person.tile(bed.label)).toHaveClass(/is-here/);
  return bed.label;
}

/** The first free bed a form offers. */
export async function firstFreeBed(form: Locator): Promise<{ id: string; label: string }> {
  const pick = form.locator(".pick[data-free=true]").first();
  return {
    id: (await pick.locator("input").getAttribute("value")) ?? "",
    label: (await pick.locator("b").textContent()) ?? "",
  };
}

/** Opens the sheet of a bed from a board where no sheet is open. */
export async function freshSheet(person: Person, label: string): Promise<Locator> {
  await person.goto("/");
  return person.openBed(label);
}

/** A form inside the open sheet: the confirmation bar may hold another one of the same act. */
export function sheetForm(person: Person, action: string): Locator {
  return person.sheet.locator(`form[action="${action}"]`);
}

/** The occupant of a bed leaves. */
export async function depart(person: Person, label: string): Promise<void> {
  const sheet = await freshSheet(person, label);
  await person.unfold(person.w("act.depart"), sheet);
  await person.act(sheetForm(person, "/api/stay_depart"), person.w("act.depart_do"), { reason: "VOLONTAIRE", destination: "HOTEL" });
  await expect(person.tile(label)).toHaveClass(/is-prepare/);
}

/** A bed that waits to be prepared is free. */
export async function prepare(person: Person, label: string): Promise<void> {
  await freshSheet(person, label);
  await person.act(sheetForm(person, "/api/bed_prepare"), person.w("act.prepare"));
  await expect(person.tile(label)).toHaveClass(/is-free/);
}

/** Unfolds whatever a form is folded in. */
export async function unfoldAround(form: Locator): Promise<void> {
  const folded = form.locator("xpath=ancestor::details[not(@open)]");
  while ((await folded.count()) > 0) await folded.first().locator("> summary").click();
  await expect(form).toBeVisible();
}

/** Watches for a while that something does not appear. */
export async function staysAway(locator: Locator, what: string, ms = 2_000): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    expect(await locator.count(), what).toBe(0);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Does something that must not take longer than it may; what hangs is left behind. */
export async function within(ms: number, what: string, run: () => Promise<void>): Promise<void> {
  const running = run();
  running.catch(() => undefined);
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, failed) => {
    late = setTimeout(() => failed(new Error(`${what}: no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([running, tooLate]);
  } finally {
    clearTimeout(late);
  }
}

/** The page's main heading. */
export const mainHeading = (page: Page): Locator => page.getByRole("heading", { level: 1 });
