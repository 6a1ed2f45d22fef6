//! What shops, the people in them and the market's decisions cost.

use auth::Role;
use facts::identity::AccountClosed;
use facts::merchants::FilesDropped;
use ids::{AccountId, ProductId};
use serde_json::{Value, json};
use testkit::{Stage, sha256, text};

const PAPER: &[u8] = b"%PDF-1.7 and so on";
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

pub async fn walk(at: &mut Stage) {
    open(at).await;
    let owner = at.id("account");
    public(at).await;
    people(at, owner).await;
    money(at).await;
    endings(at, owner).await;
}

/// Opens a shop, from the first word to the day on which it sells.
pub async fn open(at: &mut Stage) {
    draft(at).await;
    decisions(at).await;
}

/// A draft that lacks nothing.
pub async fn draft(at: &mut Stage) {
    let owner = AccountId::mint(&at.house.mint);
    at.knows("account", owner);
    at.person = token(at, owner);
    at.member.clone_from(&at.person);
    let shop = at.does("open_shop", &json!({ "locale": "en", "name": "The Kiln" })).await;
    at.knows("merchant", text(&shop["id"]));
    face(at).await;
    papers(at).await;
}

/// A token without a word about any shop: the room finds out by itself.
fn token(at: &Stage, account: AccountId) -> String {
    at.house.people.token_of(account, &[Role::Customer], &[])
}

async fn face(at: &mut Stage) {
    let words = json!({ "locale": "en", "name": "The Kiln", "description": "Pots, thrown by hand." });
    at.does("describe_shop", &words).await;
    at.step("describe_shop", &json!({ "locale": "ru", "name": "Печь" })).await;
    at.does("identify_shop", &json!({ "name": "Kiln Ceramics Ltd", "country": "DE" })).await;
    at.does("set_contact", &json!({ "email": "hello@kiln.example" })).await;
    at.does("set_time_zone", &json!({ "time_zone": "Europe/Berlin" })).await;
    at.does("set_language", &json!({ "locale": "ru" })).await;
    at.step("set_language", &json!({ "locale": "en" })).await;
    at.does("remove_translation", &json!({ "locale": "ru" })).await;
    let slug = "the-kiln";
    at.does("change_slug", &json!({ "slug": slug })).await;
    at.knows("slug", slug);
    at.knows("policy", "returns");
    at.does("write_policy", &json!({ "locale": "en", "text": "Send it back within 30 days." })).await;
    let closed = json!({ "from": "2026-12-24", "to": "2026-12-26" });
    let holiday = at.does("add_holiday", &closed).await;
    at.knows("holiday", text(&holiday["id"]));
    at.calls("list_own_holidays").await;
    at.calls("get_own_shop").await;
    at.calls("list_my_shops").await;
}

async fn papers(at: &mut Stage) {
    let paper = json!({
        "kind": "register_extract", "content_type": "application/pdf", "bytes": PAPER.len(),
        "sha256": sha256(PAPER),
    });
    let asked = at.does("request_document_upload", &paper).await;
    let document = text(&asked["document"]);
    is_sent(at, "documents", &document, PAPER, "a paper comes").await;
    at.knows("paper", &document);
    at.knows("document", document);
    at.calls("get_document").await;
    at.calls("inspect_document").await;
    let other = at.step("request_document_upload", &paper).await;
    at.knows("document", text(&other["document"]));
    at.calls("remove_document").await;
    let (merchant, document) = (at.merchant(), at.id("document"));
    let dropped = FilesDropped { merchant, documents: vec![document], logos: Vec::new() };
    at.hears(merchant, 9, &dropped).await;
    at.knows("document", at.known["paper"].clone());
}

/// A file is put where its permit leads, and the room is told.
async fn is_sent(at: &mut Stage, folder: &str, id: &str, bytes: &'static [u8], note: &str) {
    let name = format!("{folder}/{}/{id}", at.known["merchant"]);
    let spend = at.comes(&name, bytes, "application/octet-stream").await;
    at.record("uploads", note, spend);
}

