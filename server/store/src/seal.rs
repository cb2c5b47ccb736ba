//! Keys and sealed (encrypted and authenticated) values.
//!
//! Every key is derived with HKDF-SHA256 from one house key, which is stored in a file apart from the data: the key of
//! the database, the key that wraps each resident's own key, the key for house texts and staff names, and the key for
//! digests. A resident's data is sealed with the resident's own key, so that destroying the key makes every copy of the
//! data unreadable. A sealed value (XChaCha20-Poly1305) is bound to its table, column and row as associated data:
//! copied to another place, it cannot be opened.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{db::error::DbError, start_up::StartUp};

const VERSION: u8 = 1;
const NONCE: usize = 24;
/// Sealed texts are padded to a multiple of this many bytes, so that their length reveals little.
const BLOCK: usize = 64;

/// The key of the encrypted database file.
pub(crate) struct DatabaseKey(Zeroizing<String>);

impl DatabaseKey {
    /// Returns the key as an SQLCipher raw key, which avoids a passphrase derivation for each connection.
    pub(crate) fn pragma(&self) -> String {
        format!("\"x'{}'\"", self.0.as_str())
    }
}

/// The keys derived from the house key.
pub(crate) struct HouseKeys {
    database: Zeroizing<[u8; 32]>,
    wrapping: Zeroizing<[u8; 32]>,
    texts: Zeroizing<[u8; 32]>,
    digests: Zeroizing<[u8; 32]>,
    pepper: Zeroizing<[u8; 32]>,
}

impl HouseKeys {
    /// Reads the key file, or creates it when there is neither a key nor data.
    pub(crate) fn load(path: &Path, data_exists: bool) -> Result<Self, StartUp> {
        let io = |error| StartUp::Io { path: path.to_owned(), error };
        if !path.exists() {
            if data_exists {
                return Err(StartUp::KeyMissing { path: path.to_owned() });
            }
            let mut key = Zeroizing::new([0_u8; 32]);
            random(&mut *key);
            let text = Zeroizing::new(format!("{}\n", hex(&*key)));
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).map_err(io)?;
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        }
        if fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
            return Err(StartUp::TooOpen { path: path.to_owned() });
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        let key = unhex(text.trim()).ok_or_else(|| StartUp::KeyMalformed { path: path.to_owned() })?;
        Ok(Self::from_master(&key))
    }

    fn from_master(master: &[u8; 32]) -> Self {
        let derive = |purpose: &str| {
            let mut key = Zeroizing::new([0_u8; 32]);
            // HKDF-SHA256 can always produce 32 bytes.
            Hkdf::<Sha256>::new(Some(b"veilleuse/1"), master).expand(purpose.as_bytes(), &mut *key).ok();
            key
        };
        Self {
            database: derive("database"),
            wrapping: derive("wrapping"),
            texts: derive("texts"),
            digests: derive("digests"),
            pepper: derive("pepper"),
        }
    }

    pub(crate) fn database(&self) -> DatabaseKey {
        DatabaseKey(Zeroizing::new(hex(&*self.database)))
    }

    pub(crate) fn pepper(&self) -> &[u8] {
        &*self.pepper
    }

    /// Returns a keyed digest (HMAC-SHA256), used to look up a login or compare an act without storing its content.
    pub(crate) fn digest(&self, purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&*self.digests) else { return Vec::new() };
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    }

    /// Seals a text of the house: an alias, a note on a bed, a staff name.
    pub(crate) fn seal_text(&self, text: &str, place: &FieldRef) -> Vec<u8> {
        seal(&self.texts, text.as_bytes(), place)
    }

    /// Opens a sealed text of the house.
    pub(crate) fn open_text(&self, sealed: &[u8], place: &FieldRef) -> Result<String, DbError> {
        let plain = open(&self.texts, sealed, place)?;
        String::from_utf8(plain.to_vec()).map_err(|_| DbError::Sealed)
    }

    /// Generates a key for a resident and returns it with its wrapped form for the database.
    pub(crate) fn new_resident_key(&self, resident: Uuid) -> (ResidentKey, Vec<u8>) {
        let mut key = Zeroizing::new([0_u8; 32]);
        random(&mut *key);
        let wrapped = seal(
            &self.wrapping,
            &*key,
            &FieldRef { table: "resident_keys", column: "wrapped", row: resident, version: 1 },
        );
        (ResidentKey(key), wrapped)
    }

    /// Unwraps a resident's key.
    pub(crate) fn resident_key(&self, resident: Uuid, wrapped: &[u8]) -> Result<ResidentKey, DbError> {
        let place = FieldRef { table: "resident_keys", column: "wrapped", row: resident, version: 1 };
        let plain = open(&self.wrapping, wrapped, &place)?;
        let key: [u8; 32] = plain.as_slice().try_into().map_err(|_| DbError::Sealed)?;
        Ok(ResidentKey(Zeroizing::new(key)))
    }
}

