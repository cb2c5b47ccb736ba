import { type TestInfo, expect } from "@playwright/test";
import { artefact, leave } from "./artefacts.ts";

/** What was measured, in milliseconds. */
export interface Measured {
  n: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export function measured(times: number[]): Measured {
  expect(times.length).toBeGreaterThan(0);
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => Math.round(10 * sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)]) / 10;
  return { n: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** Says a figure aloud, and leaves it behind. */
export async function tell(info: TestInfo, name: string, what: Record<string, Measured>): Promise<void> {
  for (const [of, figures] of Object.entries(what)) {
    console.log(`${name}: ${of}: n ${figures.n}, p50 ${figures.p50} ms, p95 ${figures.p95} ms, p99 ${figures.p99} ms, max ${figures.max} ms`);
  }
  leave(artefact("figures", `${name}.json`), what);
  await info.attach(`${name}.json`, { body: JSON.stringify(what), contentType: "application/json" });
}
