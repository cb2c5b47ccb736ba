import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/house.ts";
import type { WebKit } from "./installed.mjs";

/** How WebDriver writes a reference to an element. */
type Element = { [key: string]: string };

/**
 * One browser window driven over W3C WebDriver. Each has a driver process of its own, because
 * WebKit's drivers hold one session each.
 */
export class Window {
  private constructor(
    private readonly driver: Driver,
    private readonly session: string,
  ) {}

  static async open(engine: WebKit): Promise<Window> {
    const port = await freePort();
    const driver = new Driver(engine.driver, port);
    const address = `http://127.0.0.1:${port}`;
    try {
      const capabilities = { alwaysMatch: engine.capabilities };
      const { sessionId } = (await driver.answering(() => call("POST", `${address}/session`, { capabilities }))) as { sessionId: string };
      return new Window(driver, `${address}/session/${sessionId}`);
    } catch (error) {
      await driver.end();
      throw error;
    }
  }

  async goto(url: string): Promise<void> {
    await call("POST", `${this.session}/url`, { url });
  }

  async back(): Promise<void> {
    await call("POST", `${this.session}/back`, {});
  }

  /** Runs a function in the page. It is sent as text, so it can use its arguments only. */
  async run<Args extends unknown[], Result>(what: (...args: Args) => Result, ...args: Args): Promise<Result> {
    return (await call("POST", `${this.session}/execute/sync`, { script: `return (${what}).apply(null, arguments)`, args })) as Result;
  }

  /** Clicks the first element of a selector, as a pointer does. */
  async click(selector: string): Promise<void> {
    await call("POST", `${await this.element(selector)}/click`, {});
  }

  /** Types a text into the first element of a selector, as a keyboard does. */
  async type(selector: string, text: string): Promise<void> {
    const field = await this.element(selector);
    await call("POST", `${field}/clear`, {});
    await call("POST", `${field}/value`, { text });
    // WebKit 2.38 scrolls back to a field whose caret it has not shown yet, at any later change of the
    // page, even between the two halves of a click. A field that is left has no caret.
    await this.run(() => (document.activeElement as HTMLElement | null)?.blur());
  }

  /** A picture of the page, as PNG. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from((await call("GET", `${this.session}/screenshot`)) as string, "base64");
  }

  async close(): Promise<void> {
    await call("DELETE", this.session).catch(() => undefined);
    await this.driver.end();
  }

  private async element(selector: string): Promise<string> {
    const element = (await call("POST", `${this.session}/element`, { using: "css selector", value: selector })) as Element;
    return `${this.session}/element/${Object.values(element)[0]}`;
  }
}

/** A driver's process, and everything it starts. */
class Driver {
  private readonly process: ChildProcess;
  /** What the processes leave behind when they are ended, such as the cookie of a virtual screen. */
  private readonly folder = mkdtempSync(join(tmpdir(), "veilleuse-webdriver-"));
  private failure: Error | undefined;

  constructor([command, ...args]: string[], port: number) {
    // A process group of its own, so that what the driver starts ends with it.
    this.process = spawn(command, [...args, `--port=${port}`], { stdio: "ignore", detached: true, env: { ...process.env, TMPDIR: this.folder } });
    this.process.once("error", (error) => (this.failure = error));
  }

  /** Asks until the driver listens, which takes it a moment. */
  async answering<Result>(ask: () => Promise<Result>): Promise<Result> {
    const until = Date.now() + 10_000;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        // Only a refused connection is worth another try: an answer of the driver is final.
        if (!(error instanceof TypeError) || Date.now() > until) throw error;
        if (this.failure || this.process.exitCode !== null) throw this.failure ?? new Error(`${this.process.spawnfile} ended by itself`);
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  async end(): Promise<void> {
    const { pid, exitCode, signalCode } = this.process;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const ended = new Promise((done) => this.process.once("exit", done));
      process.kill(-pid, "SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One WebDriver command; what it answers, or its error as an exception. */
async function call(method: string, url: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = (await answer.json()) as { value: unknown };
  if (answer.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${error}: ${message} (${method} ${new URL(url).pathname} ${JSON.stringify(body) ?? ""})`);
}
