//! Generates typed methods for the texts of `locales/fr.json` and `locales/en.json`.
//!
//! Each key becomes a method of `Lang`. The build fails when a key is missing in one language, when the placeholders of
//! the two languages differ, or when only one of them has plural forms. This script also applies French typography
//! (no-break spaces before `: ; ? ! %` and inside `« »`, typographic apostrophes), so the locale files need not.
//!
//! - `"free": "Libre"` becomes `fn free(self) -> &'static str`
//! - `"since": "depuis {when}"` becomes `fn since(self, when: &str) -> String`
//! - `{"one": "{n} lit", "other": "{n} lits"}` becomes `fn beds(self, n: i64) -> String`
//! - a group whose name begins with `@` contains the labels of codes and becomes
//!   `fn role(self, code: &str) -> &'static str`

#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a build that cannot go on stops and says why"
)]

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use serde_json::Value;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    let read = |lang: &str| -> Value {
        let path = format!("locales/{lang}.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
    };
    let (fr, en) = (entries(&read("fr"), true), entries(&read("en"), false));
    for (has, lacks, name) in [(&fr, &en, "en"), (&en, &fr, "fr")] {
        if let Some(key) = has.keys().find(|key| !lacks.contains_key(*key)) {
            panic!("locales/{name}.json lacks `{key}`");
        }
    }
    let mut code = String::from("impl Lang {\n");
    for (key, fr) in &fr {
        code.push_str(&method(key, fr, &en[key]));
    }
    code.push_str("}\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("words.rs"), code).expect("the words can be written");
}

/// The value of one key in one language.
#[derive(Debug)]
enum Entry {
    Plain(String),
    Plural { one: String, other: String },
    Codes(BTreeMap<String, String>),
}

fn entries(value: &Value, french: bool) -> BTreeMap<String, Entry> {
    let mut found = BTreeMap::new();
    walk(value, "", french, &mut found);
    found
}

fn walk(value: &Value, path: &str, french: bool, found: &mut BTreeMap<String, Entry>) {
    let text = |value: &Value| {
        let text = value.as_str().unwrap_or_else(|| panic!("`{path}` is not a text"));
        if french { typography(text) } else { text.to_owned() }
    };
    match value {
        Value::String(_) => {
            found.insert(path.to_owned(), Entry::Plain(text(value)));
        }
        Value::Object(map) => {
            let name = path.rsplit('.').next().unwrap_or_default();
            if name.starts_with('@') {
                let codes = map.iter().map(|(code, label)| (code.clone(), text(label))).collect();
                found.insert(path.replace('@', ""), Entry::Codes(codes));
            } else if let (2, Some(one), Some(other)) = (map.len(), map.get("one"), map.get("other")) {
                found.insert(path.to_owned(), Entry::Plural { one: text(one), other: text(other) });
            } else {
                for (key, value) in map {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    walk(value, &path, french, found);
                }
            }
        }
        _ => panic!("`{path}` is neither a text nor a group"),
    }
}

fn method(key: &str, fr: &Entry, en: &Entry) -> String {
    let name = key.replace('.', "_");
    let mut code = String::new();
    match (fr, en) {
        (Entry::Plain(fr), Entry::Plain(en)) => {
            let args = same_placeholders(key, &[fr, en]);
            writeln!(code, "    /// « {} » / “{}”", doc(fr), doc(en)).ok();
            if args.is_empty() {
                writeln!(code, "    pub fn {name}(self) -> &'static str {{ match self {{ Self::Fr => {fr:?}, Self::En => {en:?} }} }}").ok();
            } else {
                let params: String = args.iter().map(|arg| format!(", {arg}: &str")).collect();
                let pairs: String = args.iter().map(|arg| format!("({arg:?}, {arg}), ")).collect();
                writeln!(code, "    pub fn {name}(self{params}) -> String {{ fill(match self {{ Self::Fr => {fr:?}, Self::En => {en:?} }}, &[{pairs}]) }}").ok();
            }
        }
        (Entry::Plural { one: fr1, other: fr }, Entry::Plural { one: en1, other: en }) => {
            let args = same_placeholders(key, &[fr, en]);
            let args: Vec<&String> = args.iter().filter(|arg| *arg != "n").collect();
            for text in [fr1, en1] {
                assert!(
                    placeholders(text).iter().all(|arg| arg == "n" || args.contains(&arg)),
                    "`{key}`: placeholders differ"
                );
            }
            let params: String = args.iter().map(|arg| format!(", {arg}: &str")).collect();
            let pairs: String = args.iter().map(|arg| format!("({arg:?}, {arg}), ")).collect();
            writeln!(code, "    /// « {} » / “{}”", doc(fr), doc(en)).ok();
            // In French zero takes the singular, in English the plural.
            writeln!(code, "    pub fn {name}(self, n: i64{params}) -> String {{ let text = match (self, n) {{ (Self::Fr, 0 | 1) => {fr1:?}, (Self::Fr, _) => {fr:?}, (Self::En, 1) => {en1:?}, (Self::En, _) => {en:?} }}; fill(text, &[(\"n\", &self.number(n)), {pairs}]) }}").ok();
        }
        (Entry::Codes(fr), Entry::Codes(en)) => {
            assert!(fr.keys().eq(en.keys()), "`{key}`: codes differ between the two languages");
            writeln!(code, "    /// The label of a code of `{key}`; empty for a code that is not one.").ok();
            write!(code, "    pub fn {name}(self, code: &str) -> &'static str {{ match (self, code) {{").ok();
            for (lang, labels) in [("Fr", fr), ("En", en)] {
                for (label_of, label) in labels {
                    write!(code, " (Self::{lang}, {label_of:?}) => {label:?},").ok();
                }
            }
            code.push_str(" _ => \"\" } }\n");
        }
        _ => panic!("`{key}` is not the same kind of thing in both languages"),
    }
    code
}

fn same_placeholders(key: &str, texts: &[&str]) -> Vec<String> {
    let first = placeholders(texts[0]);
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    for text in texts {
        assert_eq!(sorted(placeholders(text)), sorted(first.clone()), "`{key}`: placeholders differ");
    }
    first
}

/// The distinct placeholders of a text, in the order of their first appearance.
fn placeholders(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default().to_owned();
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn typography(text: &str) -> String {
    let mut out = text.to_owned();
    for sign in [':', ';', '?', '!', '%', '»'] {
        out = out.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"));
    }
    out.replace("« ", "«\u{a0}").replace('\'', "’")
}

fn doc(text: &str) -> String {
    text.replace('\n', " ").replace('[', "\\[").replace(']', "\\]")
}
