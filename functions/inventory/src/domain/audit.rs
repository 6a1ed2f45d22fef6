//! Checks the books: what the cells say against what explains it.
//!
//! Pure and slow on purpose: it knows nothing of how the numbers came about. The tests and the
//! simulation hand it everything that a table holds.

use std::collections::BTreeMap;
use std::fmt;

use ids::{ReservationId, VariantId, WarehouseId};
use jiff::{SignedDuration, Timestamp};

use super::{Cell, CellName, Level, Movement, Reservation, State};

/// Everything that a table says about stock.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub cells: Vec<Cell>,
    pub reservations: Vec<Reservation>,
    pub movements: Vec<Movement>,
    pub levels: BTreeMap<VariantId, Level>,
    pub thresholds: BTreeMap<VariantId, u32>,
}

/// What cells say, and what reservations and the ledger say of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    says: i64,
    explained: i64,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// STK-1: a cell does not add up, or owes units.
    Unsound(Cell),
    /// STK-1: a cell holds other units than reservations say.
    HeldUnexplained(CellName, Sums),
    /// STK-1: a warehouse has sold other units than reservations and the ledger say.
    CommittedUnexplained((VariantId, WarehouseId), Sums),
    /// STK-1: a warehouse holds other units than the ledger says.
    OnHandUnexplained((VariantId, WarehouseId), Sums),
    /// STK-2: a reservation has no end that is worth the name.
    Endless(ReservationId),
    /// STK-2: a reservation has outlived its end although nothing is left to be heard.
    Overdue(ReservationId),
    /// The public is told the first level and the cells say the second, although nothing is left to be heard.
    WrongLevel(VariantId, Level, Level),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self {
            Violation::Endless(_) | Violation::Overdue(_) => "STK-2",
            Violation::WrongLevel(..) => "level",
            _ => "STK-1",
        };
        write!(f, "{rule}: {self:?}")
    }
}

/// What must hold at every moment.
pub fn audit(books: &Books) -> Vec<Violation> {
    let mut found = Vec::new();
    let unsound = books.cells.iter().filter(|cell| !cell.counts.is_sound());
    found.extend(unsound.copied().map(Violation::Unsound));

    let mut held = BTreeMap::<CellName, Sums>::new();
    let mut committed = BTreeMap::<(VariantId, WarehouseId), Sums>::new();
    let mut on_hand = BTreeMap::<(VariantId, WarehouseId), Sums>::new();
    for cell in &books.cells {
        let place = (cell.name.variant, cell.name.warehouse);
        held.entry(cell.name).or_default().says += cell.counts.held();
        committed.entry(place).or_default().says += cell.counts.committed();
        on_hand.entry(place).or_default().says += cell.counts.on_hand();
    }
    for reservation in &books.reservations {
        for hold in &reservation.holds {
            let place = (hold.variant, hold.warehouse);
            let sums = match reservation.state {
                State::Active => held.entry(hold.cell()).or_default(),
                State::Committed => committed.entry(place).or_default(),
                State::Expired | State::Released => continue,
            };
            sums.explained += i64::from(hold.quantity);
        }
    }
    for movement in &books.movements {
        for part in &movement.parts {
            let place = (movement.variant, part.warehouse);
            on_hand.entry(place).or_default().explained += part.on_hand;
            committed.entry(place).or_default().explained += part.committed;
        }
    }
    found.extend(unexplained(held).map(|(cell, sums)| Violation::HeldUnexplained(cell, sums)));
    found.extend(unexplained(committed).map(|(place, sums)| Violation::CommittedUnexplained(place, sums)));
    found.extend(unexplained(on_hand).map(|(place, sums)| Violation::OnHandUnexplained(place, sums)));
    found
}

fn unexplained<P>(sums: BTreeMap<P, Sums>) -> impl Iterator<Item = (P, Sums)> {
    sums.into_iter().filter(|(_, sums)| sums.says != sums.explained)
}

