//! What a room can rely on when it reads its secrets, in every store.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod folder;
mod scripted;
mod secrets_manager;

use std::sync::Arc;

use clock::{Clock, Hands};
use vault::{Vault, VaultError};

fn clock() -> (Clock, Hands) {
    Clock::manual("2026-11-21T12:00:00Z".parse().unwrap())
}

async fn text(vault: &Vault, name: &str) -> String {
    vault.read(name).await.unwrap().reveal().to_owned()
}

#[tokio::test]
async fn what_was_put_into_memory_is_read_by_every_clone_and_can_be_replaced() {
    let vault = Vault::memory(clock().0);
    let elsewhere = vault.clone();
    assert_eq!(vault.read("a").await.unwrap_err(), VaultError::Missing("a".into()));
    vault.put("a", "one");
    assert_eq!(text(&elsewhere, "a").await, "one");
    elsewhere.replace("a", "two").await.unwrap();
    assert_eq!(text(&vault, "a").await, "two");
    vault.put("a", "three");
    assert_eq!(text(&elsewhere, "a").await, "three");
    assert_eq!(vault.read("b").await.unwrap_err(), VaultError::Missing("b".into()));
}

#[tokio::test]
async fn whoever_is_held_to_a_law_is_refused_the_rest_even_of_what_others_have_read() {
    let vault = Vault::memory(clock().0);
    vault.put("mine", "one");
    vault.put("yours", "two");
    let reader = vault.held_to(|action, name| (action, name) == ("secretsmanager:GetSecretValue", "mine"));
    assert_eq!(text(&reader, "mine").await, "one");
    assert_eq!(text(&vault, "yours").await, "two");
    for refused in [
        reader.read("yours").await.map(drop),
        reader.read_again("yours").await.map(drop),
        reader.replace("mine", "three").await,
    ] {
        assert!(matches!(refused, Err(VaultError::Refused { why, .. }) if why.contains("AccessDenied")));
    }
    assert_eq!(text(&vault, "mine").await, "one");
}

#[tokio::test]
async fn what_another_instance_has_signed_with_a_newer_key_is_known_at_once() {
    let (clock, hands) = clock();
    let folder = tempfile::tempdir().unwrap();
    let [here, elsewhere] = [(); 2].map(|()| Vault::folder(folder.path().join("secrets"), clock.clone()));
    let [old, new] = ["an old secret that only tests know of", "a new secret that only tests know of"];
    here.replace("seal", old).await.unwrap();
    let first = elsewhere.seal("seal").await.unwrap().sign(b"a");
    hands.advance(vault::PAUSE);
    here.replace("seal", &format!("{new},{old}")).await.unwrap();
    let signed = here.seal("seal").await.unwrap().sign(b"a");
    assert!(first != signed && !elsewhere.seal("seal").await.unwrap().verify(b"a", &signed));
    for shown in [first, signed] {
        let known = |seal: &vault::Seal| seal.verify(b"a", &shown).then_some("a");
        assert_eq!(elsewhere.unseal("seal", known).await.unwrap(), Some("a"));
    }
    assert_eq!(
        elsewhere.unseal("seal", |seal| seal.verify(b"b", &signed).then_some(())).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_secret_that_could_be_guessed_seals_nothing() {
    let vault = Vault::memory(clock().0);
    vault.put("seal", "opensesame");
    let guessable = VaultError::Guessable("seal".into());
    assert_eq!(vault.seal("seal").await.unwrap_err(), guessable);
    assert_eq!(vault.unseal("seal", |_| Some(())).await.unwrap_err(), guessable);
}

#[tokio::test]
async fn a_secret_shows_itself_to_nobody_who_only_prints_it() {
    let vault = Vault::memory(clock().0);
    vault.put("signing", "opensesame");
    let secret = vault.read("signing").await.unwrap();
    let shown = format!("{secret:?} {:?} {vault:?} {:#?}", Some(&*secret), Arc::clone(&secret));
    assert!(!shown.contains("opensesame"), "{shown}");
    assert_eq!(secret.reveal(), "opensesame");
}

#[tokio::test]
#[should_panic(expected = "only a vault in memory")]
async fn a_vault_that_others_keep_is_not_filled_in_passing() {
    Vault::folder("/nowhere", clock().0).put("a", "one");
}
