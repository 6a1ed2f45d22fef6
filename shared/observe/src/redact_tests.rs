//! Every entry of the never-log list, one by one, and the promise that no secret survives.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn redacted(mut value: Value) -> Value {
    redact(&mut value);
    value
}

fn check_text(input: &str, expect: &str) {
    assert_eq!(mask(input), expect);
}

#[test]
fn every_listed_name_is_hidden_at_every_depth_and_in_every_spelling() {
    for name in PARTS.iter().chain(WORDS) {
        for spelling in
            [name.to_string(), name.to_uppercase(), format!("their_{name}"), format!("{name}-new")]
        {
            let expect = json!({ "a": [{ "b": { spelling.as_str(): REDACTED } }] });
            assert_eq!(redacted(json!({ "a": [{ "b": { spelling.as_str(): "hunter2" } }] })), expect);
        }
    }
}

#[test]
fn case_separators_and_plurals_do_not_save_a_secret() {
    for name in [
        "Set-Cookie",
        "set_cookie",
        "setCookie",
        "API_KEY",
        "x-api-key",
        "XApiKey",
        "apiKeyHash",
        "Api Key",
        "userEmail",
        "e-mail",
        "EMAILS",
        "cardNumber",
        "CARD_NUMBER",
        "card number",
        "cards",
        "shippingAddress",
        "addresses",
        "access_token",
        "refreshToken",
        "idToken",
        "token",
        "tokens",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
        "webhook-signature",
        "phoneNumber",
        "IBAN",
        "clientSecret",
        "new.password",
        "proxy-authorization",
        "aws.credentials",
        "PIN",
        "first_name",
    ] {
        assert!(is_secret(name), "{name}");
    }
}

#[test]
fn innocent_names_stay_readable() {
    for name in [
        "discard",
        "broken",
        "pane",
        "spinning",
        "tokens_left",
        "postcard",
        "trace_id",
        "room",
        "span_id",
        "operation",
        "status",
        "merchant",
        "streetwise",
        "duration_ms",
        "key",
        "keys",
        "sku",
        "",
    ] {
        assert!(!is_secret(name), "{name}");
    }
}

#[test]
fn whatever_stands_under_a_secret_name_goes_with_it() {
    assert_eq!(
        redacted(json!({ "card": { "number": 4111 }, "tokens": ["a", "b"], "pin": 1234 })),
        json!({ "card": REDACTED, "tokens": REDACTED, "pin": REDACTED }),
    );
}

#[test]
fn whether_a_secret_is_there_stays_readable() {
    let value = json!({ "email": null, "email_verified": true });
    assert_eq!(redacted(value.clone()), value);
}

#[test]
fn a_secret_used_as_a_key_is_hidden() {
    assert_eq!(redacted(json!({ "snk_live_1": 1 })), json!({ "[redacted]": 1 }));
}

#[test]
fn credentials_inside_a_text_are_hidden_by_their_shape() {
    check_text("got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln-_c!", "got [redacted]!");
    check_text("xeyJhbGciOiJFZERTQSJ9.e30.sig", "x[redacted]");
    check_text("cursor eyJwayI6MX0 is fine", "cursor eyJwayI6MX0 is fine");
    check_text("key=snk_live_9f-a, next", "key=[redacted], next");
    check_text(
        "shown snr_01kb_01kc_9f_a1 twice, and snl_01kb_9f.",
        "shown [redacted] twice, and [redacted].",
    );
    check_text("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD,", "[redacted],");
    check_text("snk_ alone is a word", "snk_ alone is a word");
    check_text("sent 'Bearer abc.def/+=' twice", "sent 'Bearer [redacted]' twice");
    check_text("bEARER%20opaque end", "bEARER%20[redacted] end");
    check_text("the bearer", "the bearer");
    check_text("forbearer x", "forbearer x");
}

