//! The query for the board.

use std::sync::Arc;

use domain::{
    board::{Board, SeeBoard},
    refused::Refused,
    time::{HouseTime, When},
};

use crate::dispatch::{QueryContext, QueryHandler};

impl QueryContext<'_> {
    /// Returns the board of a wall-clock time in the house's time zone, or of the present when `as_of` is `None` or
    /// `Now`.
    ///
    /// It contains residents' names and care flags. The query's permission has been checked by the dispatcher; the
    /// caller must remove what the reader's role may not see (`Board::for_role`).
    pub(crate) async fn board(&mut self, as_of: Option<When>) -> Result<Arc<Board>, Refused> {
        let (store, house, now) = (self.store, self.house, self.now);
        match as_of {
            None | Some(When::Now) => store.board_now(house, now).await,
            Some(when) => {
                let at = self.moment(when);
                let tx = self.tx().await?;
                Ok(Arc::new(store.draw(tx, house, at).await?))
            }
        }
    }

    /// Converts the time in a link to an instant without ever failing. A local time skipped by a clock change becomes
    /// the instant of that change; an ambiguous one without an offset becomes the earlier of the two instants.
    pub(crate) fn moment(&self, when: When) -> HouseTime {
        let at = match (self.house.wall.instant(when, self.now.at), when) {
            (Ok(at), _) => at,
            (Err(_), When::At { local, .. }) => self.house.wall.first_instant(local),
            (Err(_), When::Now) => self.now.at,
        };
        self.house.wall.at(at)
    }
}

impl QueryHandler for SeeBoard {
    async fn handle(self, ctx: &mut QueryContext<'_>) -> Result<Board, Refused> {
        let (role, now) = (ctx.actor.reads_as(), ctx.now);
        let mut board = Board::clone(&*ctx.board(self.as_of).await?);
        if board.live {
            board.as_of = now;
            board.night = now.night();
        }
        Ok(board.for_role(role))
    }
}
