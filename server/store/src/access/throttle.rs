//! Throttling of sign-in attempts with a wrong password. Failures are counted per pair of a login and a device (or, for
//! an unknown device, a network address). The count is stored in the database, so it survives a restart, and attempts
//! from unknown devices cannot lock out a known tablet.

use chrono::TimeDelta;

use domain::time::Instant;

use crate::db::{DbError, Tx, args, statement};

/// Number of failures before the first delay.
const FREE_TRIES: i64 = 5;
/// Maximum delay in seconds: long enough to slow down guessing, short enough for a member of staff who mistyped.
const LONGEST: i64 = 60;
/// A pair without a failure for this long starts from zero.
const FORGOTTEN: TimeDelta = TimeDelta::hours(12);

statement!(TRIES = "SELECT failures, last_at FROM sign_in_tries WHERE pair_digest = $1");

statement!(
    FAILED = "INSERT INTO sign_in_tries (pair_digest, failures, last_at) VALUES ($1, 1, $2)
    ON CONFLICT (pair_digest) DO UPDATE SET failures = sign_in_tries.failures + 1, last_at = excluded.last_at"
);

statement!(FORGET = "DELETE FROM sign_in_tries WHERE pair_digest = $1 OR last_at < $2");

/// Returns the remaining delay of a pair in seconds.
pub(crate) async fn wait(tx: &mut Tx, pair: &[u8], now: Instant) -> Result<u32, DbError> {
    let Some((failures, last_at)) = tx.maybe::<(i64, Instant)>(&TRIES, args![pair.to_vec()]).await? else {
        return Ok(0);
    };
    if now - last_at > FORGOTTEN {
        return Ok(0);
    }
    // Clamped, so that a clock that was set back does not cause a long delay.
    let passed = (now - last_at).num_seconds().clamp(0, LONGEST);
    Ok(u32::try_from(delay(failures) - passed).unwrap_or(0))
}

/// Records a failure of a pair.
pub(crate) async fn failed(tx: &mut Tx, pair: &[u8], now: Instant) -> Result<(), DbError> {
    tx.run(&FAILED, args![pair.to_vec(), now]).await.map(drop)
}

/// Deletes the failures of a pair after a successful sign-in, and those of expired pairs.
pub(crate) async fn forget(tx: &mut Tx, pair: &[u8], now: Instant) -> Result<(), DbError> {
    tx.run(&FORGET, args![pair.to_vec(), now - FORGOTTEN]).await.map(drop)
}

/// Returns the delay in seconds after a number of failures: 0, then 2, 4, 8 … up to 60.
fn delay(failures: i64) -> i64 {
    match failures - FREE_TRIES {
        over if over < 0 => 0,
        over => (2_i64 << over.min(5)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_and_the_wait_never_passes_a_minute() {
        assert_eq!((1..=4).map(delay).sum::<i64>(), 0);
        assert_eq!((5..=11).map(delay).collect::<Vec<_>>(), [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(delay(1_000_000), 60);
    }
}
