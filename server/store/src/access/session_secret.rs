//! The secret of a session, stored in the session cookie.

use std::fmt;

use crate::seal::{random, token_digest};

/// The secret of a session: 128 random bits. The cookie holds the secret; the database holds only its SHA-256 digest,
/// so read access to the database is not enough to use a session.
///
/// A client can put any value into a cookie, so a value of this type proves nothing:
/// [`Store::session`](crate::Store::session) returns whether a live session has it. No function of the store opens a
/// session under a secret it is given; `Store::sign_in` generates a new one, which prevents session fixation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionSecret(pub i128);

impl SessionSecret {
    /// Generates a secret from the operating system's random number generator.
    pub(crate) fn new() -> Self {
        let mut bytes = [0_u8; 16];
        random(&mut bytes);
        Self(i128::from_le_bytes(bytes))
    }

    /// Returns the digest that is stored in the database.
    pub(crate) fn digest(self) -> Vec<u8> {
        token_digest(self.0.to_le_bytes())
    }
}

/// Omits the secret, because debug output may end up in a log.
impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::SessionSecret;

    /// Generates a million secrets and expects no duplicates. In a sample, each of the 128 bits is set in about half of
    /// the secrets and differs from its neighbour in about half of them.
    #[test]
    fn s_01_a_secret_has_128_random_bits_and_never_comes_twice() {
        const COUNT: usize = 1_000_000;
        const LOOKED_AT: usize = 100_000;
        let secrets: HashSet<SessionSecret> = (0..COUNT).map(|_| SessionSecret::new()).collect();
        assert_eq!(secrets.len(), COUNT);
        let about_half = LOOKED_AT * 48 / 100..LOOKED_AT * 52 / 100;
        for bit in 0..128 {
            let count = |one: &dyn Fn(i128) -> i128| {
                secrets.iter().take(LOOKED_AT).filter(|secret| one(secret.0) >> bit & 1 == 1).count()
            };
            let (ones, changes) = (count(&|bits| bits), count(&|bits| bits ^ bits.rotate_right(1)));
            assert!(about_half.contains(&ones) && about_half.contains(&changes), "bit {bit}: {ones} {changes}");
        }
    }

    #[test]
    fn what_is_printed_of_a_secret_does_not_hold_it() {
        assert_eq!(format!("{:?}", SessionSecret(1234)), "SessionSecret");
    }
}