/// A resident's own key.
pub(crate) struct ResidentKey(Zeroizing<[u8; 32]>);

impl ResidentKey {
    /// Seals one part of the resident's file.
    pub(crate) fn seal<T: Serialize>(&self, part: &T, place: &FieldRef) -> Result<Vec<u8>, DbError> {
        let mut plain = serde_json::to_vec(part).map_err(|_| DbError::Sealed)?;
        let sealed = seal(&self.0, &plain, place);
        plain.zeroize();
        Ok(sealed)
    }

    /// Opens one part of the resident's file.
    pub(crate) fn open<T: DeserializeOwned>(&self, sealed: &[u8], place: &FieldRef) -> Result<T, DbError> {
        let plain = open(&self.0, sealed, place)?;
        serde_json::from_slice(&plain).map_err(|_| DbError::Sealed)
    }
}

/// The place of a sealed value, used as associated data: the value cannot be opened at another place.
pub(crate) struct FieldRef {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: Uuid,
    pub(crate) version: i64,
}

impl FieldRef {
    pub(crate) const fn new(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self { table, column, row, version: 1 }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("veilleuse/{VERSION}/{}.{}/{}/", self.table, self.column, self.version).into_bytes();
        bytes.extend_from_slice(self.row.as_bytes());
        bytes
    }
}

/// Generates the secret for a device cookie: 256 random bits, in hexadecimal.
pub(crate) fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    random(&mut bytes);
    hex(&bytes)
}

/// Generates a one-time code to be typed: 80 random bits in groups of four characters.
pub(crate) fn new_code() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut bytes = [0_u8; 16];
    random(&mut bytes);
    let letters: Vec<String> = bytes
        .chunks(4)
        .map(|chunk| chunk.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
        .collect();
    letters.join("-")
}

/// Returns the SHA-256 digest of a cookie's secret. The database stores only the digest, which cannot be used to sign
/// in.
pub(crate) fn token_digest(token: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn seal(key: &[u8; 32], plain: &[u8], place: &FieldRef) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE];
    random(&mut nonce);
    let mut padded = Zeroizing::new(Vec::with_capacity(plain.len() + BLOCK + 4));
    padded.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    padded.extend_from_slice(plain);
    let length = padded.len().next_multiple_of(BLOCK);
    padded.resize(length, 0);
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: &padded, aad: &place.bytes() });
    // Encryption fails only for inputs beyond 256 GiB.
    let sealed = sealed.unwrap_or_default();
    let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    out
}

fn open(key: &[u8; 32], sealed: &[u8], place: &FieldRef) -> Result<Zeroizing<Vec<u8>>, DbError> {
    let (head, body) = sealed.split_at_checked(1 + NONCE).ok_or(DbError::Sealed)?;
    let nonce: [u8; NONCE] = head[1..].try_into().map_err(|_| DbError::Sealed)?;
    if head[0] != VERSION {
        return Err(DbError::Sealed);
    }
    let cipher = XChaCha20Poly1305::new(key.into());
    let padded = cipher
        .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &place.bytes() })
        .map(Zeroizing::new)
        .map_err(|_| DbError::Sealed)?;
    let (length, rest) = padded.split_at_checked(4).ok_or(DbError::Sealed)?;
    let length = u32::from_le_bytes(length.try_into().map_err(|_| DbError::Sealed)?) as usize;
    rest.get(..length).map(|plain| Zeroizing::new(plain.to_vec())).ok_or(DbError::Sealed)
}

/// Fills a buffer from the operating system's random number generator.
///
/// # Panics
/// Panics when the generator fails, since no key may be generated without it.
#[expect(clippy::panic, reason = "a machine without randomness must not make keys")]
pub(crate) fn random(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        panic!("the system gives no randomness");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0_u8; 32]);
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (i, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests;
