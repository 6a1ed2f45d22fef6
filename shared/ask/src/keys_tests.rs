//! When an ask is believed, and every way in which it is not.

use proptest::prelude::*;

use super::*;

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const BODY: &[u8] = br#"{"owner":"ord_1"}"#;

fn keys(text: &str) -> AskKeys {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn signed_by(signer: &AskKeys) -> HeaderMap {
    signer.sign("inventory/reserve:ord_1", now(), BODY).unwrap().into_iter().collect()
}

/// Verifies an ask as the `reserve` operation of `inventory` would.
fn verify(signer: &str, verifier: &str, late: SignedDuration) -> Result<String, Unsigned> {
    keys(verifier).verify("inventory/reserve", &signed_by(&keys(signer)), BODY, now() + late)
}

fn tampered(change: impl FnOnce(&mut HeaderMap)) -> Result<String, Unsigned> {
    let mut headers = signed_by(&keys(OLD));
    change(&mut headers);
    keys(OLD).verify("inventory/reserve", &headers, BODY, now())
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap()
}

#[test]
fn the_vector_of_the_standard_is_signed_and_believed() {
    let at = Timestamp::from_second(1614265330).unwrap();
    let body = br#"{"test": 2432232314}"#;
    let signed = keys(OLD).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body).unwrap();
    assert_eq!(signed[0].1, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    assert_eq!(signed[1].1, "1614265330");
    assert_eq!(signed[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn an_ask_is_believed_as_often_as_it_comes_while_it_is_fresh() {
    let fresh = SignedDuration::from_secs(300);
    for late in [SignedDuration::ZERO, SignedDuration::ZERO, fresh, -fresh] {
        assert_eq!(verify(OLD, OLD, late), Ok("ord_1".to_owned()));
    }
}

#[test]
fn an_ask_older_than_five_minutes_is_stale() {
    assert_eq!(verify(OLD, OLD, SignedDuration::from_secs(301)), Err(Unsigned::Stale));
}

#[test]
fn an_ask_from_more_than_five_minutes_ahead_is_refused() {
    assert_eq!(verify(OLD, OLD, SignedDuration::from_secs(-301)), Err(Unsigned::Early));
}

#[test]
fn a_tampered_body_is_refused() {
    let headers = signed_by(&keys(OLD));
    let answer = keys(OLD).verify("inventory/reserve", &headers, br#"{"owner":"ord_2"}"#, now());
    assert_eq!(answer, Err(Unsigned::Forged));
}

#[test]
fn a_signature_for_one_operation_is_no_use_for_another() {
    let headers = signed_by(&keys(OLD));
    for scope in ["inventory/release", "booking/reserve", "inventory/reserv", "inventory"] {
        let answer = keys(OLD).verify(scope, &headers, BODY, now());
        assert_eq!(answer, Err(Unsigned::OtherOperation), "{scope}");
    }
    let renamed = tampered(|headers| drop(headers.insert(ID, value("inventory/release:ord_1"))));
    assert_eq!(renamed, Err(Unsigned::Forged));
}

#[test]
fn a_signature_for_one_id_or_one_time_is_no_use_for_another() {
    let other_id = tampered(|headers| drop(headers.insert(ID, value("inventory/reserve:ord_2"))));
    assert_eq!(other_id, Err(Unsigned::Forged));
    let later = (now().as_second() + 1).to_string();
    let other_time = tampered(|headers| drop(headers.insert(TIMESTAMP, value(&later))));
    assert_eq!(other_time, Err(Unsigned::Forged));
}

#[test]
fn headers_that_are_missing_repeated_or_garbled_are_refused() {
    for (name, shown) in
        [(ID, "webhook-id"), (TIMESTAMP, "webhook-timestamp"), (SIGNATURE, "webhook-signature")]
    {
        let gone = tampered(|headers| drop(headers.remove(&name)));
        assert_eq!(gone, Err(Unsigned::Header(shown)));
        let twice = tampered(|headers| assert!(headers.append(&name, value("again"))));
        assert_eq!(twice, Err(Unsigned::Header(shown)));
    }
    for time in ["", "soon", "1.5", "+1795262400", "-1", "99999999999999999999", " 1795262400"] {
        let garbled = tampered(|headers| drop(headers.insert(TIMESTAMP, value(time))));
        assert_eq!(garbled, Err(Unsigned::Header("webhook-timestamp")), "{time:?}");
    }
    for signature in ["", "v1", "v1,", "v1,!!!", "v2,AAAA", "v1,AAAA v1,BBBB", "v1a,x"] {
        let garbled = tampered(|headers| drop(headers.insert(SIGNATURE, value(signature))));
        assert_eq!(garbled, Err(Unsigned::Forged), "{signature:?}");
    }
}

#[test]
fn one_right_signature_among_others_is_enough() {
    let answer = tampered(|headers| {
        let right = headers[SIGNATURE].to_str().unwrap().to_owned();
        headers.insert(SIGNATURE, value(&format!("v1a,other v1,AAAA {right} v1,####")));
    });
    assert_eq!(answer, Ok("ord_1".to_owned()));
}

#[test]
fn a_stranger_s_key_is_refused() {
    assert_eq!(verify(NEW, OLD, SignedDuration::ZERO), Err(Unsigned::Forged));
}

#[test]
fn no_ask_is_lost_while_the_rooms_rotate_their_keys_one_by_one() {
    let both = format!("{NEW},{OLD}");
    let third = format!("whsec_{}", STANDARD.encode([7; 32]));
    let next = format!("{third},{NEW}");
    for (signer, verifier) in
        [(OLD, &*both), (&both, OLD), (&both, &both), (&both, NEW), (NEW, &both), (&both, &next)]
    {
        assert_eq!(
            verify(signer, verifier, SignedDuration::ZERO),
            Ok("ord_1".to_owned()),
            "{signer} {verifier}"
        );
    }
    assert_eq!(verify(OLD, &next, SignedDuration::ZERO), Err(Unsigned::Forged));
}

#[test]
fn what_is_not_a_key_is_refused_without_being_repeated() {
    let check = |text: &str, expect| assert_eq!(text.parse::<AskKeys>().unwrap_err(), expect);
    check("", BadKeys::NoPrefix);
    check("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", BadKeys::NoPrefix);
    check("whsec_***", BadKeys::NotBase64);
    check("whsec_", BadKeys::WrongLength);
    check("whsec_c2hvcnQ=", BadKeys::WrongLength);
    check(&format!("{NEW},"), BadKeys::NoPrefix);
    check(&format!("{NEW},{OLD},{OLD}"), BadKeys::TooMany);
    assert_eq!(format!("{:?}", keys(&format!("{NEW}, {OLD}"))), "AskKeys(2)");
}

proptest! {
    #[test]
    fn any_ask_is_believed_as_it_was_signed_and_no_other_way(
        id in "[a-z]{3}_[0-9a-z.]{1,26}", body in any::<Vec<u8>>(), flip in any::<prop::sample::Index>()
    ) {
        let signer = keys(NEW);
        let signed = signer.sign(&format!("room/ask:{id}"), now(), &body).unwrap();
        let headers = signed.into_iter().collect::<HeaderMap>();
        prop_assert_eq!(signer.verify("room/ask", &headers, &body, now()), Ok(id));
        let mut other = body.clone();
        other.push(b' ');
        let at = flip.index(other.len());
        other[at] ^= 1;
        prop_assert_eq!(signer.verify("room/ask", &headers, &other, now()), Err(Unsigned::Forged));
    }
}

#[test]
fn a_key_that_cloudformation_generated_signs_as_well_as_one_that_a_person_wrote() {
    let generated = "0aZ9".repeat(16);
    assert!(generated.parse::<AskKeys>().is_err());
    let [bare, written] =
        [&generated, &format!("whsec_{generated}")].map(|text| AskKeys::from_secret(text).unwrap());
    let at = "2026-11-21T12:00:00Z".parse().unwrap();
    let headers = |keys: &AskKeys| keys.headers("inventory", "reserve", "one", at, b"{}").unwrap();
    assert_eq!(headers(&bare), headers(&written));
    assert!(AskKeys::from_secret(&format!("{generated}, whsec_{generated}")).is_ok());
}
