import { type IncomingMessage, type Server, createServer, request as forward } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * An HTTP proxy in front of the server that counts event streams: the only place where it can be seen
 * how many connections of a browser are held by `/events`, whichever page, tab or worker opened them.
 *
 * It also lets the browser keep the site's icon. A browser with a profile downloads the icon once; one
 * with an empty profile, as in tests, downloads it for every page, and a page for which anything came
 * with `no-store` is not kept in the back-forward cache. Without this the cache would never be used here.
 */
export class StreamCount {
  private readonly streams = new Set<IncomingMessage>();
  private readonly sockets = new Set<Socket>();
  private server!: Server;
  /** Where browsers reach the server through the proxy. */
  address = "";
  /** The greatest number of streams that were ever open at once. */
  most = 0;
  /** Whether the browser may keep the icon, and with it pages in its back-forward cache. */
  pagesAreKept = true;
  /**
   * The next document is asked for without cookies, with whatever redirects lie on the way: so some
   * engines ask when one comes Back from another site, because the session's cookie is `SameSite=Strict`.
   */
  nextDocumentWithoutCookies = false;

  static async to(address: string): Promise<StreamCount> {
    const counted = new StreamCount();
    const { port } = new URL(address);
    counted.server = createServer((request, response) => {
      // Headers pass unchanged otherwise: the server compares `Host` with `Origin`.
      const bare = counted.nextDocumentWithoutCookies && (request.headers.accept ?? "").includes("text/html");
      if (bare) for (const name of Object.keys(request.headers)) if (name === "cookie" || name.startsWith("sec-fetch-")) delete request.headers[name];
      const far = forward({ host: "127.0.0.1", port, method: request.method, path: request.url, headers: request.headers, agent: false });
      if (new URL(request.url ?? "/", address).pathname === "/events") {
        counted.streams.add(request);
        counted.most = Math.max(counted.most, counted.streams.size);
      }
      far.on("response", (answer) => {
        if (bare && (answer.statusCode ?? 0) < 300) counted.nextDocumentWithoutCookies = false;
        if (counted.pagesAreKept && request.url === "/icon.svg") answer.headers["cache-control"] = "max-age=86400";
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      });
      far.on("error", () => response.destroy());
      response.on("close", () => {
        counted.streams.delete(request);
        far.destroy();
      });
      request.pipe(far);
    });
    counted.server.on("connection", (socket) => {
      socket.setNoDelay(true);
      counted.sockets.add(socket);
      socket.on("close", () => counted.sockets.delete(socket));
    });
    await new Promise<void>((done) => counted.server.listen(0, "127.0.0.1", done));
    counted.address = `http://127.0.0.1:${(counted.server.address() as AddressInfo).port}`;
    return counted;
  }

  /** How many event streams are open now. */
  get open(): number {
    return this.streams.size;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}
