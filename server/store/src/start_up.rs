//! Why the house does not open: one clear sentence each, for the person who installs it.

use std::{io, path::PathBuf};

/// A refusal to start. Nothing has been changed when one is returned, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum StartUp {
    /// Another process has the folder.
    #[error("{} is already in use by another Veilleuse; stop it first", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// Others on this machine could read it.
    #[error("{} can be read by other people of this machine; run `chmod go-rwx` on it", path.display())]
    TooOpen {
        /// The file or folder.
        path: PathBuf,
    },
    /// The database is not encrypted.
    #[error("{} is a plain-text database; Veilleuse opens encrypted ones only", path.display())]
    PlainText {
        /// The file.
        path: PathBuf,
    },
    /// The key does not open the data.
    #[error("the key does not open this data: it is the key of another house, or the file is damaged")]
    WrongKey,
    /// There is data but no key.
    #[error("the key file {} is missing; put it back from where it is kept, the data cannot be read without it", path.display())]
    KeyMissing {
        /// Where the key was looked for.
        path: PathBuf,
    },
    /// The key file does not hold a key.
    #[error("{} does not hold a key: 64 hexadecimal digits are expected", path.display())]
    KeyMalformed {
        /// The file.
        path: PathBuf,
    },
    /// A later program has written this data.
    #[error(
        "this data was written by a later Veilleuse (schema {found}, this one knows {known}); install that version"
    )]
    NewerSchema {
        /// The schema of the data.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one this program has.
    #[error("schema {version} of this data is not the one of this program; it was built from other sources")]
    AlteredSchema {
        /// The schema.
        version: i64,
    },
    /// Encryption is missing from the database engine.
    #[error("the database engine cannot encrypt (SQLCipher 4.10 or later is needed, found `{found}`)")]
    NoCipher {
        /// What it says of itself.
        found: String,
    },
    /// A setting would lose acknowledged work in a power cut, or protects too little.
    #[error("the database setting `{what}` is not safe")]
    UnsafeSetting {
        /// The setting.
        what: &'static str,
    },
    /// PostgreSQL is too old.
    #[error("PostgreSQL 15 or later is needed, found {found}")]
    OldPostgres {
        /// Its version.
        found: String,
    },
    /// The database's address makes no sense.
    #[error("VEILLEUSE_DATABASE_URL is not the address of a PostgreSQL database")]
    BadAddress,
    /// The database cannot be reached.
    #[error("the PostgreSQL database cannot be reached: {what}")]
    Unreachable {
        /// Why, without the address.
        what: String,
    },
    /// A migration failed; everything is as it was.
    #[error("the data could not be brought to this version: {what}; it is as it was{}", copied(.copy))]
    Migration {
        /// What would have gone wrong.
        what: String,
        /// The copy that was made before trying.
        copy: Option<PathBuf>,
    },
    /// A file could not be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The house's zone is not one this program knows.
    #[error("`{zone}` is not a time zone this program knows")]
    Zone {
        /// The zone.
        zone: String,
    },
    /// The database engine failed.
    #[error("the database could not be opened: {what}")]
    Engine {
        /// Why, without any value.
        what: String,
    },
}

impl StartUp {
    pub(crate) fn engine(error: sqlx::Error) -> Self {
        Self::Engine { what: told(&error) }
    }

    pub(crate) fn migrating(error: sqlx::Error) -> Self {
        Self::Migration { what: told(&error), copy: None }
    }

    pub(crate) fn unreachable(error: sqlx::Error) -> Self {
        Self::Unreachable { what: told(&error) }
    }

    /// SQLITE_NOTADB, 26, is what a wrong key looks like.
    pub(crate) fn opening(error: sqlx::Error) -> Self {
        match error.as_database_error().and_then(|e| e.code()).as_deref() {
            Some("26") => Self::WrongKey,
            _ => Self::engine(error),
        }
    }
}

fn copied(copy: &Option<PathBuf>) -> String {
    copy.as_ref().map_or_else(String::new, |path| format!(", and a copy is kept at {}", path.display()))
}

/// An engine's words at start-up: there is no resident's value in them yet.
fn told(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(io) => io.to_string(),
        other => other.to_string(),
    }
}
