//! The secret of a session: what its cookie holds.

use std::fmt;

use crate::seal::{random, token_digest};

/// The secret of a session: 128 random bits. The cookie holds them; the database holds their SHA-256 digest alone, so
/// nobody who reads the database can present a session (TRUST S-01).
///
/// Anyone may put any number into a cookie, so a value proves nothing: [`Store::session`](crate::Store::session) says
/// whether a live session has it. No function of the store opens a session under a number it is given: `Store::sign_in`
/// draws a new one (TRUST S-02).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionSecret(pub i128);

impl SessionSecret {
    /// A new one, from the system's randomness.
    pub(crate) fn new() -> Self {
        let mut bytes = [0_u8; 16];
        random(&mut bytes);
        Self(i128::from_le_bytes(bytes))
    }

    /// What the database holds of it.
    pub(crate) fn digest(self) -> Vec<u8> {
        token_digest(self.0.to_le_bytes())
    }
}

/// Never the number: what is printed may be kept in a log.
impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::SessionSecret;

    /// S-01: a million secrets, none twice; each of the 128 bits is one about half of the time, and different from the
    /// bit beside it about half of the time.
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
