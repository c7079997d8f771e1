//! What was seen of the page as it is now, one file per kind of thing.
