use domain::refused::{Conflict, Refused};

/// A constraint of the schema, with the same name on both engines.
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
    /// Returns the rule for the name of a constraint, or for SQLite's message about it.
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

/// Why the database could not be read or written. No variant contains a value from the data, except the source of
/// `Engine`.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The write violates a constraint of the schema.
    #[error("the schema refuses it: {0:?}")]
    #[expect(private_interfaces, reason = "callers outside only pass it on")]
    Rule(Rule),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The engine failed.
    #[error("the database failed: {0}")]
    Engine(&'static str, #[source] sqlx::Error),
    /// A row contains a value that this program cannot interpret.
    #[error("{table}.{column} holds something that cannot be")]
    Inconsistent {
        /// The name of the table, or of the statement.
        table: &'static str,
        /// The name of the column.
        column: &'static str,
    },
    /// An encrypted value does not decrypt: the key is wrong, or the value was altered or moved.
    #[error("a sealed value does not open")]
    Sealed,
}

impl DbError {
    /// Classifies an error of an engine. The engine's message may quote values of the data, so it is kept as the source
    /// and never shown or logged.
    pub(crate) fn sort(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                // A full disk is reported as SQLITE_FULL (13) or SQLITE_IOERR_SHMSIZE (4874, no space for the index of
                // the write-ahead log), and as 53100 by PostgreSQL.
                if ["13", "4874", "53100"].contains(&&*code) {
                    return Self::Full;
                }
                if let Some(name) = database.constraint() {
                    return Self::Rule(Rule::named(name));
                }
                // SQLITE_CONSTRAINT and its extended codes are 19 modulo 256; PostgreSQL uses class 23.
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
            // Acts check these rules before they write; the schema enforces them against whatever was written in
            // between.
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
