//! Secrets as files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::SignedDuration;
use vault::{FRESH, Vault, VaultError};

use crate::{clock, text};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_secret_that_was_put_there_is_found_by_the_next_process() {
    let home = tempfile::tempdir().unwrap();
    let keys = home.path().join("a/keys");
    Vault::folder(&keys, clock().0).replace("snail-ask", "one").await.unwrap();
    assert_eq!(text(&Vault::folder(&keys, clock().0), "snail-ask").await, "one");
    let missing = Vault::folder(&keys, clock().0).read("other").await.unwrap_err();
    assert_eq!(missing, VaultError::Missing("other".into()));
    let missing = Vault::folder(home.path().join("b"), clock().0).read("other").await.unwrap_err();
    assert_eq!(missing, VaultError::Missing("other".into()));
}

#[tokio::test]
async fn only_the_owner_can_read_a_secret_or_list_the_folder() {
    let home = tempfile::tempdir().unwrap();
    let keys = home.path().join("keys");
    fs::create_dir(&keys).unwrap();
    fs::set_permissions(&keys, Permissions::from_mode(0o755)).unwrap();
    let vault = Vault::folder(&keys, clock().0);
    vault.replace("a", "one").await.unwrap();
    assert_eq!((mode(&keys), mode(&keys.join("a"))), (0o700, 0o600));
    vault.replace("a", "two").await.unwrap();
    assert_eq!((mode(&keys), mode(&keys.join("a"))), (0o700, 0o600));
}

#[tokio::test]
async fn a_file_that_others_may_read_is_not_believed_to_be_secret() {
    for open in [0o640, 0o604, 0o660, 0o644] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("a");
        fs::write(&file, "one").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(open)).unwrap();
        let vault = Vault::folder(home.path(), clock().0);
        assert_eq!(vault.read("a").await.unwrap_err(), VaultError::Exposed(file.clone()), "{open:o}");
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(text(&vault, "a").await, "one");
    }
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("outside"), "one").unwrap();
    fs::set_permissions(home.path().join("outside"), Permissions::from_mode(0o600)).unwrap();
    let vault = Vault::folder(home.path().join("keys"), clock().0);
    for name in ["", ".", "..", "../outside", "/etc/passwd", "a/b", ".a.new", "a\0b", "ключ"] {
        assert_eq!(vault.read(name).await.unwrap_err(), VaultError::BadName(name.into()));
        assert_eq!(vault.replace(name, "two").await.unwrap_err(), VaultError::BadName(name.into()));
    }
    assert_eq!(fs::read_to_string(home.path().join("outside")).unwrap(), "one");
}

#[tokio::test]
async fn what_a_dead_process_left_half_written_is_neither_read_nor_in_the_way() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::folder(home.path(), clock().0);
    vault.replace("a", "one").await.unwrap();
    let draft = home.path().join(".a.new");
    fs::write(&draft, "hal").unwrap();
    fs::set_permissions(&draft, Permissions::from_mode(0o666)).unwrap();
    assert_eq!(text(&Vault::folder(home.path(), clock().0), "a").await, "one");
    vault.replace("a", "two").await.unwrap();
    assert_eq!(text(&Vault::folder(home.path(), clock().0), "a").await, "two");
    assert_eq!(mode(&home.path().join("a")), 0o600);
    assert!(!draft.exists());
}

#[tokio::test]
async fn a_secret_that_a_person_wrote_ends_before_its_line_break() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::folder(home.path(), clock().0);
    vault.replace("a", " one\r\n").await.unwrap();
    assert_eq!(text(&Vault::folder(home.path(), clock().0), "a").await, " one");
    fs::write(home.path().join("a"), [0xff, 0xfe]).unwrap();
    let unread = Vault::folder(home.path(), clock().0).read("a").await.unwrap_err();
    assert_eq!(unread, VaultError::NotText("a".into()));
}

#[tokio::test]
async fn a_file_that_is_lost_is_missed_only_by_those_who_never_read_it() {
    let home = tempfile::tempdir().unwrap();
    let (clock, hands) = clock();
    let vault = Vault::folder(home.path(), clock.clone());
    vault.replace("a", "one").await.unwrap();
    fs::remove_file(home.path().join("a")).unwrap();
    hands.advance(FRESH + SignedDuration::from_secs(1));
    assert_eq!(text(&vault, "a").await, "one");
    let missing = Vault::folder(home.path(), clock).read("a").await.unwrap_err();
    assert_eq!(missing, VaultError::Missing("a".into()));
}
