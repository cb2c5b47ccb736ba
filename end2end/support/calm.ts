import { type BrowserContext, type Page, type Request, type Response, expect } from "@playwright/test";

/**
 * The style `body {}`, as a content security policy names it. Playwright puts it into a page of Firefox
 * before it takes a picture, and the page rightly refuses it.
 */
const styleOfPictures = "'sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT+SmwNZWA='";

/** What is not calm: each is a sentence that says where and what. */
type Disturbance = string;

/** An answer that a journey provokes on purpose. */
interface Awaited {
  status: number;
  path: string;
}

/**
 * Watches every page of a journey. Anything said on the console, any error of the page, any request
 * that failed and any answer of refusal that the journey did not announce disturbs it, and a journey
 * that was disturbed has failed.
 */
export class Calm {
  private readonly disturbed: Disturbance[] = [];
  private readonly awaited: Awaited[] = [];
  private cut = false;
  private script = true;

  /** Watches everything that opens in a context. */
  watch(context: BrowserContext, script: boolean): void {
    this.script = script;
    context.on("page", (page) => this.watchPage(page));
    context.on("requestfailed", (request) => this.failed(request));
    context.on("response", (response) => this.answered(response));
  }

  /** The journey is about to be refused: an answer with this status at this path is what it wants. */
  await(status: number, path: string): void {
    this.awaited.push({ status, path });
  }

  /** The network is about to be cut: requests fail until it is back. */
  set networkCut(cut: boolean) {
    this.cut = cut;
  }

  /** Says what disturbed the journey; also what was announced and never came. */
  check(): void {
    expect(this.disturbed, "nothing disturbed the journey").toEqual([]);
    expect(this.awaited, "every refusal that was announced came").toEqual([]);
  }

  private watchPage(page: Page): void {
    page.on("pageerror", (error) => {
      if (error.message.includes(styleOfPictures)) return;
      this.disturbed.push(`error of the page ${page.url()}: ${error.message}`);
    });
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      // The browser repeats here what `answered` and `failed` judge.
      if (/^Failed to load resource: /.test(message.text())) return;
      // Without script nobody takes up the module that was fetched for one.
      if (!this.script && /was preloaded using link preload but not used/.test(message.text())) return;
      if (this.cut && /net::ERR_/.test(message.text())) return;
      this.disturbed.push(`console of ${page.url()}: ${message.type()}: ${message.text()}`);
    });
    page.on("crash", () => this.disturbed.push(`${page.url()} crashed`));
  }

  private failed(request: Request): void {
    const why = request.failure()?.errorText ?? "";
    const path = new URL(request.url()).pathname;
    if (this.cut) return;
    // A page that is left lets go of its stream of events and of what it was still asking for; a
    // download is let go of by the page because it became a file. Chromium and Firefox name it each
    // in its own way.
    if (why === "net::ERR_ABORTED" || why === "NS_BINDING_ABORTED") return;
    // Firefox names it so when it goes to two pages at once; a server that cannot be reached has a name
    // of its own.
    if (why === "NS_ERROR_FAILURE" && request.isNavigationRequest()) return;
    // Without script the browser blocks what it would preload for one, and says nothing to anybody.
    if (why === "csp" && !this.script && /^\/pkg\/.*\.js$/.test(path)) return;
    this.disturbed.push(`request failed: ${request.method()} ${path}: ${why}`);
  }

  private answered(response: Response): void {
    const status = response.status();
    if (status < 400) return;
    const path = new URL(response.url()).pathname;
    const at = this.awaited.findIndex((awaited) => awaited.status === status && awaited.path === path);
    if (at >= 0) this.awaited.splice(at, 1);
    else this.disturbed.push(`answer ${status}: ${response.request().method()} ${path}`);
  }
}
