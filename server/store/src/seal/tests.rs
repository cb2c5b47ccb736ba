//! Keys and encryption: what decrypts, what never does, and what ciphertexts reveal without the key.

use std::{collections::HashSet, fmt::Debug, marker::PhantomData, path::PathBuf};

use proptest::prelude::*;

use super::*;

/// The keys of a house for tests, derived from a master key whose bytes are all different.
fn keys() -> HouseKeys {
    HouseKeys::from_master(&std::array::from_fn(|i| i as u8))
}

/// The keys of another house, whose master key differs by one bit.
fn other_keys() -> HouseKeys {
    HouseKeys::from_master(&std::array::from_fn(|i| if i == 31 { 30 } else { i as u8 }))
}

fn row(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn note(n: u128) -> FieldRef {
    FieldRef::new("beds", "note", row(n))
}

fn part(resident: u128, facet: &'static str, version: i64) -> FieldRef {
    FieldRef { table: "resident_parts", column: facet, row: row(resident), version }
}

fn refused<T>(opened: &Result<T, DbError>) -> bool {
    matches!(opened, Err(DbError::Sealed))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

mod texts {
    use super::*;

    #[test]
    fn a_text_comes_back_whole() {
        for text in ["", "Lampe de chevet cassée", "مريم 👩🏽‍🚀\n李", &"é".repeat(4_000)] {
            assert_eq!(keys().open_text(&keys().seal_text(text, &note(1)), &note(1)).unwrap(), text);
        }
    }

    #[test]
    fn the_key_of_another_house_opens_nothing() {
        let sealed = keys().seal_text("Lampe de chevet cassée", &note(1));
        assert!(refused(&other_keys().open_text(&sealed, &note(1))));
    }

    #[test]
    fn a_text_moved_to_another_place_does_not_open() {
        let sealed = keys().seal_text("Mireille", &note(1));
        for place in [
            note(2),
            FieldRef::new("beds", "label", row(1)),
            FieldRef::new("rooms", "note", row(1)),
            FieldRef { version: 2, ..note(1) },
            // The joined table and column are almost the same text, divided elsewhere.
            FieldRef::new("bed", "s.note", row(1)),
        ] {
            let elsewhere = format!("{}.{} {} {}", place.table, place.column, place.version, place.row);
            assert!(refused(&keys().open_text(&sealed, &place)), "{elsewhere}");
        }
        assert!(keys().open_text(&sealed, &note(1)).is_ok());
    }

    #[test]
    fn one_bit_changed_anywhere_is_refused() {
        let sealed = keys().seal_text("Mireille", &note(1));
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(refused(&keys().open_text(&changed, &note(1))), "bit {bit}");
        }
    }

    #[test]
    fn a_text_cut_short_or_made_longer_is_refused() {
        let sealed = keys().seal_text("Mireille", &note(1));
        for length in 0..sealed.len() {
            assert!(refused(&keys().open_text(&sealed[..length], &note(1))), "{length} bytes");
        }
        let longer: Vec<u8> = sealed.iter().copied().chain([0]).collect();
        assert!(refused(&keys().open_text(&longer, &note(1))));
    }

    #[test]
    fn the_same_text_sealed_twice_differs() {
        let sealed: Vec<Vec<u8>> = (0..200).map(|_| keys().seal_text("Mireille", &note(1))).collect();
        let nonces: HashSet<&[u8]> = sealed.iter().map(|sealed| &sealed[1..=NONCE]).collect();
        let bodies: HashSet<&[u8]> = sealed.iter().map(|sealed| &sealed[1 + NONCE..]).collect();
        assert_eq!((nonces.len(), bodies.len()), (200, 200));
    }

    #[test]
    fn nothing_of_a_text_is_in_the_sealed_bytes() {
        let text = "Mireille a peur de son frère";
        let sealed = keys().seal_text(text, &note(1));
        for part in text.as_bytes().windows(4) {
            assert!(!contains(&sealed, part), "{:?}", String::from_utf8_lossy(part));
        }
    }

    #[test]
    fn short_texts_all_have_one_length_and_longer_ones_grow_by_blocks() {
        let length = |characters: usize| keys().seal_text(&"a".repeat(characters), &note(1)).len();
        // The length is that of the version, nonce, tag and one block, four bytes of which hold the length of the text.
        assert_eq!([0, 1, 8, 59, 60].map(length), [1 + 24 + 16 + 64; 5]);
        assert_eq!([61, 124].map(length), [1 + 24 + 16 + 128; 2]);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_any_other_bytes_are_refused(
            text in any::<String>(),
            noise in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            prop_assert_eq!(keys().open_text(&keys().seal_text(&text, &note(1)), &note(1)).unwrap(), text);
            prop_assert!(refused(&keys().open_text(&noise, &note(1))));
        }
    }
}

mod residents {
    use domain::residents::{Identity, Part, Usual};

    use super::*;

    fn identity() -> Part {
        Part::Identity(Identity { legal_name: Some("Mireille Lavoie".to_owned()), ..Identity::default() })
    }

    #[test]
    fn a_part_of_a_file_comes_back_whole() {
        let (key, _) = keys().new_resident_key(row(1));
        let sealed = key.seal(&identity(), &part(1, "identity", 3)).unwrap();
        assert_eq!(key.open::<Part>(&sealed, &part(1, "identity", 3)).unwrap(), identity());
    }

    #[test]
    fn a_part_opens_in_no_other_file_facet_or_version() {
        let (key, _) = keys().new_resident_key(row(1));
        let sealed = key.seal(&identity(), &part(1, "identity", 3)).unwrap();
        for place in [part(2, "identity", 3), part(1, "usual", 3), part(1, "identity", 4)] {
            assert!(refused(&key.open::<Part>(&sealed, &place)), "{} {}", place.column, place.row);
        }
    }

    #[test]
    fn the_key_of_one_resident_does_not_open_the_file_of_another() {
        let (hers, _) = keys().new_resident_key(row(1));
        let (another, _) = keys().new_resident_key(row(2));
        let sealed = hers.seal(&identity(), &part(1, "identity", 1)).unwrap();
        assert!(refused(&another.open::<Part>(&sealed, &part(1, "identity", 1))));
    }

    #[test]
    fn a_key_made_twice_for_one_resident_is_another_key() {
        let (first, _) = keys().new_resident_key(row(1));
        let (second, _) = keys().new_resident_key(row(1));
        assert_ne!(*first.0, *second.0);
        assert_ne!(*first.0, [0; 32]);
    }

    #[test]
    fn a_wrapped_key_unwraps_to_the_key_it_was() {
        let (key, wrapped) = keys().new_resident_key(row(1));
        let sealed = key.seal(&identity(), &part(1, "identity", 1)).unwrap();
        let again = keys().resident_key(row(1), &wrapped).unwrap();
        assert_eq!(again.open::<Part>(&sealed, &part(1, "identity", 1)).unwrap(), identity());
    }

    #[test]
    fn a_wrapped_key_opens_in_no_other_house_or_file_and_not_when_a_bit_is_changed() {
        let (_, wrapped) = keys().new_resident_key(row(1));
        assert!(refused(&other_keys().resident_key(row(1), &wrapped)));
        assert!(refused(&keys().resident_key(row(2), &wrapped)));
        for bit in 0..wrapped.len() * 8 {
            let mut changed = wrapped.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(refused(&keys().resident_key(row(1), &changed)), "bit {bit}");
        }
    }

    #[test]
    fn a_wrapped_key_does_not_show_the_key() {
        let (key, wrapped) = keys().new_resident_key(row(1));
        assert!(key.0.windows(4).all(|part| !contains(&wrapped, part)));
    }

    #[test]
    fn what_wraps_keys_does_not_open_texts() {
        let place = FieldRef::new("resident_keys", "wrapped", row(1));
        let (_, wrapped) = keys().new_resident_key(row(1));
        assert!(refused(&keys().open_text(&wrapped, &place)));
        let text = keys().seal_text(&"k".repeat(32), &place);
        assert!(refused(&keys().resident_key(row(1), &text)));
    }

    #[test]
    fn something_sealed_that_is_not_a_key_is_no_key() {
        let place = FieldRef::new("resident_keys", "wrapped", row(1));
        for length in [0, 31, 33] {
            let sealed = seal(&keys().wrapping, &vec![7; length], &place);
            assert!(refused(&keys().resident_key(row(1), &sealed)), "{length} bytes");
        }
    }

    #[test]
    fn a_part_of_another_kind_than_asked_is_refused() {
        let (key, _) = keys().new_resident_key(row(1));
        let sealed = key.seal(&"Mireille", &part(1, "identity", 1)).unwrap();
        assert!(refused(&key.open::<Usual>(&sealed, &part(1, "identity", 1))));
    }

    #[test]
    fn nothing_of_a_file_is_in_the_sealed_bytes() {
        let (key, _) = keys().new_resident_key(row(1));
        let sealed = key.seal(&identity(), &part(1, "identity", 1)).unwrap();
        for word in ["Mireille", "Lavoie", "Identity", "legal_name", "identity"] {
            assert!(!contains(&sealed, word.as_bytes()), "{word}");
        }
    }
}

mod digests {
    use super::*;

    #[test]
    fn a_digest_finds_the_same_again_and_under_another_key_does_not() {
        let digest = keys().digest("login", &[b"nuit"]);
        assert_eq!(digest.len(), 32);
        assert_eq!(keys().digest("login", &[b"nuit"]), digest);
        assert_ne!(other_keys().digest("login", &[b"nuit"]), digest);
    }

    #[test]
    fn digests_differ_by_purpose_by_value_and_by_where_the_parts_are_parted() {
        let digests = [
            keys().digest("login", &[b"nuit"]),
            keys().digest("act", &[b"nuit"]),
            keys().digest("login", &[b"Nuit"]),
            keys().digest("login", &[b"nu", b"it"]),
            keys().digest("login", &[b"nui", b"t"]),
            keys().digest("login", &[b"nuit", b""]),
            keys().digest("login", &[b"", b"nuit"]),
            keys().digest("login", &[]),
        ];
        assert_eq!(digests.iter().collect::<HashSet<_>>().len(), digests.len());
    }
}

mod derived {
    use super::*;

    #[test]
    fn every_key_of_a_house_is_another() {
        let (house, other) = (keys(), other_keys());
        let derived: HashSet<[u8; 32]> = [&house, &other]
            .into_iter()
            .flat_map(|keys| [&keys.database, &keys.wrapping, &keys.texts, &keys.digests, &keys.pepper])
            .map(|key| **key)
            .chain([std::array::from_fn(|i| i as u8), [0; 32]])
            .collect();
        assert_eq!(derived.len(), 12);
    }

    /// Expected values computed independently of this program, in Python: HKDF and HMAC with its standard library, the
    /// ciphertexts with ChaCha20-Poly1305 following the published description of XChaCha20.
    mod known_answers {
        use super::*;

        #[test]
        fn the_keys_of_a_house_never_change() {
            let key = "7fb526b71a0efa4c82b1cb359d4500884088f56f835dd4347220d86a5bc93bc3";
            assert_eq!(keys().database().pragma(), format!("\"x'{key}'\""));
            assert_eq!(hex(keys().pepper()), "6bcf8539209a8d33d69440283bfccba43b3bd449747378235b3975ec08afa701");
            assert_eq!(
                hex(&keys().digest("login", &[b"nuit"])),
                "5147c90531c242bbb93d6dc9388e169f8fb537cb2152ac1355aa4054977af03d"
            );
        }

        #[test]
        fn what_was_sealed_before_still_opens() {
            const ALIAS: &str = concat!(
                "016465666768696a6b6c6d6e6f707172737475767778797a7b5e609fcb9d9cd5ba5aed27efee2f8e",
                "2ecd5afcd76a8dc3a9d0a2b7c59169986a293ab7919c686e863d92beabade9444e092852a35def43",
                "8908c1068568f15b56717eedb2f39efb52eafe72d6b5d330d7",
            );
            const WRAPPED: &str = concat!(
                "01000102030405060708090a0b0c0d0e0f1011121314151617edc09d9b362cb3a67a037fb878bd01",
                "cab68bff1655836fc17383280d4bed1d69ed1a8fd833f10ece9f1f8fd5e34a1d05d1ff4063949287",
                "873bbb99e21b3544265f60f5531b1d0d6a125320b2b929c327",
            );
            const WATCH: &str = concat!(
                "0118191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f666d08e3883046b72a438269c232f4",
                "6a89188239691d2541ac64b28b4d496e8ee224f7a3484566c069a6a9ab89f75c6b393d2c3ae71c83",
                "a482286338bd23328d1f30ce0dc582592e3a4df1ee40010627",
            );
            let alias = keys().open_text(&bytes(ALIAS), &FieldRef::new("houses", "alias", row(1))).unwrap();
            assert_eq!(alias, "La Lampe");
            let key = keys().resident_key(row(1), &bytes(WRAPPED)).unwrap();
            assert_eq!(*key.0, [7; 32]);
            assert_eq!(key.open::<String>(&bytes(WATCH), &part(1, "watch", 3)).unwrap(), "Ne pas ouvrir.");
        }
    }
}

mod key_file {
    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("house.key");
        (dir, path)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn write(path: &Path, text: &str, mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_new_house_gets_a_key_that_nobody_else_can_read_and_keeps_it() {
        let (_dir, path) = folder();
        let made = HouseKeys::load(&path, false).unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(mode(&path), 0o600);
        let again = HouseKeys::load(&path, true).unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(*made.database, *again.database);
    }

    #[test]
    fn two_new_houses_have_different_keys() {
        let ((_one, first), (_other, second)) = (folder(), folder());
        let (first, second) = (HouseKeys::load(&first, false).unwrap(), HouseKeys::load(&second, false).unwrap());
        assert_ne!(*first.database, *second.database);
    }

    #[test]
    fn data_without_its_key_is_never_given_a_new_one() {
        let (_dir, path) = folder();
        assert!(matches!(HouseKeys::load(&path, true), Err(StartUp::KeyMissing { .. })));
        assert!(!path.exists());
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let key = "00".repeat(32);
        for open in [0o640, 0o604, 0o620, 0o602, 0o610] {
            let (_dir, path) = folder();
            write(&path, &key, open);
            assert!(matches!(HouseKeys::load(&path, true), Err(StartUp::TooOpen { .. })), "{open:o}");
        }
        for closed in [0o600, 0o400] {
            let (_dir, path) = folder();
            write(&path, &key, closed);
            assert!(HouseKeys::load(&path, true).is_ok(), "{closed:o}");
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_without_its_content_in_the_sentence() {
        let almost = "ab".repeat(31);
        let ends = ["", "zz", "abab", "+1", "é"].map(|end| format!("{almost}{end}"));
        let others = ["", "\n", "secret", &"é".repeat(32)].map(str::to_owned);
        for text in ends.into_iter().chain(others) {
            let (_dir, path) = folder();
            write(&path, &text, 0o600);
            match HouseKeys::load(&path, true) {
                Err(refusal @ StartUp::KeyMalformed { .. }) => {
                    let told = format!("{refusal} {refusal:?}");
                    assert!(text.trim().is_empty() || !told.contains(text.trim()), "{text:?}");
                }
                _ => panic!("{text:?} was taken for a key"),
            }
        }
    }

    #[test]
    fn spaces_around_a_key_and_capital_digits_are_no_matter() {
        let key = "AbCd".repeat(16);
        let (_dir, path) = folder();
        write(&path, &format!("  {key}\r\n"), 0o600);
        let loaded = HouseKeys::load(&path, true).unwrap();
        let master: [u8; 32] = std::array::from_fn(|i| if i % 2 == 0 { 0xab } else { 0xcd });
        assert_eq!(*loaded.database, *HouseKeys::from_master(&master).database);
    }
}

mod secrets_of_a_session {
    use super::*;

    #[test]
    fn a_cookies_secret_is_256_bits_and_never_the_same() {
        let tokens: HashSet<String> = (0..1_000).map(|_| new_token()).collect();
        assert_eq!(tokens.len(), 1_000);
        assert!(tokens.iter().all(|token| token.len() == 64 && token.chars().all(|c| c.is_ascii_hexdigit())));
    }

    #[test]
    fn what_is_kept_of_a_cookie_is_its_sha_256() {
        assert_eq!(hex(&token_digest("a token")), "e3316e2bafebb6103a3418e8778c0adc960d40213a03a7e7f4fcd3426ed807bf");
        assert_ne!(token_digest("a token"), token_digest("a tokeN"));
    }

    #[test]
    fn a_code_is_four_groups_of_letters_nobody_confuses() {
        let codes: HashSet<String> = (0..1_000).map(|_| new_code()).collect();
        assert_eq!(codes.len(), 1_000);
        for code in &codes {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 4], "{code}");
            assert!(code.chars().all(|c| matches!(c, 'A'..='H' | 'J'..='N' | 'P'..='Z' | '2'..='9' | '-')), "{code}");
        }
        let letters: HashSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(letters.len(), 33, "all 32 letters and the dash come up");
    }

    #[test]
    fn randomness_fills_every_byte() {
        let mut seen = [0_u8; 40];
        for _ in 0..1_000 {
            let mut drawn = [0_u8; 40];
            random(&mut drawn);
            seen.iter_mut().zip(drawn).for_each(|(seen, drawn)| *seen |= drawn);
        }
        assert!(seen.iter().all(|byte| *byte == 0xff), "{seen:?}");
    }
}

/// Tells whether a type implements `Debug`: the inherent constant exists only if it does, and shadows the trait's.
struct Printed<T>(PhantomData<T>);

trait Unprintable {
    const PRINTABLE: bool = false;
}

impl<T> Unprintable for Printed<T> {}

impl<T: Debug> Printed<T> {
    const PRINTABLE: bool = true;
}

#[test]
fn no_key_can_be_printed_at_all() {
    let keys = [Printed::<HouseKeys>::PRINTABLE, Printed::<ResidentKey>::PRINTABLE, Printed::<DatabaseKey>::PRINTABLE];
    assert_eq!(keys, [false; 3]);
    // The test itself can yield `true`.
    assert_eq!([Printed::<String>::PRINTABLE, Printed::<[u8; 32]>::PRINTABLE], [true; 2]);
}
