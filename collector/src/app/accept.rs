//! Accepting messages (being written by the lead).
