//! Every way in which a token is refused, and the one way in which it is accepted.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clock::{Clock, Hands};
use ids::{AccountId, MerchantId, Uuid};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Verifier;
use crate::issue::{Issuer, LIFETIME};
use crate::{Claims, Denied, KeySet, MerchantRole, Role};

const ISS: &str = "https://id.snail.example";
const AUD: &str = "snail";

fn issuer() -> Issuer {
    Issuer::from_seed([7; 32], "2026-11", ISS, AUD)
}

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn verifier() -> (Verifier, Hands) {
    let (clock, hands) = Clock::manual(noon());
    (Verifier::new(KeySet::from_jwks(&issuer().jwks()).unwrap(), ISS, AUD, clock), hands)
}

fn claims() -> Claims {
    Claims {
        sub: AccountId::from_uuid(Uuid::from_u128(1)),
        roles: BTreeSet::from([Role::Customer, Role::Operator]),
        merchants: BTreeMap::from([(MerchantId::from_uuid(Uuid::from_u128(2)), MerchantRole::Manager)]),
        session: "ses-1".into(),
        locale: Some("ar".into()),
        exp: noon() + LIFETIME,
    }
}

/// The claims of a valid token as JSON, for tests to change.
fn payload() -> Value {
    let token = issuer().sign(&claims());
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn with(name: &str, value: Value) -> String {
    let mut payload = payload();
    payload[name] = value;
    issuer().sign_any(&issuer().header(), &payload)
}

fn without(name: &str) -> String {
    let mut payload = payload();
    payload.as_object_mut().unwrap().remove(name).unwrap();
    issuer().sign_any(&issuer().header(), &payload)
}

/// A valid token with another header; the signature does not matter to its tests.
fn with_header(header: Value) -> String {
    let token = issuer().sign(&claims());
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", BASE64_URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[track_caller]
fn refused(token: &str, expect: Denied) {
    assert_eq!(verifier().0.token(token), Err(expect));
}

#[test]
fn a_token_says_what_was_signed() {
    assert_eq!(verifier().0.token(&issuer().sign(&claims())), Ok(claims()));
    let plain = Claims { locale: None, roles: BTreeSet::new(), merchants: BTreeMap::new(), ..claims() };
    assert_eq!(verifier().0.token(&issuer().sign(&plain)), Ok(plain));
}

#[test]
fn a_token_of_a_generated_issuer_is_believed_by_its_own_key_set() {
    let issuer = Issuer::from_secret("some text", ISS, AUD);
    let verifier = Verifier::new(KeySet::from_jwks(&issuer.jwks()).unwrap(), ISS, AUD, Clock::fixed(noon()));
    assert_eq!(verifier.token(&issuer.sign(&claims())), Ok(claims()));
}

#[test]
fn any_algorithm_but_eddsa_is_refused_before_a_key_is_looked_up() {
    for alg in ["none", "None", "NONE", "HS256", "RS256", "ES256", "eddsa", "EDDSA", "Ed25519", "", "?"] {
        refused(&with_header(json!({"alg": alg, "typ": "at+jwt", "kid": "2026-11"})), Denied::WrongAlgorithm);
        refused(&with_header(json!({"alg": alg, "typ": "at+jwt", "kid": "no such"})), Denied::WrongAlgorithm);
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt","kid":"2026-11"}"#);
    let payload = BASE64_URL_SAFE_NO_PAD.encode(payload().to_string());
    refused(&format!("{header}.{payload}."), Denied::WrongAlgorithm);

    let token = issuer().sign(&claims());
    let (signed, _) = token.rsplit_once('.').unwrap();
    refused(&format!("{signed}."), Denied::BadSignature);
    refused(signed, Denied::Malformed);
}

#[test]
fn the_public_key_is_no_hmac_secret() {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("2026-11".into());
    header.typ = Some("at+jwt".into());
    let jwks: Value = serde_json::from_str(&issuer().jwks()).unwrap();
    let public = BASE64_URL_SAFE_NO_PAD.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
    let forged = jsonwebtoken::encode(&header, &payload(), &EncodingKey::from_secret(&public)).unwrap();
    refused(&forged, Denied::WrongAlgorithm);
}

#[test]
fn a_token_signed_by_another_key_is_refused() {
    let stranger = Issuer::from_seed([8; 32], "2026-11", ISS, AUD);
    refused(&stranger.sign(&claims()), Denied::BadSignature);
}

#[test]
fn a_key_that_a_token_brings_along_is_not_used() {
    let stranger = Issuer::from_seed([8; 32], "2026-11", ISS, AUD);
    let jwks: Value = serde_json::from_str(&stranger.jwks()).unwrap();
    let mut header = stranger.header();
    header.jwk = Some(serde_json::from_value(jwks["keys"][0].clone()).unwrap());
    refused(&stranger.sign_any(&header, &payload()), Denied::BadSignature);
}

#[test]
fn a_token_of_an_unknown_key_is_refused() {
    refused(&Issuer::from_seed([7; 32], "2025-01", ISS, AUD).sign(&claims()), Denied::UnknownKey);
    let mut header = issuer().header();
    header.kid = None;
    refused(&issuer().sign_any(&header, &payload()), Denied::UnknownKey);
}

#[test]
fn a_token_for_another_purpose_is_refused() {
    let mut header = issuer().header();
    header.typ = Some("JWT".into());
    refused(&issuer().sign_any(&header, &payload()), Denied::WrongType);
    header.typ = None;
    refused(&issuer().sign_any(&header, &payload()), Denied::WrongType);
    header = issuer().header();
    header.crit = Some(vec!["b64".into()]);
    refused(&issuer().sign_any(&header, &payload()), Denied::WrongType);
}

#[test]
fn a_token_from_another_issuer_is_refused() {
    refused(&with("iss", json!("https://id.snail.example/")), Denied::WrongIssuer);
    refused(&with("iss", json!("")), Denied::WrongIssuer);
    refused(&without("iss"), Denied::Malformed);
}

#[test]
fn a_token_for_another_audience_is_refused() {
    refused(&with("aud", json!("other")), Denied::WrongAudience);
    refused(&with("aud", json!([])), Denied::WrongAudience);
    refused(&with("aud", json!(["a", "b"])), Denied::WrongAudience);
    refused(&with("aud", json!(7)), Denied::Malformed);
    refused(&without("aud"), Denied::Malformed);
    assert_eq!(verifier().0.token(&with("aud", json!(["other", AUD]))), Ok(claims()));
}

#[test]
fn a_token_is_believed_until_five_seconds_after_it_expires() {
    let (verifier, hands) = verifier();
    let token = issuer().sign(&claims());
    hands.advance(LIFETIME + SignedDuration::from_secs(4));
    assert_eq!(verifier.token(&token), Ok(claims()));
    hands.advance(SignedDuration::from_secs(1));
    assert_eq!(verifier.token(&token), Err(Denied::Expired));
    refused(&with("exp", json!(i64::MIN)), Denied::Expired);
}

#[test]
fn a_token_must_expire_at_a_representable_moment() {
    refused(&without("exp"), Denied::Malformed);
    refused(&with("exp", json!(null)), Denied::Malformed);
    refused(&with("exp", json!("2026-11-21T12:10:00Z")), Denied::Malformed);
    refused(&with("exp", json!(1.5e300)), Denied::Malformed);
    refused(&with("exp", json!(i64::MAX)), Denied::Malformed);
}

#[test]
fn a_token_is_believed_from_five_seconds_before_it_is_valid() {
    let at = |seconds| json!(noon().as_second() + seconds);
    assert_eq!(verifier().0.token(&with("nbf", at(5))), Ok(claims()));
    refused(&with("nbf", at(6)), Denied::NotYetValid);
    refused(&with("nbf", json!(i64::MAX)), Denied::NotYetValid);
    refused(&with("nbf", json!("soon")), Denied::Malformed);
}

#[test]
fn a_token_of_more_than_8_kib_is_refused() {
    let long = Claims { session: "s".repeat(8 * 1024), ..claims() };
    refused(&issuer().sign(&long), Denied::TooLong);
    refused(&"a.b.c".repeat(2000), Denied::TooLong);
}

#[test]
fn what_is_not_three_parts_of_base64url_json_is_refused() {
    let token = issuer().sign(&claims());
    for bad in ["", ".", "..", "...", "a.b.c", "Bearer x", "é.é.é"] {
        refused(bad, Denied::Malformed);
    }
    refused(&format!("{token}."), Denied::Malformed);
    refused(&format!(" {token}"), Denied::Malformed);
    refused(&token.replacen("eyJ", "ey+", 1), Denied::Malformed);
    refused(&with_header(json!("alg")), Denied::Malformed);
    refused(&with_header(json!({"typ": "at+jwt"})), Denied::Malformed);

    let (signed, signature) = token.rsplit_once('.').unwrap();
    for bad in ["+", "====", "A", &format!("{signature}="), &format!("{signature}AA")] {
        assert!(verifier().0.token(&format!("{signed}.{bad}")).is_err(), "{bad}");
    }
}

#[test]
fn a_token_without_a_person_or_a_session_is_refused() {
    refused(&without("sub"), Denied::Malformed);
    refused(&without("session"), Denied::Malformed);
    refused(&with("sub", json!("mer_00000000000000000000000001")), Denied::Malformed);
    refused(&with("merchants", json!({"shop": "owner"})), Denied::Malformed);
}

#[test]
fn a_role_that_is_not_known_gives_no_power() {
    let token = with("roles", json!(["customer", "operator", "emperor", "Admin"]));
    assert_eq!(verifier().0.token(&token), Ok(claims()));

    let token = with("merchants", json!({"mer_00000000000000000000000002": "Owner"}));
    assert_eq!(verifier().0.token(&token).unwrap().merchants, BTreeMap::new());
}

#[test]
fn during_rotation_both_keys_are_believed() {
    let new = Issuer::from_seed([9; 32], "2026-12", ISS, AUD);
    let keys: Vec<Value> = [issuer(), new.clone()]
        .iter()
        .map(|issuer| serde_json::from_str::<Value>(&issuer.jwks()).unwrap()["keys"][0].clone())
        .collect();
    let keys = KeySet::from_jwks(&json!({ "keys": keys }).to_string()).unwrap();
    let verifier = Verifier::new(keys, ISS, AUD, Clock::fixed(noon()));
    assert_eq!(verifier.token(&issuer().sign(&claims())), Ok(claims()));
    assert_eq!(verifier.token(&new.sign(&claims())), Ok(claims()));
}

proptest! {
    #[test]
    fn no_text_makes_the_verifier_panic_or_believe(text in "\\PC{0,100}|[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(verifier().0.token(&text).is_err());
    }

    #[test]
    fn a_token_with_any_character_changed_is_refused(at in any::<proptest::sample::Index>(), by in "[A-Za-z0-9_.-]") {
        let token = issuer().sign(&claims());
        let at = at.index(token.len());
        let mut spoilt = token.clone();
        spoilt.replace_range(at..=at, &by);
        prop_assert!(spoilt == token || verifier().0.token(&spoilt).is_err());
    }
}
