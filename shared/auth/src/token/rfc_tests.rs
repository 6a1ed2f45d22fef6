//! The examples of RFC 7515 and RFC 7519 are what the RFCs say, and none of them passes a verifier that
//! accepts one algorithm and one form.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clock::Clock;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Value, json};

use super::Verifier;
use crate::issue::Issuer;
use crate::{Denied, KeySet};

/// The claims of RFC 7519, section 3.1, line breaks included, as all examples sign them.
const JOE: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
/// RFC 7515, appendix A.1: the header, the MAC, and the key that it was made with.
const HS256: [&str; 3] = [
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
];
/// RFC 7515, appendix A.3: the header and the signature.
const ES256: [&str; 2] = [
    "eyJhbGciOiJFUzI1NiJ9",
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
];
/// RFC 7515, appendix A.3: the point of the key, `x` and `y`.
const ES256_KEY: [&str; 2] =
    ["f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"];
/// RFC 7515, appendix A.5, and RFC 7519, section 6.1: the header of an unsigned token.
const NONE: &str = "eyJhbGciOiJub25lIn0";

fn verifier() -> Verifier {
    let keys = Issuer::from_seed([7; 32], "joe", "joe", "snail").jwks();
    let clock = Clock::fixed("2011-03-22T18:00:00Z".parse().unwrap());
    Verifier::new(KeySet::from_jwks(&keys).unwrap(), "joe", "snail", clock)
}

fn encoded(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

#[test]
fn the_claims_of_the_examples_are_joes_and_expire_in_2011() {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(JOE).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims, json!({ "iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true }));
}

#[test]
fn the_mac_of_the_rfc_is_right_and_opens_nothing() {
    let [header, mac, key] = HS256;
    let key = DecodingKey::from_secret(&BASE64_URL_SAFE_NO_PAD.decode(key).unwrap());
    let signed = format!("{header}.{JOE}");
    assert!(crypto::verify(mac, signed.as_bytes(), &key, Algorithm::HS256).unwrap());
    assert_eq!(verifier().token(&format!("{signed}.{mac}")), Err(Denied::WrongAlgorithm));
}

#[test]
fn the_ecdsa_signature_of_the_rfc_is_right_and_opens_nothing() {
    let [header, signature] = ES256;
    let key = DecodingKey::from_ec_components(ES256_KEY[0], ES256_KEY[1]).unwrap();
    let signed = format!("{header}.{JOE}");
    assert!(crypto::verify(signature, signed.as_bytes(), &key, Algorithm::ES256).unwrap());
    assert_eq!(verifier().token(&format!("{signed}.{signature}")), Err(Denied::WrongAlgorithm));
}

#[test]
fn what_nobody_has_signed_opens_nothing() {
    assert_eq!(verifier().token(&format!("{NONE}.{JOE}.")), Err(Denied::WrongAlgorithm));
}

/// RFC 7515, appendix E: a verifier that does not understand a critical extension must refuse.
#[test]
fn an_extension_that_must_be_understood_and_is_not_is_refused() {
    let critical = json!({
        "alg": "none",
        "crit": ["http://example.invalid/UNDEFINED"],
        "http://example.invalid/UNDEFINED": true,
    });
    assert_eq!(verifier().token(&format!("{}.RkFJTA.", encoded(&critical))), Err(Denied::WrongAlgorithm));
    // The same with the accepted algorithm, signed by the trusted issuer.
    let issuer = Issuer::from_seed([7; 32], "joe", "joe", "snail");
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "joe", "crit": ["b64"], "b64": false });
    let signed = format!("{}.{JOE}", encoded(&header));
    let signature = issuer.sign_bytes(signed.as_bytes());
    assert_eq!(verifier().token(&format!("{signed}.{signature}")), Err(Denied::WrongType));
}

/// RFC 7515, sections 3.2 and 7.2, and RFC 7516: other serialisations, and encrypted tokens.
#[test]
fn only_the_compact_form_of_a_signature_is_read() {
    let [header, mac, _] = HS256;
    let flattened = json!({ "payload": JOE, "protected": header, "signature": mac });
    let general = json!({ "payload": JOE, "signatures": [{ "protected": header, "signature": mac }] });
    let sealed = format!("{}.QQ.QQ.QQ.QQ", encoded(&json!({ "alg": "RSA1_5", "enc": "A128CBC-HS256" })));
    for token in [flattened.to_string(), general.to_string(), sealed] {
        assert_eq!(verifier().token(&token), Err(Denied::Malformed), "{token}");
    }
}

/// RFC 7515, section 2: base64url without padding, line breaks or blanks.
#[test]
fn base64url_has_one_spelling() {
    let issuer = Issuer::from_seed([7; 32], "joe", "joe", "snail");
    let header = encoded(&json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "joe" }));
    let signed = format!("{header}.{JOE}");
    let signature = issuer.sign_bytes(signed.as_bytes());
    // The signature is good, but the claims are Joe's, who has no account here.
    assert_eq!(verifier().token(&format!("{signed}.{signature}")), Err(Denied::Malformed));
    for spoilt in [
        format!("{header}=.{JOE}.{signature}"),
        format!("{header}.{JOE}.{signature}=="),
        format!("{header}.{JOE}.{signature}\n"),
        format!("{header}. {JOE}.{signature}"),
        format!("{header}.{JOE}.{}", signature.replace(['-', '_'], "+")),
    ] {
        let refused = verifier().token(&spoilt).unwrap_err();
        assert!(matches!(refused, Denied::Malformed | Denied::BadSignature), "{spoilt}: {refused}");
    }
}

/// RFC 7519, section 4.1: the meaning of each registered claim.
#[test]
fn registered_claims_mean_what_the_rfc_says() {
    let issuer = Issuer::from_seed([7; 32], "joe", "joe", "snail");
    let good = json!({
        "iss": "joe", "aud": "snail", "exp": 1_300_819_380, "nbf": 1_300_816_000, "iat": 1_300_816_000,
        "sub": "acc_00000000000000000000000001", "session": "s", "jti": "one", "http://example.com/is_root": true,
    });
    let token = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        verifier().token(&issuer.sign_any(&issuer.header(), &claims))
    };
    // A claim that is not understood is ignored (section 4).
    assert!(token("anything", json!({ "at": "all" })).is_ok());
    // `aud` is one text or several, and compared letter by letter.
    assert!(token("aud", json!(["elsewhere", "snail"])).is_ok());
    assert_eq!(token("aud", json!(["elsewhere"])), Err(Denied::WrongAudience));
    assert_eq!(token("aud", json!([])), Err(Denied::WrongAudience));
    assert_eq!(token("aud", json!("Snail")), Err(Denied::WrongAudience));
    assert_eq!(token("iss", json!("JOE")), Err(Denied::WrongIssuer));
    // It is 18:00:00, which is 1300816800.
    assert_eq!(token("exp", json!(1_300_816_790)), Err(Denied::Expired));
    assert_eq!(token("nbf", json!(1_300_816_810)), Err(Denied::NotYetValid));
    assert_eq!(token("exp", json!("1300819380")), Err(Denied::Malformed));
}
