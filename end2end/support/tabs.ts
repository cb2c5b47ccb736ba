import type { Browser, BrowserContext, CDPSession } from "@playwright/test";
import { Person } from "./people.ts";

/** Another page of the same browser context, for the same person and the same session. */
export async function anotherPage(person: Person): Promise<Person> {
  const { house, address, w, script, calm, discretion } = person;
  return new Person(await person.page.context().newPage(), house, address, w, script, calm, discretion);
}

interface Answer {
  id: number;
  result?: { result: { value: unknown }; exceptionDetails?: { text: string } };
  error?: { message: string };
}

/** A tab of a browser window, driven over the DevTools protocol alone. */
export class Tab {
  private last = 0;

  constructor(
    private readonly browser: CDPSession,
    private readonly target: string,
    private readonly session: string,
  ) {}

  /** The value of an expression in the tab's page. */
  async read<T>(expression: string): Promise<T> {
    let answer = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    // A tab that was just opened has no document yet.
    for (let i = 0; i < 50 && answer.error?.message.includes("execution context"); i++) {
      await new Promise((done) => setTimeout(done, 50));
      answer = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    }
    if (answer.error ?? answer.result?.exceptionDetails) throw new Error(answer.error?.message ?? answer.result?.exceptionDetails?.text);
    return answer.result?.result.value as T;
  }

  /** Brings the tab to the front of its window; the tab that was there becomes hidden. */
  async show(): Promise<void> {
    await this.browser.send("Target.activateTarget", { targetId: this.target });
  }

  async close(): Promise<void> {
    await this.browser.send("Target.closeTarget", { targetId: this.target });
  }

  private send(method: string, params: object): Promise<Answer> {
    const id = ++this.last;
    return new Promise((done, failed) => {
      const heard = ({ sessionId, message }: { sessionId: string; message: string }) => {
        const answer: Answer = JSON.parse(message);
        if (sessionId !== this.session || answer.id !== id) return;
        this.browser.off("Target.receivedMessageFromTarget", heard);
        done(answer);
      };
      this.browser.on("Target.receivedMessageFromTarget", heard);
      this.browser.send("Target.sendMessageToTarget", { sessionId: this.session, message: JSON.stringify({ id, method, params }) }).catch(failed);
    });
  }
}

/**
 * A browser window whose tabs really hide each other. Playwright keeps every page it drives visible
 * (`Emulation.setFocusEmulationEnabled`), also behind `bringToFront` and `Page.setWebLifecycleState`;
 * pages it does not drive behave as tabs do, and `document.visibilityState` follows the tab in front.
 */
export class TabbedWindow {
  private constructor(
    private readonly browser: CDPSession,
    private readonly context: string,
  ) {}

  /** A window with the cookies, and so the session, of a context in which a person has signed in. */
  static async of(browser: Browser, signedIn: BrowserContext): Promise<TabbedWindow> {
    const session = await browser.newBrowserCDPSession();
    const { browserContextId } = await session.send("Target.createBrowserContext", { disposeOnDetach: true });
    const cookies = (await signedIn.cookies()).map(({ name, value, domain, path, httpOnly, secure, sameSite }) => ({ name, value, domain, path, httpOnly, secure, sameSite }));
    await session.send("Storage.setCookies", { cookies, browserContextId });
    return new TabbedWindow(session, browserContextId);
  }

  /** Opens a tab in front of the others. */
  async tab(url: string): Promise<Tab> {
    const { targetId } = await this.browser.send("Target.createTarget", { url, browserContextId: this.context });
    const { sessionId } = await this.browser.send("Target.attachToTarget", { targetId, flatten: false });
    return new Tab(this.browser, targetId, sessionId);
  }

  async close(): Promise<void> {
    await this.browser.send("Target.disposeBrowserContext", { browserContextId: this.context });
    await this.browser.detach();
  }
}
