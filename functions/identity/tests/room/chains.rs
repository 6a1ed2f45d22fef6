//! Whatever is shown in whatever order: a session is one chain of tokens, and a copy ends it.
//!
//! A customer with several tabs and a thief with whatever was ever issued show tokens at random, by a
//! seed, while the clock moves at random. A model of three lines says what must come of each.

use jiff::SignedDuration;

use crate::street::{ADA, Person, Street};

/// What a session is, to whoever knows every token it has had.
struct Model {
    tokens: Vec<String>,
    /// When the last token took the place of the one before it, in seconds.
    rotated: Option<i64>,
    dead: bool,
}

/// What must come of a token that is shown.
#[derive(Debug, PartialEq)]
enum Fate {
    Renewed,
    Again,
    Refused,
}

impl Model {
    fn show(&mut self, n: usize, now: i64) -> Fate {
        let last = self.tokens.len() - 1;
        match (self.dead, last - n) {
            (true, _) => Fate::Refused,
            (false, 0) => {
                self.rotated = Some(now);
                Fate::Renewed
            }
            (false, 1) if self.rotated.is_some_and(|at| now - at <= 30) => Fate::Again,
            (false, _) => {
                self.dead = true;
                Fate::Refused
            }
        }
    }
}

#[tokio::test]
async fn a_session_is_one_chain_however_its_tokens_are_shown() {
    for seed in 0..6_u64 {
        let mut street = Street::open().await;
        let ada = street.customer(ADA).await;
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut model = Model { tokens: vec![ada.refresh.clone()], rotated: None, dead: false };
        let (mut now, mut renewed, mut again) = (0, 0, 0);
        for step in 0..60 {
            let pause = [0, 1, 10, 25, 40, 600][chance.below(6)];
            street.house.advance(SignedDuration::from_secs(pause));
            now += pause;
            // Mostly the newest, often the one before it, seldom a thief's.
            let last = model.tokens.len() - 1;
            let n = match chance.below(40) {
                0 => chance.below(model.tokens.len()),
                1..=8 if now - model.rotated.unwrap_or(now) <= 30 => last.saturating_sub(1),
                _ => last,
            };
            let fate = model.show(n, now);
            let reply = street.refresh(&model.tokens[n].clone()).await;
            let note = format!("seed {seed}, step {step}, token {n} of {last}");
            match fate {
                Fate::Refused => drop(reply.refused(401, "signed_out")),
                Fate::Again => {
                    again += 1;
                    assert_eq!(Person::of(&reply.expect(200)).refresh, model.tokens[n + 1], "{note}");
                }
                Fate::Renewed => {
                    renewed += 1;
                    let next = Person::of(&reply.expect(200)).refresh;
                    assert!(!model.tokens.contains(&next), "{note}");
                    model.tokens.push(next);
                }
            }
        }
        assert!(renewed > 0, "seed {seed}: {renewed} {again}");
    }
}

/// Numbers by a seed, so that a failure fails again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}
