//! Canaries: a word in every part of a file, looked for everywhere it must not be. AC-04 and A9.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use chrono::NaiveDate;
use domain::{
    access::{Facet, Role},
    fields::{Fields, Form},
    refused::Field,
    residents::{CareFlag, acts as residents},
    stays::acts::{Admit, Depart},
};
use serde_json::json;
use store::testing::{On, TestHouse, departure, engine_of, everything};

use crate::{
    access::question,
    app::{App, Browser},
    endpoints::{FUNCTIONS, PAGES},
};

/// The word that stands in a part of her file.
pub fn canary(facet: Facet) -> &'static str {
    match facet {
        Facet::Usual => "Serinette",
        Facet::Care => "Chardonneret",
        Facet::Identity => "Bouvreuil",
        Facet::Health => "Verdier",
        Facet::Watch => "Pinson",
        Facet::Safety => "Tarin",
        Facet::Contact => "Linotte",
    }
}

/// Her birth date, a canary too.
const BORN: &str = "2001-02-03";
/// Of a woman who has left.
const LEFT: &str = "Rossignol";
/// What the coordinator wrote to the night about a bed.
const BED_NOTE: &str = "Mésange";
/// Why someone outside the usual ages was admitted.
const AGE_REASON: &str = "Hirondelle";

/// Every word that may stand in no file, log or address.
pub fn all_canaries() -> Vec<String> {
    let mut all: Vec<String> = Facet::ALL.iter().map(|facet| canary(*facet).to_owned()).collect();
    all.extend([LEFT, BED_NOTE, AGE_REASON, "Marie Lalonde", store::testing::PASSWORD].map(str::to_owned));
    all
}

/// The fields of an admission with a canary in each part that the desk asks for.
pub fn admission_fields(bed: &str) -> Vec<(&'static str, String)> {
    vec![
        ("bed", bed.to_owned()),
        ("name", canary(Facet::Usual).to_owned()),
        ("birth_date", BORN.to_owned()),
        ("care_flags", CareFlag::Allergy.code().to_owned()),
        ("what_to_do", format!("{} : le stylo est dans la cuisine", canary(Facet::Care))),
        ("watch", format!("{} ne passe pas le pont", canary(Facet::Watch))),
        ("contact_name", canary(Facet::Contact).to_owned()),
        ("contact_phone", "450 555-0142".to_owned()),
    ]
}

/// The room of the bed of a label, as forms name it.
pub async fn room_of(house: &TestHouse, label: &str) -> String {
    let board = house.board().await;
    let room = board.tiles().find(|(_, _, tile)| tile.label == label).map(|(_, room, _)| room.id);
    room.expect("a bed of that label").to_string()
}

/// A house with a canary in every part of a file.
pub async fn plant(house: &TestHouse) -> (domain::ids::ResidentId, domain::ids::StayId, domain::ids::BedId) {
    let bed = house.bed("2A").await;
    let id = bed.to_string();
    let fields = admission_fields(&id)
        .into_iter()
        .fold(Fields::default(), |fields, (name, value)| fields.with(Field::from_code(name).unwrap(), value));
    let admitted = house.act(&house.coordinator, Admit::read(&fields).unwrap()).await.unwrap();
    let mut version = 1;
    let mut file = || {
        let now = residents::FileVersion { resident: admitted.resident, version };
        version += 1;
        now
    };
    house
        .act(
            &house.coordinator,
            residents::ReviseIdentity {
                file: file(),
                legal_name: Some(canary(Facet::Identity).into()),
                birth: domain::residents::SaidBirth::On(BORN.parse::<NaiveDate>().unwrap()),
            },
        )
        .await
        .unwrap();
    house
        .act(&house.coordinator, residents::ReviseHealth { file: file(), health: canary(Facet::Health).into() })
        .await
        .unwrap();
    house
        .act(
            &house.coordinator,
            residents::ReviseSafety {
                file: file(),
                watch: canary(Facet::Watch).into(),
                safety: canary(Facet::Safety).into(),
            },
        )
        .await
        .unwrap();
    // One who has left: from then on she is a letter to all but those who open her file.
    let gone = house.admit(LEFT, "3A").await.unwrap();
    house.act(&house.coordinator, Depart::read(&departure(gone.stay)).unwrap()).await.unwrap();
    // One outside the usual ages, for a reason.
    let fields = Fields::default()
        .with(Field::Bed, house.bed("3B").await.to_string())
        .with(Field::Name, "Ada")
        .with(Field::Age, "41")
        .with(Field::AgeReason, AGE_REASON);
    house.act(&house.coordinator, Admit::read(&fields).unwrap()).await.unwrap();
    let room = room_of(house, "2A").await;
    let fields = Fields::default()
        .with(Field::Bed, id)
        .with(Field::Room, room)
        .with(Field::Label, "2A")
        .with(Field::Note, BED_NOTE);
    house.act(&house.coordinator, domain::house::acts::ChangeBed::read(&fields).unwrap()).await.unwrap();
    (admitted.resident, admitted.stay, bed)
}

