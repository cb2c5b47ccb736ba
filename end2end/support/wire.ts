import { type Server, type Socket, connect, createServer } from "node:net";

/** The wire between a tablet and the house: it can be cut, and it can go quiet as Wi-Fi does. */
export class Wire {
  private readonly ends = new Set<Socket>();
  private state: "whole" | "quiet" | "cut" = "whole";

  private constructor(private readonly server: Server, readonly address: string) {}

  static async to(address: string): Promise<Wire> {
    const port = Number(new URL(address).port);
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const own = server.address();
    if (!own || typeof own === "string") throw new Error("the wire has no port");
    const wire = new Wire(server, `http://127.0.0.1:${own.port}`);
    server.on("connection", (near) => wire.join(near, connect(port, "127.0.0.1")));
    return wire;
  }

  /** Nothing passes any more, and nobody is told. */
  quiet(): void {
    this.state = "quiet";
    for (const end of this.ends) end.pause();
  }

  /** Every connection breaks, new ones break at once. */
  cut(): void {
    this.state = "cut";
    for (const end of this.ends) end.destroy();
  }

  /** All passes again. */
  mend(): void {
    this.state = "whole";
    for (const end of this.ends) end.resume();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(near: Socket, far: Socket): void {
    for (const [one, other] of [[near, far], [far, near]]) {
      this.ends.add(one);
      one.on("data", (bytes) => other.write(bytes));
      one.on("end", () => other.end());
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.ends.delete(one);
        other.destroy();
      });
    }
    if (this.state === "cut") near.destroy();
    else if (this.state === "quiet") far.pause();
    else near.resume();
  }
}
