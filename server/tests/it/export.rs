//! What leaves the program: EX-01.

use domain::{
    fields::{Fields, Form as _},
    house::acts::ChangeBed,
    refused::Field,
    stays::acts::Depart,
};
use store::testing::departure;

use crate::{app::App, canaries::room_of};

store::stories! {
    /// EX-01: a label that a spreadsheet would run is a text in the export, and no name is in it.
    async fn ex_01_nothing_in_the_export_runs_in_a_spreadsheet(house: TestHouse) {
        let labels = ["=1+1", "+SUM(1)", "-2+3", "@cmd"];
        for (label, old) in labels.iter().zip(["1A", "2A", "2B", "3A"]) {
            let (bed, room) = (house.bed(old).await.to_string(), room_of(&house, old).await);
            let fields = Fields::default().with(Field::Bed, bed).with(Field::Room, room).with(Field::Label, *label);
            house.act(&house.coordinator, ChangeBed::read(&fields).unwrap()).await.unwrap();
        }
        for (i, label) in labels.iter().enumerate() {
            let stay = house.admit(&format!("Zéphyrine{i}"), label).await.unwrap().stay;
            if i == 0 {
                house.act(&house.coordinator, Depart::read(&departure(stay)).unwrap()).await.unwrap();
            }
        }
        let app = App::open(house).await;
        let reply = app.management().await.form("/api/stays_export", &[]).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(!reply.body.contains("Zéphyrine"));
        assert!(reply.body.starts_with('\u{feff}'), "spreadsheets are told that it is UTF-8");
        let mut cells = 0;
        let mut neutralised = 0;
        for record in csv::Reader::from_reader(reply.body.trim_start_matches('\u{feff}').as_bytes()).records() {
            for cell in record.unwrap().iter() {
                cells += 1;
                neutralised += usize::from(cell.starts_with('\''));
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
        assert_eq!((cells, neutralised), (4 * 9, 4));
        // The night may not export, and is told so.
        assert_eq!(app.night().await.form("/api/stays_export", &[]).await.status, 403);
    }

    /// The export obeys the filters of the list it was asked from.
    async fn the_export_holds_what_the_list_shows(house: TestHouse) {
        house.admit("Inès", "2A").await.unwrap();
        let lou = house.admit("Lou", "2B").await.unwrap();
        house.act(&house.coordinator, Depart::read(&departure(lou.stay)).unwrap()).await.unwrap();
        let app = App::open(house).await;
        let browser = app.management().await;
        for (filter, rows) in [("", 2), ("present", 1), ("ended", 1)] {
            let fields: Vec<(&str, &str)> = if filter.is_empty() { vec![] } else { vec![("state", filter)] };
            let reply = browser.form("/api/stays_export", &fields).await;
            assert_eq!(reply.body.lines().count(), rows + 1, "{filter}: {}", reply.body);
        }
        let audit = browser.ask("/api/audit", serde_json::json!(domain::audit::queries::ReadAudit { kind: Some(domain::audit::AuditKind::Exported), ..Default::default() })).await.json();
        assert_eq!(audit["lines"].as_array().unwrap().len(), 3, "each export is kept: {audit}");
    }
}
