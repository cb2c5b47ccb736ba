//! Password hashing: Argon2id with a pepper that is not stored in the database, at most two hashes at a time.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

use domain::refused::Refused;

use crate::store::Store;

/// Argon2id memory in KiB, passes and lanes: the minimum that OWASP recommends (19 MiB, 2, 1).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

impl Store {
    /// Hashes a new password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Refused> {
        let (password, store) = (password.to_owned(), self.clone());
        let _turn = self.0.hasher.known.acquire().await.map_err(|_| Refused::Unavailable)?;
        tokio::task::spawn_blocking(move || hash(store.0.keys.pepper(), &password))
            .await
            .ok()
            .flatten()
            .ok_or(Refused::Unavailable)
    }

    /// Returns whether a password matches a hash. Without a hash, a dummy hash is verified, so that response times do
    /// not reveal which logins exist.
    pub(crate) async fn verify(
        &self,
        password: &str,
        hashed: Option<&str>,
        known_device: bool,
    ) -> Result<bool, Refused> {
        let hasher = &self.0.hasher;
        let turns = if known_device { &hasher.known } else { &hasher.unknown };
        let _place = match known_device {
            true => None,
            // When the queue is full, the request is refused and may be retried.
            false => Some(hasher.strangers.try_acquire().map_err(|_| Refused::TooMany { seconds: 2 })?),
        };
        let _turn = turns.acquire().await.map_err(|_| Refused::Unavailable)?;
        let (store, password, hashed) = (self.clone(), password.to_owned(), hashed.map(str::to_owned));
        tokio::task::spawn_blocking(move || {
            let pepper = store.0.keys.pepper();
            let real = hashed.is_some();
            let hashed = match hashed {
                Some(hashed) => hashed,
                None => store
                    .0
                    .hasher
                    .nobody
                    .get_or_init(|| hash(pepper, "nobody has this one").unwrap_or_default())
                    .clone(),
            };
            let matches = PasswordHash::new(&hashed)
                .ok()
                .zip(argon2(pepper))
                .is_some_and(|(parsed, argon2)| argon2.verify_password(password.as_bytes(), &parsed).is_ok());
            real && matches
        })
        .await
        .map_err(|_| Refused::Unavailable)
    }
}

fn argon2(pepper: &[u8]) -> Option<Argon2<'_>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).ok()
}

fn hash(pepper: &[u8], password: &str) -> Option<String> {
    let mut salt = [0_u8; 16];
    crate::seal::random(&mut salt);
    argon2(pepper)?.hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}
