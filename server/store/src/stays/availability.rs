//! Which beds can be given from an instant on. The admission check, the admission, the transfer and the swap all use
//! this one rule.

use std::collections::HashSet;

use domain::{
    beds::{BedChoice, BedName, can_be_given},
    board::{BedState, Board},
    ids::BedId,
    refused::{Conflict, Refused},
    time::{HouseTime, Instant},
};
use uuid::Uuid;

use crate::{
    db::{Tx, args, statement},
    house::record::House,
    store::Store,
    team::names::initials,
};

/// The number of other beds proposed when the chosen one cannot be given.
const NEAREST: usize = 4;

statement!(TAKER = "SELECT a.since, p.id, p.name_sealed FROM bed_assignments a LEFT JOIN staff p ON p.id = a.recorded_by
    WHERE a.bed = $1 AND a.superseded_at IS NULL AND (a.until IS NULL OR (a.until > $2 AND a.until > a.since)) AND a.id <> $3
    ORDER BY a.since LIMIT 1");

statement!(
    TAKEN = "SELECT DISTINCT bed FROM bed_assignments
    WHERE house = $1 AND superseded_at IS NULL AND (until IS NULL OR (until > $2 AND until > since))"
);

#[derive(sqlx::FromRow)]
struct TakerRow {
    since: Instant,
    id: Option<Uuid>,
    name_sealed: Option<Vec<u8>>,
}

/// The state of all beds from an instant on: the board at `from`, and the beds that have an assignment ending after
/// `from` or without an end.
pub(crate) struct Availability<'a> {
    store: &'a Store,
    house: &'a House,
    now: Instant,
    from: HouseTime,
    board: Board,
    taken: HashSet<BedId>,
}

impl<'a> Availability<'a> {
    /// Reads the state of the beds from an instant on. Decrypts no resident's name.
    pub(crate) async fn read(
        tx: &mut Tx,
        store: &'a Store,
        house: &'a House,
        from: Instant,
        now: Instant,
    ) -> Result<Self, Refused> {
        let from = house.wall.at(from);
        let board = store.draw_without_names(tx, house, from).await?;
        let taken = tx.all::<(Uuid,)>(&TAKEN, args![house.id, from.at]).await?;
        let taken = taken.into_iter().map(|(bed,)| BedId(bed)).collect();
        Ok(Self { store, house, now, from, board, taken })
    }

    /// Returns the board at that instant; the occupants' names are empty.
    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// Returns every bed without an assignment from that instant on: the beds that can be given first, then the others,
    /// each group ordered by distance from `near`.
    pub(crate) fn choices(&self, near: Option<BedId>) -> Vec<BedChoice> {
        let mut choices: Vec<BedChoice> = self
            .board
            .nearest(near)
            .into_iter()
            .filter(|choice| !self.taken.contains(&choice.bed))
            .map(|choice| BedChoice { offered: can_be_given(choice.state, self.from.at, self.now), ..choice })
            .collect();
        choices.sort_by_key(|choice| !choice.offered);
        choices
    }

    fn nearest(&self, near: Option<BedId>) -> Vec<BedChoice> {
        self.choices(near).into_iter().filter(|choice| choice.offered).take(NEAREST).collect()
    }

    /// Returns why a bed cannot be given, or `None` when it can.
    pub(crate) async fn conflict(&self, tx: &mut Tx, bed: BedId) -> Result<Option<Conflict>, Refused> {
        self.conflict_but_for(tx, bed, None).await
    }

    /// Returns why a bed cannot be given once the assignment `leaving` ends at the same instant, as in a swap. With
    /// `leaving`, a bed that is to be prepared is accepted, because a swap requires no preparation.
    pub(crate) async fn conflict_but_for(
        &self,
        tx: &mut Tx,
        bed: BedId,
        leaving: Option<Uuid>,
    ) -> Result<Option<Conflict>, Refused> {
        let Some((_, _, tile)) = self.board.tile(bed) else {
            return Ok(Some(Conflict::BedNotInHouse { nearest: self.nearest(None) }));
        };
        let name = BedName { id: bed, label: tile.label.clone() };
        // A bed is given without an end, so an occupant at that instant and one who comes later both prevent it.
        let taker = tx.maybe::<TakerRow>(&TAKER, args![bed, self.from.at, leaving.unwrap_or_default()]).await?;
        if let Some(taker) = taker {
            let by = match taker.id.zip(taker.name_sealed) {
                Some((staff, sealed)) => Some(initials(self.store, staff, &sealed)?),
                None => None,
            };
            let since = self.house.wall.at(taker.since);
            return Ok(Some(Conflict::BedTaken { bed: name, since, by, nearest: self.nearest(Some(bed)) }));
        }
        Ok(match &tile.state {
            BedState::OutOfService { until, .. } => {
                Some(Conflict::BedOutOfService { bed: name, until: *until, nearest: self.nearest(Some(bed)) })
            }
            BedState::ToPrepare { .. }
                if leaving.is_none() && !can_be_given(tile.state.code(), self.from.at, self.now) =>
            {
                Some(Conflict::BedToPrepare { bed: name, nearest: self.nearest(Some(bed)) })
            }
            _ => None,
        })
    }
}
