//! Cache of the board of the present, kept in memory until the house's version changes.

use std::sync::Arc;

use domain::board::Board;

/// The last board drawn for the present instant. It is valid for one version of the house, and only before
/// `Board::changes_at`, when a planned closing begins or ends. It contains residents' names, so it is never written to
/// disk.
#[derive(Default)]
pub(crate) struct BoardCache(pub(crate) Option<CachedBoard>);

pub(crate) struct CachedBoard(pub(crate) Arc<Board>);
