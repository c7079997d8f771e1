//! Tables in Markdown.

use crate::measure::Estimate;

/// Rows of cells under a head; the first row is the head.
pub fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (nth, row) in rows.iter().enumerate() {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
        if nth == 0 {
            text.push_str(&format!("|{}\n", "---|".repeat(row.len())));
        }
    }
    text
}

/// `.737 [.723, .752]`
pub fn with_interval(it: Estimate) -> String {
    format!("{} [{}, {}]", short(it.value), short(it.low), short(it.high))
}

/// `.737`
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

pub fn cells(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|it| (*it).to_owned()).collect()
}
