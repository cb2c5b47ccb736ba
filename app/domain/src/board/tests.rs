//! Tests of the board: the state of a bed derived from facts, the nearest free beds, and optimistic updates.

use std::cmp::Ordering;

use super::*;
use crate::testing::{bed, house, resident, stay};

const ALWAYS: &str = "2020-01-01T12:00";

fn bed_fact(n: u128, label: &str, floor: i64, room: i64) -> BedFact {
    BedFact {
        bed: bed(n),
        since: house(ALWAYS).at,
        until: None,
        label: label.to_owned(),
        position: 0,
        overflow: false,
        room: RoomId(bed((floor * 10 + room) as u128).0),
        room_name: format!("room {floor}{room}"),
        room_position: room,
        accessible: floor == 0,
        floor: FloorId(bed(floor as u128).0),
        floor_name: format!("floor {floor}"),
        floor_position: floor,
    }
}

fn occupant(n: u128, since: &str) -> Occupant {
    Occupant {
        stay: stay(n),
        resident: resident(n),
        number: n as i64,
        name: format!("name {n}"),
        flags: vec![CareFlag::Allergy],
        arrived: house(since),
    }
}

fn slept(n: u128, who: u128, since: &str, until: &str) -> OccupancyFact {
    let until = (!until.is_empty()).then(|| house(until).at);
    OccupancyFact { bed: bed(n), since: house(since).at, until, occupant: occupant(who, since) }
}

fn was(n: u128, kind: ConditionKind, since: &str, until: &str) -> ConditionFact {
    let until = (!until.is_empty()).then(|| house(until));
    ConditionFact { bed: bed(n), since: house(since), until, kind }
}

const REPAIR: ConditionKind = ConditionKind::OutOfService(OutOfServiceReason::Repair);

/// A house of two floors. The lower one has a room of two beds and a room of one; the upper one has two rooms of one
/// bed.
fn small_house() -> BoardFacts {
    let beds = vec![
        bed_fact(5, "12", 1, 2),
        bed_fact(4, "11", 1, 1),
        bed_fact(2, "10B", 0, 1),
        bed_fact(1, "2A", 0, 1),
        bed_fact(3, "3", 0, 2),
    ];
    BoardFacts { version: 7, beds, ..BoardFacts::default() }
}

fn states(facts: &BoardFacts, at: &str) -> Vec<BedStateCode> {
    Board::as_of(facts, house(at), false).tiles().map(|(_, _, tile)| tile.state.code()).collect()
}

fn one_bed(occupancies: Vec<OccupancyFact>, conditions: Vec<ConditionFact>) -> BoardFacts {
    BoardFacts { version: 1, beds: vec![bed_fact(1, "1", 0, 1)], occupancies, conditions }
}

mod as_of {
    use super::*;

    #[test]
    fn beds_stand_in_walking_order_with_labels_as_people_count() {
        let board = Board::as_of(&small_house(), house("2026-06-10T21:00"), true);
        let labels: Vec<&str> = board.tiles().map(|(_, _, tile)| tile.label.as_str()).collect();
        assert_eq!(labels, ["2A", "10B", "3", "11", "12"]);
        let rooms: Vec<usize> = board.floors.iter().map(|floor| floor.rooms.len()).collect();
        assert_eq!(rooms, [2, 2]);
        assert_eq!((board.version, board.live, board.night), (7, true, house("2026-06-10T21:00").night()));
    }

    #[test]
    fn who_arrives_is_there_at_that_very_instant_and_who_leaves_is_not() {
        let facts = one_bed(vec![slept(1, 1, "2026-06-10T20:00", "2026-06-12T10:00")], vec![]);
        for (at, state) in [
            ("2026-06-10T19:59", BedStateCode::Free),
            ("2026-06-10T20:00", BedStateCode::Occupied),
            ("2026-06-12T09:59", BedStateCode::Occupied),
            ("2026-06-12T10:00", BedStateCode::Free),
        ] {
            assert_eq!(states(&facts, at), [state], "{at}");
        }
    }

    #[test]
    fn one_who_follows_at_the_same_instant_is_the_one_shown() {
        let facts = one_bed(
            vec![slept(1, 2, "2026-06-12T10:00", ""), slept(1, 1, "2026-06-10T20:00", "2026-06-12T10:00")],
            vec![],
        );
        let board = Board::as_of(&facts, house("2026-06-12T10:00"), false);
        assert_eq!(
            board.tile(bed(1)).map(|(_, _, tile)| &tile.state),
            Some(&BedState::Occupied(occupant(2, "2026-06-12T10:00")))
        );
        assert_eq!(board.counts().occupied, 1);
    }

