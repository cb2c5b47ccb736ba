/// A statement of the program, with its name and its text in each dialect.
///
/// Statements are declared with `statement!` and register themselves, so that a test can prepare every one of them on
/// both engines.
#[derive(Debug)]
pub struct Statement {
    /// The module path and name of the statement.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

/// An entry in the list of all statements.
pub struct Registered(pub &'static Statement);

inventory::collect!(Registered);

/// Declares a statement: one text for both engines, or one for each where the dialects differ.
macro_rules! statement {
    ($(#[$doc:meta])* $name:ident = $text:literal) => {
        $crate::db::statement::statement!($(#[$doc])* $name = sqlite $text, postgres $text);
    };
    ($(#[$doc:meta])* $name:ident = sqlite $sqlite:literal, postgres $postgres:literal) => {
        $(#[$doc])*
        static $name: $crate::db::statement::Statement = $crate::db::statement::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            sqlite: $sqlite,
            postgres: $postgres,
        };
        inventory::submit! { $crate::db::statement::Registered(&$name) }
    };
}
pub(crate) use statement;