/// Everything a browser can be given: pages whole and in part, answers, refusals, events, the export.
async fn everything_given(
    app: &App,
    browser: &Browser,
    ids: (uuid::Uuid, uuid::Uuid, uuid::Uuid),
) -> BTreeMap<String, String> {
    let (resident, stay, bed) = ids;
    let mut given = BTreeMap::new();
    let mut events = browser.listen(Some(0)).await.unwrap();
    let mut pages: Vec<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    pages.extend([
        format!("/?bed={bed}"),
        format!("/desk?bed={bed}"),
        format!("/desk?resident={resident}"),
        format!("/residents/{resident}"),
        format!("/stays/{stay}"),
        "/stays?state=present".into(),
        "/stays?state=ended".into(),
        "/nowhere".into(),
        "/?as_of=2026-11-23T20:59".into(),
        "/figures?from=2026-11-01&to=2026-11-23".into(),
    ]);
    for page in pages {
        given.insert(format!("GET {page}"), browser.get(&page).await.body);
        given.insert(format!("part of {page}"), browser.with("x-fragment", "1").get(&page).await.body);
    }
    for row in FUNCTIONS.iter().filter(|row| !row.acts) {
        for id in [resident, stay, bed] {
            given.insert(format!("ask {} {id}", row.path), browser.ask(row.path, question(row.path, id)).await.body);
        }
    }
    for name in ["Ser", "Serinette", "Ros", "Rossignol"] {
        given.insert(format!("find {name}"), browser.ask("/api/resident_find", json!({ "words": name })).await.body);
        given.insert(format!("look for {name}"), browser.form("/residents", &[("fields[search]", name)]).await.body);
    }
    // A legal name is not looked into: the page for it holds what she typed as often as for any word.
    let typed =
        async |word: &str| browser.form("/residents", &[("fields[search]", word)]).await.body.matches(word).count();
    assert_eq!(typed(canary(Facet::Identity)).await, typed("Gobemouche").await);
    given.insert(
        "check an admission".into(),
        browser.ask("/api/admission_check", json!({ "fields": { "name": "Serinete", "age": "25" } })).await.body,
    );
    // Refusals, as a script and as a person get them.
    let (bed, stay) = (bed.to_string(), stay.to_string());
    for (path, fields) in [
        ("/api/stay_admit", vec![("bed", bed.as_str()), ("name", "Maude"), ("age", "25"), ("resident", "none")]),
        ("/api/stay_admit", vec![("bed", bed.as_str()), ("name", "Serinet"), ("birth_date", BORN)]),
        ("/api/stay_transfer", vec![("stay", stay.as_str()), ("bed", bed.as_str())]),
        ("/api/stay_depart", vec![("stay", stay.as_str()), ("reason", "?"), ("destination", "?")]),
        ("/api/resident_health", vec![("resident", stay.as_str()), ("version", "1")]),
    ] {
        let reply = browser.do_act(path, &fields).await;
        assert!(reply.status >= 400, "{path}: {}", reply.body);
        given.insert(format!("refused {path} {fields:?}"), reply.body);
        let named: Vec<(String, &str)> =
            fields.iter().map(|(name, value)| (format!("fields[{name}]"), *value)).collect();
        let id = store::new_id().to_string();
        let mut all: Vec<(&str, &str)> = vec![("id", &id), ("from", "/")];
        all.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
        given.insert(format!("refused form {path} {fields:?}"), browser.form(path, &all).await.body);
    }
    given.insert("export".into(), browser.form("/api/stays_export", &[]).await.body);
    // Live, while her file changes.
    app.house.act(&app.house.coordinator, domain::house::acts::SoilBed { bed: app.house.bed("5A").await }).await.ok();
    let mut heard = String::new();
    while let Some(event) = events.next(Duration::from_millis(300)).await {
        heard.push_str(&format!("{event:?}\n"));
        if heard.len() > 20_000 {
            break;
        }
    }
    assert!(heard.contains("change"), "nothing was heard: {heard}");
    given.insert("events".into(), heard);
    given
}

