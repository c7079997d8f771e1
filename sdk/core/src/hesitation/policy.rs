//! Whether this is the moment to ask.
