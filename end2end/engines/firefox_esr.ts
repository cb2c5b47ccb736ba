import { ws } from "playwright-core/lib/utilsBundle";

const command = "emulation.setMediaFeaturesOverride";

/**
 * Lets Playwright drive a Firefox that lacks one command of WebDriver BiDi. Playwright sends
 * `emulation.setMediaFeaturesOverride` for every browser context, whatever is asked of it, and gives
 * up when the answer is `unknown command`; Firefox ESR 153 answers so. No test asks for an emulated
 * medium, so the answer is taken as done. Every other error stays an error, and a Firefox that knows
 * the command is not concerned.
 */
export function acceptMissingMediaEmulation(): void {
  const emit = ws.prototype.emit;
  ws.prototype.emit = function (event: string | symbol, ...args: unknown[]) {
    if (event === "message") args[0] = accepted(args[0] as Buffer);
    return emit.call(this, event, ...args);
  };
}

function accepted(message: Buffer): Buffer {
  if (!message.includes("unknown command")) return message;
  const answer = JSON.parse(message.toString());
  if (answer.type !== "error" || answer.error !== "unknown command" || answer.message !== command) return message;
  return Buffer.from(JSON.stringify({ type: "success", id: answer.id, result: {} }));
}
