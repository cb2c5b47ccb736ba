//! What the source itself must show: documentation that is made from the code, and rules no compiler knows.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Set to write what the code says into the documentation instead of comparing.
const BLESS: &str = "VEILLEUSE_BLESS";

/// Compares the part of a document between two marks with what the code says it must be.
pub fn same_as_generated(document: &str, mark: &str, generated: &str) {
    let path = root().join(document);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
    let (before, rest) = text.split_once(mark).unwrap_or_else(|| panic!("{document} has no {mark}"));
    let (found, after) = rest.split_once(mark).unwrap_or_else(|| panic!("{document} has only one {mark}"));
    if found.trim() == generated.trim() {
        return;
    }
    let bless = std::env::var_os(BLESS).is_some();
    if bless {
        fs::write(&path, format!("{before}{mark}\n{}\n{mark}{after}", generated.trim())).unwrap();
        return;
    }
    panic!("{document} is not what the code says; run the tests with {BLESS}=1 to write it:\n{generated}");
}

/// Every file under a folder with one of the endings.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing ends with {ending} in {folder}");
    found
}

#[test]
fn statements_are_written_in_the_store_alone() {
    let mut read = 0;
    for folder in ["app", "server/src"] {
        for (name, text) in files(folder, ".rs") {
            read += 1;
            for verb in ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE"] {
                assert!(!text.contains(&format!("\"{verb}")), "{name} speaks to the database itself: {verb}");
            }
            assert!(!text.contains("sqlx::"), "{name} uses sqlx itself");
        }
    }
    assert!(read > 60, "only {read} files were read");
}

#[test]
fn text_areas_go_through_the_component_that_escapes_them() {
    for (name, text) in files("app/src", ".rs") {
        assert!(!text.contains("<textarea") || name.contains("components/"), "{name}: a raw <textarea> is not escaped");
    }
}

#[test]
fn both_languages_have_the_same_words_with_the_same_places() {
    let read = |lang: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root().join(format!("app/locales/{lang}.json"))).unwrap()).unwrap()
    };
    let (french, english) = (flatten(&read("fr")), flatten(&read("en")));
    assert!(french.len() > 300, "{}", french.len());
    let names = |words: &[(String, String)]| words.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&french), names(&english));
    for ((name, fr), (_, en)) in french.iter().zip(&english) {
        assert!(!fr.trim().is_empty() && !en.trim().is_empty(), "{name} is empty");
        assert_eq!(places(fr), places(en), "{name}");
    }
}

fn flatten(value: &serde_json::Value) -> Vec<(String, String)> {
    let mut words = Vec::new();
    fn walk(value: &serde_json::Value, name: &str, words: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    walk(value, &format!("{name}.{key}"), words);
                }
            }
            serde_json::Value::String(text) => words.push((name.to_owned(), text.clone())),
            other => panic!("{name}: {other}"),
        }
    }
    walk(value, "", &mut words);
    words.sort();
    words
}

fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn one_sqlx_and_one_sqlite_with_its_cipher() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let versions = |name: &str| -> Vec<String> {
        let head = format!("name = \"{name}\"");
        lock.split("[[package]]")
            .filter(|package| package.lines().any(|line| line == head))
            .map(|package| package.lines().find_map(|line| line.strip_prefix("version = ")).unwrap().to_owned())
            .collect()
    };
    assert_eq!(versions("sqlx").len(), 1);
    assert_eq!(versions("libsqlite3-sys"), ["\"0.37.0\""]);
    assert_eq!(versions("wasm-bindgen"), ["\"0.2.130\""]);
    assert_eq!(versions("axum").len(), 1);
    assert_eq!(versions("tokio").len(), 1);
}
