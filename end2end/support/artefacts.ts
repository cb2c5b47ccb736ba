import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "artefacts");

/** The path of something the journeys leave behind; none of it is committed. */
export function artefact(...parts: string[]): string {
  return join(folder, ...parts);
}

/** Leaves a JSON file behind. */
export function leave(path: string, what: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(what, null, 1)}\n`);
}
