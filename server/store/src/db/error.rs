use domain::refused::{Conflict, Refused};

/// A rule kept by the schema of both engines, under the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    OnePersonPerBed,
    OnePlacePerPerson,
    OneStayAtATime,
    OneConditionAtATime,
    OneBedPerLabel,
    OneLoginPerAccount,
    Other,
}

impl Rule {
    /// The rule of a constraint's name, or of SQLite's words for it.
    fn named(text: &str) -> Self {
        match text {
            "one_person_per_bed" => Self::OnePersonPerBed,
            "one_place_per_person" => Self::OnePlacePerPerson,
            "one_stay_at_a_time" => Self::OneStayAtATime,
            "one_condition_at_a_time" => Self::OneConditionAtATime,
            "one_bed_per_label" => Self::OneBedPerLabel,
            "one_login_per_account" | "UNIQUE constraint failed: staff.house, staff.login_digest" => {
                Self::OneLoginPerAccount
            }
            _ => Self::Other,
        }
    }
}

/// Why the data could not be read or written. None of these carries a value from the data.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The schema refuses it.
    #[error("the schema refuses it: {0:?}")]
    #[expect(private_interfaces, reason = "callers outside only pass it on")]
    Rule(Rule),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The engine failed.
    #[error("the database failed: {0}")]
    Engine(&'static str, #[source] sqlx::Error),
    /// A row says something that cannot be.
    #[error("{table}.{column} holds something that cannot be")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A sealed value does not open: the wrong key, or it was changed.
    #[error("a sealed value does not open")]
    Sealed,
}

impl DbError {
    /// Sorts an engine's error. The engine's own words may quote values, so they are kept as a
    /// source and never shown or logged.
    pub(crate) fn sort(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                // SQLITE_FULL is 13, SQLITE_IOERR_SHMSIZE 4874 (no room for the index of the log);
                // PostgreSQL says 53100.
                if ["13", "4874", "53100"].contains(&&*code) {
                    return Self::Full;
                }
                if let Some(name) = database.constraint() {
                    return Self::Rule(Rule::named(name));
                }
                // SQLITE_CONSTRAINT and its extended codes end in 19 modulo 256; class 23 in PostgreSQL.
                if code.parse::<i64>().is_ok_and(|code| code & 0xff == 19) || code.starts_with("23") {
                    return Self::Rule(Rule::named(database.message()));
                }
                "the engine refused the statement"
            }
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => return Self::Full,
            sqlx::Error::PoolTimedOut => "no connection became free in time",
            sqlx::Error::PoolClosed => "the data is closed",
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => "the connection failed",
            _ => "the answer could not be read",
        };
        Self::Engine(kind, error)
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Full => Self::DiskFull,
            // The acts look before they write; the schema has the last word when something else got
            // there first.
            DbError::Rule(Rule::OnePersonPerBed) => Self::conflict(Conflict::BedOverlap),
            DbError::Rule(Rule::OnePlacePerPerson | Rule::OneStayAtATime) => Self::conflict(Conflict::PersonOverlap),
            DbError::Rule(Rule::OneConditionAtATime) => Self::conflict(Conflict::AlreadySo),
            DbError::Rule(Rule::OneBedPerLabel) => Self::conflict(Conflict::LabelTaken),
            DbError::Rule(Rule::OneLoginPerAccount) => Self::conflict(Conflict::LoginTaken),
            DbError::Engine(kind, ref source) => {
                let code = source.as_database_error().and_then(|e| e.code().map(|c| c.into_owned()));
                tracing::error!(error = kind, error.code = code, "the data did not answer");
                Self::Unavailable
            }
            other => {
                tracing::error!(error = %other, "the data did not answer");
                Self::Unavailable
            }
        }
    }
}
