//! Two engines behind one thin, typed layer: embedded SQLite and PostgreSQL.
//!
//! A statement is written once; where the dialects differ it is a pair in one place. Values are bound
//! by type, so an absent one is known to both engines. Only this folder names sqlx.

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
