//! The last board of the present, kept in memory until the house changes.

use std::sync::Arc;

use domain::board::Board;

/// The last board of the present that was drawn. It holds for one version of the house, and until the instant at
/// which a planned closing begins or ends. Names are in it, so it never leaves the process.
#[derive(Default)]
pub(crate) struct BoardCache(pub(crate) Option<CachedBoard>);

pub(crate) struct CachedBoard(pub(crate) Arc<Board>);
