//! Tests of the collector through its doors: `storage` (every engine against one naive model) and
//! `http` (one file per group of routes, named as the URLs are).

mod accounts;
mod annotations;
mod care;
mod conformance;
mod contract;
mod delivery;
mod desk;
mod filters;
mod hesitation;
mod hiding;
mod ingest;
mod model;
mod prompts;
mod public;
mod support;
mod surveys;
mod users;
