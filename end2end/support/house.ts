import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { wordsOf } from "./words.ts";

const end2end = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The server that is tested. */
export const binary = resolve(end2end, process.env.VEILLEUSE_BINARY ?? "../target/debug/veilleuse");
/** The built pages it serves. */
export const site = resolve(end2end, process.env.VEILLEUSE_SITE ?? "../target/site");

/** What stands in a house when its doors open. */
export type Furnished = { beds: number; years: number; seed: number } | "empty";

/** A house of its own: its data in a folder of its own, on a port of its own. */
export class House {
  private constructor(
    readonly address: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
    private said: string,
  ) {}

  static async open(furnished: Furnished): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), "veilleuse-journey-"));
    const data = ["--data", join(folder, "data")];
    // The terminal's words are French whatever machine this runs on.
    const env = { ...cleanEnvironment(), LC_ALL: "fr_CA.UTF-8" };
    if (furnished !== "empty") {
      const { beds, years, seed } = furnished;
      execFileSync(binary, [...data, "demo", "--beds", `${beds}`, "--years", `${years}`, "--seed", `${seed}`], { env });
    }
    const port = await freePort();
    const server = spawn(binary, [...data, "serve", "--listen", `127.0.0.1:${port}`, "--site", site], { env });
    const house = new House(`http://127.0.0.1:${port}`, folder, server, "");
    server.stdout?.on("data", (text) => (house.said += text));
    server.stderr?.on("data", (text) => (house.said += text));
    await house.ready();
    return house;
  }

  /** The code that opens a real house, as it is printed once where the program was started. */
  get setupCode(): string {
    const before = wordsOf("fr")("cli.setup_code", { code: "" }).replace(/\s+/g, " ").trim();
    const line = this.said.split("\n").map((line) => line.replace(/\s+/g, " ")).find((line) => line.startsWith(before));
    const code = line?.slice(before.length).trim();
    if (!code) throw new Error(`no setup code was printed: ${this.said}`);
    return code;
  }

  /** Everything the server printed. */
  get log(): string {
    return this.said;
  }

  async close(): Promise<void> {
    const gone = new Promise((done) => this.server.once("exit", done));
    if (this.server.exitCode === null) {
      this.server.kill("SIGTERM");
      const late = setTimeout(() => this.server.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const until = Date.now() + 20_000;
    while (Date.now() < until) {
      if (this.server.exitCode !== null) break;
      const answer = await fetch(`${this.address}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((done) => setTimeout(done, 40));
    }
    await this.close();
    throw new Error(`the house did not open: ${this.said}`);
  }
}

/** Settings of the machine the tests run on must not reach the house that is tested. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VEILLEUSE_")));
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : failed(new Error("no port"))));
    });
  });
}
