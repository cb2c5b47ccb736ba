//! Why the store does not open: one error for each cause, with a sentence for the person who installs the program.

use std::{io, path::PathBuf};

/// An error at start-up. The data has not been changed when one is returned, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StartUp {
    /// Another process has locked the data folder.
    #[error("{} is already in use by another Veilleuse; stop it first", path.display())]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// A file or folder can be read by other users of the machine.
    #[error("{} can be read by other people of this machine; run `chmod go-rwx` on it", path.display())]
    TooOpen {
        /// The file or folder.
        path: PathBuf,
    },
    /// The database file is not encrypted.
    #[error("{} is a plain-text database; Veilleuse opens encrypted ones only", path.display())]
    PlainText {
        /// The database file.
        path: PathBuf,
    },
    /// The key does not decrypt the data.
    #[error("the key does not open this data: it is the key of another house, or the file is damaged")]
    WrongKey,
    /// There is data but no key file.
    #[error("the key file {} is missing; put it back from where it is kept, the data cannot be read without it", path.display())]
    KeyMissing {
        /// Where the key file was expected.
        path: PathBuf,
    },
    /// The key file does not contain a key.
    #[error("{} does not hold a key: 64 hexadecimal digits are expected", path.display())]
    KeyMalformed {
        /// The key file.
        path: PathBuf,
    },
    /// The data was written by a later version of the program.
    #[error(
        "this data was written by a later Veilleuse (schema {found}, this one knows {known}); install that version"
    )]
    NewerSchema {
        /// The schema version of the data.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The checksum of an applied migration differs from the one in this program.
    #[error("schema {version} of this data is not the one of this program; it was built from other sources")]
    AlteredSchema {
        /// The schema version.
        version: i64,
    },
    /// The database engine was built without encryption, or with too old a SQLCipher.
    #[error("the database engine cannot encrypt (SQLCipher 4.10 or later is needed, found `{found}`)")]
    NoCipher {
        /// The version that the engine reports; empty without encryption.
        found: String,
    },
    /// A database setting would lose committed transactions in a power cut, or protects the data too little.
    #[error("the database setting `{what}` is not safe")]
    UnsafeSetting {
        /// The name of the setting.
        what: &'static str,
    },
    /// The PostgreSQL server is too old.
    #[error("PostgreSQL 15 or later is needed, found {found}")]
    OldPostgres {
        /// The version number that the server reports.
        found: String,
    },
    /// The URL of the database cannot be parsed.
    #[error("VEILLEUSE_DATABASE_URL is not the address of a PostgreSQL database")]
    BadAddress,
    /// The PostgreSQL server cannot be reached.
    #[error("the PostgreSQL database cannot be reached: {what}")]
    Unreachable {
        /// The cause, without the URL, which may contain a password.
        what: String,
    },
    /// A migration failed and was rolled back; the data has not changed.
    #[error("the data could not be brought to this version: {what}; it is as it was{}", copied(.copy))]
    Migration {
        /// The cause.
        what: String,
        /// The copy of the data that was made before the migration, if any.
        copy: Option<PathBuf>,
    },
    /// A file could not be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// The house's time zone is not in this program's database of zones.
    #[error("`{zone}` is not a time zone this program knows")]
    Zone {
        /// The name of the zone.
        zone: String,
    },
    /// The database engine failed.
    #[error("the database could not be opened: {what}")]
    Engine {
        /// The cause, without any value from the data.
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

    /// Classifies an error on opening a SQLite file. SQLCipher reports a wrong key as SQLITE_NOTADB (26).
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

/// Returns the message of a database error at start-up. No resident's data has been read by then, so the message cannot
/// contain any.
fn told(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => database.message().to_owned(),
        sqlx::Error::Io(io) => io.to_string(),
        other => other.to_string(),
    }
}
