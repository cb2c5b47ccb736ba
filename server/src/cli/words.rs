//! Texts for the terminal, from the same locales as the web pages. The default language is French.

use app::words::Lang;
use domain::refused::Refused;
use store::StartUp;

/// Returns the language of the terminal: English if the locale in its environment says so, French otherwise.
pub fn terminal_language() -> Lang {
    #[expect(clippy::disallowed_methods, reason = "the terminal's own language is in its environment")]
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match locale {
        Some(locale) if locale.starts_with("en") => Lang::En,
        _ => Lang::Fr,
    }
}

/// Returns the text of an error at start-up.
pub fn start_up(w: Lang, error: &StartUp) -> String {
    let path = |path: &std::path::Path| path.display().to_string();
    match error {
        StartUp::InUse { path: p } => w.start_up_in_use(&path(p)),
        StartUp::TooOpen { path: p } => w.start_up_too_open(&path(p)),
        StartUp::PlainText { path: p } => w.start_up_plain_text(&path(p)),
        StartUp::WrongKey => w.start_up_wrong_key().to_owned(),
        StartUp::KeyMissing { path: p } => w.start_up_key_missing(&path(p)),
        StartUp::KeyMalformed { path: p } => w.start_up_key_malformed(&path(p)),
        StartUp::NewerSchema { found, known } => w.start_up_newer_schema(&found.to_string(), &known.to_string()),
        StartUp::AlteredSchema { version } => w.start_up_altered_schema(&version.to_string()),
        StartUp::NoCipher { found } => w.start_up_no_cipher(found),
        StartUp::UnsafeSetting { what } => w.start_up_unsafe_setting(what),
        StartUp::OldPostgres { found } => w.start_up_old_postgres(found),
        StartUp::BadAddress => w.start_up_bad_address().to_owned(),
        StartUp::Unreachable { what } => w.start_up_unreachable(what),
        StartUp::Migration { what, copy: None } => w.start_up_migration(what),
        StartUp::Migration { what, copy: Some(copy) } => w.start_up_migration_copied(&path(copy), what),
        StartUp::Io { path: p, error } => w.start_up_io(&path(p), &error.to_string()),
        StartUp::Zone { zone } => w.start_up_zone(zone),
        StartUp::Engine { what } => w.start_up_engine(what),
    }
}

/// Returns the text of a refusal, with one line for each fault.
pub fn refusal(w: Lang, refused: &Refused) -> String {
    let why = app::components::refusal::sentence(w, refused, None);
    let mut text = w.cli_refused(&why);
    if let Refused::Faults(faults) = refused {
        for fault in faults {
            let why = app::components::refusal::fault_sentence(w, fault);
            text.push_str(&format!("\n  {}", w.cli_refused_field(fault.field.code(), &why)));
        }
    }
    text
}
