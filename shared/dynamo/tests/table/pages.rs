//! Lists: every item once, in order, whatever the size of the page.

use dynamo::{Cursor, Key, Query, Table, Write};
use proptest::prelude::*;

use crate::commits::Thing;
use crate::network::table;

const ITEMS: i64 = 23;

async fn shelf() -> Table {
    let (table, _) = table().await;
    for n in 0..ITEMS {
        let item = Write::put(Key::new("shelf", format!("{n:03}")), &Thing { n }).unwrap();
        table.commit(vec![item.indexed("index", format!("{:03}", 100 - n))]).await.unwrap();
    }
    table
}

async fn read_all(table: &Table, query: Query, limit: u16) -> Vec<i64> {
    let mut all = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = table.query::<Thing>(query.clone().limit(limit).after(after)).await.unwrap();
        assert!(page.items.len() <= usize::from(limit));
        all.extend(page.items.into_iter().map(|stored| stored.body.n));
        // As a client sends it back.
        after = page.next.map(|cursor| Cursor::decode(&cursor.encode()).unwrap());
        if after.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn pages_of_any_size_show_every_item_once_and_in_order() {
    let table = shelf().await;
    let up: Vec<_> = (0..ITEMS).collect();
    let down: Vec<_> = (0..ITEMS).rev().collect();
    for limit in [1, 2, 7, 22, 23, 24, 100] {
        assert_eq!(read_all(&table, Query::partition("shelf"), limit).await, up, "{limit}");
        assert_eq!(read_all(&table, Query::partition("shelf").newest_first(), limit).await, down, "{limit}");
        assert_eq!(read_all(&table, Query::index("index"), limit).await, down, "{limit}");
    }
    let tens: Vec<_> = (10..20).collect();
    assert_eq!(read_all(&table, Query::partition("shelf").starting_with("01"), 3).await, tens);
    let first: Vec<_> = (0..=4).collect();
    assert_eq!(read_all(&table, Query::partition("shelf").up_to("004"), 2).await, first);
}

#[tokio::test]
async fn a_cursor_of_one_list_given_to_another_does_no_harm() {
    let table = shelf().await;
    let page = table.query::<Thing>(Query::partition("shelf").limit(3)).await.unwrap();
    let elsewhere = Query::index("index").after(page.next.clone());
    assert!(table.query::<Thing>(elsewhere).await.is_ok());
    let nowhere = Query::partition("empty").after(page.next);
    assert!(table.query::<Thing>(nowhere).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_cursor_from_outside_of_what_is_asked_for_begins_the_list_anew() {
    let table = shelf().await;
    let at_002 = table.query::<Thing>(Query::partition("shelf").limit(3)).await.unwrap().next;
    let tens = Query::partition("shelf").starting_with("01").limit(2).after(at_002);
    let tens: Vec<_> =
        table.query::<Thing>(tens).await.unwrap().items.into_iter().map(|s| s.body.n).collect();
    assert_eq!(tens, [10, 11]);
    let beyond = Query::partition("shelf").up_to("004").limit(2).after(Some(Cursor::behind("020")));
    let first: Vec<_> =
        table.query::<Thing>(beyond).await.unwrap().items.into_iter().map(|s| s.body.n).collect();
    assert_eq!(first, [0, 1]);
}

proptest! {
    #[test]
    fn no_text_is_read_as_a_cursor_that_breaks(text in "\\PC{0,200}") {
        if let Ok(cursor) = Cursor::decode(&text) {
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        }
    }
}
