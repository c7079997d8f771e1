//! Where a kill falls, and how many of them fall there.

use crate::dice::Dice;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Within the first start on an empty folder.
    FirstStart,
    /// Within the first start on a folder of the first version.
    Migration,
    /// While the log of changes is written back into the file.
    Checkpoint,
    /// While old messages are deleted.
    Retention,
    /// While a person is taken out.
    Erase,
    /// While a backup is taken.
    Backup,
    /// While a backup is put back; then the restore itself is killed, too.
    Restore,
    /// Whenever, while messages come in.
    Load,
}

/// Of twenty cycles.
const HAND: &[(Phase, usize)] = &[
    (Phase::FirstStart, 2),
    (Phase::Migration, 2),
    (Phase::Checkpoint, 4),
    (Phase::Retention, 3),
    (Phase::Erase, 1),
    (Phase::Backup, 1),
    (Phase::Restore, 1),
    (Phase::Load, 6),
];

impl Phase {
    /// So many phases in their shares, shuffled twenty by twenty.
    pub(crate) fn deal(cycles: u64, dice: &mut Dice) -> Vec<Self> {
        let mut phases = Vec::new();
        while (phases.len() as u64) < cycles {
            let mut hand: Vec<Self> =
                HAND.iter().flat_map(|(phase, count)| std::iter::repeat_n(*phase, *count)).collect();
            dice.shuffle(&mut hand);
            phases.extend(hand);
        }
        phases.truncate(cycles as usize);
        phases
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::FirstStart => "first start",
            Self::Migration => "migration",
            Self::Checkpoint => "checkpoint",
            Self::Retention => "retention",
            Self::Erase => "erase",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Load => "load",
        })
    }
}