/// What must hold as well once every message has been heard: nothing has outlived its end, no end
/// is further away than a hold may last (give or take what a clock may have stepped back since), and
/// the public is told what the cells say.
pub fn overdue(books: &Books, now: Timestamp) -> Vec<Violation> {
    let mut found = Vec::new();
    let longest = now + SignedDuration::from_hours(1);
    for reservation in books.reservations.iter().filter(|r| r.state == State::Active) {
        if reservation.expires_at <= now {
            found.push(Violation::Overdue(reservation.id));
        } else if reservation.expires_at > longest {
            found.push(Violation::Endless(reservation.id));
        }
    }
    for (variant, says) in &books.levels {
        let Some(threshold) = books.thresholds.get(variant).filter(|_| *says != Level::NotStocked) else {
            continue;
        };
        let cells = books.cells.iter().filter(|cell| cell.name.variant == *variant);
        let free: i64 = cells.map(|cell| cell.counts.free()).sum();
        let counted = Level::of(u64::try_from(free).unwrap_or(0), u64::from(*threshold));
        if counted != *says {
            found.push(Violation::WrongLevel(*variant, *says, counted));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use ids::{MovementId, Uuid};

    use super::*;
    use crate::domain::pick::tests::{cell, variant, warehouse};
    use crate::domain::{Counts, Hold, MovementKind, Part};

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    /// Ten came, three are held, two are sold.
    fn sound_books() -> Books {
        let reservation = |n: u128, state, quantity| Reservation {
            id: ReservationId::from_uuid(Uuid::from_u128(n)),
            owner: format!("owner-{n}").parse().unwrap(),
            state,
            holds: vec![Hold::new(cell(1, 0), quantity)],
            expires_at: noon(),
        };
        let counts = Counts::received(10) + Counts::held_for_somebody(5) + Counts::sold(2);
        Books {
            cells: vec![Cell { name: cell(1, 0), counts }],
            reservations: vec![
                reservation(1, State::Active, 3),
                reservation(2, State::Committed, 2),
                reservation(3, State::Released, 7),
            ],
            movements: vec![Movement {
                id: MovementId::from_uuid(Uuid::from_u128(1)),
                variant: variant(),
                kind: MovementKind::Receive,
                parts: vec![Part { warehouse: warehouse(1), on_hand: 10, committed: 0 }],
                note: None,
                by: "acc".into(),
                at: noon(),
            }],
            levels: BTreeMap::from([(variant(), Level::LowStock)]),
            thresholds: BTreeMap::from([(variant(), 5)]),
        }
    }

    #[test]
    fn sound_books_have_nothing_against_them() {
        assert_eq!(audit(&sound_books()), []);
        assert_eq!(overdue(&sound_books(), noon() - SignedDuration::from_mins(1)), []);
    }

    #[test]
    fn whatever_is_taken_out_of_the_books_is_missed() {
        let check = |spoil: fn(&mut Books), expect: &str| {
            let mut books = sound_books();
            spoil(&mut books);
            let found = audit(&books);
            let found: Vec<_> = found.iter().map(|violation| format!("{violation:?}")).collect();
            assert!(found.iter().any(|violation| violation.starts_with(expect)), "{expect}: {found:?}");
        };
        check(|books| books.cells.clear(), "HeldUnexplained");
        check(|books| drop(books.reservations.remove(0)), "HeldUnexplained");
        check(|books| drop(books.reservations.remove(1)), "CommittedUnexplained");
        check(|books| books.movements.clear(), "OnHandUnexplained");
        check(|books| books.cells[0].counts += Counts::held_for_somebody(6), "Unsound");
        check(|books| books.reservations[0].state = State::Expired, "HeldUnexplained");
    }

    #[test]
    fn what_is_due_is_overdue_once_nothing_is_left_to_be_heard() {
        let mut books = sound_books();
        let id = books.reservations[0].id;
        assert_eq!(overdue(&books, noon()), [Violation::Overdue(id)]);
        let early = noon() - SignedDuration::from_mins(61);
        assert_eq!(overdue(&books, early), [Violation::Endless(id)]);
        books.reservations.clear();
        books.levels.insert(variant(), Level::InStock);
        assert!(matches!(overdue(&books, noon())[..], [Violation::WrongLevel(..)]));
    }
}