store::stories! {
    /// AC-04: what a role may not read reaches it in no form at all; what it may read does.
    async fn ac_04_each_role_is_given_the_parts_that_are_hers_and_no_other(house: TestHouse) {
        let (resident, stay, bed) = plant(&house).await;
        let app = App::open(house).await;
        for (role, browser) in app.everyone().await {
            let given = everything_given(&app, &browser, (resident.0, stay.0, bed.0)).await;
            assert!(given.len() > 60, "{}", given.len());
            let holding = |word: &str| -> Vec<&String> { given.iter().filter(|(_, text)| text.contains(word)).map(|(what, _)| what).collect() };
            for facet in Facet::ALL {
                let seen = holding(canary(*facet));
                if facet.read_by(role) {
                    assert!(!seen.is_empty(), "{} never sees {facet:?}, which is hers", role.code());
                } else {
                    assert_eq!(seen, Vec::<&String>::new(), "{} sees {facet:?}", role.code());
                }
            }
            // Her birth date is part of her identity; it is sent to nobody else, under no form.
            for form in [BORN, "3 février 2001", "3 February 2001"] {
                let seen: Vec<&String> = holding(form).into_iter().filter(|what| !what.starts_with("refused form")).collect();
                assert!(role == Role::Coordinator || seen.is_empty(), "{} sees {form}: {seen:?}", role.code());
            }
            // Who has left is a letter on the lists.
            for what in holding(LEFT) {
                let opened = ["find ", "look for ", "ask /api/resident_open", "GET /residents/", "part of /residents/", "GET /desk?resident", "part of /desk?resident"];
                assert!(
                    role != Role::Management && (what.contains("Rossignol") || what.contains("Ros") || opened.iter().any(|way| what.starts_with(way))),
                    "{} sees who has left at {what}", role.code(),
                );
            }
            if role == Role::Management {
                assert_eq!(holding(AGE_REASON), Vec::<&String>::new());
            }
        }
    }

    /// A9: a stolen disk or a stolen copy tells nothing.
    async fn a9_no_file_of_the_house_holds_a_word_of_anyone(house: TestHouse) {
        let (resident, stay, bed) = plant(&house).await;
        let app = App::open(house).await;
        for (_, browser) in app.everyone().await {
            everything_given(&app, &browser, (resident.0, stay.0, bed.0)).await;
        }
        if engine_of(&app.house.store) == On::Postgres {
            let all = everything(&app.house.store).await;
            assert!(all.len() >= 15);
            for (table, rows) in &all {
                for word in all_canaries() {
                    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
                    assert!(!rows.iter().any(|row| row.contains(&word) || row.to_lowercase().contains(&hex)), "{word} in {table}");
                }
            }
            return;
        }
        let folder = app.house.settings.key_file.parent().unwrap().to_owned();
        app.house.store.backup(&folder.join("copy.veilleuse")).await.unwrap();
        let mut read = Vec::new();
        search(&folder, &mut read);
        let names: Vec<&str> = read.iter().map(String::as_str).collect();
        assert!(names.iter().any(|name| name.ends_with("-wal")) && names.iter().any(|name| name.ends_with("copy.veilleuse")), "{names:?}");
        // Nothing was left beside it either.
        for entry in fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.starts_with("etilqs"), "a temporary file of the engine: {name}");
        }
    }
}

/// Looks into every file of a folder for every canary, as text and as UTF-16.
pub fn search(folder: &Path, read: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, read);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.starts_with(b"SQLite format 3"), "{} is not encrypted", path.display());
        for word in all_canaries() {
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for form in [word.as_bytes(), &wide] {
                assert!(!bytes.windows(form.len()).any(|window| window == form), "{word} in {}", path.display());
            }
        }
        read.push(path.to_string_lossy().into_owned());
    }
}

#[test]
fn the_search_for_canaries_finds_one() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), format!("xx{}yy", canary(Facet::Safety))).unwrap();
    let found = std::panic::catch_unwind(|| search(dir.path(), &mut Vec::new()));
    assert!(found.is_err());
}
