import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A language of the program. */
export type Lang = "fr" | "en";

/** A word of the program, by its key in `app/locales`. */
export type Words = (key: string, values?: Record<string, string | number>) => string;

type Entry = string | { [key: string]: Entry };

const locales = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "app", "locales");

/** The words of a language. Tests name keys, so that what is on the screen is what was written for it. */
export function wordsOf(lang: Lang): Words {
  const all: Entry = JSON.parse(readFileSync(join(locales, `${lang}.json`), "utf8"));
  return (key, values = {}) => {
    let entry: Entry | undefined = all;
    // The code after a group of labels may hold dots: `@audit_what.stay.admit`.
    const [path, code] = key.includes("@") ? [key.slice(0, key.indexOf(".", key.indexOf("@"))), key.slice(key.indexOf(".", key.indexOf("@")) + 1)] : [key];
    for (const part of code === undefined ? path.split(".") : [...path.split("."), code]) entry = typeof entry === "object" ? entry[part] : undefined;
    if (typeof entry === "object" && typeof entry.other === "string") {
      const n = Number(values.n);
      entry = n === 1 || (lang === "fr" && n === 0) ? entry.one : entry.other;
    }
    if (typeof entry !== "string") throw new Error(`no word ${key} in ${lang}.json`);
    // The program puts typography in when it is built; spaces are alike to whoever looks for a text.
    if (lang === "fr") entry = entry.replaceAll("'", "’");
    return entry.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? `${values[name]}` : hole));
  };
}
