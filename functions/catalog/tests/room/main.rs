//! The room through its door: its router, its bucket and its stream, on engines in this process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod asks;
mod bad_files;
mod bad_input;
mod categories;
mod contract;
mod crashes;
mod imports;
mod languages;
mod life;
mod lists;
mod loms;
mod numbers;
mod pictures;
mod prices;
mod races;
mod shop;
mod slugs;
mod standings;
