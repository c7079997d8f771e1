//! Numbered steps with their times, for verbs that take a while.

use crate::Failure;
use std::time::{Duration, Instant};

/// A list of steps that are run in order; the first failure stops it.
pub(crate) struct Steps {
    verb: &'static str,
    total: usize,
    done: Vec<(&'static str, Duration)>,
    started: Instant,
}

impl Steps {
    pub(crate) fn new(verb: &'static str, total: usize) -> Self {
        Self { verb, total, done: Vec::new(), started: Instant::now() }
    }

    /// Announces a step, does it, and notes how long it took.
    pub(crate) fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let nth = self.done.len() + 1;
        println!("\n==> [{nth}/{}] {name} ({} so far)", self.total, shown(self.started.elapsed()));
        let started = Instant::now();
        let result = work();
        self.done.push((name, started.elapsed()));
        result.inspect_err(|_| {
            println!();
            self.print_summary("FAILED");
        })?;
        Ok(())
    }

    /// The table at the end.
    pub(crate) fn finish(&self) {
        println!();
        self.print_summary("ok");
    }

    fn print_summary(&self, last: &str) {
        println!("{}", self.verb);
        for (nth, (name, took)) in self.done.iter().enumerate() {
            let result = if nth + 1 == self.done.len() { last } else { "ok" };
            println!("  {name:<34} {:>8}  {result}", shown(*took));
        }
        if self.done.len() < self.total {
            println!("  {} more not run", self.total - self.done.len());
        }
        println!("  {:<34} {:>8}", "all", shown(self.started.elapsed()));
    }
}

/// A duration as one would say it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn shown(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_to_read() {
        assert_eq!(shown(Duration::from_millis(420)), "0.4 s");
        assert_eq!(shown(Duration::from_secs(12)), "12 s");
        assert_eq!(shown(Duration::from_secs(185)), "3 min 05 s");
    }
}
