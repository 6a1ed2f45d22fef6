//! How many lines an operation of each room takes.

use crate::table::Table;

/// What the same command counted before the rooms shared one frame (commit 32ee5f6).
const BEFORE: [(&str, usize, usize); 5] = [
    ("cart", 244, 291),
    ("catalog", 196, 343),
    ("identity", 161, 465),
    ("inventory", 220, 407),
    ("merchants", 113, 395),
];

pub fn measure() -> Option<Table> {
    let runtime = tokio::runtime::Runtime::new().ok()?;
    let rows = runtime.block_on(tests::lean::weights()).into_iter().map(|weight| {
        let before = BEFORE.iter().find(|(room, ..)| *room == weight.room);
        let (lines, shell) = before.map_or((0, 0), |(_, lines, shell)| (*lines, *shell));
        vec![
            weight.room.to_owned(),
            weight.operations.to_string(),
            lines.to_string(),
            weight.per_operation().to_string(),
            shell.to_string(),
            weight.shell.to_string(),
        ]
    });
    Some(Table {
        title: "Lines of source for each operation".into(),
        head: vec!["room", "operations", "lines before", "lines", "shell before", "shell"],
        rows: rows.collect(),
        note: "Without blank lines and tests. An operation is one of the document, or an ask. The shell is \
               lib, main, api/mod, app/mod and inbox, without the lines of the route table."
            .into(),
    })
}
