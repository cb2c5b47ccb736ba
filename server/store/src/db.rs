//! Two database engines behind one thin, typed layer: embedded SQLite (SQLCipher) and PostgreSQL.
//!
//! A statement is declared once; where the dialects differ, its two texts stand side by side. Values are bound by type,
//! so both engines know the type of an absent value too. Acts and queries execute their statements through this module
//! only.

pub(crate) mod ballast;
pub(crate) mod copy;
pub(crate) mod engine;
pub(crate) mod error;
pub(crate) mod migrate;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod sqlite_file;
pub(crate) mod statement;
pub(crate) mod value;

pub(crate) use ballast::Ballast;
pub use engine::Connections;
pub(crate) use engine::{Db, Engine, Tx};
pub use error::DbError;
pub(crate) use statement::statement;
pub use statement::{Registered, Statement};
pub(crate) use value::args;
