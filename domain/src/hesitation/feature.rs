//! The parts of a score.

/// One thing that tells of hesitation.
///
/// Most are a tail surprise in thousandths: −log₁₀ of the share of visits that went on although
/// they were at least as unusual, from 0 to [`Feature::MOST`]. Those that tell nothing by themselves
/// are signed: the high tail's surprise less the low tail's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// How often visits as long as this one fail here, in thousandths of a logit over the site's.
    Prior,
    /// Time without acting, given what the last action was.
    Idle,
    /// Time until the first action; signed, where late is above zero.
    FirstAction,
    /// Time since the last progress.
    Stall,
    /// Little progress for the time spent.
    FewStates,
    /// Time on this page over all visits of the session.
    TimeHere,
    /// Going back and forth, between pages, fields or states; signed. Tells of exploring just as well: learned per site.
    Returns,
    /// The same field changed again.
    ReEdits,
    /// Time from entering a field to the first input.
    FieldLatency,
    /// The same validation error again.
    Invalid,
    /// Clicks without effect; more when repeated in anger or followed by a script error.
    DeadClicks,
    /// Came, did nothing, went straight back.
    QuickBack,
    /// Scrolling up and down.
    ScrollReversals,
    /// The pointer resting or going up and down between progress.
    Hovers,
    /// Looked for help.
    Help,
    /// Did much for little: actions that led to no new state.
    Repeats,
    /// Little progress for the number of actions.
    FewForActions,
    /// Few actions of late.
    Slow,
    /// Going back to where the page began; signed.
    Restarts,
}

impl Feature {
    pub const COUNT: usize = 19;

    /// The most surprising there is, in thousandths: one visit in ten thousand.
    pub const MOST: i32 = 4_000;

    /// In the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Prior,
        Self::Idle,
        Self::FirstAction,
        Self::Stall,
        Self::FewStates,
        Self::TimeHere,
        Self::Returns,
        Self::ReEdits,
        Self::FieldLatency,
        Self::Invalid,
        Self::DeadClicks,
        Self::QuickBack,
        Self::ScrollReversals,
        Self::Hovers,
        Self::Help,
        Self::Repeats,
        Self::FewForActions,
        Self::Slow,
        Self::Restarts,
    ];

    /// As it is called in messages, logs and replays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prior => "prior",
            Self::Idle => "idle",
            Self::FirstAction => "firstAction",
            Self::Stall => "stall",
            Self::FewStates => "fewStates",
            Self::TimeHere => "timeHere",
            Self::Returns => "returns",
            Self::ReEdits => "reEdits",
            Self::FieldLatency => "fieldLatency",
            Self::Invalid => "invalid",
            Self::DeadClicks => "deadClicks",
            Self::QuickBack => "quickBack",
            Self::ScrollReversals => "scrollReversals",
            Self::Hovers => "hovers",
            Self::Help => "help",
            Self::Repeats => "repeats",
            Self::FewForActions => "fewForActions",
            Self::Slow => "slow",
            Self::Restarts => "restarts",
        }
    }

    /// More of it never speaks against hesitation: learning keeps its weight at or above zero.
    pub fn is_never_negative(self) -> bool {
        !matches!(
            self,
            Self::FirstAction
                | Self::Returns
                | Self::TimeHere
                | Self::ScrollReversals
                | Self::Hovers
                | Self::Repeats
                | Self::Slow
                | Self::Restarts
        )
    }
}