async fn decisions(at: &mut Stage) {
    at.calls("submit_shop").await;
    at.calls("withdraw_shop").await;
    at.step("submit_shop", &Value::Null).await;
    at.calls("list_shops").await;
    at.calls("inspect_shop").await;
    at.does("reject_shop", &json!({ "note": "The extract is from last year." })).await;
    at.step("submit_shop", &Value::Null).await;
    at.calls("approve_shop").await;
    at.does("restrict_shop", &json!({ "reason": "complaints", "note": "Nothing arrives." })).await;
    at.calls("reinstate_shop").await;
}

async fn public(at: &mut Stage) {
    at.calls("get_shop").await;
    at.calls("get_shop_by_slug").await;
    at.calls("get_policy").await;
    at.calls("list_holidays").await;
    logo(at).await;
    at.calls("get_logo").await;
    at.calls("remove_logo").await;
    at.does("remove_policy", &json!({ "locale": "en" })).await;
    at.calls("remove_holiday").await;
}

pub async fn logo(at: &mut Stage) {
    let logo = json!({ "content_type": "image/png", "bytes": PICTURE.len(), "sha256": sha256(PICTURE) });
    let asked = at.does("request_logo_upload", &logo).await;
    is_sent(at, "logos", &text(&asked["media"]), PICTURE, "a logo comes").await;
}

async fn people(at: &mut Stage, owner: AccountId) {
    let clerk = invited(at, "ann@kiln.example").await;
    at.calls("list_invitations").await;
    at.calls("list_members").await;
    at.knows("account", clerk);
    at.does("change_member_role", &json!({ "role": "manager" })).await;
    at.calls("remove_member").await;
    let clerk = invited(at, "bob@kiln.example").await;
    at.member = token(at, clerk);
    at.calls("leave_shop").await;
    at.member = token(at, owner);
    let offer = json!({ "email": "eve@kiln.example", "role": "clerk" });
    let offer = at.step("invite_member", &offer).await;
    at.knows("invitation", text(&offer["id"]));
    at.calls("revoke_invitation").await;
}

/// Somebody who was invited and has come.
pub async fn invited(at: &mut Stage, email: &str) -> AccountId {
    at.does("invite_member", &json!({ "email": email, "role": "clerk" })).await;
    at.reads_letter().await;
    let account = AccountId::mint(&at.house.mint);
    let theirs = token(at, account);
    let owner = std::mem::replace(&mut at.person, theirs);
    at.does("accept_invitation", &json!({ "token": at.known["token"] })).await;
    at.person = owner;
    account
}

async fn money(at: &mut Stage) {
    let account = json!({ "holder": "Kiln", "currency": "EUR", "iban": "DE89 3704 0044 0532 0130 00" });
    at.does("set_payout_account", &account).await;
    at.calls("get_payout_account").await;
    at.calls("request_payout_verification").await;
    at.does("fail_payout_account", &json!({ "note": "The name is another." })).await;
    at.step("request_payout_verification", &Value::Null).await;
    at.does("verify_payout_account", &json!({ "evidence": "The cent came back." })).await;
    let rule = at.does("add_rule", &json!({ "basis_points": 1250 })).await;
    at.step("add_rule", &json!({ "merchant": at.known["merchant"], "basis_points": 800 })).await;
    at.calls("list_rules").await;
    at.calls("list_own_rules").await;
    at.calls("list_market_rules").await;
    let price = json!({ "amount": 1999, "currency": "EUR" });
    let line = json!({ "product": ProductId::mint(&at.house.mint), "unit_price": price, "quantity": 2 });
    at.does("preview_commission", &json!({ "lines": [line] })).await;
    at.does("commission", &json!({ "merchant": at.known["merchant"], "lines": [line] })).await;
    at.knows("rule", text(&rule["id"]));
    at.does("end_rule", &json!({})).await;
}

async fn endings(at: &mut Stage, owner: AccountId) {
    let clerk = invited(at, "dan@kiln.example").await;
    // Whoever sells and has nobody left is halted until the market appoints somebody.
    at.hears(owner, 1, &AccountClosed { account: owner }).await;
    at.does("appoint_owner", &json!({ "account": clerk })).await;
    at.member = token(at, clerk);
    at.step("reinstate_shop", &Value::Null).await;
    at.calls("close_shop").await;
    at.person = at.member.clone();
    let shop = at.step("open_shop", &json!({ "locale": "en", "name": "Another" })).await;
    at.knows("merchant", text(&shop["id"]));
    at.does("shut_down_shop", &json!({ "note": "It was fraud." })).await;
}
