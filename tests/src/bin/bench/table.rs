//! A table of measurements, for people and as JSON.

use std::fmt;

use serde_json::{Value, json};

/// Rows of cells under a head, with what one has to know to read them.
pub struct Table {
    pub title: String,
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    pub note: String,
}

impl Table {
    pub fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let cells = self.head.iter().zip(row).map(|(name, cell)| {
                let number = cell.parse::<f64>().ok().map(Value::from);
                ((*name).to_owned(), number.unwrap_or_else(|| Value::from(cell.as_str())))
            });
            Value::Object(cells.collect())
        });
        json!({ "title": self.title, "note": self.note, "rows": rows.collect::<Vec<_>>() })
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.title, self.note)?;
        writeln!(f, "| {} |", self.head.join(" | "))?;
        writeln!(f, "| {} |", self.head.iter().map(|_| "---").collect::<Vec<_>>().join(" | "))?;
        self.rows.iter().try_for_each(|row| writeln!(f, "| {} |", row.join(" | ")))
    }
}
