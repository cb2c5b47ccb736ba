import { existsSync, rmSync } from "node:fs";
import { artefact } from "./artefacts.ts";
import { binary, site } from "./house.ts";

/** Looks for what the journeys need, and forgets what an earlier run wrote down. */
export default function before(): void {
  for (const [what, path, how] of [
    ["the server", binary, "cargo build -p server, or set VEILLEUSE_BINARY"],
    ["the built pages", `${site}/assets.json`, "make build, or set VEILLEUSE_SITE"],
  ] as const) {
    if (!existsSync(path)) throw new Error(`${what} is missing at ${path}: ${how}`);
  }
  rmSync(artefact("forms"), { recursive: true, force: true });
}
