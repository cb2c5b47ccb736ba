import type { BrowserContext } from "@playwright/test";
import { readFileSync, readdirSync } from "node:fs";
import { artefact, leave } from "./artefacts.ts";

/** What a journey saw and sent of forms: `POST /api/stay_admit`. */
export interface Forms {
  seen: string[];
  done: string[];
}

/** Writes down which forms were on the pages of a journey, and which were sent and accepted. */
export class FormRecord {
  private readonly seen = new Set<string>();
  private readonly done = new Set<string>();

  watch(context: BrowserContext): void {
    context.on("response", (response) => {
      const request = response.request();
      if (!request.isNavigationRequest() || response.status() >= 400) return;
      const url = new URL(request.url());
      // A plain form with `get` is sent when its fields are in the address.
      if (request.method() === "POST" || url.search) this.done.add(`${request.method()} ${url.pathname}`);
    });
    context.on("page", (page) =>
      page.on("domcontentloaded", () => {
        const forms = page.locator("form").evaluateAll((forms) =>
          (forms as HTMLFormElement[]).map((form) => `${form.method.toUpperCase()} ${form.getAttribute("action")}`),
        );
        void forms.then((forms) => forms.forEach((form) => this.seen.add(form)), () => undefined);
      }),
    );
  }

  /** Leaves what was seen for the test that reads all journeys together. */
  leave(journey: string): void {
    leave(artefact("forms", `${journey}.json`), { seen: [...this.seen], done: [...this.done] } satisfies Forms);
  }
}

/** What all journeys left of a project. */
export function formsOf(project: string): Forms {
  const files = readdirSync(artefact("forms")).filter((file) => file.startsWith(`${project}.`));
  const all = files.map((file): Forms => JSON.parse(readFileSync(artefact("forms", file), "utf8")));
  return { seen: all.flatMap((forms) => forms.seen), done: all.flatMap((forms) => forms.done) };
}