#[test]
fn credentials_inside_a_text_are_hidden_by_the_name_before_them() {
    check_text(
        "https://b.s3/k?X-Amz-Date=2026&X-Amz-Signature=0a1b&X-Amz-Expires=60",
        "https://b.s3/k?X-Amz-Date=2026&X-Amz-Signature=[redacted]&X-Amz-Expires=60",
    );
    check_text(
        "u=https%3A%2F%2Fx%3FX-Amz-Signature%3D0a1b",
        "u=https%3A%2F%2Fx%3FX-Amz-Signature%3D[redacted]",
    );
    check_text("X-Amz-Credential=AKIA/2026&x=1", "X-Amz-Credential=[redacted]&x=1");
    check_text("password=hunter2 user=7", "password=[redacted] user=7");
    check_text("password = \"two words\" user=7", "password = \"[redacted]\" user=7");
    check_text("token=Some(\"a b\") left", "token=[redacted]");
    check_text("Cookie: a=b; c=d\nHost: x", "Cookie: [redacted]\nHost: x");
    check_text("Authorization: Basic dXNlcg==", "Authorization: [redacted]");
    check_text(r#"{"email":"a@b.c","n":1}"#, r#"{"email":"[redacted]","n":1}"#);
    check_text(r#"{"password":"a\"b","n":1}"#, r#"{"password":"[redacted]","n":1}"#);
    check_text(r#""{\"phone\": \"+1 2\", \"n\": 1}""#, r#""{\"phone\": \"[redacted]\", \"n\": 1}""#);
    check_text(r#"{"tokens":["a","b"]}"#, r#"{"tokens":[redacted]"#);
    check_text("bad address: refused", "bad address: refused");
    check_text("token: expired", "token: expired");
    check_text("password: ", "password: ");
    check_text(r#"{"password":""}"#, r#"{"password":""}"#);
}

#[test]
fn a_text_too_long_for_a_line_is_cut_at_a_character() {
    let text = redacted(json!("é".repeat(TEXT_LIMIT)));
    let text = text.as_str().unwrap();
    assert!(text.ends_with("é…") && text.len() <= TEXT_LIMIT + "…".len());
}

/// A secret as it might be written, which occurs nowhere else in the value.
fn secret() -> impl Strategy<Value = String> {
    "[QXZ7]{12,24}"
}

fn planted() -> impl Strategy<Value = (String, Value)> {
    let names = PARTS.iter().chain(WORDS).copied().collect::<Vec<_>>();
    let around = "[a-wéß ./?&=:;,(){}\\[\\]\"'\\\\-]{0,12}";
    (secret(), prop::sample::select(names), around, around, 0..12_u8).prop_map(
        |(s, name, before, after, form)| {
            let leaf = match form {
                0 => json!({ name: s }),
                1 => json!({ name.to_uppercase(): [s] }),
                2 => json!({ format!("the_{name}"): { "deep": s } }),
                3 => json!(format!("{before} Bearer {s} {after}")),
                4 => json!(format!("{before}eyJ{s}.{s}.{s} {after}")),
                5 => json!(format!("{before}snk_{s} {after}")),
                6 => json!(format!("{before}?X-Amz-Signature={s}&{after}")),
                7 => json!(format!("{before}&{name}={s} {after}")),
                8 => json!(json!({ name: s, "x": after }).to_string()),
                9 => json!(json!(json!({ name: s }).to_string()).to_string()),
                10 => json!(format!("{before}\nSet-Cookie: sid={s}; {after}")),
                _ => json!({ format!("{before}snk_{s}"): after }),
            };
            (s, leaf)
        },
    )
}

fn buried(leaf: Value) -> impl Strategy<Value = Value> {
    Just(leaf).prop_recursive(4, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|v| json!([1, v])),
            inner.clone().prop_map(|v| json!({ "field": v, "n": null })),
        ]
    })
}

proptest! {
    #[test]
    fn no_planted_secret_survives((s, value) in planted().prop_flat_map(|(s, leaf)| (Just(s), buried(leaf)))) {
        let line = redacted(value).to_string();
        prop_assert!(!line.contains(&s), "{line}");
    }

    #[test]
    fn no_text_makes_the_mask_panic_or_grow_without_reason(text in any::<String>()) {
        prop_assert!(mask(&text).len() <= text.len() * REDACTED.len() + REDACTED.len());
    }

    #[test]
    fn a_plain_sentence_is_left_alone(text in "[a-z ]{0,40}") {
        let plain = !text.contains("bearer");
        prop_assume!(plain);
        prop_assert_eq!(mask(&text), text);
    }
}