    #[test]
    fn out_of_service_says_more_than_to_prepare_whichever_came_first() {
        let soiled = was(1, ConditionKind::ToPrepare, "2026-06-10T10:00", "");
        let closed = was(1, REPAIR, "2026-06-10T11:00", "2026-06-11T11:00");
        for conditions in [vec![soiled.clone(), closed.clone()], vec![closed, soiled]] {
            let facts = one_bed(vec![], conditions);
            let expected = [BedStateCode::ToPrepare, BedStateCode::OutOfService, BedStateCode::ToPrepare];
            let seen = ["2026-06-10T10:30", "2026-06-10T11:00", "2026-06-11T11:00"].map(|at| states(&facts, at)[0]);
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn somebody_in_a_bed_hides_what_else_it_is() {
        let facts = one_bed(vec![slept(1, 1, "2026-06-10T20:00", "")], vec![was(1, REPAIR, "2026-06-10T10:00", "")]);
        assert_eq!(states(&facts, "2026-06-10T12:00"), [BedStateCode::OutOfService]);
        assert_eq!(states(&facts, "2026-06-10T20:00"), [BedStateCode::Occupied]);
    }

    #[test]
    fn a_bed_is_on_the_board_only_while_it_is_in_the_house() {
        let mut facts = small_house();
        facts.beds[0].since = house("2026-06-01T12:00").at;
        facts.beds[0].until = Some(house("2026-06-10T12:00").at);
        for (at, beds) in
            [("2026-06-01T11:59", 4), ("2026-06-01T12:00", 5), ("2026-06-10T11:59", 5), ("2026-06-10T12:00", 4)]
        {
            assert_eq!(Board::as_of(&facts, house(at), false).counts().beds, beds, "{at}");
        }
    }

    #[test]
    fn a_bed_that_changed_rooms_is_shown_where_it_was() {
        let moved = house("2026-06-10T12:00");
        let (mut before, mut after) = (bed_fact(1, "1", 0, 1), bed_fact(1, "1", 1, 1));
        (before.until, after.since) = (Some(moved.at), moved.at);
        let facts = BoardFacts { version: 1, beds: vec![after, before], ..BoardFacts::default() };
        let floor = |at: &str| {
            Board::as_of(&facts, house(at), false).floors.iter().map(|floor| floor.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            (floor("2026-06-10T11:59"), floor("2026-06-10T12:00")),
            (vec!["floor 0".to_owned()], vec!["floor 1".to_owned()])
        );
    }

    #[test]
    fn both_half_past_one_of_november_have_their_own_board() {
        let (first, second) =
            (crate::testing::utc("2026-11-01T05:30:00Z"), crate::testing::utc("2026-11-01T06:30:00Z"));
        let mut facts = one_bed(vec![slept(1, 1, "2026-10-31T20:00", "")], vec![]);
        facts.occupancies[0].until = Some(second);
        let taken = |at| Board::as_of(&facts, crate::testing::seen_at(at), false).counts().occupied;
        assert_eq!((taken(first), taken(second)), (1, 0));
    }

    #[test]
    fn counts_add_up_to_the_beds() {
        let mut facts = small_house();
        facts.occupancies = vec![slept(1, 1, "2026-06-10T20:00", ""), slept(4, 2, "2026-06-09T20:00", "")];
        facts.conditions =
            vec![was(2, REPAIR, "2026-06-10T10:00", ""), was(3, ConditionKind::ToPrepare, "2026-06-10T10:00", "")];
        let counts = Board::as_of(&facts, house("2026-06-10T21:00"), false).counts();
        assert_eq!(counts, Counts { beds: 5, occupied: 2, free: 1, to_prepare: 1, out_of_service: 1 });
    }
}

mod nearest {
    use super::*;

    fn labels(facts: &BoardFacts, to: Option<u128>, at_most: usize) -> Vec<String> {
        let board = Board::as_of(facts, house("2026-06-10T21:00"), true);
        board.nearest_free(to.map(bed), at_most).into_iter().map(|choice| choice.label).collect()
    }

    #[test]
    fn the_same_room_comes_first_then_the_floor_then_the_other_floors() {
        assert_eq!(labels(&small_house(), Some(2), 9), ["2A", "10B", "3", "11", "12"]);
        assert_eq!(labels(&small_house(), Some(3), 9), ["3", "2A", "10B", "12", "11"]);
        assert_eq!(labels(&small_house(), Some(5), 9), ["12", "11", "3", "2A", "10B"]);
    }

    #[test]
    fn only_free_beds_are_proposed_and_no_more_than_asked() {
        let mut facts = small_house();
        facts.occupancies = vec![slept(2, 1, "2026-06-10T20:00", "")];
        facts.conditions = vec![was(3, ConditionKind::ToPrepare, "2026-06-10T10:00", "")];
        assert_eq!(labels(&facts, Some(2), 2), ["2A", "11"]);
        assert_eq!(labels(&facts, Some(2), 0), Vec::<String>::new());
    }

    #[test]
    fn without_a_bed_or_from_one_that_is_gone_the_walking_order_holds() {
        assert_eq!(labels(&small_house(), None, 9), ["2A", "10B", "3", "11", "12"]);
        assert_eq!(labels(&small_house(), Some(99), 9), ["2A", "10B", "3", "11", "12"]);
    }

    #[test]
    fn a_choice_says_where_the_bed_is() {
        let board = Board::as_of(&small_house(), house("2026-06-10T21:00"), true);
        let choice = board.nearest_free(Some(bed(5)), 1).remove(0);
        assert_eq!((choice.room.as_str(), choice.floor.as_str(), choice.accessible), ("room 12", "floor 1", false));
        assert_eq!(choice.state, BedStateCode::Free);
    }
}

mod taps {
    use super::*;

    fn now() -> HouseTime {
        house("2026-06-10T21:00")
    }

    fn board() -> Board {
        let mut facts = small_house();
        facts.occupancies = vec![slept(1, 1, "2026-06-10T20:00", ""), slept(4, 2, "2026-06-09T20:00", "")];
        Board::as_of(&facts, now(), true)
    }

    fn state(board: &Board, n: u128) -> BedState {
        board.tile(bed(n)).map(|(_, _, tile)| tile.state.clone()).unwrap()
    }

    #[test]
    fn a_tap_on_a_bed_shows_at_once() {
        let closed = board().with(&OptimisticUpdate::OutOfService(bed(2), OutOfServiceReason::Works), now());
        let expected = BedState::OutOfService { since: now(), until: None, reason: OutOfServiceReason::Works };
        assert_eq!(state(&closed, 2), expected);
        assert_eq!(state(&closed.with(&OptimisticUpdate::BackInService(bed(2)), now()), 2), BedState::Free);
        let soiled = board().with(&OptimisticUpdate::ToPrepare(bed(3)), now());
        assert_eq!(state(&soiled, 3), BedState::ToPrepare { since: now() });
        assert_eq!(state(&soiled.with(&OptimisticUpdate::Prepared(bed(3)), now()), 3), BedState::Free);
    }

    #[test]
    fn a_departure_leaves_a_bed_to_prepare() {
        let after = board().with(&OptimisticUpdate::Departed(bed(1)), now());
        assert_eq!(state(&after, 1), BedState::ToPrepare { since: now() });
        assert_eq!(after.counts().occupied, 1);
    }

    #[test]
    fn a_move_leaves_a_bed_to_prepare_and_takes_the_other() {
        let after = board().with(&OptimisticUpdate::Moved(bed(1), bed(3)), now());
        assert_eq!(state(&after, 3), BedState::Occupied(occupant(1, "2026-06-10T20:00")));
        assert_eq!(state(&after, 1), BedState::ToPrepare { since: now() });
        assert_eq!(after.counts().occupied, 2);
    }

    #[test]
    fn an_exchange_loses_nobody() {
        let after = board().with(&OptimisticUpdate::Moved(bed(1), bed(4)), now());
        assert_eq!(state(&after, 4), BedState::Occupied(occupant(1, "2026-06-10T20:00")));
        assert_eq!(state(&after, 1), BedState::Occupied(occupant(2, "2026-06-09T20:00")));
    }

    #[test]
    fn a_tap_that_no_longer_fits_changes_nothing() {
        assert_eq!(board().with(&OptimisticUpdate::Moved(bed(2), bed(3)), now()), board());
        assert_eq!(board().with(&OptimisticUpdate::Departed(bed(99)), now()), board());
    }
}

#[test]
fn emergency_flags_are_for_those_who_answer_emergencies() {
    let facts = one_bed(vec![slept(1, 1, "2026-06-10T20:00", "")], vec![]);
    let flags = |role| {
        let board = Board::as_of(&facts, house("2026-06-10T21:00"), true).for_role(role);
        match board.tile(bed(1)).map(|(_, _, tile)| tile.state.clone()) {
            Some(BedState::Occupied(occupant)) => occupant.flags.len(),
            _ => usize::MAX,
        }
    };
    assert_eq!([Role::Night, Role::Coordinator, Role::Management].map(flags), [1, 1, 0]);
}

#[test]
fn labels_are_ordered_as_people_count() {
    let mut labels = ["10A", "2B", "Divan", "2A", "1", "10", "Alcôve"];
    labels.sort_by(|a, b| natural(a, b));
    assert_eq!(labels, ["1", "2A", "2B", "10", "10A", "Alcôve", "Divan"]);
    assert_eq!(natural("3A", "3A"), Ordering::Equal);
    assert_eq!(natural("99999999999999999999999", "1"), Ordering::Greater);
}

/// A night counts at 04:00: a resident who arrived at 22:40 has spent none at 00:43, one after 04:00, and still one on
/// the following evening.
#[test]
fn nights_of_an_occupant_are_counted_by_the_nights_of_the_house() {
    let at = |text: &str| house(text).local;
    let occupant = Occupant {
        stay: stay(1),
        resident: resident(1),
        number: 1,
        name: "Inès".into(),
        flags: Vec::new(),
        arrived: house("2026-06-10T22:40"),
    };
    let nights = [
        "2026-06-10T23:00",
        "2026-06-11T00:43",
        "2026-06-11T04:00",
        "2026-06-11T04:01",
        "2026-06-11T21:00",
        "2026-06-12T00:43",
    ];
    assert_eq!(nights.map(|text| occupant.nights(at(text))), [0, 0, 0, 1, 1, 1]);
}
